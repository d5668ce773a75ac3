"""Who is signed in, by the secret their browser holds."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Protocol

from approvals.store.engine import Store
from models.user import User

COOKIE = "desk"


@dataclass(frozen=True)
class Session:
    """A person who is signed in, and the token their forms must bring back."""

    user: User
    csrf: str


class Sessions(Protocol):
    """Begins, finds and ends sessions."""

    def begin(self, store: Store, user: User) -> str:
        """Sign `user` in and return the secret for the browser."""

    def of(self, store: Store, secret: str) -> Session | None:
        """Return the session the secret belongs to; None if it has ended, or the account was closed."""

    def end(self, store: Store, secret: str) -> None:
        """Sign out. A secret nobody holds changes nothing."""


class SessionsInMemory:
    """Sessions that end with the process: for development."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, str]] = {}

    def begin(self, store: Store, user: User) -> str:
        """Sign `user` in and return the secret for the browser."""
        secret = secrets.token_urlsafe(32)
        self._kept[_digest(secret)] = (user.id or 0, secrets.token_urlsafe(32))
        return secret

    def of(self, store: Store, secret: str) -> Session | None:
        """Return the session the secret belongs to; None if it has ended, or the account was closed."""
        user_id, csrf = self._kept.get(_digest(secret), (0, ""))
        with store.session() as session:
            user = session.get(User, user_id)
        return Session(user, csrf) if user is not None and user.is_active else None

    def end(self, store: Store, secret: str) -> None:
        """Sign out. A secret nobody holds changes nothing."""
        self._kept.pop(_digest(secret), None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
