"""Hearing from the database that the machine has work, so that nobody needs to ask every second."""

from __future__ import annotations

from types import TracebackType

import psycopg

from approvals.errors import SourceUnavailable
from approvals.store.engine import CONNECT_SECONDS, Store


class Listener:
    """A connection of its own that waits for a PostgreSQL notification. Use it in a `with` block.

    When the server goes away and comes back, the next `wait` connects anew.
    """

    def __init__(self, store: Store, channel: str) -> None:
        self._url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = channel
        self._connection = self._connected()

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something was heard, False when `seconds` passed in silence.

        Raises `SourceUnavailable` if the database cannot be reached. What was said meanwhile is not heard later, so
        True is also returned after connecting anew.
        """
        if self._connection.closed:
            self._connection = self._connected()
            return True
        try:
            return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))
        except psycopg.Error as exc:
            self._connection.close()
            raise SourceUnavailable(f"The database no longer says when there is work ({exc}).") from exc

    def _connected(self) -> psycopg.Connection:
        try:
            connection = psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_SECONDS)
            connection.execute(f"LISTEN {self._channel}".encode())
        except psycopg.Error as exc:
            raise SourceUnavailable(f"The database cannot be reached to hear of work ({exc}).") from exc
        return connection

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._connection.close()
