"""Named questions about the trail, its anchors and who looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.anchor import Anchor
from models.event import Event
from models.user import Role, User

ANCHOR_NOTED = "AnchorNoted"


def anchors(session: Session) -> Sequence[Anchor]:
    """Return every anchor, oldest first."""
    return session.exec(select(Anchor).order_by(col(Anchor.id))).all()


def last_anchor(session: Session, *, until: datetime | None = None) -> Anchor | None:
    """Return the newest anchor, or the newest noted up to that moment; None before the first."""
    query = select(Anchor).order_by(col(Anchor.event_seq).desc())
    return session.exec(query if until is None else query.where(Anchor.noted_at <= until)).first()


def unfiled_anchors(session: Session) -> Sequence[Anchor]:
    """Return the anchors that are not yet in the anchor file, oldest first, locked."""
    query = select(Anchor).where(col(Anchor.filed_at).is_(None)).order_by(col(Anchor.id)).with_for_update()
    return session.exec(query).all()


def has_grown_since(session: Session, anchor: Anchor) -> bool:
    """Something happened after the anchor besides its own noting."""
    query = select(Event.seq).where(col(Event.seq) > anchor.event_seq, Event.kind != ANCHOR_NOTED)
    return session.exec(query.limit(1)).first() is not None


def people_in(session: Session, *roles: Role) -> Sequence[User]:
    """Return the people who hold one of `roles` and whose account is open, by name."""
    held = or_(*(col(User.roles).contains([str(role)]) for role in roles))
    return session.exec(select(User).where(col(User.is_active), held).order_by(col(User.name))).all()
