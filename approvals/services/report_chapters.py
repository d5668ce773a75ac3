"""What stands in the weekly and the yearly report: chapters made of the figures the desk shows too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from approvals.casework.policy import Policy
from approvals.casework.wording import in_words
from approvals.documents.report import Chapter, Grid
from approvals.reporting.funds import Approved, FundsTable, approvals_by
from approvals.reporting.funds import Cell as FundsCell
from approvals.reporting.measuring import Listing
from approvals.reporting.tables import Table, tables
from approvals.reporting.turnaround import Turnaround

MOST_OVERDUE = 25
"""Overdue tasks a weekly report names; all are in the list behind the figure."""

WEEKS_SHOWN = 12


@dataclass(frozen=True)
class Counted:
    """What a report is made from: the figures of the time reported on, and those of the year that ends with it."""

    report: Turnaround
    year: Turnaround
    overdue: Listing
    approved: Sequence[Approved]
    policy: Policy


def weekly_chapters(counted: Counted) -> tuple[Chapter, ...]:
    """Return the chapters of the weekly administrators' report."""
    week, year = _by_name(counted.report), _by_name(counted.year)
    return (
        Chapter("Where our cases lose time", _verdicts(counted.year), (_grid(year["stages"], bars=2),)),
        Chapter("The week", _flow_in_words(counted.report), (_last(_grid(year["weeks"], bars=3), WEEKS_SHOWN),)),
        Chapter("From submission to the end, in the last year", (), (_grid(year["lead"], bars=2),)),
        Chapter(
            "Who is waited for",
            (_overdue_in_words(counted.overdue),),
            (
                _overdue(counted.overdue),
                _grid(week["late_by_task"]),
                _grid(year["late_by_group"]),
                _grid(year["wait_by_group"], bars=2),
            ),
        ),
        Chapter("Open cases", (), (_grid(year["ageing"]),)),
        Chapter("Questions, reminders, forecasts", (), tuple(_grid(year[name]) for name in _QUALITY)),
    )


_QUALITY = ("quality", "interventions", "forecasts")


def yearly_chapters(counted: Counted, *, year: int) -> tuple[Chapter, ...]:
    """Return the chapters of the yearly partnership report."""
    figures = _by_name(counted.year)
    titles = counted.policy.figures
    sources = [one.source_of_funds for one in titles.sources_of_funds]
    by_source = approvals_by(counted.approved, "source", parts=sources)
    return (
        Chapter(
            "What was approved",
            (_approved_in_words(counted.approved, year),),
            (
                _funds("By source of funds", by_source, titles.title_of, year),
                _funds("By region", approvals_by(counted.approved, "region"), str, year),
                _funds("By level", approvals_by(counted.approved, "level"), in_words, year),
            ),
        ),
        Chapter("How far proposals came", (), (_grid(figures["funnel"], bars=1), _grid(figures["lead_by_ending"]))),
        Chapter(
            "How long it took",
            _verdicts(counted.year),
            tuple(_grid(figures[name], bars=2) for name in ("lead", "stages", "lead_by_month", "lead_by_office")),
        ),
        Chapter(
            "With whom", (), tuple(_grid(figures[f"lead_by_{by}"], bars=1) for by in ("partner", "level", "family"))
        ),
        Chapter("How well it went", (), tuple(_grid(figures[name]) for name in ("late_by_task", *_QUALITY))),
    )


def _by_name(report: Turnaround) -> dict[str, Table]:
    return {table.name: table for table in tables(report)}


def _verdicts(report: Turnaround) -> tuple[str, ...]:
    """Return where most time goes, whether it gets better, and how much of it is work."""
    said = [report.bottleneck.sentence] if report.bottleneck else ["Nothing was measured yet."]
    if report.control is not None:
        said.append(report.control.verdict)
    if report.efficiency is not None:
        said.append(f"In {report.efficiency:.0%} of the time of decided cases somebody of ours had them in hand.")
    return tuple(said)


def _flow_in_words(report: Turnaround) -> tuple[str, ...]:
    if not report.flow:
        return ("No case was submitted yet.",)
    week = report.flow[-1]
    return (
        f"{week.arrived} cases were submitted, {week.ended} ended, and {week.under_way} were under way at its end.",
    )


def _overdue_in_words(overdue: Listing) -> str:
    number = len(overdue.rows)
    if not number:
        return "No task is overdue."
    named = f"; the {MOST_OVERDUE} longest overdue are named" if number > MOST_OVERDUE else ""
    return f"{number} tasks are open and overdue{named}."


def _overdue(overdue: Listing) -> Grid:
    places = [overdue.columns.index(name) for name in ("reference", "task", "role", "owed_by_office", "due_on")]
    rows = sorted(([row[place] for place in places] for row in overdue.rows), key=lambda row: (row[4], row[0]))
    shown = tuple(
        (str(reference), in_words(task), in_words(role), str(office or "any"), str(due))
        for reference, task, role, office, due in rows[:MOST_OVERDUE]
    )
    return Grid("Open and overdue", "", ("Case", "Task", "Owed by", "Office", "Was due on"), shown)


def _grid(table: Table, *, bars: int | None = None) -> Grid:
    """Return a table as it is printed; `bars` is the column drawn as bars besides."""
    rows = [
        [_printed(column, cell) for column, cell in zip(table.columns, line.cells, strict=True)]
        for line in table.lines
    ]
    lengths = [line.cells[bars] for line in table.lines] if bars is not None else []
    return Grid(
        table.title,
        table.note,
        table.columns,
        tuple(tuple(row) for row in rows),
        bars=tuple(float(length) if isinstance(length, int | float) else 0.0 for length in lengths),
    )


def _printed(column: str, cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.0%}" if column == "Share" else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _last(grid: Grid, number: int) -> Grid:
    return Grid(grid.title, grid.note, grid.columns, grid.rows[-number:], grid.bars[-number:])


def _approved_in_words(approved: Iterable[Approved], year: int) -> str:
    these = [one for one in approved if one.year == year]
    if not these:
        return f"No partnership was approved in {year}."
    whole = sum(one.amount_usd for one in these)
    return f"{len(these)} new partnerships were approved in {year}, worth {whole:,.0f} US dollars together."


def _funds(title: str, table: FundsTable, named: Callable[[str], str], year: int) -> Grid:
    years = [each for each in table.years if each > year - 4][-4:]
    rows = [
        (named(part), *(_money(table.cells[part, each]) for each in years), _trend(table, part))
        for part in table.parts
    ]
    rows.append(("All", *(_money(table.totals[each]) for each in years), _trend(table, None)))
    note = "US dollars, number of partnerships and share of the year; trend from the first year known to the last."
    return Grid(title, note, ("", *map(str, years), "Trend"), tuple(rows) if table.parts else ())


def _money(cell: FundsCell) -> str:
    if cell.amount is None or not cell.number:
        return "–"
    share = f", {cell.share:.0%}" if cell.share is not None else ""
    return f"{cell.amount:,.0f} ({cell.number}{share})"


def _trend(table: FundsTable, part: str | None) -> str:
    trend = table.trend(part)
    return f"{trend:+.0%}" if trend is not None else "–"
