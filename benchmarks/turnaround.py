"""How long the whole turnaround report takes over a million events, and beside it pandas over the same, exported as
CSV, in the same run. Every figure of the two must be equal, to the last digit.

    python -m benchmarks.turnaround [EVENTS]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from approvals import embedded
from approvals.reporting.measuring import ALL, Asked, Figure
from approvals.reporting.spread import Spread
from approvals.reporting.task_times import INTERVENTIONS
from approvals.reporting.turnaround import Turnaround, turnaround
from approvals.store import schema
from approvals.store.engine import Store, open_store
from approvals.store.time_facts import OfficeDays, catch_up
from benchmarks import turnaround_pandas as rival
from benchmarks.turnaround_data import NOW, OFFICES, invented, write

TIMES = 5
T = TypeVar("T")

EXPORT = {
    "events": """
        SELECT seq, at, kind, case_id AS case, payload->>'task' AS task, payload->>'leg' AS leg,
               coalesce(payload->>'to', payload->>'stage') AS stage, payload->>'due_on' AS due_on,
               payload->>'outcome' AS outcome, on_behalf_of
        FROM event WHERE case_id IS NOT NULL ORDER BY seq""",
    "cases": """
        SELECT c.id AS case, c.office_code AS office, p.content->>'level' AS level,
               p.content->'partner'->>'kind' AS partner, coalesce(a.family, 'none') AS family
        FROM approval_case c JOIN proposal p ON p.case_id = c.id AND p.version = 1
        LEFT JOIN agreement a ON a.case_id = c.id AND a.version = 1 ORDER BY 1""",
    "tasks": """
        SELECT id AS task, case_id AS case, leg, kind AS task_kind, role, office_code AS owed_by, stage AS of_stage
        FROM task ORDER BY 1""",
}


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with (
        tempfile.TemporaryDirectory(prefix="turnaround-", dir="/tmp") as folder,
        embedded.databases(Path(folder), durable=False) as databases,
    ):
        store = open_store(databases.app_url)
        schema.upgrade(store)
        tables = invented(events)
        write(store, tables)
        print(f"{len(tables.events):,} events of {len(tables.cases):,} cases, {len(tables.tasks):,} tasks")
        _race(store, Path(folder))
        store.close()


def _race(store: Store, folder: Path) -> None:
    counted, seconds = _timed(lambda: _count(store), times=1)
    print(f"counted once from all events   {seconds:7.2f} s  (up to event {counted:,})")
    _, seconds = _timed(lambda: _count(store), times=TIMES)
    print(f"counted on, nothing new        {seconds:7.3f} s")
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    export(store, folder)
    ours, our_seconds = _timed(lambda: _report(store), times=TIMES)
    print(f"ours, the whole report         {our_seconds:7.2f} s  (best of {TIMES})")
    exported, reading = _timed(lambda: rival.read(folder), times=2)
    theirs, computing = _timed(lambda: rival.figures(exported, today=NOW.date()), times=2)
    whole = reading + computing
    print(f"pandas, from the CSV           {whole:7.2f} s  ({reading:.2f} reading, {computing:.2f} computing)")
    _compare(dict(named(ours)), theirs)
    times, without = whole / our_seconds, computing / our_seconds
    print(f"pandas takes {times:.1f} times as long, {without:.1f} times without reading")


def _timed(call: Callable[[], T], *, times: int) -> tuple[T, float]:
    """Return what `call` gives and the shortest of `times` runs, in seconds."""
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - began)
    return result, best


def _count(store: Store) -> int:
    offices = [OfficeDays(code, "UTC", lambda day: 2 * (day.weekday() < 5), "Monday to Friday") for code in OFFICES]
    with store.session() as session:
        counted = catch_up(session, offices, now=NOW)
        session.commit()
    return counted.seq


def _report(store: Store) -> Turnaround:
    with store.session() as session:
        return turnaround(session, Asked(NOW.date()), smallest_group=1)


def export(store: Store, folder: Path) -> None:
    """Write events, cases and tasks as CSV into `folder`."""
    connection = store.engine.raw_connection()
    with connection.cursor() as cursor:
        for name, query in EXPORT.items():
            with (
                (folder / f"{name}.csv").open("wb") as file,
                cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy,
            ):
                for block in copy:
                    file.write(block)
    connection.close()


def _compare(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> None:
    missing = sorted(ours.keys() ^ theirs.keys())
    different = [name for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]]
    for name in [*missing[:5], *different[:5]]:
        print(f"  {name}: ours {ours.get(name)}, pandas {theirs.get(name)}")
    numbers = sum(len(values) for values in ours.values())
    print(f"{len(ours):,} figures with {numbers:,} numbers; {len(missing)} missing, {len(different)} different")


def named(report: Turnaround) -> Iterator[tuple[str, list[float]]]:
    """Yield every figure of the report by the name the rival gives it."""
    for by, figures in report.lead.items():
        for figure in figures:
            tail = f"/{by}={figure.label}" if by else ""
            yield f"lead working{tail}", _numbers(figure, figure.working_days)
            yield f"lead calendar{tail}", _numbers(figure, figure.calendar_days)
    for name in ("ours", "partner"):
        yield name, _numbers(getattr(report, name), getattr(report, name).working_days)
    for figure in (report.quality.right_first, report.quality.returned):
        yield figure.key.population, _numbers(figure, figure.working_days)
    yield "efficiency", [report.efficiency or 0.0]
    for figure in report.stages:
        yield f"stage working/stage={figure.label}", _numbers(figure, figure.working_days)
        yield f"stage calendar/stage={figure.label}", _numbers(figure, figure.calendar_days)
    for name, found in (("wait", report.waits), ("touch", report.touches)):
        for by, figures in found.items():
            for figure in figures:
                yield name + _tail(by, figure.label), _numbers(figure, figure.hours)
    yield from _counted(report)


def _counted(report: Turnaround) -> Iterator[tuple[str, list[float]]]:
    for by, late in report.lateness.items():
        for one in late:
            yield f"due{_tail(by, one.label)}", [float(one.due.count)]
            if one.late.count:
                yield f"breach{_tail(by, one.label)}", [float(one.late.count)]
    for figure in report.quality.asked_by:
        yield f"return{_tail('task', figure.label)}", [float(figure.count)]
    for step in report.funnel:
        yield f"came/stage={step.stage}", [float(step.came.count)]
        if step.exits.count:
            yield f"exit/stage={step.stage}", [float(step.exits.count)]
    for aged in report.ageing:
        yield f"here/stage={aged.stage}", _numbers(aged.here, aged.here.working_days)
    for name, figure in zip(INTERVENTIONS, report.interventions, strict=True):
        if name not in ("let_in", "escalated", "silent"):  # which the invented cases never came to
            yield name, _numbers(figure, figure.working_days)
    for week in report.flow:
        if week.arrived:
            yield f"arrived/{week.week}", [float(week.arrived)]
        if week.ended:
            yield f"ended/{week.week}", [float(week.ended)]
    for point in report.control.weeks if report.control else ():
        yield f"week median/{point.figure.label}", [point.median]


def _tail(by: str, label: str) -> str:
    return f"/{'task_kind' if by == 'task' else by}={label}" if by != ALL else ""


def _numbers(figure: Figure, spread: Spread | None) -> list[float]:
    return [float(figure.count), *((spread.median, spread.p85, spread.p90, spread.p95) if spread else ())]


if __name__ == "__main__":
    main()
