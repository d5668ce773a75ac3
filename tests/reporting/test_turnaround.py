"""Every figure is the number of the rows behind it, and what anybody gets who counts the events again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from approvals.reporting.keys import Period, read_key
from approvals.reporting.measuring import Asked, Figure, behind, count
from approvals.reporting.tables import tables
from approvals.reporting.turnaround import Turnaround, turnaround
from approvals.store.engine import Store
from approvals.store.time_facts import PROJECTION, OfficeDays, catch_up
from benchmarks import turnaround_pandas
from benchmarks.turnaround import export, named
from benchmarks.turnaround_data import NOW, OFFICES, invented, write

TODAY = NOW.date() - timedelta(days=40)
"""A day on which cases are still open."""


@pytest.fixture
def invented_cases(store: Store) -> Store:
    """A database with some eighty invented cases, a few of them open."""
    write(store, invented(3_000))
    return store


def counted(store: Store) -> int | None:
    """Count what is new, as the sweep does, and return the number of cases it took."""
    offices = [OfficeDays(code, "UTC", lambda day: 2 * (day.weekday() < 5), "a week") for code in OFFICES]
    with store.session() as session:
        found = catch_up(session, offices, now=NOW)
        session.commit()
    return found.cases


def report(store: Store, asked: Asked | None = None) -> Turnaround:
    with store.session() as session:
        return turnaround(session, asked or Asked(TODAY), smallest_group=1)


def figures_in(value: object) -> Iterator[Figure]:
    """Yield every figure of a report."""
    if isinstance(value, Figure):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from figures_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from figures_in(part)
    elif isinstance(value, tuple | list):
        for part in value:
            yield from figures_in(part)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(TODAY),
        Asked(TODAY, Period(date(2023, 1, 1), date(2024, 6, 30))),
        Asked(TODAY, where=(("case", "new"),)),
        Asked(TODAY, where=(("case", "amendment"),), offices=("AO-DAKAR", "RO-AFRICA")),
    ],
    ids=["everything", "a period", "new partnerships", "amendments somebody of a region sees"],
)
def test_a_figure_is_the_number_of_the_rows_behind_it(invented_cases: Store, asked: Asked) -> None:
    counted(invented_cases)
    figures = list(figures_in(report(invented_cases, asked)))

    with invented_cases.session() as session:
        lists = {figure.key: len(behind(session, asked, figure.key).rows) for figure in figures}
        numbers = {figure.key: count(session, asked, read_key(str(figure.key))) for figure in figures}

    assert len(figures) > 50
    assert [figure for figure in figures if not figure.count == lists[figure.key] == numbers[figure.key]] == []


def test_every_figure_is_what_another_program_counts_from_the_events(invented_cases: Store, tmp_path: Path) -> None:
    counted(invented_cases)
    export(invented_cases, tmp_path)

    again = turnaround_pandas.figures(turnaround_pandas.read(tmp_path), today=NOW.date())

    assert dict(named(report(invented_cases, Asked(NOW.date())))) == again


def test_counting_on_gives_what_counting_everything_gives(store: Store) -> None:
    whole = invented(1_500)
    write(store, whole)
    with store.session() as session:
        events = session.connection().execute(text("SELECT max(seq) FROM event")).scalar_one()
        session.connection().execute(text("SET session_replication_role = replica"))
        session.connection().execute(text("CREATE TABLE later AS SELECT * FROM event WHERE seq > 700"))
        session.connection().execute(text("DELETE FROM event WHERE seq > 700"))
        session.commit()

    first = counted(store)
    for upto in (900, 1_200, events):
        with store.session() as session:
            session.connection().execute(text("INSERT INTO event SELECT * FROM later WHERE seq <= :n AND seq > "
                                              "(SELECT max(seq) FROM event)"), {"n": upto})  # fmt: skip
            session.commit()
        assert counted(store) is not None
    step_by_step = projection(store)
    with store.session() as session:
        session.connection().execute(text("DELETE FROM counted_up_to"))
        session.commit()

    assert first is None
    assert counted(store) is None
    assert projection(store) == step_by_step


def projection(store: Store) -> dict[str, list[Any]]:
    with store.session() as session:
        connection = session.connection()
        return {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in PROJECTION
        }


def test_counting_again_without_news_changes_nothing(invented_cases: Store) -> None:
    counted(invented_cases)
    before = projection(invented_cases)

    assert counted(invented_cases) == 0
    assert projection(invented_cases) == before


def test_a_closed_day_is_no_working_day_and_half_a_day_is_a_half(invented_cases: Store) -> None:
    def count_with(halves: int) -> float:
        offices = [OfficeDays(code, "UTC", lambda _: halves, str(halves)) for code in OFFICES]
        with invented_cases.session() as session:
            catch_up(session, offices, now=NOW)
            session.commit()
        spread = report(invented_cases).lead[""][0].working_days
        assert spread is not None
        return spread.median

    assert count_with(2) == 2 * count_with(1)
    assert count_with(0) == 0


def test_every_table_has_a_cell_for_every_column(invented_cases: Store) -> None:
    counted(invented_cases)

    shown = tables(report(invented_cases))

    assert len({table.name for table in shown}) == len(shown) > 15
    assert [
        (table.name, line) for table in shown for line in table.lines if len(line.cells) != len(table.columns)
    ] == []


@pytest.mark.parametrize(
    ("why", "kept_as"), [("on_hold", "stopped_seconds"), ("partner_asked", "partner_seconds")], ids=["hold", "asked"]
)
def test_a_stop_of_the_clock_is_counted_apart_by_what_it_was_for(
    invented_cases: Store, why: str, kept_as: str
) -> None:
    counted(invented_cases)
    stop = (
        "INSERT INTO event (seq, at, kind, case_id, actor_id, payload, previous_hash, hash) "
        "VALUES (:seq, :at, :kind, :case_id, 1, CAST(:payload AS jsonb), :none, :none)"
    )
    with invented_cases.session() as session:
        connection = session.connection()
        (case_id, leg, entered_at, seconds, last) = connection.execute(
            text("SELECT case_id, leg, entered_at, seconds, (SELECT max(seq) FROM event) FROM stage_time "
                 "WHERE stage = 'consultation' ORDER BY seconds DESC LIMIT 1")
        ).one()  # fmt: skip
        for number, (kind, share) in enumerate((("ClockStopped", 0.25), ("ClockResumed", 0.75)), start=1):
            at = entered_at + timedelta(seconds=int(seconds * share))
            told = {"seq": last + number, "at": at, "kind": kind, "case_id": case_id, "none": "0" * 64}
            connection.execute(text(stop), told | {"payload": f'{{"why": "{why}"}}'})
        session.commit()

    assert counted(invented_cases) == 1
    with invented_cases.session() as session:
        query = f"SELECT {kept_as} FROM stage_time WHERE case_id = :case_id AND leg = :leg"
        kept = session.connection().execute(text(query), {"case_id": case_id, "leg": leg}).scalar_one()
    assert kept == int(seconds * 0.75) - int(seconds * 0.25)
