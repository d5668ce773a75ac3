"""The clock of a case: how long something took, with and without the times during which the clock stood still."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.casework.calendar import WorkingCalendar
from models.clock_stop import ClockStop
from models.task import Task


@dataclass(frozen=True)
class Span:
    """A time from one moment to another; empty if the clock of a machine stepped back in between."""

    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is, never below zero."""
        return max(self.end - self.begin, timedelta(0))

    def within(self, other: Span) -> Span:
        """Return the part of it that lies in `other`, which may be empty."""
        begin = max(self.begin, other.begin)
        return Span(begin, max(begin, min(self.end, other.end)))


@dataclass(frozen=True)
class Reading:
    """How long something took by both readings: from beginning to end, and with the stops of the clock taken out."""

    elapsed: timedelta
    running: timedelta
    """Without the stops."""
    working_days: float
    working_days_running: float
    """Without the stops."""


@dataclass(frozen=True)
class TaskTimes:
    """How long a task waited for somebody to take it, and how long it was in somebody's hands (an upper bound)."""

    waiting: Reading
    touch: Reading


def read_clock(span: Span, stops: Iterable[ClockStop], calendar: WorkingCalendar, *, now: datetime) -> Reading:
    """Return both readings of `span`; a stop that has not ended counts up to `now`."""
    stood = [stop.within(span) for stop in standing_still(stops, now=now)]
    days, days_stood = _days(span, calendar), sum(_days(stop, calendar) for stop in stood)
    return Reading(
        elapsed=span.length,
        running=span.length - sum((stop.length for stop in stood), timedelta(0)),
        working_days=days,
        working_days_running=days - days_stood,
    )


def task_times(task: Task, stops: Iterable[ClockStop], calendar: WorkingCalendar, *, now: datetime) -> TaskTimes:
    """Return waiting and touch time of `task`, up to `now` while it is owed. One nobody took has only waited."""
    end = task.closed_at or now
    taken = min(task.claimed_at or end, end)
    stops = list(stops)
    return TaskTimes(
        waiting=read_clock(Span(task.opened_at, taken), stops, calendar, now=now),
        touch=read_clock(Span(taken, end), stops, calendar, now=now),
    )


def standing_still(stops: Iterable[ClockStop], *, now: datetime) -> list[Span]:
    """Return the times during which the clock stood still, in order, none overlapping another."""
    spans = sorted((Span(stop.stopped_at, stop.resumed_at or now) for stop in stops), key=lambda span: span.begin)
    apart: list[Span] = []
    for span in spans:
        if apart and span.begin <= apart[-1].end:
            apart[-1] = Span(apart[-1].begin, max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return apart


def _days(span: Span, calendar: WorkingCalendar) -> float:
    return calendar.between(calendar.day(span.begin), calendar.day(span.end))
