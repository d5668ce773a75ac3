"""How fast a decision opens the next task, and how many cases a minute reach an issued agreement.

Ours and the stock way (`benchmarks/stock_flow.py`: `suspend_flow_run` and a process worker) run one after the other
on the same PostgreSQL and the same Prefect server, with the same proposal, the same services and instant decisions
taken by another process. Then 10,000 cases wait, and what that costs is read off.

    python -m benchmarks.engine [CASES]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from approvals import wiring
from approvals.casework.policy import read_policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import read_proposal
from approvals.rehearsal import People, Rehearsal, enter_people
from approvals.services.cases import submit
from approvals.services.policies import install_policy
from approvals.services.templates import install_templates
from approvals.services.transaction import ADVANCE_CHANNEL
from approvals.services.watchlists import import_list
from approvals.settings import CHECKOUT, Settings
from approvals.store import schema
from approvals.store.engine import Store, open_store
from approvals.store.notifications import Listener
from models.base import now_utc
from models.task import TaskKind
from models.user import Role

EXAMPLE = "foundation.yaml"
AT_ONCE = 8
STOCK_CASES = 2
LOOK_EVERY_SECONDS = 0.02
GIVE_UP_AFTER_SECONDS = 120


@dataclass(frozen=True)
class Measured:
    """Seconds from the last decision of a stage to the next open task, and how long how many cases took."""

    gaps: Sequence[float]
    cases: int
    seconds: float

    @property
    def cases_a_minute(self) -> float:
        return self.cases / self.seconds * 60

    def percentile(self, share: float) -> float:
        return sorted(self.gaps)[min(int(len(self.gaps) * share), len(self.gaps) - 1)]


Resume = Callable[[str], None]


class Driver:
    """Instant people: submits proposals and decides every task as soon as it is open, watching the clock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.cast = Rehearsal(store, People(store))
        self.proposal = _proposal()
        self.officer = self.cast.people.named(self.proposal.focal_point.email or "")

    def submit(self) -> str:
        key = f"benchmark {time.perf_counter_ns()} {os.getpid()}"
        return submit(self.store, self.proposal, by=self.officer, key=key, now=now_utc()).reference

    def carry(self, reference: str, resume: Resume) -> list[float]:
        """Decide until the agreement is issued and return the seconds between decision and next task."""
        gaps = []
        decided_at = None
        deadline = time.monotonic() + GIVE_UP_AFTER_SECONDS
        while time.monotonic() < deadline:
            if not self.somebody_owes(reference):
                time.sleep(LOOK_EVERY_SECONDS)
                continue
            owed = self.cast.owed(reference)
            if decided_at is not None:
                gaps.append(time.perf_counter() - decided_at)
            if owed[0].kind is TaskKind.NEGOTIATION:
                return gaps
            for task in owed:
                self.cast.answer(task, now=now_utc())
            decided_at = time.perf_counter()
            resume(reference)
        raise TimeoutError(f"{reference} was not issued within {GIVE_UP_AFTER_SECONDS} s")

    def somebody_owes(self, reference: str) -> bool:
        """Look as cheaply as can be, so that the looking is not what is measured."""
        with self.store.engine.connect() as connection:
            return bool(connection.exec_driver_sql(A_LIVE_TASK, (reference,)).scalar())


A_LIVE_TASK = """
SELECT EXISTS (SELECT FROM task t JOIN approval_case c ON c.id = t.case_id
               WHERE c.reference = %s AND t.state IN ('open', 'claimed'))
"""


def _proposal() -> ProposalForm:
    return read_proposal((Settings().example_folder / EXAMPLE).read_bytes(), name=EXAMPLE)


# Ours


def _drive(url: str, cases: int, at_once: int, results: Any) -> None:
    """In a process of its own: carry `cases`, `at_once` at a time."""
    store = open_store(url, pool_size=at_once)
    driver = Driver(store)
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        gaps = list(pool.map(lambda _: driver.carry(driver.submit(), lambda _: None), range(cases)))
    results.put((started, time.perf_counter(), [gap for case in gaps for gap in case]))
    store.close()


async def _measured(url: str, cases: int, at_once: int) -> Measured:
    spawn = multiprocessing.get_context("spawn")
    results = spawn.Queue()
    people = spawn.Process(target=_drive, args=(url, cases, at_once, results))
    people.start()
    started, ended, gaps = await asyncio.to_thread(results.get, True, GIVE_UP_AFTER_SECONDS * 2)
    people.join()
    return Measured(gaps, cases, ended - started)


async def _ours(parts: wiring.Parts, url: str, cases: int) -> tuple[Measured, Measured]:
    """Return one case at a time, then many at once."""
    stop = asyncio.Event()
    with Listener(parts.store, ADVANCE_CHANNEL) as listener:
        relay = asyncio.create_task(parts.relay(listener).run(stop))
        await _measured(url, 1, 1)  # imports and caches
        alone = await _measured(url, max(3, cases // 5), 1)
        together = await _measured(url, cases, AT_ONCE)
        stop.set()
        await relay
    return alone, together


# The stock way


@contextmanager
def _stock_worker(folder: Path) -> Iterator[None]:
    """A deployment of the rival flow and the process worker that runs it."""
    from prefect import flow

    prefect = [sys.executable, "-m", "prefect"]
    subprocess.run(
        [*prefect, "work-pool", "create", "stock", "--type", "process"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,  # where no prefect.yaml is
    )
    stored = flow.from_source(str(CHECKOUT), entrypoint="benchmarks/stock_flow.py:stock_case")
    stored.to_deployment("stock").apply(work_pool_name="stock")
    log = (folder / "worker.log").open("wb")
    worker = subprocess.Popen(
        [*prefect, "worker", "start", "--pool", "stock"],
        cwd=CHECKOUT,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    )
    try:
        time.sleep(6)  # its start is not what is measured
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=60)
        log.close()


def _stock(parts: wiring.Parts) -> Measured:
    from prefect.client.orchestration import get_client
    from prefect.deployments import run_deployment
    from prefect.flow_runs import resume_flow_run

    driver = Driver(parts.store)
    runs: dict[str, Any] = {}

    def resume(reference: str) -> None:
        """Resume the run as soon as Prefect lets us: it refuses until the run is suspended.

        A decision that came before the run looked needs no resuming; the run then goes on by itself.
        """
        deadline = time.monotonic() + GIVE_UP_AFTER_SECONDS
        with get_client(sync_client=True) as client:
            while not driver.somebody_owes(reference) and time.monotonic() < deadline:
                state = client.read_flow_run(runs[reference]).state
                if state is not None and state.is_final():
                    return
                if state is not None and state.is_paused():
                    resume_flow_run(runs[reference])
                    return
                time.sleep(LOOK_EVERY_SECONDS)

    def one(_: int) -> list[float]:
        reference = driver.submit()
        run = run_deployment("stock-case/stock", parameters={"reference": reference}, timeout=0)
        runs[reference] = run.id
        return driver.carry(reference, resume)

    started = time.perf_counter()
    with ThreadPoolExecutor(1) as pool:
        gaps = list(pool.map(one, range(STOCK_CASES)))
    return Measured([gap for case in gaps for gap in case], STOCK_CASES, time.perf_counter() - started)


# Waiting


def _ten_thousand_wait(store: Store) -> tuple[int, int]:
    """Let 10,000 copies of a waiting case stand in the database and return what this process grew by.

    The figures are bytes of memory and processes, over two sweeps with all of them waiting.
    """
    from approvals.services.sweep import sweep

    with store.engine.begin() as connection:
        connection.execute(text(COPY_A_WAITING_CASE))
        connection.execute(text(COPY_ITS_TASK))
    me = psutil.Process()
    sweep(store, now=now_utc())
    memory, children = me.memory_info().rss, len(me.children(recursive=True))
    for _ in range(2):
        sweep(store, now=now_utc())
    return me.memory_info().rss - memory, len(me.children(recursive=True)) - children


COPY_A_WAITING_CASE = """
INSERT INTO approval_case
SELECT (jsonb_populate_record(one.original, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('approval_case', 'id')),
    'reference', 'PA-0000-' || n, 'submission_key', 'waiting ' || n))).*
FROM (SELECT c FROM approval_case c WHERE stage = 'negotiation' ORDER BY id LIMIT 1) one(original),
     generate_series(1, 10000) n
"""
COPY_ITS_TASK = """
INSERT INTO task
SELECT (jsonb_populate_record(one.original, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('task', 'id')), 'case_id', waiting.id))).*
FROM (SELECT t FROM task t WHERE kind = 'negotiation' AND state = 'open' ORDER BY id LIMIT 1) one(original),
     (SELECT id FROM approval_case WHERE reference LIKE 'PA-0000-%') waiting
"""


def _prepare(parts: wiring.Parts) -> str:
    """Lay out database, policy, people and a list in force, and return the address for other processes."""
    store, settings = parts.store, parts.settings
    schema.upgrade(store)
    install_policy(store, read_policy(settings.policy_folder), now=now_utc())
    install_templates(store, settings.template_folder, now=now_utc())
    cast = settings.example_folder / "cast"
    enter_people(store, cast / "people.yaml", now=now_utc())
    administrator = People(store).with_role(Role.ADMINISTRATOR)
    import_list(
        store, cast / "watchlist.csv", list_format="plain_csv", source="un_sc", by=administrator, now=now_utc()
    )
    return store.engine.url.render_as_string(hide_password=False)


def _print_head() -> None:
    print(f"{date.today()}, {platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{'':<34}{'p50 s':>9}{'p95 s':>9}{'cases/min':>12}{'cases':>8}{'gaps':>8}")


def _print(name: str, measured: Measured) -> None:
    print(
        f"{name:<34}{statistics.median(measured.gaps):>9.3f}{measured.percentile(0.95):>9.3f}"
        f"{measured.cases_a_minute:>12.1f}{measured.cases:>8}{len(measured.gaps):>8}",
        flush=True,
    )


def main() -> None:
    """Run the comparison and print it."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory(prefix="approvals-bench-", dir="/tmp") as folder:
        os.environ |= {"APPROVALS_HOME": folder, "APPROVALS_PREFECT_PORT": "0"}
        with wiring.parts(Settings()) as parts:
            url = _prepare(parts)
            with wiring.prefect_api(parts):
                alone, together = asyncio.run(_ours(parts, url, cases))
                _print_head()
                _print("ours, one case at a time", alone)
                _print(f"ours, {AT_ONCE} cases at once", together)
                with _stock_worker(Path(folder)):
                    stock = _stock(parts)
                _print("stock: suspend and process worker", stock)
            ratio = stock.percentile(0.95) / alone.percentile(0.95)
            print(f"p95, stock / ours one at a time:  {ratio:.1f}  (aim: 20 or more)")
            print(f"cases a minute, at once:          {together.cases_a_minute:.0f}  (aim: 120 or more)", flush=True)
            memory, processes = _ten_thousand_wait(parts.store)
    print(f"10,000 cases waiting:             {memory / 1e6:+.1f} MB, {processes:+d} processes")


if __name__ == "__main__":
    main()
