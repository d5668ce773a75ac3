"""The turnaround report: where cases lose time, and whether it is getting better.

Everything is counted from the projection of the trail in `models.times`. What each figure means stands in
`docs/turnaround.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from approvals.reporting.control import ControlChart
from approvals.reporting.keys import Period
from approvals.reporting.measuring import ALL, Asked, Figure, cells, counts, day_figure, day_figures
from approvals.reporting.populations import CASES, POPULATIONS
from approvals.reporting.stage_times import (
    Ageing,
    Bottleneck,
    FunnelStep,
    ageing,
    ages_by_stage,
    bottleneck,
    funnel,
    in_order_of_stages,
    stage_figures,
    stay_cells,
)
from approvals.reporting.task_times import (
    INTERVENTIONS,
    TASKS_BY,
    Lateness,
    added_up,
    lateness,
    task_cells,
    task_hours,
)
from approvals.reporting.weeks import Flow, weekly_control, weekly_flow
from models.times import CountedUpTo

BY = ("office", "level", "partner", "family", "ending", "month")
"""By what lead times are told apart, besides new partnerships and amendments."""


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
    """By task and by group, by the last day that stops of the clock have moved."""
    lateness_at_first: Mapping[str, tuple[Lateness, ...]]
    """The same by the day that was first fixed, stops of the clock left aside."""
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
    """Reminders, escalations, substitutes, tasks taken more than once, and silence."""


def turnaround(session: Session, asked: Asked, *, smallest_group: int) -> Turnaround:
    """Return the report on what is `asked`. Groups with fewer rows than `smallest_group` are counted, but not timed.

    A few passes over the projection: cases, stays and tasks are each read once.
    """
    # Groups are few and rows are many, which the planner cannot know: hashing is several times faster than sorting.
    session.connection().execute(text("SET LOCAL work_mem = '128MB'; SET LOCAL enable_sort = off"))
    lead = day_figures(session, asked, "lead", (*BY, "week"))
    cases = _cases(session, asked)
    stays = stay_cells(session, asked)
    tasks = task_cells(session, asked)
    past = stays if asked.period == Period() else stay_cells(session, asked.at_any_time())
    here = ages_by_stage(session, asked.at_any_time())
    return Turnaround(
        asked=asked,
        counted_up_to=session.get(CountedUpTo, 1),
        bottleneck=bottleneck(asked, stays, tasks, smallest_group),
        lead={dimension: lead[dimension] for dimension in (ALL, *BY)},
        by_case=day_figures(session, _of_every_case(asked), "lead", ("case",))["case"],
        ours=cases["ours"],
        partner=cases["partner"],
        stopped=cases["stopped"],
        stages=stage_figures(asked, stays),
        waits=task_hours(asked, "wait", tasks, smallest_group),
        touches=task_hours(asked, "touch", tasks, smallest_group),
        lateness={by: lateness(asked, tasks, by) for by in TASKS_BY},
        lateness_at_first={by: lateness(asked, tasks, by, at_first=True) for by in TASKS_BY},
        quality=Quality(cases["right_first"], cases["returned"], added_up(asked, "return", tasks, "task")),
        funnel=funnel(asked, stays, here),
        flow=weekly_flow(session, asked),
        control=weekly_control(session, asked, lead["week"]),
        ageing=ageing(asked.at_any_time(), here, past),
        efficiency=cases["touched"] / cases["lasted"] if cases["lasted"] else None,
        forecasts=_forecasts(session, asked),
        interventions=tuple(
            day_figure(asked.key(name), ALL, sorted(chain.from_iterable(cell.found[name] or () for cell in tasks)))
            for name in INTERVENTIONS
        ),
    )


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


def _forecasts(session: Session, asked: Asked) -> tuple[Forecasts, ...]:
    held = {figure.label: figure for figure in counts(session, asked, "forecast_held", "stage")}
    none = asked.key("forecast_held")
    off = {figure.label: figure for figure in day_figures(session, asked, "forecast", ("stage",))["stage"]}
    return tuple(
        Forecasts(stage, off[stage], held.get(stage) or Figure(none.but("stage", stage), stage, 0))
        for stage in in_order_of_stages(off)
    )
