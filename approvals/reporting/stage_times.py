"""Stays in stages: how long they last, where most time goes, how far cases come, and how old open ones are."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from approvals.casework.telling import told, worded
from approvals.reporting.measuring import Asked, Cell, Figure, cells, day_figure, labels_of
from approvals.reporting.populations import HERE, OLDER_THAN, POPULATIONS, STAYS
from approvals.reporting.spread import Spread
from approvals.reporting.task_times import TaskCell, group_in_words
from models.case import Stage

OLDER_THAN_SHARES = ("median", "p85", "p95")


@dataclass(frozen=True)
class FunnelStep:
    """How many of the cases submitted came to a stage, how many ended there, and how many are there now."""

    stage: str
    came: Figure
    exits: Figure
    here: Figure


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

    @property
    def sentence(self) -> str:
        """What it says, to be told in the reader's language."""
        facts = {
            "share": self.share,
            "stage": worded(self.stage),
            "office": self.office,
            "count": self.figure.count,
            "median": self.figure.working_days.median if self.figure.working_days else 0.0,
        }
        if self.group is None:
            return told(
                "Most of our time, {share:percent} of it, goes into {stage} in the cases of {office}: half of "
                "{count:number} stays took more than {median:short} working days.",
                **facts,
            )
        return told(
            "Most of our time, {share:percent} of it, goes into {stage} in the cases of {office}: half of "
            "{count:number} stays took more than {median:short} working days; longest it waits for {group}.",
            **facts,
            group=group_in_words(self.group),
        )


def stay_cells(session: Session, asked: Asked) -> list[Cell]:
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


def stage_figures(asked: Asked, stays: Sequence[Cell]) -> tuple[Figure, ...]:
    """Return how long the stays in each stage lasted, in the order of the stages."""
    halves, days = _times_by_stage(stays, 2), _times_by_stage(stays, 3)
    key = asked.key("stage")
    return tuple(
        day_figure(key.but("stage", stage), stage, halves[stage], days[stage]) for stage in in_order_of_stages(halves)
    )


def _times_by_stage(stays: Sequence[Cell], place: int) -> dict[str, list[int]]:
    """Return the times that stand at `place` of the labels, by stage, in rising order."""
    times: dict[str, list[int]] = {}
    for cell in sorted((cell for cell in stays if cell.found["stays"]), key=lambda cell: cell.labels[place]):
        times.setdefault(cell.labels[0], []).extend([cell.labels[place]] * cell.found["stays"])
    return times


def in_order_of_stages(stages: Iterable[str]) -> list[str]:
    """Return the stages in the order in which a case comes to them."""
    order = {str(stage): number for number, stage in enumerate(Stage)}
    return sorted(stages, key=lambda stage: order.get(stage, len(order)))


def funnel(asked: Asked, stays: Sequence[Cell], here: Mapping[str, Sequence[int]]) -> tuple[FunnelStep, ...]:
    """Return how far cases came, stage by stage."""
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
        for stage in in_order_of_stages(stage for stage, number in came.items() if number)
    )


def bottleneck(
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


def ages_by_stage(session: Session, asked: Asked) -> dict[str, Sequence[int]]:
    """Return how long the cases of each stage have been there, in half working days, the youngest first."""
    wanted = {"ages": ("here", f"array_agg({POPULATIONS['here'].age})")}
    found = cells(session, asked, HERE, (labels_of("here", "stage"),), wanted)
    return {cell.labels[0]: sorted(cell.found["ages"]) for cell in found if cell.found["ages"]}


def ageing(asked: Asked, here: Mapping[str, Sequence[int]], past: Sequence[Cell]) -> tuple[Ageing, ...]:
    """Return, by stage, how many of the cases there are older than past ones were when they left it."""
    before = {figure.label: figure.working_days for figure in stage_figures(asked, past)}
    return tuple(
        _aged(day_figure(asked.key("here").but("stage", stage), stage, here[stage]), here[stage], before.get(stage))
        for stage in in_order_of_stages(here)
    )


def _aged(figure: Figure, ages: Sequence[int], past: Spread | None) -> Ageing:
    older = []
    for share in OLDER_THAN_SHARES if past else ():
        days = getattr(past, share)
        key = figure.key.but(OLDER_THAN, f"{days:g}")
        older.append(Figure(key, share, len(ages) - bisect_right(ages, 2 * float(f"{days:g}"))))
    return Ageing(figure.label, figure, past, tuple(older))
