"""Named questions about signing in: sessions, passwords, invitations, identities, tokens, attempts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.account import Identity, Invitation, Password
from models.attempt import AttemptCount
from models.session import DeskSession
from models.token import ApiToken
from models.user import User

# Sessions


def session_by_secret(
    session: Session, secret_sha256: str, *, now: datetime, used_since: datetime
) -> tuple[DeskSession, User] | None:
    """Return the open session with this secret and whose it is; None if there is none or the account is closed."""
    query = (
        select(DeskSession, User)
        .join(User, col(User.id) == DeskSession.user_id)
        .where(DeskSession.secret_sha256 == secret_sha256, _is_open(now, used_since), col(User.is_active))
    )
    return session.exec(query).first()


def open_sessions_of(session: Session, user_id: int, *, now: datetime, used_since: datetime) -> Sequence[DeskSession]:
    """Return the sessions in which the person is signed in, the one used last first."""
    query = select(DeskSession).where(DeskSession.user_id == user_id, _is_open(now, used_since))
    return session.exec(query.order_by(col(DeskSession.last_seen_at).desc(), col(DeskSession.id).desc())).all()


def unended_sessions_of(session: Session, user_id: int) -> Sequence[DeskSession]:
    """Return the sessions of the person that nobody has ended, locked, the oldest first."""
    query = select(DeskSession).where(DeskSession.user_id == user_id, col(DeskSession.ended_at).is_(None))
    return session.exec(query.order_by(col(DeskSession.id)).with_for_update()).all()


def unended_session_by_secret(session: Session, secret_sha256: str) -> DeskSession | None:
    """Return the session with this secret, locked; None if there is none or it was ended."""
    query = select(DeskSession).where(DeskSession.secret_sha256 == secret_sha256, col(DeskSession.ended_at).is_(None))
    return session.exec(query.with_for_update()).first()


def note_use_of_session(session: Session, number: int, *, now: datetime) -> None:
    """Keep that the session was used, unless it was ended meanwhile."""
    used = update(DeskSession).where(col(DeskSession.id) == number, col(DeskSession.ended_at).is_(None))
    session.connection().execute(used.values(last_seen_at=now))


def has_signed_in_from(session: Session, user_id: int, address: str, *, since: datetime) -> bool:
    """Tell whether the person signed in from this network address since then."""
    query = select(DeskSession.id).where(
        DeskSession.user_id == user_id, DeskSession.address == address, DeskSession.opened_at >= since
    )
    return session.exec(query.limit(1)).first() is not None


def _is_open(now: datetime, used_since: datetime) -> ColumnElement[bool]:
    return and_(
        col(DeskSession.ended_at).is_(None),
        col(DeskSession.expires_at) > now,
        col(DeskSession.last_seen_at) > used_since,
    )


# Proofs of who one is


def locked_user(session: Session, user_id: int) -> User:
    """Return the person as they are now, locked until the transaction ends."""
    return session.exec(select(User).where(User.id == user_id).with_for_update()).one()


def password_of(session: Session, user_id: int | None) -> Password | None:
    """Return the person's password, None if there is none."""
    return session.exec(select(Password).where(Password.user_id == user_id)).first()


def usable_invitation(session: Session, code_sha256: str, *, now: datetime) -> Invitation | None:
    """Return the invitation with this code, locked; None if there is none that may still be used."""
    query = select(Invitation).where(
        Invitation.code_sha256 == code_sha256, col(Invitation.used_at).is_(None), Invitation.expires_at > now
    )
    return session.exec(query.with_for_update()).first()


def unused_invitations(session: Session, user_id: int) -> Sequence[Invitation]:
    """Return the invitations of the person that were not used, oldest first, locked."""
    query = select(Invitation).where(Invitation.user_id == user_id, col(Invitation.used_at).is_(None))
    return session.exec(query.order_by(col(Invitation.id)).with_for_update()).all()


def identity(session: Session, *, issuer: str, subject: str) -> Identity | None:
    """Return the identity the provider means, None if it was never seen."""
    return session.exec(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)).first()


def identity_of(session: Session, user_id: int, *, issuer: str) -> Identity | None:
    """Return who the person is at this provider, None if that is not known yet."""
    return session.exec(select(Identity).where(Identity.issuer == issuer, Identity.user_id == user_id)).first()


# Tokens


def token_by_secret(session: Session, secret_sha256: str, *, now: datetime) -> tuple[ApiToken, User] | None:
    """Return the usable token and its owner as they are now; None if there is none or the account is closed."""
    query = (
        select(ApiToken, User)
        .join(User, col(User.id) == ApiToken.user_id)
        .where(
            ApiToken.secret_sha256 == secret_sha256,
            col(ApiToken.revoked_at).is_(None),
            ApiToken.expires_at > now,
            col(User.is_active),
        )
    )
    return session.exec(query).first()


def note_use_of_token(session: Session, number: int, *, now: datetime) -> None:
    """Keep that the token was used, unless it was revoked meanwhile."""
    used = update(ApiToken).where(col(ApiToken.id) == number, col(ApiToken.revoked_at).is_(None))
    session.connection().execute(used.values(last_used_at=now))


def tokens_of(session: Session, user_id: int | None) -> Sequence[ApiToken]:
    """Return the tokens of the person that were not revoked, the newest first, those that have expired as well."""
    query = select(ApiToken).where(ApiToken.user_id == user_id, col(ApiToken.revoked_at).is_(None))
    return session.exec(query.order_by(col(ApiToken.id).desc())).all()


# Attempts


def count_attempt(session: Session, subject: str, *, span_ends_at: datetime, at_most: int, now: datetime) -> bool:
    """Count one more attempt and return True; if that would be more than `at_most` in this span, return False."""
    fresh = insert(AttemptCount).values(subject=subject, span_ends_at=span_ends_at, counted=1, recorded_at=now)
    counted = fresh.on_conflict_do_update(
        index_elements=["subject", "span_ends_at"],
        set_={"counted": col(AttemptCount.counted) + 1, "recorded_at": now},
        where=col(AttemptCount.counted) < at_most,
    ).returning(col(AttemptCount.counted))
    return session.connection().execute(counted).first() is not None


def forget_attempts(session: Session, subject: str) -> None:
    """Begin counting anew for `subject`."""
    session.connection().execute(delete(AttemptCount).where(col(AttemptCount.subject) == subject))


def forget_attempts_before(session: Session, moment: datetime) -> None:
    """Forget the counts whose span ended before `moment`."""
    session.connection().execute(delete(AttemptCount).where(col(AttemptCount.span_ends_at) < moment))


def remove_ended_before(session: Session, moment: datetime) -> int:
    """Take away the sessions that ended before that moment, by somebody or by their time; return how many."""
    ended = or_(col(DeskSession.ended_at) < moment, col(DeskSession.expires_at) < moment)
    return session.connection().execute(delete(DeskSession).where(ended)).rowcount
