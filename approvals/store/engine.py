"""Engine and sessions. One dialect, PostgreSQL, whose locks and indexes the rest of the store relies on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlmodel import Session

from approvals.errors import SourceUnavailable

CONNECT_SECONDS = 5


@dataclass(frozen=True)
class Store:
    """The way to the database. Cheap to hand around; connections are pooled behind it."""

    engine: Engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session whose work is undone unless the caller commits.

        Raises `SourceUnavailable` if the database cannot be reached.
        """
        with translated_outages(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(url: str, *, pool_size: int = 10) -> Store:
    """Return the store at `url`, a PostgreSQL address. Nothing is connected yet.

    Raises `SourceUnavailable` if `url` is no address of a PostgreSQL database.
    """
    try:
        address = make_url(url)
    except ArgumentError as exc:
        raise SourceUnavailable(
            "APPROVALS_DATABASE_URL is not a database address; write postgresql://user:password@host/name."
        ) from exc
    if address.get_backend_name() != "postgresql":
        raise SourceUnavailable(
            f"APPROVALS_DATABASE_URL names a {address.get_backend_name()} database; PostgreSQL 15 or later is needed."
        )
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": "-c timezone=UTC"},
    )
    return Store(engine)


@contextmanager
def translated_outages() -> Iterator[None]:
    """Turn "the server is gone" into a sentence; everything else rises as it is."""
    try:
        yield
    except (OperationalError, InterfaceError) as exc:
        reason = str(exc.orig).strip().splitlines()[0] if exc.orig else "no reason given"
        raise SourceUnavailable(
            f"The database did not answer ({reason}). Nothing was changed; "
            "try again, and ask `approvals doctor` if it stays so."
        ) from exc


def address_without_password(store: Store) -> str:
    """Return where the database is, as it may be shown."""
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=True)


def ping(store: Store) -> str:
    """Return the server's version, such as "18.6". Raises `SourceUnavailable` if it cannot be reached."""
    with store.session() as session:
        return str(session.connection().execute(text("SHOW server_version")).scalar_one())
