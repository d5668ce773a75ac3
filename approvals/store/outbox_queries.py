"""The outbox: what waits to be sent or run, and what is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select, update

from models.case import Case
from models.outbox import Channel, OutboxMessage


def unasked(session: Session, channel: Channel, *, limit: int) -> Sequence[OutboxMessage]:
    """Return messages nobody was asked to see to yet, oldest first, locked so that no second relay takes them."""
    query = (
        select(OutboxMessage)
        .where(
            OutboxMessage.channel == channel,
            col(OutboxMessage.done_at).is_(None),
            col(OutboxMessage.asked_at).is_(None),
        )
        .order_by(col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.exec(query).all()


def left_behind(session: Session, *, asked_before: datetime) -> Sequence[OutboxMessage]:
    """Return messages asked for before that moment and still not done, locked; their runs were lost or failed."""
    query = (
        select(OutboxMessage)
        .where(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.asked_at) < asked_before)
        .order_by(col(OutboxMessage.id))
        .with_for_update(skip_locked=True)
    )
    return session.exec(query).all()


def machine_work_waiting(session: Session, *, since: datetime | None = None) -> int:
    """Return how many cases the machine still owes a run, only those waiting since before `since` if given."""
    query = select(func.count(func.distinct(OutboxMessage.case_id))).where(
        OutboxMessage.channel == Channel.ADVANCE, col(OutboxMessage.done_at).is_(None)
    )
    return session.exec(query if since is None else query.where(col(OutboxMessage.created_at) < since)).one()


def settle_machine_work(session: Session, case: Case, *, now: datetime) -> None:
    """Mark as done whatever run the machine still owes the case."""
    owed = update(OutboxMessage).where(
        col(OutboxMessage.case_id) == case.id,
        col(OutboxMessage.channel) == Channel.ADVANCE,
        col(OutboxMessage.done_at).is_(None),
    )
    session.connection().execute(owed.values(done_at=now))
