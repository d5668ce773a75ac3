"""Offices and their calendars: a month as a table, closed and half days, the weekend, the time zone."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from babel.dates import get_day_names
from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from approvals.casework.rights import Right, may, require
from approvals.desk.addresses import one_of
from approvals.desk.forms import Form, filled
from approvals.desk.rendering import page
from approvals.desk.typed import day_of, years_of
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import Fault, Faulty
from approvals.services.calendars import (
    OfficeCalendar,
    office_calendar,
    seed_calendar,
    set_day,
    set_weekend,
    set_zone,
)
from models.calendar import CalendarDay, DayKind
from models.office import Weekday

router = APIRouter(prefix="/offices/{code}/calendar")

Code = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9-]{0,30}$")]
FIRST_YEAR, LAST_YEAR = 1970, 2200
_WEEK = list(Weekday)


@dataclass(frozen=True)
class Square:
    """A day in the table of a month: what the office does, and what the day is called."""

    day: date
    kind: DayKind
    name: str
    is_of_the_month: bool


@router.get("", name="calendar")
def show(visit: SignedIn, code: Code) -> Response:
    """Show a month of the office and the days that differ from its week."""
    return _page(visit, code, Form())


@router.post("/day")
def enter_day(visit: SignedIn, code: Code, sent: Sent) -> Response:
    """Enter that the office is closed, works half the day, or works."""
    day, kind = day_of(sent.text("day")), one_of(DayKind, sent.text("kind"))
    if day is None or kind is None:
        _refuse_others(visit, code)
        say = visit.language.texts.gettext
        faults = [] if day else [Fault("day", say("Choose the day."))]
        faults += [] if kind else [Fault("kind", say("Choose what the office does."))]
        return _page(visit, code, sent.with_faults(faults), status=422)
    set_day(visit.store, code, day, kind, name=sent.text("name"), by=visit.by, now=visit.now)
    return _back(code, day)


@router.post("/weekend")
def enter_weekend(visit: SignedIn, code: Code, sent: Sent) -> Response:
    """Enter on which days of the week the office does not work."""
    chosen = [Weekday(day) for day in sent.texts("weekend") if day in set(Weekday)]
    try:
        set_weekend(visit.store, code, chosen, by=visit.by, now=visit.now)
    except Faulty as refused:
        return _page(visit, code, sent.with_faults(refused.faults), status=422)
    return _back(code, None)


@router.post("/zone")
def enter_zone(visit: SignedIn, code: Code, sent: Sent) -> Response:
    """Enter the time zone of the office."""
    try:
        set_zone(visit.store, code, sent.text("zone"), by=visit.by, now=visit.now)
    except Faulty as refused:
        return _page(visit, code, sent.with_faults(refused.faults), status=422)
    return _back(code, None)


@router.post("/seed")
def seed(visit: SignedIn, code: Code, sent: Sent) -> Response:
    """Enter the public holidays of a country; days that people entered stay."""
    try:
        seed_calendar(
            visit.store,
            code,
            country=sent.text("country").upper(),
            subdivision=sent.text("subdivision") or None,
            years=years_of(sent.text("years")),
            by=visit.by,
            now=visit.now,
        )
    except Faulty as refused:
        return _page(visit, code, sent.with_faults(refused.faults), status=422)
    return _back(code, None)


def _refuse_others(visit: Visit, code: str) -> None:
    office_calendar(visit.store, code, by=visit.by)
    require(visit.by, Right.KEEP_CALENDARS)


def _back(code: str, day: date | None) -> RedirectResponse:
    month = f"?month={day:%Y-%m}" if day else ""
    return RedirectResponse(f"/offices/{code}/calendar{month}", status_code=303)


def _page(visit: Visit, code: str, form: Form, *, status: int = 200) -> Response:
    first = _wished(visit) or visit.today.replace(day=1)
    kept = office_calendar(visit.store, code, by=visit.by)
    as_kept = filled(weekend=[str(day) for day in kept.weekend], zone=kept.time_zone).values
    names, short = (get_day_names(width, locale=visit.language.locale) for width in ("wide", "short"))
    return page(
        visit,
        "calendar.html.jinja",
        status=status,
        kept=kept,
        first=first,
        weeks=_weeks(kept, first),
        weekdays=[(str(day), names[number], short[number]) for number, day in enumerate(_WEEK)],
        before=_month(first, -1),
        after=_month(first, 1),
        days_of_the_year=[one for one in kept.days if one.day.year == first.year],
        form=Form({**as_kept, **form.values}, form.faults),
        faulty=bool(form.faults),
        kinds=list(DayKind),
        may_keep=may(visit.by, Right.KEEP_CALENDARS),
    )


def _wished(visit: Visit) -> date | None:
    """Return the first day of the month the address names; None if it names none that people plan in."""
    first = day_of(visit.request.query_params.get("month", "") + "-01")
    return first if first is not None and FIRST_YEAR <= first.year <= LAST_YEAR else None


def _weeks(kept: OfficeCalendar, first: date) -> list[list[Square]]:
    exceptions = {one.day: one for one in kept.days}
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [[_square(kept, day, exceptions.get(day), first) for day in week] for week in weeks]


def _square(kept: OfficeCalendar, day: date, entry: CalendarDay | None, first: date) -> Square:
    of_the_week = DayKind.CLOSED if _WEEK[day.weekday()] in kept.weekend else DayKind.OPEN
    kind, name = (entry.kind, entry.name) if entry else (of_the_week, "")
    return Square(day, kind, name, day.month == first.month)


def _month(first: date, by: int) -> str:
    """Return the month that many months later as an address has it."""
    number = first.year * 12 + first.month - 1 + by
    return f"{number // 12:04}-{number % 12 + 1:02}"
