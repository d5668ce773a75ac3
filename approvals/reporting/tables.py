"""The turnaround report as tables, the one form in which terminal, desk, spreadsheet and Word show it.

Titles, columns and labels are sentences that each door says in its reader's language; programs get them in English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from approvals.casework.telling import Told, Voice, told, worded
from approvals.reporting.control import RULES, ControlChart
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


SHARES = (told("Share"),)
"""Columns whose numbers are shares, from 0 to 1."""

_SPREAD = (told("Median"), "p85", "p90", "p95")
_DAYS = (*_SPREAD, told("Calendar median"), told("Calendar p95"))

_LEAD_BY = {
    "office": (told("From submission to the end, by office"), told("Office")),
    "level": (told("From submission to the end, by level"), told("Level")),
    "partner": (told("From submission to the end, by kind of partner"), told("Kind of partner")),
    "family": (told("From submission to the end, by template family"), told("Template family")),
    "ending": (told("From submission to the end, by ending"), told("Ending")),
    "month": (told("From submission to the end, by month of decision"), told("Month of decision")),
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
        *((told("From submission to the decision"), figure) for figure in report.lead[ALL]),
        *((told("Of these, {what}", what=_words(figure.label)), figure) for figure in report.by_case),
        (told("Our own time"), report.ours),
        (told("With the partner"), report.partner),
        (told("Clock stopped"), report.stopped),
    ]
    return Table(
        "lead",
        told("From submission to the end"),
        told("Cases decided: in force, effective, declined or stopped. Withdrawn and lapsed ones are in the funnel."),
        (told("What"), told("Cases"), *_DAYS),
        tuple(_line(figure, name, *_days(figure)) for name, figure in named),
    )


def _lead_by(report: Turnaround, by: str) -> Table:
    title, column = _LEAD_BY[by]
    return Table(
        f"lead_by_{by}",
        title,
        told("Counted in the month in which the case ended.") if by == "month" else "",
        (column, told("Cases"), *_DAYS),
        tuple(_line(figure, _words(figure.label), *_days(figure)) for figure in report.lead[by]),
    )


def _stages(report: Turnaround) -> Table:
    return Table(
        "stages",
        told("Working days in each stage"),
        told("Stays that have ended; a case that came back stayed twice."),
        (told("Stage"), told("Stays"), *_DAYS),
        tuple(_line(figure, worded(figure.label), *_days(figure)) for figure in report.stages),
    )


_IN_HANDS = told(
    "In hours by the clock, from taking to deciding: an upper bound of the work, as nobody works without a break. "
    "Tasks decided without being taken first are left out."
)
_UNTIL_TAKEN = told("In hours by the clock, from opening to the first taking.")
_TASKS = {
    ("wait", "task"): (told("Waiting until somebody takes a task, by task"), _UNTIL_TAKEN),
    ("wait", "group"): (told("Waiting until somebody takes a task, by group of reviewers"), _UNTIL_TAKEN),
    ("touch", "task"): (told("In somebody's hands, by task"), _IN_HANDS),
    ("touch", "group"): (told("In somebody's hands, by group of reviewers"), _IN_HANDS),
}
_BY = {"task": told("Task"), "group": told("Group")}


def _tasks(report: Turnaround, name: str, by: str) -> Table:
    title, note = _TASKS[name, by]
    found = (report.waits if name == "wait" else report.touches)[by]
    return Table(
        f"{name}_by_{by}",
        title,
        told("{note} Times of small groups are hidden.", note=note) if by == "group" else note,
        (_BY[by], told("Tasks"), *_SPREAD),
        tuple(_line(figure, _named(by)(figure.label), *_spread(figure.hours)) for figure in found),
    )


def _late(report: Turnaround, by: str) -> Table:
    return Table(
        f"late_by_{by}",
        told("Late, by task") if by == "task" else told("Late, by group of reviewers"),
        told("Of the tasks due, those answered late and those open and overdue."),
        (_BY[by], told("Due"), told("Late"), told("Share")),
        _late_lines(report.lateness[by], by),
    )


_LATE_AT_FIRST = {
    "task": told("Late by the day first fixed, by task"),
    "group": told("Late by the day first fixed, by group of reviewers"),
}


def _late_at_first(report: Turnaround, by: str) -> Table:
    return Table(
        f"late_at_first_by_{by}",
        _LATE_AT_FIRST[by],
        told("The same, as if the clock had never stood still: by the last day fixed when the task was opened."),
        (_BY[by], told("Due"), told("Late"), told("Share")),
        _late_lines(report.lateness_at_first[by], by),
    )


def _late_lines(found: Iterable[Lateness], by: str) -> tuple[Line, ...]:
    name = _named(by)
    return tuple(Line(str(one.late.key), (name(one.label), *_rate(one))) for one in found)


def _rate(one: Lateness) -> tuple[Cell, ...]:
    return one.due.count, one.late.count, one.rate


def _named(by: str) -> Callable[[str], str]:
    return group_in_words if by == "group" else worded


def _quality(report: Turnaround) -> Table:
    quality = report.quality
    return Table(
        "quality",
        told("Right the first time"),
        told("Decided cases that were never returned to the officer, and who returned the others."),
        (told("What"), told("Number"), told("Share")),
        (
            Line(str(quality.right_first.key), (told("Never returned"), quality.right_first.count, quality.rate)),
            Line(str(quality.returned.key), (told("Returned"), quality.returned.count, 1 - quality.rate)),
            *(
                Line(str(figure.key), (told("Returned in {stage}", stage=worded(figure.label)), figure.count, None))
                for figure in quality.asked_by
            ),
        ),
    )


def _funnel(report: Turnaround) -> Table:
    return Table(
        "funnel",
        told("How far cases come"),
        told("Of the cases submitted: how many came to a stage, ended there short of their aim, and are there now."),
        (told("Stage"), told("Came"), told("Ended there"), told("There now")),
        tuple(
            Line(str(step.came.key), (worded(step.stage), step.came.count, step.exits.count, step.here.count))
            for step in report.funnel
        ),
    )


def _ageing(report: Turnaround) -> Table:
    return Table(
        "ageing",
        told("Open cases, against how long past ones stayed"),
        told("Older than half, than 85 and than 95 of 100 past stays in the same stage."),
        (
            told("Stage"),
            told("There now"),
            told("Median age"),
            told("Older than the median"),
            told("than p85"),
            told("than p95"),
        ),
        tuple(
            _line(
                one.here,
                worded(one.stage),
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
        told("Week after week"),
        told("Cases submitted, cases that ended in whatever way, and those under way at the end of the week."),
        (told("Week"), told("Submitted"), told("Ended"), told("Under way")),
        tuple(Line(None, (one.week, one.arrived, one.ended, one.under_way)) for one in report.flow),
    )


def _control(report: Turnaround) -> Table:
    chart = report.control
    return Table(
        "control",
        told("Weekly median from submission to the end"),
        _control_note(chart),
        (told("Week"), told("Cases"), told("Median"), told("Signal")),
        tuple(_line(week.figure, week.figure.label, week.median, week.signal) for week in chart.weeks)
        if chart
        else (),
    )


def _control_note(chart: ControlChart | None) -> str:
    if chart is None:
        return RULES
    return told(
        "{rules} Centre {centre:decimal}, limits {lower:decimal} and {upper:decimal}.",
        rules=RULES, centre=chart.centre, lower=chart.lower, upper=chart.upper,
    )  # fmt: skip


def _forecasts(report: Turnaround) -> Table:
    return Table(
        "forecasts",
        told("Expected dates, held against the truth"),
        told(
            "Forecasts of cases decided since, by the stage in which they were made: how far off in working days, "
            "and how many held, the case being decided within the range."
        ),
        (told("Made in"), told("Forecasts"), *_SPREAD, told("Held"), told("Share")),
        tuple(
            _line(
                one.off,
                worded(one.stage),
                *_spread(one.off.working_days),
                one.held.count,
                one.held.count / one.off.count,
            )
            for one in report.forecasts
        ),
    )


_INTERVENTIONS = {
    "reminded": told("Somebody had to be reminded"),
    "let_in": told("Standing substitutes were let in"),
    "escalated": told("Opened to others, as nobody answered"),
    "substituted": told("Decided for somebody absent"),
    "reassigned": told("Given back or handed over"),
    "silent": told("Nobody answered in time"),
}


def _interventions(report: Turnaround) -> Table:
    return Table(
        "interventions",
        told("Reminders, escalations, substitutes, hand-overs"),
        told("Tasks, and their working days from opening to end."),
        (told("What"), told("Tasks"), *_SPREAD),
        tuple(
            _line(figure, _INTERVENTIONS[figure.key.population], *_spread(figure.working_days))
            for figure in report.interventions
        ),
    )


_LABELS = {
    "new": told("new partnerships"),
    "amendment": told("amendments"),
    "none": told("no template"),
}


def _words(label: str) -> str:
    """Return a label as people say it; codes of offices and months are left as they are."""
    if label[:1].isdigit():
        return Told("{month:month}", {"month": label})
    return _LABELS.get(label) or (label if label != label.lower() else worded(label))


def as_said(table: Table, voice: Voice) -> Table:
    """Return the table with every word of it in the reader's language; numbers stay numbers."""
    return replace(
        table,
        title=voice.says(table.title),
        note=voice.says(table.note),
        columns=tuple(voice.says(column) for column in table.columns),
        lines=tuple(
            Line(line.key, tuple(voice.says(cell) if isinstance(cell, str) else cell for cell in line.cells))
            for line in table.lines
        ),
    )


FLAT = (told("table"), told("line"), told("figure"), told("value"), told("key"))


def flat(tables: Iterable[Table]) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Return the tables as one long list, a figure a line: table, line, column, value and key."""
    lines: list[tuple[Cell, ...]] = [
        (table.name, str(line.cells[0]), column, cell, line.key)
        for table in tables
        for line in table.lines
        for column, cell in zip(table.columns[1:], line.cells[1:], strict=True)
    ]
    return FLAT, lines


def as_values(table: Table) -> dict[str, object]:
    """Return a table as JSON can hold it, its lines by the names of their columns."""
    return {
        "title": table.title,
        "note": table.note,
        "lines": [{**dict(zip(table.columns, line.cells, strict=True)), "key": line.key} for line in table.lines],
    }
