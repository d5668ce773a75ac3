"""What events say of persons: read beside the trail, proved against it, and erased without breaking it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from approvals.store.event_hash import personal_digest
from approvals.store.trail import RESTORE, Break
from models.event import Event, PersonalPart


@dataclass(frozen=True)
class PartsVerified:
    """What a look at all personal parts found: how many hold, how many were erased, the first that does not hold."""

    whole: int
    erased: int
    first_break: Break | None


def said_of_persons(session: Session, events: Iterable[Event]) -> dict[int, dict[str, Any]]:
    """Return what these events say of persons, by number of the event; nothing for those without or erased."""
    numbers = [event.seq for event in events if event.personal_digest is not None]
    if not numbers:
        return {}
    parts = session.exec(select(PersonalPart).where(col(PersonalPart.event_seq).in_(numbers)))
    return {part.event_seq: part.content for part in parts if part.content is not None}


_ALL = text(
    "SELECT e.seq, e.personal_digest, p.event_seq AS part, p.salt, p.content, p.erased_by, "
    "x.payload ->> 'event' AS told "
    "FROM event e FULL JOIN event_personal p ON p.event_seq = e.seq "
    "LEFT JOIN event x ON x.seq = p.erased_by AND x.kind = 'PersonalDataErased' "
    "WHERE e.personal_digest IS NOT NULL OR p.event_seq IS NOT NULL ORDER BY coalesce(e.seq, p.event_seq)"
)


def verify_parts(session: Session) -> PartsVerified:
    """Compare every personal part with the digest its event keeps; an erased one with the event that tells of it."""
    whole = erased = 0
    with session.connection().execution_options(yield_per=1000).execute(_ALL) as rows:
        for row in rows:
            what = _fault_of(row)
            if what is not None:
                return PartsVerified(whole, erased, Break(row.seq or row.part, what, RESTORE))
            whole, erased = (whole + 1, erased) if row.erased_by is None else (whole, erased + 1)
    return PartsVerified(whole, erased, None)


def _fault_of(row: Any) -> str | None:
    if row.seq is None or row.personal_digest is None:
        return "has a personal part that was put in"
    if row.part is None:
        return "lacks its personal part, which was taken out"
    if row.erased_by is not None:
        is_told = row.told == str(row.seq) and row.salt is None and row.content is None
        return None if is_told else "says that its personal part was erased, but no event tells of it"
    if row.salt is None or row.content is None or personal_digest(row.salt, row.content) != row.personal_digest:
        return "was changed in what it says of persons"
    return None
