"""What somebody was told is on the disk, and what is not yet on the disk is told to nobody outside.

The server of the tests cares for no power cut, so these ask for its care back. They ask it how far its log has
reached the disk; left alone, it would write it a fifth of a second later.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, text

from approvals.services.outbox import deliver_mail
from approvals.services.transaction import Letter, transaction
from approvals.store.durability import wait_for_disk
from approvals.store.engine import Store
from approvals.store.trail import Happened, append, append_and_commit
from tests.conftest import NOW
from tests.postman import MESSAGES

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def careful(store: Store) -> Store:
    """The store of the test, as it is in earnest: a commit is on the disk when it returns."""
    with store.engine.begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
    store.close()
    return store


def written_up_to(connection: Connection) -> str:
    return str(connection.execute(text("SELECT pg_current_wal_insert_lsn()")).scalar_one())


def is_on_disk(store: Store, place: str) -> bool:
    with store.engine.connect() as connection:
        question = text("SELECT pg_current_wal_flush_lsn() >= CAST(:place AS pg_lsn)")
        return bool(connection.execute(question, {"place": place}).scalar_one())


def commit_unkept(store: Store) -> str:
    """Commit an event that anybody can see and a power cut would take back, and return its place in the log."""
    with store.session() as session:
        append(session, [Happened("ThingHappened", AT)])
        place = written_up_to(session.connection())
        session.connection().exec_driver_sql("SET LOCAL synchronous_commit = off")
        session.commit()
        return place


def test_an_event_is_on_disk_when_the_call_returns(careful: Store) -> None:
    with careful.session() as session:
        session.connection().execute(text("CREATE TABLE thing (n int)"))
        place = written_up_to(session.connection())

        append_and_commit(session, [Happened("ThingHappened", AT)])

    assert is_on_disk(careful, place)


def test_who_waits_for_the_disk_waits_for_everything_that_could_be_seen(careful: Store) -> None:
    place = commit_unkept(careful)

    wait_for_disk(careful)

    assert is_on_disk(careful, place)


def test_a_mail_leaves_only_when_what_it_tells_of_is_on_disk(careful: Store) -> None:
    facts = {"event": 1, "line": "anchor 1 00", "at": "2026-03-02", "time": "09:00"}
    with transaction(careful, now=NOW) as act:
        act.record("ThingHappened", letters=[Letter("ada@example.org", "anchor_noted", facts)])
    place = commit_unkept(careful)
    kept: list[bool] = []

    deliver_mail(careful, lambda _: kept.append(is_on_disk(careful, place)), write=MESSAGES.write, now=NOW)

    assert kept == [True]
