"""`approvals turnaround`: where the time goes."""

from __future__ import annotations

from approvals.casework.rights import Right, require
from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, visit
from approvals.cli.output import heading, print_json, rows, say
from approvals.reporting.figures import LeadTimes, Spread, StageTimes, lead_times, stage_times


def turnaround(who: As = None, as_json: Json = False) -> None:
    """Show how long cases stay in each stage and how long they take in all, in working days and hours.

    Half of the cases are faster than the median; 85, 90 and 95 of 100 are faster than p85, p90 and p95.

    Example: `approvals turnaround --as grace.mensah@example.org`
    """
    with visit(who) as at:
        require(at.by, Right.SEE_TURNAROUND)
        with at.store.session() as session:
            stages, leads = stage_times(session, now=at.now), lead_times(session)
    if as_json:
        print_json({"stages": stages, "lead_times": leads})
    elif not stages:
        say("No case was submitted yet, so there is nothing to measure.")
    else:
        _print(stages, leads)


def _print(stages: list[StageTimes], leads: list[LeadTimes]) -> None:
    columns = ("Stage", "Left", "Median", "p85", "p90", "p95", "Here now", "Oldest")
    heading("Working days in each stage")
    rows(columns, [_line(one, one.working_days, 1) for one in stages], right=columns[1:])
    heading("Hours in each stage", beside="by the clock, nights and weekends included")
    rows(columns[:6], [_line(one, one.hours, 1)[:6] for one in stages], right=columns[1:])
    if leads:
        heading("From submission to the end", beside="working days, and hours by the clock")
        ends = ("Ended", "Cases", "Median", "p85", "p90", "p95", "Median hours")
        rows(
            ends,
            [
                (in_words(one.ending), one.cases, *_numbers(one.working_days, 1), f"{one.hours.median:,.1f}")
                for one in leads
            ],
            right=ends[1:],
        )


def _line(one: StageTimes, spread: Spread | None, digits: int) -> tuple[object, ...]:
    oldest = f"{one.oldest_open_working_days} days" if one.oldest_open_working_days is not None else None
    return (in_words(one.stage), one.left, *_numbers(spread, digits), one.open or None, oldest)


def _numbers(spread: Spread | None, digits: int) -> tuple[str | None, ...]:
    if spread is None:
        return (None,) * 4
    return tuple(f"{value:,.{digits}f}" for value in (spread.median, spread.p85, spread.p90, spread.p95))
