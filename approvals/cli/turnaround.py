"""`approvals turnaround`: where the time goes."""

from __future__ import annotations

from typing import Annotated

import typer

from approvals.casework.rights import Right, require
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, visit
from approvals.cli.output import heading, print_json, rows, say
from approvals.reporting.figures import LeadTimes, Spread, StageTimes, lead_times, stage_times
from models.case import Stage


def turnaround(
    amendments: Annotated[
        bool, typer.Option("--amendments", help="Amendments, whose way is shorter, instead of new partnerships.")
    ] = False,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show how long cases stay in each stage and how long they take in all, in working days and hours.

    Half of the cases are faster than the median; 85, 90 and 95 of 100 are faster than p85, p90 and p95. Amendments
    are counted apart, with `--amendments`.

    Example: `approvals turnaround --as grace.mensah@example.org`
    """
    with visit(who) as at:
        require(at.by, Right.SEE_TURNAROUND)
        with at.store.session() as session:
            stages = stage_times(session, now=at.now, amendments=amendments)
            leads = lead_times(session, amendments=amendments)
    if as_json:
        print_json({"stages": stages, "lead_times": leads})
    elif not stages:
        what = "amendment" if amendments else "case"
        say(f"No {what} was submitted yet, so there is nothing to measure.")
    else:
        _print(stages, leads)


def _print(stages: list[StageTimes], leads: list[LeadTimes]) -> None:
    columns = ("Stage", "Left", "Median", "p85", "p90", "p95", "Here now", "Oldest")
    in_order = {str(stage): number for number, stage in enumerate(Stage)}
    stages = sorted(stages, key=lambda one: in_order[one.stage])
    heading("Working days in each stage")
    rows(columns, [_line(one) for one in stages], right=columns[1:])
    heading("By the clock", beside="nights and weekends included")
    clock = [(in_words(one.stage), one.left, *_by_the_clock(one.hours)) for one in stages]
    rows(columns[:6], clock, right=columns[1:])
    if leads:
        heading("From submission to the end", beside="working days, and the median by the clock")
        ends = ("Ended", "Cases", "Median", "p85", "p90", "p95", "By the clock")
        lines = [
            (in_words(one.ending), one.cases, *_in_days(one.working_days), elapsed(one.hours.median)) for one in leads
        ]
        rows(ends, lines, right=ends[1:])


def _line(one: StageTimes) -> tuple[object, ...]:
    oldest = f"{one.oldest_open_working_days} days" if one.oldest_open_working_days is not None else None
    return (in_words(one.stage), one.left, *_in_days(one.working_days), one.open or None, oldest)


def _in_days(spread: Spread | None) -> tuple[str | None, ...]:
    return tuple(f"{value:,.1f}" for value in _values(spread)) or (None,) * 4


def _by_the_clock(spread: Spread | None) -> tuple[str | None, ...]:
    return tuple(elapsed(value) for value in _values(spread)) or (None,) * 4


def _values(spread: Spread | None) -> tuple[float, ...]:
    return (spread.median, spread.p85, spread.p90, spread.p95) if spread else ()


def elapsed(hours: float) -> str:
    """Return a time by the clock in the unit people would use: `45 s`, `12 min`, `3.2 h` or `2.5 d`."""
    for unit, length, below in (("s", 1 / 3600, 1 / 60), ("min", 1 / 60, 1.0), ("h", 1.0, 48.0)):
        if hours < below:
            return f"{hours / length:,.{1 if unit == 'h' else 0}f} {unit}"
    return f"{hours / 24:,.1f} d"
