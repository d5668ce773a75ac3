"""Both runner modes carry a case alike: in this machine's warm process, and by a stock worker from prefect.yaml."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from approvals.store.engine import Store
from models.base import now_utc
from models.case import Case, Stage
from models.decision import Decision
from models.event import Event
from models.task import Task, TaskKind
from tests.conftest import PrefectApi
from tests.faults.house import DRAFTED, House, copy_of
from tests.faults.invariants import broken_invariants
from tests.faults.warm import CHECKOUT, Warm

RELAY = "tests.faults.flow_runs:relay"
RUN_SECONDS = 60.0  #: a worker starts a new Python for each run
MOST_ROUNDS = 15


@pytest.fixture
def worker_log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@contextmanager
def stock_worker(prefect_api: PrefectApi, house: House, log: Path) -> Iterator[None]:
    """Deploy what prefect.yaml names, as an administrator would type it, and keep a worker at it."""
    environment = {
        **os.environ,
        **prefect_api.environment,
        "APPROVALS_DATABASE_URL": house.url,
        "APPROVALS_RUNNER": "deployment",
        "PREFECT_WORKER_QUERY_SECONDS": "0.5",
    }
    for command in (["work-pool", "create", "approvals", "--type", "process", "--overwrite"], ["deploy", "--all"]):
        said = _prefect(command, environment)
        assert said.returncode == 0, said.stdout
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", "approvals"],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            worker.terminate()
            try:
                worker.wait(timeout=20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()


def _prefect(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prefect", *command],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=90,
    )


def live(house: House, carry: Callable[[], None], begin: TaskKind | None, until: tuple[Stage, ...]) -> None:
    """Let a case live, `carry`-ing it on after every round of answers, until it is `until`.

    Up to the tasks of the kind `begin` no runner is needed, which spares the normal run of the tests a minute.
    """
    reference = house.submit("eu-contribution", now=now_utc())
    if begin is not None:
        for task in house.carry_to(reference, begin, now=now_utc()):
            house.answer(task, now=now_utc())
    for _ in range(MOST_ROUNDS):
        carry()
        if house.case(reference).stage in until:
            return
        for task in house.owed(reference):
            house.answer(task, now=now_utc())
    raise AssertionError(f"{reference} did not come to {until}")


def history(store: Store) -> dict[str, Any]:
    """Return what happened to the one case, without moments and digests of the trail."""
    with store.session() as session:
        case = session.exec(select(Case)).one()
        events = session.exec(select(Event).where(Event.case_id == case.id).order_by(col(Event.seq))).all()
        tasks = session.exec(select(Task).order_by(col(Task.id))).all()
        decisions = session.exec(select(Decision).order_by(col(Decision.id))).all()
    return {
        "case": (case.reference, case.stage, case.leg, case.risk, case.problem),
        "events": [(event.kind, event.actor_id, event.payload) for event in events],
        "tasks": [(task.slot, task.leg, task.role, task.state, task.due_on) for task in tasks],
        "decisions": [(decision.task_id, decision.outcome, decision.decided_by) for decision in decisions],
        "agreements": [
            (one.version, one.template_hash, one.data_hash, one.file_hash)
            for one in House(store).agreements(case.reference)
        ],
    }


def carry_by_worker(house: House, warm_flows: Warm) -> Callable[[], None]:
    def carry() -> None:
        assert warm_flows.run(RELAY, url=house.url, runner="deployment", seconds=RUN_SECONDS).returned == 0

    return carry


def carry_in_process(house: House, warm_flows: Warm) -> Callable[[], None]:
    def carry() -> None:
        assert warm_flows.run(RELAY, url=house.url).returned == 0

    return carry


@pytest.mark.parametrize(
    ("begin", "until"),
    [(TaskKind.DECISION, DRAFTED), pytest.param(None, (Stage.IN_FORCE,), marks=pytest.mark.soak)],
    ids=["decision to agreement", "whole life"],
)
def test_a_worker_writes_the_history_that_the_warm_process_writes(
    house: House,
    ready_database: str,
    prefect_api: PrefectApi,
    warm_flows: Warm,
    worker_log: Path,
    begin: TaskKind | None,
    until: tuple[Stage, ...],
) -> None:
    with copy_of(ready_database) as other:
        live(other, carry_in_process(other, warm_flows), begin, until)
        expected = history(other.store)

    with stock_worker(prefect_api, house, worker_log):
        live(house, carry_by_worker(house, warm_flows), begin, until)
        assert history(house.store) == expected
        assert expected["agreements"]
        assert broken_invariants(house.store, at_rest=True) == []

        forgotten = house.submit("stopped-by-screening", key="nobody asked", now=now_utc())
        said = _prefect(["deployment", "run", "sweep/approvals"], {**os.environ, **prefect_api.environment})
        assert said.returncode == 0, said.stdout
        _wait_for(lambda: house.is_at_rest(), worker_log)
        assert house.case(forgotten).stage is Stage.STOPPED
    assert broken_invariants(house.store, at_rest=True) == []


def _wait_for(happened: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + RUN_SECONDS
    while not happened():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.2)
