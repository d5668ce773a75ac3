"""Hearing from the database that the machine has work, so that nobody needs to ask every second."""

from __future__ import annotations

from types import TracebackType

import psycopg

from approvals.store.engine import Store, translated_outages


class Listener:
    """A connection of its own that waits for a PostgreSQL notification. Use it in a `with` block."""

    def __init__(self, store: Store, channel: str) -> None:
        url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with translated_outages():
            self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute(f"LISTEN {channel}".encode())

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something was heard, False when `seconds` passed in silence."""
        heard = list(self._connection.notifies(timeout=seconds, stop_after=1))
        return bool(heard)

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._connection.close()
