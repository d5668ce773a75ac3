"""Named questions about comments on cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import distinct, or_
from sqlmodel import Session, col, func, select

from approvals.casework.telling import told
from approvals.errors import NotFound
from approvals.store.queries import visible_to
from models.case import Case
from models.comment import CaseComment
from models.event import Event
from models.task import LIVE, Task
from models.user import User

WRITTEN = "CommentWritten"
"""The event by which a comment or an answer is kept."""
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


def open_and_new(session: Session, case: Case, user: User) -> tuple[int, int]:
    """Return how many comments on the case are not resolved, and how many say something new to `user`."""
    of_case = CaseComment.case_id == case.id
    is_open = (of_case, col(CaseComment.answers).is_(None), col(CaseComment.resolved_at).is_(None))
    is_new = (of_case, CaseComment.written_by != user.id, col(CaseComment.id) > noted_up_to(session, case, user))
    thread = func.coalesce(col(CaseComment.answers), col(CaseComment.id))
    return (
        session.exec(select(func.count()).select_from(CaseComment).where(*is_open)).one(),
        session.exec(select(func.count(distinct(thread))).where(*is_new)).one(),
    )


def comment_of_event(session: Session, number: int) -> tuple[CaseComment, Case] | None:
    """Return the comment that the event of that number kept, locked, with its case; None if it kept none."""
    event = session.get(Event, number)
    if event is None or event.kind != WRITTEN:
        return None
    query = select(CaseComment, Case).join(Case, col(Case.id) == col(CaseComment.case_id))
    return session.exec(query.where(CaseComment.id == event.payload["comment"]).with_for_update()).first()


def taking_part(session: Session, case: Case) -> Sequence[User]:
    """Return the active people who take part in the case, by name.

    Who submitted it or asked for it, whoever wrote a comment, and who took a task that is live or alone owes it.
    """
    owes = func.coalesce(col(Task.claimed_by), col(Task.assigned_to))
    wrote = select(CaseComment.written_by).where(CaseComment.case_id == case.id)
    owing = select(owes).where(Task.case_id == case.id, col(Task.state).in_(LIVE), owes.is_not(None))
    parts = or_(
        col(User.id).in_([case.submitted_by, case.requested_by or 0]),
        col(User.id).in_(wrote),
        col(User.id).in_(owing),
    )
    return session.exec(select(User).where(col(User.is_active), parts).order_by(col(User.name))).all()


def cases_with_remarks_for(session: Session, user: User, *, since: datetime) -> Sequence[tuple[Case, int]]:
    """Return the cases in which `user` takes part and others commented after `since`, with how often, oldest first.

    What `user` has taken note of does not count.
    """
    noted = (
        select(func.coalesce(func.max(col(Event.payload)["up_to"].as_integer()), 0))
        .where(Event.case_id == Case.id, Event.kind == NOTED, Event.actor_id == user.id)
        .correlate(Case)
        .scalar_subquery()
    )
    own = select(CaseComment.case_id).where(CaseComment.written_by == user.id)
    owes = func.coalesce(col(Task.claimed_by), col(Task.assigned_to))
    owed = select(Task.case_id).where(owes == user.id, col(Task.state).in_(LIVE))
    parts = or_(
        col(Case.submitted_by) == user.id,
        col(Case.requested_by) == user.id,
        col(Case.id).in_(own),
        col(Case.id).in_(owed),
    )
    query = (
        select(Case, func.count())
        .join(CaseComment, col(CaseComment.case_id) == col(Case.id))
        .where(
            CaseComment.written_at > since,
            CaseComment.written_by != user.id,
            col(CaseComment.id) > noted,
            parts,
            visible_to(session, user),
        )
        .group_by(col(Case.id))
        .order_by(col(Case.id))
    )
    return session.exec(query).all()


def may_see(session: Session, case: Case, user: User) -> bool:
    """Tell whether `user` may see the case."""
    return session.exec(select(Case.id).where(Case.id == case.id, visible_to(session, user))).first() is not None
