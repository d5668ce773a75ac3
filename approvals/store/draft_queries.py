"""Named questions about drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from approvals.casework.telling import told
from approvals.errors import NotFound
from models.case import Case
from models.draft import Draft, DraftPurpose
from models.user import User


def draft_of(session: Session, number: int, owner: User, *, lock: bool = False) -> Draft:
    """Return the draft, locked until the transaction ends if asked. Raises `NotFound` if `owner` has none of it."""
    query = select(Draft).where(Draft.id == number, Draft.owner_id == owner.id)
    draft = session.exec(query.with_for_update() if lock else query).first()
    if draft is None:
        raise NotFound(told("You have no draft {number}. Perhaps it was sent or discarded already.", number=number))
    return draft


def drafts_of(session: Session, owner: User) -> Sequence[tuple[Draft, str | None]]:
    """Return the drafts of a person with the reference of the case each is about, the newest typing first."""
    query = (
        select(Draft, Case.reference)
        .join(Case, col(Case.id) == col(Draft.case_id), isouter=True)
        .where(Draft.owner_id == owner.id)
        .order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())
    )
    return session.exec(query).all()


def how_many(session: Session, owner: User) -> int:
    """Return how many drafts a person has."""
    return session.exec(select(func.count()).select_from(Draft).where(Draft.owner_id == owner.id)).one()


def draft_about(
    session: Session, owner: User, purpose: DraftPurpose, *, case: int | None, task: int | None
) -> Draft | None:
    """Return the draft a person has begun for this purpose on this case and task, None if none."""
    query = select(Draft).where(Draft.owner_id == owner.id, Draft.purpose == purpose)
    return session.exec(query.where(Draft.case_id == case, Draft.task_id == task).order_by(col(Draft.id))).first()


def remove_untouched_since(session: Session, moment: datetime) -> int:
    """Take away the drafts in which nobody typed since that moment, and return how many they were."""
    return session.connection().execute(delete(Draft).where(col(Draft.updated_at) < moment)).rowcount
