"""Named questions about how the engine is."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select

from models.outbox import Channel, OutboxMessage
from models.times import CountedUpTo


def mail_waiting(session: Session, *, since: datetime) -> int:
    """Return how many mails have waited to be sent since before `since`."""
    waiting = col(OutboxMessage.done_at).is_(None), col(OutboxMessage.created_at) < since
    query = select(func.count(col(OutboxMessage.id))).where(OutboxMessage.channel == Channel.MAIL, *waiting)
    return session.exec(query).one()


def counted_up_to(session: Session) -> datetime | None:
    """Return when times were last counted, as the sweep does every minute; None if never."""
    counted = session.get(CountedUpTo, 1)
    return counted.at if counted is not None else None
