"""The trail: events chained by hash, so that a change, a gap or a swap anywhere shows.

Each event's hash covers its own row and the hash before it. An advisory lock lets one transaction at a time add to
the chain; it is taken last, just before the commit, so that it is held for milliseconds. A chain alone does not show
a cut at its end: for that, compare the head with one noted elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.event import Event

FIRST_HASH = "0" * 64
CHAIN_LOCK = 0x70617070  # any fixed number; one chain for each installation


@dataclass(frozen=True)
class Happened:
    """Something that happened, not yet in the trail."""

    kind: str
    at: datetime
    case_id: int | None = None
    actor_id: int | None = None
    on_behalf_of: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Break:
    """The first place where the trail does not hold."""

    seq: int
    what: str


@dataclass(frozen=True)
class Verification:
    """What a walk over the trail found: how many events, the head's hash, and the first break, None if it holds."""

    events: int
    head: str
    first_break: Break | None


def append(session: Session, happened: Sequence[Happened]) -> list[Event]:
    """Add `happened` to the trail in order and return the events, in the caller's transaction.

    Call it last: the chain is locked for everybody else until that transaction ends.
    """
    session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = session.exec(select(Event.seq, Event.hash).order_by(col(Event.seq).desc()).limit(1)).first()
    seq, head = last if last else (0, FIRST_HASH)
    events = []
    for thing in happened:
        seq += 1
        event = Event(
            seq=seq,
            at=thing.at,
            kind=thing.kind,
            case_id=thing.case_id,
            actor_id=thing.actor_id,
            on_behalf_of=thing.on_behalf_of,
            payload=dict(thing.payload),
            previous_hash=head,
            hash="",
        )
        event.hash = head = hash_of(event)
        events.append(event)
    session.add_all(events)
    session.flush()
    return events


def hash_of(event: Event) -> str:
    """Return the digest that belongs to `event`: SHA-256 of its row, without the hash itself, in canonical JSON."""
    row = {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": event.kind,
        "case_id": event.case_id,
        "actor_id": event.actor_id,
        "on_behalf_of": event.on_behalf_of,
        "payload": event.payload,
        "previous_hash": event.previous_hash,
    }
    return hashlib.sha256(canonical(row)).hexdigest()


def canonical(value: Any) -> bytes:
    """Return `value` as JSON in the one spelling that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of plain JSON values as 64 hexadecimal characters."""
    return hashlib.sha256(canonical(value)).hexdigest()


def verify(session: Session) -> Verification:
    """Walk the whole trail, oldest first, and return what was found. An empty trail holds."""
    count, head = 0, FIRST_HASH
    events = session.exec(select(Event).order_by(col(Event.seq)).execution_options(yield_per=1000))
    with closing(events):
        for event in events:
            found = _fault_of(event, expected_seq=count + 1, previous=head)
            if found is not None:
                return Verification(count, head, Break(event.seq, found))
            count, head = event.seq, event.hash
            session.expunge(event)
    return Verification(count, head, None)


def holds(session: Session, head: str) -> bool:
    """An event of the trail has this hash; with the trail verified, nothing up to there was changed."""
    return session.exec(select(Event.seq).where(Event.hash == head)).first() is not None


def _fault_of(event: Event, *, expected_seq: int, previous: str) -> str | None:
    if event.seq != expected_seq:
        return f"event {expected_seq} is missing"
    if event.previous_hash != previous:
        return "does not follow the event before it"
    if event.hash != hash_of(event):
        return "was changed after it was written"
    return None
