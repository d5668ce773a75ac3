"""A Prefect server that is away or has lost its memory, a database that crashes, is full or cannot be reached."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import make_url, text

from approvals import embedded
from approvals.casework.outcomes import Answer
from approvals.casework.policy import read_policy
from approvals.errors import SourceUnavailable
from approvals.notify.mail import Mail
from approvals.rehearsal import enter_people
from approvals.runner.server import prefect_server, prefect_settings_env
from approvals.services.cases import withdraw
from approvals.services.outbox import deliver_mail, take_requests
from approvals.services.policies import install_policy
from approvals.services.sweep import sweep
from approvals.services.tasks import claim, decide
from approvals.services.templates import install_templates
from approvals.settings import Settings
from approvals.store import schema
from approvals.store.engine import Store, open_store
from approvals.store.notifications import Listener
from models.base import now_utc
from models.decision import Outcome
from models.task import TaskKind
from tests.conftest import NOW
from tests.faults.house import DRAFTED, House
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.faults.warm import warm_process
from tests.postman import MESSAGES

RELAY = "tests.faults.flow_runs:relay"


# Prefect away


def test_a_decision_without_prefect_is_kept_and_carried_on_by_a_prefect_that_remembers_nothing(
    house: House, databases: embedded.Databases
) -> None:
    reference = house.submit(now=now_utc())
    (task,) = house.carry_to(reference, TaskKind.DECISION, now=now_utc())
    with tempfile.TemporaryDirectory(prefix="approvals-test-", dir="/tmp") as folder:
        home = Path(folder)
        with _prefect_of_its_own(databases, home) as (database_url, api_url), _flows(api_url, home) as warm:
            os.kill(_server_process(home), signal.SIGKILL)

            began = time.monotonic()
            person = house.people.who_may_decide(task)
            decision = decide(house.store, task.id or 0, Answer(Outcome.APPROVE), by=person, now=now_utc())
            assert time.monotonic() - began < 1
            relaying = warm.start(RELAY, url=house.url, seconds=3, patient=True)
            ended = warm.wait(relaying)
            assert ended.returned == 1, "the relay came through the outage, and the work still waits"
            kept = Acknowledged(cases={reference}, decisions={decision.id or 0})
            assert broken_invariants(house.store, kept) == []

            _empty(database_url)
        with prefect_server(database_url, home=home, port=0) as api_url, _flows(api_url, home) as warm:
            sweep(house.store, now=now_utc() + timedelta(seconds=1), lost_after=timedelta(0))

            assert warm.run(RELAY, url=house.url).returned == 0
    assert house.case(reference).stage in DRAFTED
    assert [agreement.version for agreement in house.agreements(reference)] == [1]
    assert broken_invariants(house.store, kept, at_rest=True) == []


@contextmanager
def _prefect_of_its_own(databases: embedded.Databases, home: Path) -> Iterator[tuple[str, str]]:
    """Give database and address of a Prefect server that may be killed without harm to other tests."""
    url = make_url(databases.prefect_url).set(database="prefect_of_its_own").render_as_string(hide_password=False)
    _empty(url)
    with prefect_server(url, home=home, port=0) as api_url:
        yield url, api_url


@contextmanager
def _flows(api_url: str, home: Path) -> Iterator[Any]:
    with warm_process("tests.faults.flow_runs", environment=prefect_settings_env(api_url, home)) as warm:
        yield warm


def _server_process(home: Path) -> int:
    return int(json.loads((home / "prefect" / "server.json").read_text())["pid"])


def _empty(url: str) -> None:
    """Drop the database and create it anew."""
    address = make_url(url)
    admin = open_store(address.set(drivername="postgresql", database="postgres").render_as_string())
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {address.database} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {address.database}"))
    admin.close()


# PostgreSQL crashes


def test_what_was_acknowledged_is_there_after_every_crash_of_the_database() -> None:
    with tempfile.TemporaryDirectory(prefix="approvals-test-", dir="/tmp") as folder:
        home = Path(folder)
        with embedded.databases(home, durable=True) as databases:
            store = _furnished(databases.app_url)
            house, kept, stop = House(store), Acknowledged(), threading.Event()
            with ThreadPoolExecutor(4) as writers:
                working = [writers.submit(_write_until, stop, house, kept, number) for number in range(4)]
                for _ in range(2):
                    time.sleep(0.7)
                    _crash(home)
                    with embedded.databases(home, durable=True):
                        time.sleep(0.1)
                time.sleep(0.5)
                stop.set()
                outages = sum(writer.result(timeout=60) for writer in working)

            assert outages > 0
            assert len(kept.cases) > 3
            assert broken_invariants(store, kept) == []
            store.close()


def _furnished(url: str) -> Store:
    store, settings = open_store(url), Settings()
    schema.upgrade(store)
    install_policy(store, read_policy(settings.policy_folder), now=NOW)
    install_templates(store, settings.template_folder, now=NOW)
    enter_people(store, settings.example_folder / "cast" / "people.yaml", now=NOW)
    return store


def _write_until(stop: threading.Event, house: House, kept: Acknowledged, writer: int) -> int:
    """Submit and advance cases, trying again with the same key after an outage; return how many outages it met."""
    outages = number = 0
    while not stop.is_set():
        try:
            reference = house.submit(key=f"{writer}:{number}")
            kept.cases.add(reference)
            house.advance(reference)
            number += 1
        except SourceUnavailable:
            outages += 1
            time.sleep(0.05)
    return outages


def _crash(home: Path) -> None:
    """kill -9 the server's main process, and wait until it is gone."""
    server = psutil.Process(int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0]))
    server.kill()
    server.wait(timeout=20)


def test_a_listener_hears_again_after_its_connection_was_cut(store: Store) -> None:
    with Listener(store, "approvals_advance") as listener, store.engine.connect() as other:
        _cut_other_connections(store)
        with pytest.raises(SourceUnavailable):
            listener.wait(5)

        assert listener.wait(0), "after an outage there may be work nobody heard of"
        other.execute(text("NOTIFY approvals_advance"))
        other.commit()
        assert listener.wait(5)


def _cut_other_connections(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'"
            )
        )


# Bad surroundings

ACTS: dict[str, Callable[[House], object]] = {
    "submit": lambda house: house.submit(key="second"),
    "claim": lambda house: claim(house.store, 1, by=house.people.named("sara.lindqvist@example.org"), now=NOW),
    "decide": lambda house: house.answer(house.owed("PA-2026-0001")[0]),
    "withdraw": lambda house: withdraw(
        house.store, "PA-2026-0001", by=house.people.named("rosa.quispe@example.org"), reason="No.", now=NOW
    ),
    "sweep": lambda house: sweep(house.store, now=NOW + timedelta(days=30)),
}


@pytest.mark.parametrize(
    ("act", "state", "table"),
    [
        *((act, "disk_full", "event") for act in ACTS),
        *((act, "disk_full", "outbox") for act in ACTS if act != "claim"),  # claiming writes to nobody
        ("decide", "io_error", "event"),
        ("decide", "query_canceled", "event"),
    ],
)
def test_a_failing_database_saves_nothing_by_halves(house: House, act: str, state: str, table: str) -> None:
    house.carry_to(house.submit(), TaskKind.SCREENING_REVIEW)
    if act == "decide" and table == "outbox":
        house.answer(house.owed("PA-2026-0001")[0])
        house.advance("PA-2026-0001")
    before = house.imprint()
    _let_it_fail(house.store, state, table)

    with pytest.raises(SourceUnavailable, match="The database did not answer") as refusal:
        ACTS[act](house)

    assert "Traceback" not in str(refusal.value)
    assert house.imprint() == before
    with house.store.engine.begin() as connection:
        connection.execute(text("DROP FUNCTION fail() CASCADE"))
    ACTS[act](house)
    assert broken_invariants(house.store) == []


def _let_it_fail(store: Store, state: str, table: str) -> None:
    """Let PostgreSQL refuse whatever is written to `table`, with the error of a full or broken disk."""
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{_CODES[state]}'; END $$"
            )
        )
        connection.execute(text(f"CREATE TRIGGER fail BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fail()"))


_CODES = {"disk_full": "53100", "io_error": "58030", "query_canceled": "57014"}


def test_an_unreachable_database_is_named_at_once_and_in_words(house: House) -> None:
    away = open_store("postgresql://nobody@127.0.0.1:1/nowhere")
    everybody = house.people
    officer = everybody.named("rosa.quispe@example.org")
    acts: list[Callable[[], object]] = [
        lambda: withdraw(away, "PA-2026-0001", by=officer, reason="No.", now=NOW),
        lambda: claim(away, 1, by=officer, now=NOW),
        lambda: decide(away, 1, Answer(Outcome.APPROVE), by=officer, now=NOW),
        lambda: sweep(away, now=NOW),
        lambda: take_requests(away, now=NOW),
        lambda: deliver_mail(away, lambda _: None, write=MESSAGES.write, now=NOW),
        lambda: schema.upgrade(away),
        lambda: Listener(away, "approvals_advance"),
    ]

    for act in acts:
        with pytest.raises(SourceUnavailable, match="database") as refusal:
            act()
        assert "Traceback" not in str(refusal.value)


def test_a_lost_answer_to_a_commit_is_not_called_a_failure(house: House) -> None:
    do_commit = house.store.engine.dialect.do_commit

    def commit_and_lose_the_answer(connection: Any) -> None:
        do_commit(connection)
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    house.store.engine.dialect.do_commit = commit_and_lose_the_answer  # type: ignore[method-assign]
    with pytest.raises(SourceUnavailable, match="not known whether"):
        house.submit(key="first")
    house.store.engine.dialect.do_commit = do_commit  # type: ignore[method-assign]

    assert house.submit(key="first") == "PA-2026-0001"
    assert broken_invariants(house.store) == []


def test_one_mail_that_cannot_be_sent_does_not_hold_up_the_others(house: House) -> None:
    house.carry_to(house.submit(), TaskKind.NEGOTIATION)
    went_out: list[str] = []

    def send(mail: Mail) -> None:
        if not went_out:
            went_out.append("refused")
            raise ValueError("an address that cannot be written down")
        went_out.append(mail.to)

    assert deliver_mail(house.store, send, write=MESSAGES.write, now=NOW) == len(went_out) - 1
    assert len(went_out) > 2
    assert broken_invariants(house.store) == []
