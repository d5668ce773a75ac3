"""How fast the trail takes events from eight writers at once, and how fast it is verified.

Writing: each event in a transaction of its own, as an act commits it, beside the same rows in a table without a chain
(no lock, no hash, no guard); then ten events each. Verifying: the walk of `approvals audit verify` beside the
plainest way to write it, row by row through the ORM. One run, one durable PostgreSQL, the same events; processor time
is told beside the time on the clock, because other programs may be at work.

    python -m benchmarks.audit [EVENTS]
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psutil
from sqlalchemy import text
from sqlmodel import Session, col, select

from approvals import embedded
from approvals.store import schema
from approvals.store.engine import Store, open_store
from approvals.store.trail import FIRST_HASH, Happened, append, hash_of, verify
from models.base import now_utc
from models.event import Event

WRITERS = 8
SECONDS = 5.0
EVENTS = 200_000
EVENTS_FOR_THE_RIVAL = 20_000  #: its rate is per event, so fewer do

PAYLOAD = {"task": 17, "slot": "consultation:workers_bureau", "due_on": "2026-03-09", "outcome": "support", "leg": 5}
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAIN = """
CREATE TABLE plain_event (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, kind text NOT NULL,
    case_id bigint, actor_id bigint, on_behalf_of bigint, payload jsonb NOT NULL, policy_hash varchar(64)
)
"""


def write_chained(session: Session) -> None:
    """Commit one event to the trail."""
    append(session, [Happened("TaskClaimed", now_utc(), payload=PAYLOAD, policy_hash="a" * 64)])
    session.commit()


INSERT = text(
    "INSERT INTO plain_event (at, kind, payload, policy_hash) "
    "VALUES (:at, 'TaskClaimed', CAST(:payload AS jsonb), :hash)"
)


def write_ten(session: Session) -> None:
    """Commit ten events to the trail at once."""
    append(session, [Happened("TaskOpened", now_utc(), payload=PAYLOAD, policy_hash="a" * 64) for _ in range(10)])
    session.commit()


def write_plain(session: Session) -> None:
    """Commit the same to a table without a chain."""
    session.connection().execute(INSERT, {"at": now_utc(), "payload": json.dumps(PAYLOAD), "hash": "a" * 64})
    session.commit()


def _writer(url: str, write: Callable[[Session], None], ready: Barrier, count: multiprocessing.Queue[int]) -> None:
    store, written = open_store(url), 0
    with store.session() as session:
        write(session)
        ready.wait()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            write(session)
            written += 1
    store.close()
    count.put(written)


def writes_per_second(url: str, write: Callable[[Session], None]) -> float:
    """Return how many events a second eight processes commit together."""
    context = multiprocessing.get_context("spawn")
    count, ready = context.Queue(), context.Barrier(WRITERS)
    writers = [context.Process(target=_writer, args=(url, write, ready, count)) for _ in range(WRITERS)]
    for one in writers:
        one.start()
    total = sum(count.get() for _ in writers)
    for one in writers:
        one.join()
    return total / SECONDS


def seconds_to_flush() -> float:
    """Return how long the disk takes to keep a page of a file, as PostgreSQL asks it at each commit."""
    with tempfile.TemporaryFile(dir="/tmp") as file:
        os.write(file.fileno(), b"0" * 8192 * 64)
        started = time.perf_counter()
        for page in range(100):
            os.pwrite(file.fileno(), b"1" * 8192, page % 64 * 8192)
            os.fdatasync(file.fileno())
        return (time.perf_counter() - started) / 100


def fill(store: Store, events: int) -> None:
    """Bring the trail to that many events, many in one transaction, with the guard switched off for speed."""
    with store.session() as session:
        session.connection().execute(text("SET session_replication_role = replica"))
        session.connection().execute(text("DELETE FROM event"))
        for _ in range(events // 5000):
            append(
                session, [Happened("TaskClaimed", AT, case_id=n, payload={**PAYLOAD, "n": n}) for n in range(5000)]
            )
        session.commit()


def walk_by_orm(session: Session, events: int) -> None:
    """Verify the plain way: each row an object, hashed by the same rule."""
    head = FIRST_HASH
    rows = session.exec(select(Event).order_by(col(Event.seq)).limit(events).execution_options(yield_per=1000))
    for event in rows:
        assert event.previous_hash == head
        assert event.hash == hash_of(event)
        head = event.hash
        session.expunge(event)


class Timed:
    """Seconds on the clock and of this process on a processor."""

    def __init__(self, work: Callable[[], object]) -> None:
        clock, process = time.perf_counter(), time.process_time()
        work()
        self.clock, self.processor = time.perf_counter() - clock, time.process_time() - process


@contextmanager
def _database() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(dir="/tmp", prefix="bench-audit-") as home,
        embedded.databases(Path(home)) as made,
    ):
        yield made.app_url


def main(events: int) -> None:
    """Measure and print."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, "
          f"{psutil.virtual_memory().total >> 30} GB, Python {platform.python_version()}")  # fmt: skip
    with _database() as url:
        store = open_store(url)
        schema.upgrade(store)
        with store.engine.begin() as connection:
            connection.execute(text(PLAIN))
        plain, chained = writes_per_second(url, write_plain), writes_per_second(url, write_chained)
        ten = writes_per_second(url, write_ten) * 10
        flush = seconds_to_flush()
        print(f"{WRITERS} writers, one event a transaction, durable:")
        print(f"  chained         {chained:10,.0f} events/s")
        print(f"  without a chain {plain:10,.0f} events/s   ({plain / chained:.1f} times as many)")
        print(f"  ten at a time   {ten:10,.0f} events/s, chained")
        print(f"  The disk takes {flush * 1000:.1f} ms to keep a page; a chain waits for it once a transaction,")
        print(f"  one after the other: at most {1 / flush:,.0f} transactions/s with nothing else to do.")
        fill(store, events)
        with store.session() as session:
            ours = Timed(lambda: verify(session))
            assert verify(session).first_break is None
            rival = Timed(lambda: walk_by_orm(session, EVENTS_FOR_THE_RIVAL))
        ours_rate, rival_rate = events / ours.clock, EVENTS_FOR_THE_RIVAL / rival.clock
        print(f"Verifying {events:,} events:")
        print(
            f"  ours            {ours_rate:10,.0f} events/s   ({events / ours.processor:,.0f} a second of processor)"
        )
        print(
            f"  row by row, ORM {rival_rate:10,.0f} events/s   (ours is {ours_rate / rival_rate:.1f} times as fast)"
        )
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
