"""Every stay of every case in a stage, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.times import CaseTime, StageTime


@dataclass(frozen=True)
class StageSpan:
    """One stay of a case in a stage; `left_at` is None while it is there."""

    reference: str
    stage: str
    entered_at: datetime
    left_at: datetime | None


def stage_spans(session: Session) -> list[StageSpan]:
    """Return every counted stay of every case in a stage, case by case in the order they happened."""
    query = (
        select(CaseTime.reference, StageTime.stage, StageTime.entered_at, StageTime.left_at)
        .join(CaseTime, col(CaseTime.case_id) == col(StageTime.case_id))
        .order_by(col(StageTime.case_id), col(StageTime.leg))
    )
    return [StageSpan(*row) for row in session.exec(query)]
