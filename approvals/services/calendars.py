"""Acts on the calendars of offices: seed one from a public calendar, and enter what is different here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import available_timezones

import holidays
from holidays.version import __version__ as library
from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty, NotFound
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.calendar_queries import days_of
from approvals.store.engine import Store
from models.calendar import CalendarDay, DayKind
from models.office import Office, Weekday
from models.user import User

SEEDED = "holidays "
"""How the source of a day begins that came from the library of public holidays, not from a person."""
BY_HAND = "entered here"
MOST_YEARS = 10


@dataclass(frozen=True)
class OfficeCalendar:
    """The calendar of an office: its week, and the days that differ from it, the earliest first."""

    office_code: str
    name: str
    time_zone: str
    weekend: tuple[Weekday, ...]
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True)
class Seeding:
    """What a seeding did: how many days it entered, and how many that people had entered it left alone."""

    entered: int
    left_alone: int


def known_offices(store: Store, *, by: User) -> Sequence[Office]:
    """Return every office, by code. Raises `NotAllowed` if `by` has no role."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        return queries.offices(session)


def office_calendar(store: Store, office_code: str, *, year: int | None = None, by: User) -> OfficeCalendar:
    """Return the calendar of the office, of one year or all. Raises `NotFound` if there is no such office."""
    require(by, Right.SEE_CASES)
    with store.session() as session:
        office = _office(session, office_code)
        weekend = tuple(day for day in Weekday if day in office.weekend)
        days = tuple(days_of(session, office_code, year=year))
        return OfficeCalendar(office.code, office.name, office.time_zone or "UTC", weekend, days)


def seed_calendar(
    store: Store,
    office_code: str,
    *,
    country: str,
    subdivision: str | None,
    years: Collection[int],
    by: User,
    now: datetime,
) -> Seeding:
    """Enter the public holidays of a country (two letters), or one of its parts, for those years.

    Seeding again replaces what was seeded before for the years, and leaves alone what people entered. Raises
    `NotAllowed` if `by` does not keep calendars, `NotFound` if there is no such office, `Faulty` if the library knows
    no such country, part or years.
    """
    with _calendar_of(store, office_code, by=by, now=now) as (act, office):
        found = _public_holidays(country, subdivision, years)
        kept = {one.day: one for one in days_of(act.session, office_code)}
        by_people = {day for day, one in kept.items() if not one.source.startswith(SEEDED)}
        for day, one in kept.items():
            if day.year in years and day not in by_people:
                act.session.delete(one)
        act.session.flush()
        where = f"{country}-{subdivision}" if subdivision else country
        source = f"{SEEDED}{library} {where}"
        new = {day: entry for day, entry in found.items() if day not in by_people}
        for day, (kind, name) in new.items():
            act.session.add(_entry(office, day, kind, name, source=source, by=by, now=now))
        payload = {
            "office": office.code,
            "country": country,
            "subdivision": subdivision,
            "years": sorted(years),
            "library": library,
            "days": {day.isoformat(): kind for day, (kind, _) in sorted(new.items())},
        }
        act.record("CalendarSeeded", by=by.id, payload=payload)
        return Seeding(len(new), len(found) - len(new))


def set_day(
    store: Store, office_code: str, day: date, kind: DayKind, *, name: str = "", by: User, now: datetime
) -> CalendarDay:
    """Enter that the office is closed, works half the day or works on `day`, whatever the week says, and return it.

    Raises as `seed_calendar` does. Last days that are fixed already stay; `task due` counts one anew.
    """
    with _calendar_of(store, office_code, by=by, now=now) as (act, office):
        was = act.session.get(CalendarDay, (office_code, day))
        before = was.kind if was is not None else None
        entry = _entry(office, day, kind, name.strip() or _UNNAMED[kind], source=BY_HAND, by=by, now=now)
        entry = act.session.merge(entry)
        payload = {"office": office.code, "day": day.isoformat(), "was": before, "kind": kind, "name": entry.name}
        act.record("CalendarDaySet", by=by.id, payload=payload)
        return entry


_UNNAMED = {DayKind.CLOSED: "closed", DayKind.HALF: "half a day", DayKind.OPEN: "a working day"}


def set_weekend(store: Store, office_code: str, weekend: Collection[Weekday], *, by: User, now: datetime) -> Office:
    """Enter on which days of the week the office does not work, and return it. Raises as `seed_calendar` does."""
    with _calendar_of(store, office_code, by=by, now=now) as (act, office):
        if len(set(weekend)) == len(Weekday):
            raise Faulty(told("The weekend was not changed."), [Fault("weekend", told("leaves no day to work on"))])
        was, office.weekend = office.weekend, [day for day in Weekday if day in weekend]
        act.record("WeekendSet", by=by.id, payload={"office": office.code, "was": was, "weekend": office.weekend})
        return office


def set_zone(store: Store, office_code: str, time_zone: str, *, by: User, now: datetime) -> Office:
    """Enter the time zone of the office, such as Africa/Dakar, and return it. Raises as `seed_calendar` does."""
    with _calendar_of(store, office_code, by=by, now=now) as (act, office):
        if time_zone not in available_timezones():
            fault = Fault(
                "zone", told("«{time_zone}» is no time zone; write it as Africa/Dakar", time_zone=time_zone)
            )
            raise Faulty(told("The time zone was not changed."), [fault])
        was, office.time_zone = office.time_zone, time_zone
        act.record("TimeZoneSet", by=by.id, payload={"office": office.code, "was": was, "zone": time_zone})
        return office


@contextmanager
def _calendar_of(store: Store, office_code: str, *, by: User, now: datetime) -> Iterator[tuple[Transaction, Office]]:
    """Give a transaction and the office whose calendar is changed in it, one change at a time."""
    require(by, Right.KEEP_CALENDARS)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "calendars")
        yield act, _office(act.session, office_code)


def _office(session: Session, office_code: str) -> Office:
    office = session.get(Office, office_code)
    if office is None:
        known = ", ".join(one.code for one in queries.offices(session))
        raise NotFound(
            told("There is no office {office_code}; choose from {known}.", office_code=office_code, known=known)
        )
    return office


def _entry(
    office: Office, day: date, kind: DayKind, name: str, *, source: str, by: User, now: datetime
) -> CalendarDay:
    return CalendarDay(
        office_code=office.code, day=day, kind=kind, name=name, source=source, entered_by=by.id, entered_at=now
    )


# Public holidays ----------------------------------------------------------------------------------------------


def _public_holidays(
    country: str, subdivision: str | None, years: Collection[int]
) -> Mapping[date, tuple[DayKind, str]]:
    """Return the public holidays by day, half days among them where the library knows any; the earliest first."""
    faults = list(_misnamed(country, subdivision, years))
    if faults:
        raise Faulty(told("The calendar was not seeded."), faults)
    days = {day: (DayKind.HALF, name) for day, name in _of_category(country, subdivision, years, "half_day")}
    days |= {day: (DayKind.CLOSED, name) for day, name in _of_category(country, subdivision, years, "public")}
    return dict(sorted(days.items()))


def _of_category(
    country: str, subdivision: str | None, years: Collection[int], category: str
) -> Sequence[tuple[date, str]]:
    kind = getattr(holidays, country)
    if category not in kind.supported_categories:
        return ()
    return list(kind(subdiv=subdivision, years=list(years), categories=(category,)).items())


def _misnamed(country: str, subdivision: str | None, years: Collection[int]) -> Iterator[Fault]:
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        yield Fault(
            "country",
            told("the library of holidays knows no «{country}»; write two letters, such as CH", country=country),
        )
    elif subdivision is not None and subdivision not in known[country]:
        parts = ", ".join(known[country]) or "none"
        yield Fault(
            "subdivision",
            told(
                "the library knows no «{subdivision}» in {country}; it knows {parts}",
                subdivision=subdivision,
                country=country,
                parts=parts,
            ),
        )
    if not years or len(years) > MOST_YEARS:
        yield Fault("years", told("name one to {most} years, such as 2026-2028", most=MOST_YEARS))
    elif min(years) < 2000 or max(years) > 2100:
        yield Fault("years", told("must lie between 2000 and 2100"))
