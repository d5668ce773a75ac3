"""Hearing from the database that the machine has work, so that nobody needs to ask every second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import psycopg
from sqlalchemy import text

from approvals.errors import SourceUnavailable
from approvals.store.engine import Store

LISTENER = "approvals relay"
"""Name under which the database shows the connection of somebody who listens."""


class Listener:
    """A connection of its own that waits for a PostgreSQL notification. Use it in a `with` block.

    When the connection is lost it is made anew at the next `wait`; what was said meanwhile stands in the outbox.
    """

    def __init__(self, store: Store, channel: str) -> None:
        self._url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = channel
        self._connection = self._connected()

    def wait(self, seconds: float) -> bool:
        """Return True as soon as something was heard, False when `seconds` passed in silence.

        Raises `SourceUnavailable` if the database cannot be reached.
        """
        if self._connection.closed:
            self._connection = self._connected()
            return True  # nobody knows what was missed
        with _translated():
            heard = list(self._connection.notifies(timeout=seconds, stop_after=1))
        return bool(heard)

    def _connected(self) -> psycopg.Connection:
        with _translated():
            connection = psycopg.connect(self._url, autocommit=True, application_name=LISTENER, connect_timeout=5)
            connection.execute(f"LISTEN {self._channel}".encode())
        return connection

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as exc:
        raise SourceUnavailable(
            f"The database went away ({' '.join(str(exc).split()) or 'no reason given'})."
        ) from exc


def somebody_listens(store: Store) -> bool:
    """A relay is connected to this database, so that work of the machine is done at once."""
    asked = text(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name)"
    )
    with store.session() as session:
        return bool(session.connection().execute(asked, {"name": LISTENER}).scalar_one())
