"""Named questions about comments on cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from approvals.casework.telling import told
from approvals.errors import NotFound
from approvals.store.queries import visible_to
from models.case import Case
from models.comment import CaseComment
from models.event import Event
from models.user import User

NOTED = "CommentsNoted"
"""The event by which a person says that they have read the comments of a case, up to one of them."""


def comments_of(session: Session, case: Case) -> Sequence[CaseComment]:
    """Return every comment and answer on the case, oldest first."""
    return session.exec(select(CaseComment).where(CaseComment.case_id == case.id).order_by(col(CaseComment.id))).all()


def locked_comment(session: Session, number: int, *, seen_by: User) -> tuple[CaseComment, Case]:
    """Return the comment, locked until the transaction ends, with its case.

    Raises `NotFound` if there is none, or none on a case that `seen_by` may see.
    """
    query = (
        select(CaseComment, Case)
        .join(Case, col(Case.id) == col(CaseComment.case_id))
        .where(CaseComment.id == number, visible_to(session, seen_by))
        .with_for_update(of=CaseComment)
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound(
            told(
                "There is no comment {number} that you may see; open its case to find those there are.", number=number
            )
        )
    return found


def noted_up_to(session: Session, case: Case, user: User) -> int:
    """Return the number of the last comment on the case `user` took note of, 0 if of none."""
    up_to = col(Event.payload)["up_to"].as_integer()
    query = select(func.max(up_to)).where(Event.case_id == case.id, Event.kind == NOTED, Event.actor_id == user.id)
    return session.exec(query).one() or 0
