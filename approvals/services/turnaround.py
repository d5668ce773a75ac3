"""Where cases lose time: keeping the count up to date, the report, and the list behind each of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from approvals.casework.calendar import WorkingCalendar
from approvals.casework.policy import Policy
from approvals.casework.rights import Right, require, sees_everything
from approvals.reporting.keys import Key, Period
from approvals.reporting.measuring import Asked, Listing, behind
from approvals.reporting.populations import refuse_unless_of_cases
from approvals.reporting.turnaround import Turnaround
from approvals.services.kept_reports import KeptReport, kept_reports
from approvals.services.policies import policy_in_force
from approvals.services.transaction import transaction
from approvals.store import queries
from approvals.store.calendar_queries import Calendars
from approvals.store.engine import Store
from approvals.store.time_facts import Counted, OfficeDays, catch_up
from models.office import Office
from models.user import User


def count_up(store: Store, *, now: datetime) -> Counted:
    """Count what happened since the last time; the sweep does it every minute. Safe to run at any time, twice."""
    with transaction(store, now=now) as act:
        _, policy = policy_in_force(act.session)
        return catch_up(act.session, office_days(act.session, policy), now=now)


def office_days(session: Session, policy: Policy) -> list[OfficeDays]:
    """Return when each office works, by its own calendar and the policy in force."""
    calendars = Calendars(session)
    return [_days_of(office.code, calendars.of(office.code, policy)) for office in queries.offices(session)]


def _days_of(office_code: str, calendar: WorkingCalendar) -> OfficeDays:
    return OfficeDays(
        office_code,
        zone=str(calendar.zone),
        halves_on=calendar.halves,
        made_from=repr((sorted(calendar.weekend), sorted(calendar.days.items()))),
    )


def turnaround_report(
    store: Store,
    *,
    by: User,
    now: datetime,
    period: Period | None = None,
    where: Sequence[tuple[str, str]] = (),
) -> Turnaround:
    """Return the report on the cases `by` may see that meet `where` and were decided in `period`, all by default.

    It changes nothing: what happened after the last count is not in it, and it says how far that is. Raises
    `NotAllowed` if `by` may not see turnaround times, `Faulty` if a condition of `where` is not one of cases.
    """
    return kept_turnaround_report(store, by=by, now=now, period=period, where=where).report


def kept_turnaround_report(
    store: Store,
    *,
    by: User,
    now: datetime,
    period: Period | None = None,
    where: Sequence[tuple[str, str]] = (),
) -> KeptReport:
    """Return the same report, with room for what a door makes of it: it stays until something new is counted.

    Raises as `turnaround_report` does.
    """
    require(by, Right.SEE_TURNAROUND)
    refuse_unless_of_cases(Key("lead", tuple(where)))
    with store.session() as session:
        _, policy = policy_in_force(session)
        asked = _asked(session, by, now.date(), period or Period(), where)
    return kept_reports(store).report(store, asked, smallest_group=policy.figures.smallest_group.rows)


def cases_behind(store: Store, key: Key, *, by: User, now: datetime) -> Listing:
    """Return the rows behind the figure of `key` that `by` may see: as many as the figure says.

    Raises `NotAllowed` if `by` may not see turnaround times, `Faulty` if the key means nothing.
    """
    require(by, Right.SEE_TURNAROUND)
    with store.session() as session:
        return behind(session, _asked(session, by, now.date(), key.period, key.where), key)


def _asked(session: Session, by: User, today: date, period: Period, where: Sequence[tuple[str, str]]) -> Asked:
    return Asked(today, period, tuple(where), offices=in_sight(session, by))


def in_sight(session: Session, by: User) -> tuple[str, ...] | None:
    """Return the offices whose cases `by` sees for being there or above; None if all."""
    office = session.get(Office, by.office_code)
    assert office is not None
    if sees_everything(by, office.kind):
        return None
    below = (other.code for other in queries.offices(session) if other.parent_code == office.code)
    return (office.code, *below)
