"""Passwords are hashed so slowly that guessing is dear, and only a few at a time so that we stay alive ourselves."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers import HasherProtocol
from pwdlib.hashers.argon2 import Argon2Hasher

from approvals.casework.sign_in_rules import PasswordRules, same_password
from approvals.errors import SourceUnavailable


class PasswordHashing:
    """Hashes and compares passwords by argon2id, never more at once than the rules allow. Call it in a thread."""

    def __init__(self, rules: PasswordRules, hasher: HasherProtocol | None = None) -> None:
        self._hashes = PasswordHash((hasher or Argon2Hasher(),))
        self._room = BoundedSemaphore(rules.hashes_at_once)
        self._wait_seconds = rules.wait_seconds
        self._of_nobody = self._hashes.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return the hash to keep. Raises `SourceUnavailable` if too many others wait."""
        with self._turn():
            return self._hashes.hash(same_password(password))

    def matches(self, password: str, kept: str | None) -> bool:
        """Tell whether `kept` is the hash of `password`; without `kept` do the same work and return False.

        Raises `SourceUnavailable` if too many others wait.
        """
        with self._turn():
            return self._hashes.verify(same_password(password), kept or self._of_nobody) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether `kept` was made with other parameters than those of today."""
        return self._hashes.current_hasher.check_needs_rehash(kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(timeout=self._wait_seconds):
            raise SourceUnavailable("Too many people sign in just now. Nothing was done; try again in a minute.")
        try:
            yield
        finally:
            self._room.release()
