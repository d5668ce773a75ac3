"""The turnaround report: where cases lose time, and whether it is getting better.

Everything is counted from the projection of the trail in `models.times`. What each figure means stands in
`docs/turnaround.md`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from approvals.casework.wording import in_words
from approvals.reporting.control import ControlChart, control_chart
from approvals.reporting.keys import Period
from approvals.reporting.measuring import (
    ALL,
    Asked,
    Cell,
    Figure,
    cells,
    counts,
    day_figure,
    day_figures,
    hour_figure,
    labels_of,
)
from approvals.reporting.populations import CASES, HERE, OLDER_THAN, POPULATIONS, STAYS, TASKS
from approvals.reporting.spread import Spread
from models.case import Stage
from models.policy import PolicyPublication
from models.times import CountedUpTo

BY = ("office", "level", "partner", "family", "ending", "month")
"""By what lead times are told apart, besides new partnerships and amendments."""

TASKS_BY = ("task", "group")
INTERVENTIONS = ("reminded", "substituted", "reassigned", "silent")
OLDER_THAN_SHARES = ("median", "p85", "p95")


@dataclass(frozen=True)
class Lateness:
    """How many tasks were due, and how many of them late: answered late, or open and overdue."""

    label: str
    due: Figure
    late: Figure

    @property
    def rate(self) -> float:
        """The share of what was due that was late, from 0 to 1."""
        return self.late.count / self.due.count if self.due.count else 0.0


@dataclass(frozen=True)
class Quality:
    """How often cases go through without a question to the officer, and who asks."""

    right_first: Figure
    returned: Figure
    asked_by: tuple[Figure, ...]
    """Returns by the kind of task they came from."""

    @property
    def rate(self) -> float:
        """The share of decided cases that were never returned, from 0 to 1."""
        whole = self.right_first.count + self.returned.count
        return self.right_first.count / whole if whole else 0.0


@dataclass(frozen=True)
class FunnelStep:
    """How many of the cases submitted came to a stage, how many ended there, and how many are there now."""

    stage: str
    came: Figure
    exits: Figure
    here: Figure


@dataclass(frozen=True)
class Flow:
    """What came in and went out in a week, and what was under way at its end."""

    week: str
    arrived: int
    ended: int
    under_way: int


@dataclass(frozen=True)
class Ageing:
    """The open cases of a stage against how long past ones stayed there."""

    stage: str
    here: Figure
    past: Spread | None
    older: tuple[Figure, ...]
    """Older than half, than 85 and than 95 of 100 past stays."""


@dataclass(frozen=True)
class Bottleneck:
    """Where most of our time goes: a stage in the cases of an office, and the group waited for longest there."""

    stage: str
    office: str
    share: float
    figure: Figure
    group: str | None

    def __str__(self) -> str:
        median = self.figure.working_days.median if self.figure.working_days else 0.0
        group = f"; longest it waits for {group_in_words(self.group)}" if self.group else ""
        return (
            f"Most of our time, {self.share:.0%} of it, goes into {in_words(self.stage)} in the cases of "
            f"{self.office}: half of {self.figure.count:,} stays took more than {median:g} working days{group}."
        )


@dataclass(frozen=True)
class Forecasts:
    """How far the forecasts made in a stage were off, in working days, and how many held: the case ended in range."""

    stage: str
    off: Figure
    held: Figure


@dataclass(frozen=True)
class Turnaround:
    """The whole report."""

    asked: Asked
    counted_up_to: CountedUpTo | None
    bottleneck: Bottleneck | None
    lead: Mapping[str, tuple[Figure, ...]]
    """Lead times under `ALL` and by each of `BY`."""
    by_case: tuple[Figure, ...]
    """Lead times of amendments and of new partnerships."""
    ours: Figure
    partner: Figure
    stopped: Figure
    stages: tuple[Figure, ...]
    waits: Mapping[str, tuple[Figure, ...]]
    """Waiting for somebody to take a task, under `ALL`, by task and by group."""
    touches: Mapping[str, tuple[Figure, ...]]
    """The time tasks were held, an upper bound of the work in them."""
    lateness: Mapping[str, tuple[Lateness, ...]]
    """By task and by group."""
    quality: Quality
    funnel: tuple[FunnelStep, ...]
    flow: tuple[Flow, ...]
    control: ControlChart | None
    ageing: tuple[Ageing, ...]
    efficiency: float | None
    """The share of the time of decided cases in which somebody of ours held a task; None without a decided case."""
    forecasts: tuple[Forecasts, ...]
    """How good expected dates were, by the stage in which they were made."""
    interventions: tuple[Figure, ...]
    """Reminders, substitutes, tasks taken more than once, and silence."""


def turnaround(session: Session, asked: Asked, *, smallest_group: int) -> Turnaround:
    """Return the report on what is `asked`. Groups with fewer rows than `smallest_group` are counted, but not timed.

    A few passes over the projection; which figure comes from which stands in the functions below.
    """
    # Groups are few and rows are many, which the planner cannot know: hashing is several times faster than sorting.
    session.connection().execute(text("SET LOCAL work_mem = '128MB'; SET LOCAL enable_sort = off"))
    lead = day_figures(session, asked, "lead", (*BY, "week"))
    cases = _cases(session, asked)
    stays = _stays(session, asked)
    tasks = _tasks(session, asked)
    past = stays if asked.period == Period() else _stays(session, asked.at_any_time())
    here = _here(session, asked.at_any_time())
    return Turnaround(
        asked=asked,
        counted_up_to=session.get(CountedUpTo, 1),
        bottleneck=_bottleneck(asked, stays, tasks, smallest_group),
        lead={dimension: lead[dimension] for dimension in (ALL, *BY)},
        by_case=day_figures(session, _of_every_case(asked), "lead", ("case",))["case"],
        ours=cases["ours"],
        partner=cases["partner"],
        stopped=cases["stopped"],
        stages=_stage_figures(asked, stays),
        waits=_hours(asked, "wait", tasks, smallest_group),
        touches=_hours(asked, "touch", tasks, smallest_group),
        lateness={by: _lateness(asked, tasks, by) for by in TASKS_BY},
        quality=Quality(cases["right_first"], cases["returned"], _added_up(asked, "return", tasks, "task")),
        funnel=_funnel(asked, stays, here),
        flow=_flow(session, asked),
        control=_control(session, asked, lead["week"]),
        ageing=_ageing(asked.at_any_time(), here, past),
        efficiency=cases["touched"] / cases["lasted"] if cases["lasted"] else None,
        forecasts=_forecasts(session, asked),
        interventions=tuple(
            day_figure(asked.key(name), ALL, sorted(chain.from_iterable(cell.found[name] or () for cell in tasks)))
            for name in INTERVENTIONS
        ),
    )


# Cases: one pass


def _cases(session: Session, asked: Asked) -> dict[str, Any]:
    """Return the figures of decided cases by the name of their population, and the seconds touched and lasted."""
    measured = ("ours", "partner", "stopped", "right_first", "returned")
    wanted = {name: (name, f"array_agg({POPULATIONS[name].halves})") for name in measured}
    seconds = {"touched": ("lead", "sum(c.touch_seconds)"), "lasted": ("lead", "sum(c.seconds)")}
    (cell,) = cells(session, asked, CASES, (), wanted | seconds)
    figures = {name: day_figure(asked.key(name), ALL, sorted(cell.found[name] or ())) for name in measured}
    return {**figures, "touched": cell.found["touched"] or 0, "lasted": cell.found["lasted"] or 0}


def _of_every_case(asked: Asked) -> Asked:
    return replace(asked, where=tuple(one for one in asked.where if one[0] != "case"))


# Stays in stages: one pass


def _stays(session: Session, asked: Asked) -> list[Cell]:
    """Return counts by stage, office, half working days and days of the calendar: few combinations of many stays."""
    left = POPULATIONS["stage"]
    return cells(
        session,
        asked,
        STAYS,
        ("s.stage", "c.office_code", f"{left.halves}", f"{left.days}"),
        {
            "stays": ("stage", "count(*)"),
            "ours": ("stage", "sum(s.halves - s.partner_halves - s.stopped_halves)"),
            "came": ("came", "count(*)"),
            "exit": ("exit", "count(*)"),
        },
    )


def _stage_figures(asked: Asked, stays: Sequence[Cell]) -> tuple[Figure, ...]:
    halves, days = _times_by_stage(stays, 2), _times_by_stage(stays, 3)
    key = asked.key("stage")
    return tuple(
        day_figure(key.but("stage", stage), stage, halves[stage], days[stage]) for stage in _in_order(halves)
    )


def _times_by_stage(stays: Sequence[Cell], place: int) -> dict[str, list[int]]:
    """Return the times that stand at `place` of the labels, by stage, in rising order."""
    times: dict[str, list[int]] = {}
    for cell in sorted((cell for cell in stays if cell.found["stays"]), key=lambda cell: cell.labels[place]):
        times.setdefault(cell.labels[0], []).extend([cell.labels[place]] * cell.found["stays"])
    return times


def _in_order(stages: Iterable[str]) -> list[str]:
    order = {str(stage): number for number, stage in enumerate(Stage)}
    return sorted(stages, key=lambda stage: order.get(stage, len(order)))


def _funnel(asked: Asked, stays: Sequence[Cell], here: Mapping[str, Sequence[int]]) -> tuple[FunnelStep, ...]:
    came, exits = Counter[str](), Counter[str]()
    for cell in stays:
        came[cell.labels[0]] += cell.found["came"]
        exits[cell.labels[0]] += cell.found["exit"]
    always = asked.at_any_time()
    return tuple(
        FunnelStep(
            stage,
            came=Figure(asked.key("came").but("stage", stage), stage, came[stage]),
            exits=Figure(asked.key("exit").but("stage", stage), stage, exits[stage]),
            here=Figure(always.key("here").but("stage", stage), stage, len(here.get(stage, ()))),
        )
        for stage in _in_order(stage for stage, number in came.items() if number)
    )


def _bottleneck(
    asked: Asked, stays: Sequence[Cell], tasks: Sequence[TaskCell], smallest_group: int
) -> Bottleneck | None:
    """Return where most of our time went, among groups that are not too small; None if nothing is large enough."""
    number, ours = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for cell in stays:
        number[cell.labels[:2]] += cell.found["stays"]
        ours[cell.labels[:2]] += int(cell.found["ours"] or 0)
    large = [place for place in ours if number[place] >= smallest_group and ours[place] > 0]
    if not large:
        return None
    stage, office = max(large, key=lambda place: (ours[place], place))
    there = replace(asked, where=(*asked.where, ("stage", stage), ("office", office)))
    times = sorted(
        cell.labels[2] for cell in stays if cell.labels[:2] == (stage, office) for _ in range(cell.found["stays"])
    )
    figure = day_figure(there.key("stage"), stage, times)
    slowest = _slowest(tasks, stage, office, smallest_group)
    return Bottleneck(stage, office, ours[stage, office] / ours.total(), figure, slowest)


def _slowest(tasks: Sequence[TaskCell], stage: str, office: str, smallest_group: int) -> str | None:
    """Return the group whose tasks took most time there, None if every group is too small."""
    number, halves = Counter[str](), Counter[str]()
    for cell in tasks:
        if (cell.stage, cell.office) == (stage, office):
            number[cell.group] += cell.found["answered"]
            halves[cell.group] += cell.found["lasted"] or 0
    large = [(halves[group], group) for group in halves if number[group] >= smallest_group]
    return max(large)[1] if large else None


# Tasks: one pass


@dataclass(frozen=True)
class TaskCell:
    """What was asked about the tasks of one kind and group, on cases of one office in one stage."""

    task: str
    group: str
    office: str
    stage: str
    found: Mapping[str, Any]


def _tasks(session: Session, asked: Asked) -> list[TaskCell]:
    """Return the times and counts of tasks; the times are in rising order."""
    found = cells(
        session,
        asked,
        TASKS,
        ("t.kind", "t.role", "t.office_code", "c.office_code", "t.stage"),
        {
            "wait": ("wait", "array_agg(t.wait_seconds)"),
            "touch": ("touch", "array_agg(t.touch_seconds)"),
            "answered": ("answered", "count(*)"),
            "lasted": ("answered", "sum(t.halves)"),
            **{name: (name, "array_agg(t.halves)") for name in INTERVENTIONS},
            **{name: (name, "count(*)") for name in ("due", "breach", "return")},
        },
    )
    for cell in found:
        for name in ("wait", "touch"):
            (cell.found[name] or []).sort()
    return [
        TaskCell(kind, f"{role}@{owed_by}" if owed_by else role, office, stage, cell.found)
        for cell in found
        for kind, role, owed_by, office, stage in [cell.labels]
    ]


def _hours(asked: Asked, name: str, tasks: Sequence[TaskCell], smallest_group: int) -> dict[str, tuple[Figure, ...]]:
    """Return the times of a population of tasks in all and by `TASKS_BY`, without those of small groups."""
    key = asked.key(name)
    parts: dict[str, dict[str, list[list[int]]]] = {dimension: {} for dimension in (ALL, *TASKS_BY)}
    for cell in tasks:
        if cell.found[name]:
            for dimension, label in ((ALL, ALL), ("task", cell.task), ("group", cell.group)):
                parts[dimension].setdefault(label, []).append(cell.found[name])
    figures = {
        dimension: tuple(
            hour_figure(key.but(dimension, label) if dimension else key, label, found)
            for label, found in sorted(labels.items())
        )
        for dimension, labels in parts.items()
    }
    return {**figures, "group": tuple(_unless_small(figure, smallest_group) for figure in figures["group"])}


def _unless_small(figure: Figure, smallest_group: int) -> Figure:
    """Leave out the times of a group so small that they would speak of a person."""
    return replace(figure, hours=None) if figure.count < smallest_group else figure


def _added_up(asked: Asked, name: str, tasks: Sequence[TaskCell], by: str) -> tuple[Figure, ...]:
    key, numbers = asked.key(name), Counter[str]()
    for cell in tasks:
        numbers[getattr(cell, by)] += cell.found[name]
    return tuple(Figure(key.but(by, label), label, number) for label, number in sorted(numbers.items()) if number)


def _lateness(asked: Asked, tasks: Sequence[TaskCell], by: str) -> tuple[Lateness, ...]:
    late = {figure.label: figure for figure in _added_up(asked, "breach", tasks, by)}
    none = asked.key("breach")
    return tuple(
        Lateness(due.label, due, late.get(due.label) or Figure(none.but(by, due.label), due.label, 0))
        for due in _added_up(asked, "due", tasks, by)
    )


# Weeks


def _flow(session: Session, asked: Asked) -> tuple[Flow, ...]:
    """Return week after week from the first case on, of the days asked for."""
    always = asked.at_any_time()
    arrived = {figure.label: figure.count for figure in counts(session, always, "arrived", "week")}
    ended = {figure.label: figure.count for figure in counts(session, always, "ended", "week")}
    if not arrived:
        return ()
    under_way, weeks = 0, []
    for week in _weeks(_monday(min(arrived)), asked.today):
        under_way += arrived.get(week, 0) - ended.get(week, 0)
        weeks.append(Flow(week, arrived.get(week, 0), ended.get(week, 0), under_way))
    since, until = asked.period.since or date.min, asked.period.until or date.max
    return tuple(
        one for one in weeks if _monday(one.week) <= until and _monday(one.week) + timedelta(days=6) >= since
    )


def _weeks(first: date, last: date) -> list[str]:
    return [week_of(first + timedelta(days=7 * number)) for number in range((last - first).days // 7 + 1)]


def week_of(day: date) -> str:
    """Return the week of `day` as the figures name it, such as 2026-W09."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)


def _control(session: Session, asked: Asked, weeks: Sequence[Figure]) -> ControlChart | None:
    """Return the control chart of the weeks that are over."""
    published = session.exec(select(PolicyPublication.published_at).order_by(col(PolicyPublication.published_at)))
    changes = dict.fromkeys(week_of(at.date()) for at in published if at is not None)
    shown = {week.label for week in weeks}
    return control_chart(
        [week for week in weeks if week.label < week_of(asked.today)],
        changes=[week for week in changes if week in shown],
    )


# Open cases


def _here(session: Session, asked: Asked) -> dict[str, Sequence[int]]:
    """Return how long the cases of each stage have been there, in half working days, the youngest first."""
    wanted = {"ages": ("here", f"array_agg({POPULATIONS['here'].age})")}
    found = cells(session, asked, HERE, (labels_of("here", "stage"),), wanted)
    return {cell.labels[0]: sorted(cell.found["ages"]) for cell in found if cell.found["ages"]}


def _ageing(asked: Asked, here: Mapping[str, Sequence[int]], past: Sequence[Cell]) -> tuple[Ageing, ...]:
    """Return, by stage, how many of the cases there are older than past ones were when they left it."""
    before = {figure.label: figure.working_days for figure in _stage_figures(asked, past)}
    return tuple(
        _aged(day_figure(asked.key("here").but("stage", stage), stage, here[stage]), here[stage], before.get(stage))
        for stage in _in_order(here)
    )


def _aged(figure: Figure, ages: Sequence[int], past: Spread | None) -> Ageing:
    older = []
    for share in OLDER_THAN_SHARES if past else ():
        days = getattr(past, share)
        key = figure.key.but(OLDER_THAN, f"{days:g}")
        older.append(Figure(key, share, len(ages) - bisect_right(ages, 2 * float(f"{days:g}"))))
    return Ageing(figure.label, figure, past, tuple(older))


def _forecasts(session: Session, asked: Asked) -> tuple[Forecasts, ...]:
    held = {figure.label: figure for figure in counts(session, asked, "forecast_held", "stage")}
    none = asked.key("forecast_held")
    off = {figure.label: figure for figure in day_figures(session, asked, "forecast", ("stage",))["stage"]}
    return tuple(
        Forecasts(stage, off[stage], held.get(stage) or Figure(none.but("stage", stage), stage, 0))
        for stage in _in_order(off)
    )


def group_in_words(group: str) -> str:
    """Return a group of reviewers as people say it: `legal_reviewer@HQ` as "legal reviewer of HQ"."""
    role, _, office = group.partition("@")
    return f"{in_words(role)} of {office}" if office else in_words(role)
