"""Sessions of the desk: who is signed in, since when, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models import base


class SignInMethod(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  #: with a password kept here
    PROVIDER = "provider"  #: at the organisation's own provider, by OpenID Connect
    DEVELOPMENT = "development"  #: chosen from a list, on a developer's own machine


class SessionEnding(StrEnum):
    """What ended a session before its time."""

    SIGNED_OUT = "signed_out"  #: the person signed out
    BY_ONESELF = "by_oneself"  #: the person ended it from another session
    BY_ADMINISTRATOR = "by_administrator"  #: an administrator ended it
    REPLACED = "replaced"  #: the same browser signed in again
    ROLES_CHANGED = "roles_changed"  #: office or roles changed
    PASSWORD_CHANGED = "password_changed"  #: the password changed
    ACCOUNT_CLOSED = "account_closed"  #: the account was closed


class DeskSession(SQLModel, table=True):
    """One browser in which a person is signed in. The browser holds a random secret; here is only its digest."""

    __tablename__ = "desk_session"
    __table_args__ = (UniqueConstraint("secret_sha256"),)

    id: int | None = Field(default=None, sa_column=base.number("Number of the session"))
    user_id: int = Field(sa_column=base.reference_to("user_account.id", "Who is signed in"))
    secret_sha256: str = Field(sa_column=base.sha256("Digest of what the browser holds"))
    method: SignInMethod = Field(sa_column=base.choice(SignInMethod, "How the person signed in"))
    address: str = Field(sa_column=base.text("Network address it was opened from"))
    program: str = Field(sa_column=base.text("What the browser called itself"))
    opened_at: datetime = Field(sa_column=base.moment("When it was opened"))
    last_seen_at: datetime = Field(sa_column=base.moment("When it was last used, to some minutes"))
    expires_at: datetime = Field(sa_column=base.moment("When it ends, however much it is used"))
    ended_at: datetime | None = Field(default=None, sa_column=base.moment("When it ended before", nullable=True))
    ended_because: SessionEnding | None = Field(
        default=None, sa_column=base.choice(SessionEnding, "What ended it before its time", nullable=True)
    )
