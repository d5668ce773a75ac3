"""The trail: events chained by hash, so that a change, a gap or a swap anywhere shows.

Each event's hash covers its own row and the hash before it. An advisory lock lets one transaction at a time add to
the chain; it is taken last, just before the commit, so that it is held for milliseconds. A chain alone does not show
a cut at its end, nor that all of it was written anew: for that, heads are noted elsewhere, as anchors.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from psycopg import ClientCursor
from sqlmodel import Session, col, select

from approvals.store.durability import COMMIT_AND_WAIT
from approvals.store.event_hash import (
    AS_TEXT,
    FIRST_HASH,
    Texts,
    canonical,
    digest,
    hash_of,
    hash_of_texts,
    in_utc,
    personal_digest,
)
from models.event import Event
from models.outbox import Channel

__all__ = [
    "FIRST_HASH",
    "Break",
    "Happened",
    "Head",
    "ToSend",
    "Verification",
    "append",
    "append_and_commit",
    "canonical",
    "digest",
    "hash_of",
    "head_of",
    "holds",
    "verify",
]

# Locks the trail, numbers, hashes and enters in one trip to the server: while it lasts, everybody else waits.
APPEND = "SELECT number, link FROM append_to_trail(%s::text[], %s::jsonb[])"


class ToSend(NamedTuple):
    """Something to be done outside because of an event: a row of the outbox."""

    channel: Channel
    recipient: str = ""
    message: str = ""
    facts: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Happened:
    """Something that happened, not yet in the trail.

    `personal` is what may have to be erased one day, `sends` what is to be done outside because of it, and `erases`
    the number of the event whose personal part it takes away.
    """

    kind: str
    at: datetime
    case_id: int | None = None
    actor_id: int | None = None
    on_behalf_of: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    policy_hash: str | None = None
    changes: Sequence[Mapping[str, Any]] = ()
    personal: Mapping[str, Any] = field(default_factory=dict)
    sends: Sequence[ToSend] = ()
    erases: int | None = None


class Head(NamedTuple):
    """An event by number and hash: with it, everything up to it can be proved."""

    seq: int
    hash: str


NOTHING_YET = Head(0, FIRST_HASH)


# Writing


def append(session: Session, happened: Sequence[Happened]) -> list[Head]:
    """Add `happened` to the trail in order and return number and hash of each, in the caller's transaction.

    Call it last: the chain is locked for everybody else until that transaction ends.
    """
    return _append(session, happened) if happened else []


def append_and_commit(session: Session, happened: Sequence[Happened]) -> list[Head]:
    """Add `happened` to the trail as `append` does, commit, and return when the disk holds it.

    All in one trip to the server, so that the chain is not locked while this process waits for its turn.
    """
    heads = _append(session, happened, and_then=f"; {COMMIT_AND_WAIT}")
    session.commit()
    return heads


def _append(session: Session, happened: Sequence[Happened], *, and_then: str = "") -> list[Head]:
    session.flush()
    connection = session.connection()
    driver = cast(Any, connection.connection.driver_connection)
    told = [_spelt_without_number(thing) for thing in happened]
    spelt = ClientCursor(driver).mogrify(APPEND, tuple(map(list, zip(*told, strict=True))))
    rows = connection.exec_driver_sql(spelt + and_then, execution_options={"no_parameters": True})
    return [Head(*row) for row in rows]


def _spelt_without_number(thing: Happened) -> tuple[str, str]:
    """Return the text of which the event is made and hashed, but for its number, and what goes with it, as JSON."""
    salt = secrets.token_hex(32)
    apart = {"salt": salt, "said": dict(thing.personal)} if thing.personal else {}
    row = {
        "at": in_utc(thing.at),
        "kind": thing.kind,
        "case_id": thing.case_id,
        "actor_id": thing.actor_id,
        "on_behalf_of": thing.on_behalf_of,
        "payload": dict(thing.payload),
        "policy_hash": thing.policy_hash,
        "changes": [dict(change) for change in thing.changes] or None,
        "personal_digest": personal_digest(salt, dict(thing.personal)) if thing.personal else None,
    }
    sends = {"sends": [{**one._asdict(), "facts": dict(one.facts)} for one in thing.sends]} if thing.sends else {}
    erases = {"erases": thing.erases} if thing.erases is not None else {}
    return canonical(row).decode(), canonical({**apart, **sends, **erases}).decode()


def head_of(session: Session) -> Head:
    """Return the last event of the trail; number 0 with the first hash if there is none yet."""
    last = session.exec(select(Event.seq, Event.hash).order_by(col(Event.seq).desc()).limit(1)).first()
    return Head(*last) if last else NOTHING_YET


# Proving


@dataclass(frozen=True)
class Break:
    """The first place where the trail does not hold: the event, what is wrong with it, and what to do."""

    seq: int
    what: str
    advice: str = ""


@dataclass(frozen=True)
class Verification:
    """What a walk over the trail found: how many events hold, the last one's hash, and the first break.

    `first_break` is None if everything holds, with every one of the `anchors` that were compared.
    """

    events: int
    head: str
    first_break: Break | None
    anchors: int = 0
    erased: int = 0  #: events whose personal part was erased; they hold all the same
    rows: int = 0  #: rows of the record that are as the trail says


RESTORE = "Compare it with a backup from before; whoever owns the database, or its disk, changed it past the program."
REWRITTEN = "Ask who could write as the owner of the database since then, and restore the trail from a backup."


def verify(session: Session, anchors: Iterable[Head] = ()) -> Verification:
    """Walk the whole trail, oldest first, compare it with heads noted elsewhere, and return what was found.

    An empty trail holds, unless something was noted of it.
    """
    noted = {anchor.seq: anchor for anchor in anchors if anchor.seq}
    count, head = 0, FIRST_HASH
    with closing(_rows(session)) as rows:
        for row in rows:
            found = _fault_of(row, expected_seq=count + 1, previous=head)
            if found is not None:
                return Verification(count, head, Break(int(row[0]), found, RESTORE), len(noted))
            count, head = count + 1, str(row[-1])
            if count in noted and noted[count].hash != head:
                return Verification(count - 1, str(row[-2]), _rewritten(count, noted[count]), len(noted))
    beyond = min((seq for seq in noted if seq > count), default=None)
    return Verification(count, head, None if beyond is None else _cut(count, noted[beyond]), len(noted))


def holds(session: Session, head: str) -> bool:
    """An event of the trail has this hash; with the trail verified, nothing up to there was changed."""
    return session.exec(select(Event.seq).where(Event.hash == head)).first() is not None


def _rewritten(seq: int, noted: Head) -> Break:
    what = f"was noted elsewhere with the digest {noted.hash}: the trail was written anew, here or before"
    return Break(seq, what, REWRITTEN)


def _cut(last: int, noted: Head) -> Break:
    what = f"was noted elsewhere, but the trail ends at event {last}: its end was cut off"
    return Break(noted.seq, what, REWRITTEN)


def _rows(session: Session) -> Generator[Texts, None, None]:
    """Yield the rows of the trail in order. The server reads the next ones while the last are looked at."""
    connection = cast(Any, session.connection().connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(f"COPY ({AS_TEXT} ORDER BY event.seq) TO STDOUT") as copy:
        try:
            yield from copy.rows()
        finally:
            for _ in copy:  # leaving the rest unread would end the caller's transaction
                pass


def _fault_of(row: Texts, *, expected_seq: int, previous: str) -> str | None:
    if int(row[0]) != expected_seq:
        return f"event {expected_seq} is missing"
    if row[-2] != previous:
        return "does not follow the event before it"
    if row[-1] != hash_of_texts(row):
        return "was changed after it was written"
    return None
