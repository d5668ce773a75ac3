"""Named questions about calendars and stops of the clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from approvals.casework.calendar import WorkingCalendar, calendar
from approvals.casework.policy import Policy
from models.calendar import CalendarDay
from models.case import Case
from models.clock_stop import BY_PEOPLE, ClockStop, StopKind
from models.office import Office
from models.task import Task
from models.user import Role, User


class Calendars:
    """The calendars of the offices, each read once for as long as one looks."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[tuple[str, frozenset[date]], WorkingCalendar] = {}

    def of(self, office_code: str, policy: Policy | None = None) -> WorkingCalendar:
        """Return the calendar of the office; where it is silent, the days on which `policy` has it closed count."""
        entry = policy.organisation.office(office_code) if policy is not None else None
        key = (office_code, frozenset(entry.closed_on if entry else ()))
        if key not in self._read:
            self._read[key] = _calendar(self._session, *key)
        return self._read[key]

    def for_task(self, task: Task, case: Case, policy: Policy) -> WorkingCalendar:
        """Return the calendar by which the days of `task` are counted."""
        return self.of(task.counted_in or task.office_code or case.office_code, policy)


def _calendar(session: Session, office_code: str, closed_on: Collection[date]) -> WorkingCalendar:
    office = session.get(Office, office_code)
    if office is None:
        return WorkingCalendar()
    days = {one.day: one.kind for one in days_of(session, office_code)}
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
