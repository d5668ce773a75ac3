"""Working days: weekends and an office's closed days do not count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date, closed: Collection[date] = ()) -> bool:
    """The office works on `day`."""
    return day.weekday() < SATURDAY and day not in closed


def add_working_days(start: date, days: int, closed: Collection[date] = ()) -> date:
    """Return the day that lies `days` working days after `start`; `start` itself does not count."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, closed)
    return day


def working_days_between(start: date, end: date, closed: Collection[date] = ()) -> int:
    """Return the working days after `start` up to and including `end`; zero when `end` is not later."""
    span = range((end - start).days)
    return sum(is_working_day(start + timedelta(days=n + 1), closed) for n in span)
