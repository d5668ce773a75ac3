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
from typing import Any, NamedTuple, cast

from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from approvals.store.event_hash import (
    AS_TEXT,
    FIRST_HASH,
    Texts,
    canonical,
    content_digest,
    digest,
    hash_of,
    hash_of_texts,
    link,
    personal_digest,
)
from models.event import Event, PersonalPart

__all__ = [
    "FIRST_HASH",
    "Break",
    "Happened",
    "Head",
    "Verification",
    "append",
    "canonical",
    "digest",
    "hash_of",
    "head_of",
    "holds",
    "verify",
]

# In one trip to the server: while it lasts, everybody else waits.
LOCK_AND_READ = text("SELECT seq, hash FROM lock_trail()")
INSERT = insert(Event)
INSERT_APART = insert(PersonalPart)
AT_ONCE = 5000  #: events read at a time while the trail is walked


@dataclass(frozen=True)
class Happened:
    """Something that happened, not yet in the trail. `personal` is what may have to be erased one day."""

    kind: str
    at: datetime
    case_id: int | None = None
    actor_id: int | None = None
    on_behalf_of: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    policy_hash: str | None = None
    changes: Sequence[Mapping[str, Any]] = ()
    personal: Mapping[str, Any] = field(default_factory=dict)


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
    if not happened:
        return []
    connection = session.connection()
    last = connection.execute(LOCK_AND_READ).one()
    heads, rows, apart = [Head(*last) if last.seq else NOTHING_YET], [], []
    for thing in happened:
        row, personal = _row_of(thing, after=heads[-1])
        heads.append(Head(row["seq"], row["hash"]))
        rows.append(row)
        apart += personal
    connection.execute(INSERT, rows)
    if apart:
        connection.execute(INSERT_APART, apart)
    return heads[1:]


def _row_of(thing: Happened, *, after: Head) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the row of the event that follows `after`, with that of its personal part, if it has one."""
    row: dict[str, Any] = {
        "seq": after.seq + 1,
        "at": thing.at,
        "kind": thing.kind,
        "case_id": thing.case_id,
        "actor_id": thing.actor_id,
        "on_behalf_of": thing.on_behalf_of,
        "payload": dict(thing.payload),
        "policy_hash": thing.policy_hash,
        "changes": [dict(change) for change in thing.changes] or None,
        "personal_digest": None,
    }
    apart = []
    if thing.personal:
        salt, said = secrets.token_hex(32), dict(thing.personal)
        row["personal_digest"] = personal_digest(salt, said)
        apart = [{"event_seq": row["seq"], "salt": salt, "content": said}]
    content = content_digest(row)
    links = {"content_digest": content, "previous_hash": after.hash, "hash": link(after.hash, content)}
    return row | links, apart


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
                return Verification(count, head, Break(row[0], found, RESTORE), len(noted))
            count, head = row[0], str(row[-1])
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
    """Yield the rows of the trail in order, a few thousand in memory at a time."""
    connection = cast(Any, session.connection().connection.driver_connection)
    with connection.cursor(name="trail_walk") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(f"{AS_TEXT} ORDER BY seq")
        yield from cursor


def _fault_of(row: Texts, *, expected_seq: int, previous: str) -> str | None:
    if row[0] != expected_seq:
        return f"event {expected_seq} is missing"
    if row[-2] != previous:
        return "does not follow the event before it"
    if row[-1] != hash_of_texts(row):
        return "was changed after it was written"
    return None
