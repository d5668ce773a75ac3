"""Questions about the versions of the policy."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.policy import PolicyPublication
from models.user import User

_NEWEST_FIRST = (col(PolicyPublication.published_at).desc(), col(PolicyPublication.id).desc())


def newest_publication(session: Session) -> PolicyPublication | None:
    """Return the entry of the policy in force, None if none was ever published."""
    published = select(PolicyPublication).where(col(PolicyPublication.published_at).is_not(None))
    return session.exec(published.order_by(*_NEWEST_FIRST)).first()


def waiting_publication(session: Session, sha256: str) -> PolicyPublication | None:
    """Return the newest entry of this policy that nobody has published yet, None if there is none."""
    waiting = select(PolicyPublication).where(
        PolicyPublication.policy_hash == sha256, col(PolicyPublication.published_at).is_(None)
    )
    return session.exec(waiting.order_by(col(PolicyPublication.id).desc())).first()


def publications(session: Session) -> Sequence[tuple[PolicyPublication, str | None, str | None]]:
    """Return every entry with the names of who proposed and who published it, newest first."""
    proposer, publisher = aliased(User), aliased(User)
    query = (
        select(PolicyPublication, proposer.name, publisher.name)
        .outerjoin(proposer, col(proposer.id) == PolicyPublication.proposed_by)
        .outerjoin(publisher, col(publisher.id) == PolicyPublication.published_by)
        .order_by(col(PolicyPublication.id).desc())
    )
    return session.exec(query).all()
