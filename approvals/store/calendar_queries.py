"""Named questions about calendars and stops of the clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session, col, select

from approvals.casework.calendar import WorkingCalendar, calendar
from approvals.casework.policy import Policy
from models.calendar import CalendarDay, DayKind
from models.case import Case
from models.clock_stop import BY_PEOPLE, ClockStop, StopKind
from models.office import Office
from models.task import Task
from models.user import Role, User


class Calendars:
    """The calendars of the offices, each read once for as long as one looks."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: dict[str, tuple[Office | None, Mapping[date, DayKind]]] = {}
        self._read: dict[tuple[str, frozenset[date]], WorkingCalendar] = {}

    def read(self, office_codes: Iterable[str]) -> None:
        """Read the calendars of these offices in one look, for who will ask for several."""
        codes = {code for code in office_codes if code not in self._kept}
        if not codes:
            return
        offices = self._session.exec(select(Office).where(col(Office.code).in_(codes)))
        known = {office.code: office for office in offices}
        days: dict[str, dict[date, DayKind]] = {code: {} for code in codes}
        for one in self._session.exec(select(CalendarDay).where(col(CalendarDay.office_code).in_(codes))):
            days[one.office_code][one.day] = one.kind
        self._kept |= {code: (known.get(code), days[code]) for code in codes}

    def of(self, office_code: str, policy: Policy | None = None) -> WorkingCalendar:
        """Return the calendar of the office; where it is silent, the days on which `policy` has it closed count."""
        entry = policy.organisation.office(office_code) if policy is not None else None
        key = (office_code, frozenset(entry.closed_on if entry else ()))
        if key not in self._read:
            self.read([office_code])
            self._read[key] = _calendar(*self._kept[office_code], key[1])
        return self._read[key]

    def for_task(self, task: Task, case: Case, policy: Policy) -> WorkingCalendar:
        """Return the calendar by which the days of `task` are counted."""
        return self.of(counting_office(task, case), policy)


def counting_office(task: Task, case: Case) -> str:
    """Return the office by whose calendar the days of `task` are counted."""
    return task.counted_in or task.office_code or case.office_code


def _calendar(office: Office | None, days: Mapping[date, DayKind], closed_on: Collection[date]) -> WorkingCalendar:
    if office is None:
        return WorkingCalendar()
    return calendar(time_zone=office.time_zone, weekend=office.weekend, days=days, closed_on=closed_on)


def days_of(session: Session, office_code: str, *, year: int | None = None) -> Sequence[CalendarDay]:
    """Return the days of the office that differ from its week, of one year or all, the earliest first."""
    query = select(CalendarDay).where(CalendarDay.office_code == office_code).order_by(col(CalendarDay.day))
    if year is not None:
        query = query.where(col(CalendarDay.day).between(date(year, 1, 1), date(year, 12, 31)))
    return session.exec(query).all()


def only_office_of(session: Session, role: Role) -> str | None:
    """Return the office to which everybody belongs who holds `role`, None if they belong to several or none does."""
    query = select(User.office_code).where(col(User.is_active), col(User.roles).contains([str(role)])).distinct()
    offices = session.exec(query.limit(2)).all()
    return offices[0] if len(offices) == 1 else None


# Stops of the clock


def stops_of(session: Session, case: Case) -> Sequence[ClockStop]:
    """Return every stop of the case's clock, the earliest first."""
    query = select(ClockStop).where(ClockStop.case_id == case.id).order_by(col(ClockStop.id))
    return session.exec(query).all()


def live_stops(session: Session, cases: Iterable[Case], kinds: Collection[StopKind]) -> Sequence[ClockStop]:
    """Return the stops of these kinds that have not ended, the earliest first."""
    query = select(ClockStop).where(
        col(ClockStop.case_id).in_([case.id for case in cases]),
        col(ClockStop.resumed_at).is_(None),
        col(ClockStop.kind).in_(kinds),
    )
    return session.exec(query.order_by(col(ClockStop.id))).all()


def hold_on(session: Session, case: Case) -> ClockStop | None:
    """Return the stop by which a person has the clock of the case stand still now, None if nobody has."""
    return next(iter(live_stops(session, [case], BY_PEOPLE)), None)


def holds(session: Session) -> Sequence[tuple[int, str]]:
    """Return number and case reference of every stop by a person that has not ended, the earliest first."""
    query = (
        select(ClockStop.id, Case.reference)
        .join(Case, col(Case.id) == col(ClockStop.case_id))
        .where(col(ClockStop.resumed_at).is_(None), col(ClockStop.kind).in_(BY_PEOPLE))
        .order_by(col(ClockStop.id))
    )
    return [(number or 0, reference) for number, reference in session.exec(query)]
