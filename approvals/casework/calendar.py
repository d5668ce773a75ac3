"""Working days of an office: its weekend, its closed and half days, in its own time zone.

Counted in halves, so that a half day counts as what it is. A day is closed, half or open by the office's own
calendar; where that is silent, the days the policy closes count; where both are, the week.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from models.calendar import DayKind
from models.office import Weekday

_WEEK = list(Weekday)
_HALVES = {DayKind.CLOSED: 0, DayKind.HALF: 1, DayKind.OPEN: 2}
WHOLE = 2
"""Halves of a whole working day."""


@dataclass(frozen=True)
class WorkingCalendar:
    """When an office works. At least one day of its week is no weekend."""

    zone: tzinfo = UTC
    weekend: frozenset[Weekday] = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
    days: Mapping[date, DayKind] = field(default_factory=dict)
    """The days that differ from the week."""

    def day(self, moment: datetime) -> date:
        """Return the day it is at the office at `moment`."""
        return moment.astimezone(self.zone).date()

    def halves(self, day: date) -> int:
        """Return how much the office works on `day`: 0, 1 or 2 halves."""
        kind = self.days.get(day)
        if kind is not None:
            return _HALVES[kind]
        return 0 if _WEEK[day.weekday()] in self.weekend else WHOLE

    def works_on(self, day: date) -> bool:
        """The office works on `day`, if only for half of it."""
        return self.halves(day) > 0

    def after(self, start: date, days: float) -> date:
        """Return the day on which `days` working days (in halves) after `start` are over; `start` does not count."""
        day, left = start, round(days * WHOLE)
        while left > 0:
            day += timedelta(days=1)
            left -= self.halves(day)
        return day

    def between(self, start: date, end: date) -> float:
        """Return the working days after `start` up to and including `end`, in halves; 0 when `end` is not later."""
        span = range((end - start).days)
        return in_days(sum(self.halves(start + timedelta(days=n + 1)) for n in span))


def calendar(
    *,
    time_zone: str | None,
    weekend: Collection[str],
    days: Mapping[date, DayKind],
    closed_on: Collection[date] = (),
) -> WorkingCalendar:
    """Return the calendar of an office; `days` are its own, and win over those the policy has it `closed_on`."""
    by_policy = dict.fromkeys(closed_on, DayKind.CLOSED)
    zone = ZoneInfo(time_zone) if time_zone else UTC
    return WorkingCalendar(zone, frozenset(Weekday(day) for day in weekend), {**by_policy, **days})


def in_days(halves: int) -> float:
    """Return halves as days; a whole number where there is no half."""
    return halves // WHOLE if halves % WHOLE == 0 else halves / WHOLE
