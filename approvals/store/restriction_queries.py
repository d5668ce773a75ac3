"""Which cases are restricted, and who has read them on which day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Exists, func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.case import Case
from models.decision import Decision, Outcome
from models.restriction import CaseReading, CaseRestriction
from models.task import Task


def is_restricted(session: Session, case: Case) -> bool:
    """The case was put under restriction, or nobody has said otherwise and a hit on a list was confirmed on it."""
    said = select(CaseRestriction.restricted).where(CaseRestriction.case_id == case.id)
    newest = said.order_by(col(CaseRestriction.id).desc()).limit(1).scalar_subquery()
    is_so: bool = session.exec(select(func.coalesce(newest, _has_confirmed_hit(case)))).one()
    return is_so


def _has_confirmed_hit(case: Case) -> Exists:
    confirmed = (Decision.outcome == Outcome.CONFIRMED_HIT, col(Decision.superseded_by).is_(None))
    hits = select(Decision.id).join(Task, col(Task.id) == col(Decision.task_id))
    return hits.where(Task.case_id == case.id, *confirmed).exists()


def is_first_reading(session: Session, *, case_id: int, read_by: int, read_on: date) -> bool:
    """Note that somebody reads the case on this day, and tell whether it is the first time that day."""
    row = {"case_id": case_id, "read_by": read_by, "read_on": read_on}
    noted = insert(CaseReading).values(row).on_conflict_do_nothing().returning(col(CaseReading.id))
    return session.connection().execute(noted).first() is not None


def moment_of_the_database(session: Session) -> datetime:
    """Return the present moment by the clock of the database."""
    moment: datetime = session.connection().execute(text("SELECT now()")).scalar_one()
    return moment
