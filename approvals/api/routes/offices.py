"""Offices and their calendars: read by everybody, kept by administrators."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.forms.offices import CalendarDayForm, CalendarForm, OfficeForm, Seed, SeededForm, SentDay, SentWeek
from approvals.services import calendars

router = APIRouter(prefix="/offices", tags=["offices"])

Code = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9-]{0,30}$", description="Code of the office", examples=["AO-LIMA"])]
Year = Annotated[int | None, Query(ge=1970, le=2200, description="Only the days of this year")]


@router.get("", name="list_offices", responses=refusals())
def list_offices(call: Calling) -> list[OfficeForm]:
    """List every office, by code."""
    return [
        OfficeForm(
            code=one.code, name=one.name, kind=one.kind, parent=one.parent_code, countries=sorted(one.countries)
        )
        for one in calendars.known_offices(call.store, by=call.by)
    ]


@router.get("/{code}/calendar", name="read_calendar", responses=refusals(404))
def read(call: Calling, code: Code, year: Year = None) -> CalendarForm:
    """Give when the office works: its week, its time zone, and the days that differ."""
    return CalendarForm.of(calendars.office_calendar(call.store, code, year=year, by=call.by))


@router.put("/{code}/calendar", name="change_week", responses=refusals(404, body=True))
def change_week(call: Calling, code: Code, sent: SentWeek) -> CalendarForm:
    """Change the weekend or the time zone of the office."""
    if sent.weekend is not None:
        calendars.set_weekend(call.store, code, sent.weekend, by=call.by, now=call.now)
    if sent.time_zone is not None:
        calendars.set_zone(call.store, code, sent.time_zone, by=call.by, now=call.now)
    return read(call, code)


@router.put("/{code}/calendar/days/{day}", name="change_day", responses=refusals(404, body=True))
def change_day(call: Calling, code: Code, day: date, sent: SentDay) -> CalendarDayForm:
    """Enter that the office is closed, works half the day, or works. Last days that are fixed already stay."""
    kept = calendars.set_day(call.store, code, day, sent.kind, name=sent.name, by=call.by, now=call.now)
    return CalendarDayForm.model_validate(kept)


@router.post("/{code}/calendar/holidays", name="enter_holidays", responses=refusals(404, body=True))
def seed(call: Calling, code: Code, sent: Seed) -> SeededForm:
    """Enter the public holidays of a country; days that people entered stay. Again, it replaces what it entered."""
    seeded = calendars.seed_calendar(
        call.store,
        code,
        country=sent.country,
        subdivision=sent.subdivision,
        years=sent.years,
        by=call.by,
        now=call.now,
    )
    return SeededForm.model_validate(seeded)
