"""How fast the trail takes events from eight writers at once, and how fast it is verified.

Writing, each event in a transaction of its own, as an act commits it: beside what the same PostgreSQL does for the
same writers with nothing of ours, a row without a chain by the bare driver (no lock, no hash, no guard, no session);
and beside the chain that waits for the disk while it holds the lock. Then two events each (an act has 1.4 on average
on the way of a case into force), and ten. Verifying: the walk of `approvals audit verify` beside the plainest way to
write it, row by row through the ORM. One run, one durable PostgreSQL, the same events; processor time is told beside
the time on the clock, because other programs may be at work.

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import text
from sqlmodel import Session, col, select

from approvals import embedded
from approvals.store import schema
from approvals.store.engine import Store, open_store
from approvals.store.trail import FIRST_HASH, Happened, append, append_and_commit, hash_of, verify
from models.event import Event

WRITERS = 8
SECONDS = 3.0
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


Write = Callable[[Store], Callable[[], object]]
"""Makes itself ready at a database, and returns what commits once."""


def append_and_wait(session: Session, happened: Sequence[Happened]) -> None:
    """Commit to the trail as every other transaction commits, with the trail locked until the disk has answered."""
    append(session, happened)
    session.commit()


def chained(events: int, keep: Callable[[Session, Sequence[Happened]], object] = append_and_commit) -> Write:
    """Commit so many events to the trail at once, by the session an act has."""
    happened = [Happened("TaskClaimed", AT, payload=PAYLOAD, policy_hash="a" * 64)] * events

    def ready(store: Store) -> Callable[[], object]:
        session = Session(store.engine)

        def write() -> None:
            keep(session, happened)

        return write

    return ready


def plain(store: Store) -> Callable[[], object]:
    """Commit the same to a table without a chain, by the bare driver."""
    connection = psycopg.connect(store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False))

    def write() -> None:
        connection.execute(INSERT, (AT, json.dumps(PAYLOAD), "a" * 64))
        connection.commit()

    return write


INSERT = "INSERT INTO plain_event (at, kind, payload, policy_hash) VALUES (%s, 'TaskClaimed', %s::jsonb, %s)"
WRITES: dict[str, Write] = {
    "raw": plain,
    "chained": chained(1),
    "waiting": chained(1, append_and_wait),
    "two": chained(2),
    "ten": chained(10),
}


def _writer(url: str, name: str, ready: Barrier, count: multiprocessing.Queue[tuple[int, float]]) -> None:
    store, written = open_store(url), 0
    write = WRITES[name](store)
    write()
    ready.wait()
    end, before = time.monotonic() + SECONDS, time.process_time()
    while time.monotonic() < end:
        write()
        written += 1
    count.put((written, time.process_time() - before))
    store.close()


@dataclass(frozen=True)
class Rate:
    """Transactions a second by all writers together, and what one costs a writer in seconds of processor."""

    a_second: float
    processor: float


def writes(url: str, name: str) -> Rate:
    """Let eight processes commit as fast as they can, and return how fast that was."""
    context = multiprocessing.get_context("spawn")
    count, ready = context.Queue(), context.Barrier(WRITERS)
    writers = [context.Process(target=_writer, args=(url, name, ready, count)) for _ in range(WRITERS)]
    for one in writers:
        one.start()
    written, processor = map(sum, zip(*(count.get() for _ in writers), strict=True))
    for one in writers:
        one.join()
    return Rate(written / SECONDS, processor / max(written, 1))


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


LINES = (
    # which, events in a transaction, what it is
    ("raw", 1, "no chain, bare driver"),
    ("chained", 1, "chained"),
    ("waiting", 1, "chained, disk awaited behind the lock"),
    ("two", 2, "chained, two events a transaction"),
    ("ten", 10, "chained, ten events a transaction"),
)


def tell_writes(rates: Mapping[str, Rate], *, flush: float) -> None:
    """Print how fast each way of writing was, beside the first."""
    print(f"{WRITERS} writers, durable; the disk takes {flush * 1000:.1f} ms to keep a page:")
    for name, events, what in LINES:
        rate = rates[name]
        ratio = rate.a_second / rates["raw"].a_second
        print(f"  {what:38} {rate.a_second * events:8,.0f} events/s {rate.a_second:8,.0f} transactions/s, "
              f"{ratio:5.2f} of raw, {rate.processor * 1000:.2f} ms of a writer's processor each")  # fmt: skip


def main(events: int) -> None:
    """Measure and print."""
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, "
          f"{psutil.virtual_memory().total >> 30} GB, Python {platform.python_version()}")  # fmt: skip
    with _database() as url:
        store = open_store(url)
        schema.upgrade(store)
        with store.engine.begin() as connection:
            connection.execute(text(PLAIN))
            connection.execute(text("CHECKPOINT"))
        rates = {name: writes(url, name) for name in WRITES}
        tell_writes(rates, flush=seconds_to_flush())
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
