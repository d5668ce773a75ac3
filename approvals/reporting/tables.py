"""The turnaround report as tables, the one form in which terminal, desk, spreadsheet and Word show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from approvals.casework.wording import in_words
from approvals.reporting.control import RULES
from approvals.reporting.measuring import ALL, Figure
from approvals.reporting.spread import Spread
from approvals.reporting.task_times import Lateness, group_in_words
from approvals.reporting.turnaround import Turnaround

Cell = str | int | float | None


@dataclass(frozen=True)
class Line:
    """One line of a table; `key` fetches the cases behind it, None if it stands for no cases."""

    key: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table of figures. Times are in working days unless a column says otherwise; shares are from 0 to 1."""

    name: str
    title: str
    note: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


_SPREAD = ("Median", "p85", "p90", "p95")
_DAYS = (*_SPREAD, "Calendar median", "Calendar p95")

BY_WORDS = {
    "stage": "stage",
    "office": "office",
    "level": "level",
    "partner": "kind of partner",
    "family": "template family",
    "ending": "ending",
    "month": "month of decision",
    "group": "group of reviewers",
}


def tables(report: Turnaround, *, by: str | None = None) -> tuple[Table, ...]:
    """Return the whole report as tables; with `by`, only those told apart by that dimension."""
    if by is None:
        return tuple(_all(report))
    if by == "stage":
        return (_stages(report),)
    if by == "group":
        return (
            _tasks(report, "wait", "group"),
            _tasks(report, "touch", "group"),
            _late(report, "group"),
            _late_at_first(report, "group"),
        )
    return (_lead_by(report, by),)


def _all(report: Turnaround) -> Iterator[Table]:
    yield _lead(report)
    yield _stages(report)
    for by in ("ending", "office", "level", "partner", "family", "month"):
        yield _lead_by(report, by)
    for by in ("task", "group"):
        yield _tasks(report, "wait", by)
        yield _tasks(report, "touch", by)
        yield _late(report, by)
        yield _late_at_first(report, by)
    yield from (_quality(report), _funnel(report), _ageing(report), _flow(report), _control(report))
    yield from (_forecasts(report), _interventions(report))


def _spread(spread: Spread | None) -> tuple[Cell, ...]:
    return (spread.median, spread.p85, spread.p90, spread.p95) if spread else (None,) * 4


def _days(figure: Figure) -> tuple[Cell, ...]:
    calendar = figure.calendar_days
    ends = (calendar.median, calendar.p95) if calendar else (None, None)
    return (*_spread(figure.working_days), *ends)


def _line(figure: Figure, name: str, *cells: Cell) -> Line:
    return Line(str(figure.key), (name, figure.count, *cells))


def _lead(report: Turnaround) -> Table:
    named = [
        *(("From submission to the decision", figure) for figure in report.lead[ALL]),
        *((f"Of these, {_words(figure.label)}", figure) for figure in report.by_case),
        ("Our own time", report.ours),
        ("With the partner", report.partner),
        ("Clock stopped", report.stopped),
    ]
    return Table(
        "lead",
        "From submission to the end",
        "Cases decided: in force, effective, declined or stopped. Withdrawn and lapsed ones are in the funnel.",
        ("What", "Cases", *_DAYS),
        tuple(_line(figure, name, *_days(figure)) for name, figure in named),
    )


def _lead_by(report: Turnaround, by: str) -> Table:
    return Table(
        f"lead_by_{by}",
        f"From submission to the end, by {BY_WORDS[by]}",
        "Counted in the month in which the case ended." if by == "month" else "",
        (BY_WORDS[by].capitalize(), "Cases", *_DAYS),
        tuple(_line(figure, _words(figure.label), *_days(figure)) for figure in report.lead[by]),
    )


def _stages(report: Turnaround) -> Table:
    return Table(
        "stages",
        "Working days in each stage",
        "Stays that have ended; a case that came back stayed twice.",
        ("Stage", "Stays", *_DAYS),
        tuple(_line(figure, in_words(figure.label), *_days(figure)) for figure in report.stages),
    )


_TASK_TITLES = {
    "wait": ("Waiting until somebody takes a task", "In hours by the clock, from opening to the first taking."),
    "touch": (
        "In somebody's hands",
        "In hours by the clock, from taking to deciding: an upper bound of the work, as nobody works without a "
        "break. Tasks decided without being taken first are left out.",
    ),
}


def _tasks(report: Turnaround, name: str, by: str) -> Table:
    title, note = _TASK_TITLES[name]
    found = (report.waits if name == "wait" else report.touches)[by]
    return Table(
        f"{name}_by_{by}",
        f"{title}, by {'task' if by == 'task' else BY_WORDS[by]}",
        note + (" Times of small groups are hidden." if by == "group" else ""),
        (by.capitalize(), "Tasks", *_SPREAD),
        tuple(_line(figure, _named(by)(figure.label), *_spread(figure.hours)) for figure in found),
    )


def _late(report: Turnaround, by: str) -> Table:
    return Table(
        f"late_by_{by}",
        f"Late, by {'task' if by == 'task' else BY_WORDS[by]}",
        "Of the tasks due, those answered late and those open and overdue; stops of the clock moved their last day.",
        (by.capitalize(), "Due", "Late", "Share"),
        _late_lines(report.lateness[by], by),
    )


def _late_at_first(report: Turnaround, by: str) -> Table:
    return Table(
        f"late_at_first_by_{by}",
        f"Late by the day first fixed, by {'task' if by == 'task' else BY_WORDS[by]}",
        "The same, as if the clock had never stood still: by the last day that was fixed when the task was opened.",
        (by.capitalize(), "Due", "Late", "Share"),
        _late_lines(report.lateness_at_first[by], by),
    )


def _late_lines(found: Iterable[Lateness], by: str) -> tuple[Line, ...]:
    name = _named(by)
    return tuple(Line(str(one.late.key), (name(one.label), *_rate(one))) for one in found)


def _rate(one: Lateness) -> tuple[Cell, ...]:
    return one.due.count, one.late.count, one.rate


def _named(by: str) -> Callable[[str], str]:
    return group_in_words if by == "group" else in_words


def _quality(report: Turnaround) -> Table:
    quality = report.quality
    return Table(
        "quality",
        "Right the first time",
        "Decided cases that were never returned to the officer, and who returned the others.",
        ("What", "Number", "Share"),
        (
            Line(str(quality.right_first.key), ("Never returned", quality.right_first.count, quality.rate)),
            Line(str(quality.returned.key), ("Returned", quality.returned.count, 1 - quality.rate)),
            *(
                Line(str(figure.key), (f"Returned in {in_words(figure.label)}", figure.count, None))
                for figure in quality.asked_by
            ),
        ),
    )


def _funnel(report: Turnaround) -> Table:
    return Table(
        "funnel",
        "How far cases come",
        "Of the cases submitted: how many came to a stage, ended there short of their aim, and are there now.",
        ("Stage", "Came", "Ended there", "There now"),
        tuple(
            Line(str(step.came.key), (in_words(step.stage), step.came.count, step.exits.count, step.here.count))
            for step in report.funnel
        ),
    )


def _ageing(report: Turnaround) -> Table:
    return Table(
        "ageing",
        "Open cases, against how long past ones stayed",
        "Older than half, than 85 and than 95 of 100 past stays in the same stage.",
        ("Stage", "There now", "Median age", "Older than the median", "than p85", "than p95"),
        tuple(
            _line(
                one.here,
                in_words(one.stage),
                one.here.working_days.median if one.here.working_days else None,
                *(figure.count for figure in one.older),
                *(None,) * (3 - len(one.older)),
            )
            for one in report.ageing
        ),
    )


def _flow(report: Turnaround) -> Table:
    return Table(
        "weeks",
        "Week after week",
        "Cases submitted, cases that ended in whatever way, and those under way at the end of the week.",
        ("Week", "Submitted", "Ended", "Under way"),
        tuple(Line(None, (one.week, one.arrived, one.ended, one.under_way)) for one in report.flow),
    )


def _control(report: Turnaround) -> Table:
    chart = report.control
    limits = f" Centre {chart.centre:.1f}, limits {chart.lower:.1f} and {chart.upper:.1f}." if chart else ""
    return Table(
        "control",
        "Weekly median from submission to the end",
        " ".join(RULES) + limits,
        ("Week", "Cases", "Median", "Signal"),
        tuple(_line(week.figure, week.figure.label, week.median, week.signal) for week in chart.weeks)
        if chart
        else (),
    )


def _forecasts(report: Turnaround) -> Table:
    return Table(
        "forecasts",
        "Expected dates, held against the truth",
        "Forecasts of cases decided since, by the stage in which they were made: how far off in working days, and "
        "how many held, the case being decided within the range.",
        ("Made in", "Forecasts", *_SPREAD, "Held", "Share"),
        tuple(
            _line(
                one.off,
                in_words(one.stage),
                *_spread(one.off.working_days),
                one.held.count,
                one.held.count / one.off.count,
            )
            for one in report.forecasts
        ),
    )


_INTERVENTIONS = {
    "reminded": "Somebody had to be reminded",
    "let_in": "Standing substitutes were let in",
    "escalated": "Opened to others, as nobody answered",
    "substituted": "Decided for somebody absent",
    "reassigned": "Given back or handed over",
    "silent": "Nobody answered in time",
}


def _interventions(report: Turnaround) -> Table:
    return Table(
        "interventions",
        "Reminders, escalations, substitutes, hand-overs",
        "Tasks, and their working days from opening to end.",
        ("What", "Tasks", *_SPREAD),
        tuple(
            _line(figure, _INTERVENTIONS[figure.key.population], *_spread(figure.working_days))
            for figure in report.interventions
        ),
    )


def _words(label: str) -> str:
    """Return a label as people say it; codes of offices and months are left as they are."""
    known = {"new": "new partnerships", "amendment": "amendments", "none": "no template"}
    return known.get(label) or (label if label != label.lower() or label[:1].isdigit() else in_words(label))


def flat(tables: Iterable[Table]) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Return the tables as one long list, a figure a line: table, line, column, value and key."""
    lines: list[tuple[Cell, ...]] = [
        (table.name, str(line.cells[0]), column, cell, line.key)
        for table in tables
        for line in table.lines
        for column, cell in zip(table.columns[1:], line.cells[1:], strict=True)
    ]
    return ("table", "line", "figure", "value", "key"), lines


def as_values(table: Table) -> dict[str, object]:
    """Return a table as JSON can hold it, its lines by the names of their columns."""
    return {
        "title": table.title,
        "note": table.note,
        "lines": [{**dict(zip(table.columns, line.cells, strict=True)), "key": line.key} for line in table.lines],
    }
