"""Week after week: what came in, what went out, and whether the time from submission to the end changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from approvals.reporting.control import ControlChart, control_chart
from approvals.reporting.measuring import Asked, Figure, counts
from models.policy import PolicyPublication


@dataclass(frozen=True)
class Flow:
    """What came in and went out in a week, and what was under way at its end."""

    week: str
    arrived: int
    ended: int
    under_way: int


def weekly_flow(session: Session, asked: Asked) -> tuple[Flow, ...]:
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


def weekly_control(session: Session, asked: Asked, weeks: Sequence[Figure]) -> ControlChart | None:
    """Return the control chart of the weeks that are over."""
    published = session.exec(select(PolicyPublication.published_at).order_by(col(PolicyPublication.published_at)))
    changes = dict.fromkeys(week_of(at.date()) for at in published if at is not None)
    shown = {week.label for week in weeks}
    return control_chart(
        [week for week in weeks if week.label < week_of(asked.today)],
        changes=[week for week in changes if week in shown],
    )
