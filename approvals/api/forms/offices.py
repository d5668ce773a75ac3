"""Offices and their calendars."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Country, Line
from approvals.services.calendars import OfficeCalendar
from models.calendar import DayKind
from models.office import OfficeKind, Weekday


class OfficeForm(Given):
    """An office; `parent` is the code of the one it answers to, null for headquarters."""

    code: str
    name: str
    kind: OfficeKind
    parent: str | None
    countries: list[str]


class CalendarDayForm(Given):
    """A day that differs from the week of its office."""

    day: date
    kind: DayKind
    name: str
    source: str


class CalendarForm(Given):
    """When an office works: its week, its time zone, and the days that differ."""

    office: str
    name: str
    time_zone: str
    weekend: list[Weekday]
    days: list[CalendarDayForm]

    @classmethod
    def of(cls, kept: OfficeCalendar) -> CalendarForm:
        """Return the calendar."""
        days = [CalendarDayForm.model_validate(one) for one in kept.days]
        return cls(
            office=kept.office_code, name=kept.name, time_zone=kept.time_zone, weekend=list(kept.weekend), days=days
        )


class SentDay(Sent):
    """What the office does on a day."""

    kind: DayKind
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] = ""


class SentWeek(Sent):
    """The days of the week on which the office does not work, and its time zone; what is left out stays."""

    weekend: Annotated[list[Weekday] | None, Field(max_length=len(Weekday))] = None
    time_zone: Line | None = None


class Seed(Sent):
    """The public holidays to enter: of which country, which part of it, and which years."""

    country: Country
    subdivision: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9 -]{1,40}$")] = None
    years: Annotated[list[Annotated[int, Field(ge=2000, le=2100)]], Field(min_length=1, max_length=10)]


class SeededForm(Given):
    """How many days were entered, and how many that people entered stayed as they were."""

    entered: int
    left_alone: int
