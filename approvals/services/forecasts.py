"""Expected dates: made once for each entry of a case into a stage, and kept to be held against the truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlmodel import Session

from approvals.casework.policy import Policy
from approvals.casework.timetable import timetable
from approvals.errors import PolicyError
from approvals.reporting.spread import percentile
from approvals.services.machine import standing
from approvals.services.policies import policy_in_force
from approvals.services.transaction import transaction
from approvals.store.engine import Store
from approvals.store.forecast_queries import WithoutForecast, day_after, times_from_there, without_forecast
from models.case import Case, Stage
from models.forecast import Forecast, ForecastBasis
from models.risk import RiskLevel

AT_ONCE = 200
"""Cases a sweep makes forecasts for; what is left is for the next."""

EARLY, EXPECTED, LATE = 0.15, 0.5, 0.85


def make_forecasts(store: Store, *, now: datetime) -> int:
    """Make the forecasts that are missing, a sweep's worth of them, and return how many. Safe to run twice."""
    with transaction(store, now=now) as act:
        _, policy = policy_in_force(act.session)
        missing = without_forecast(act.session, limit=AT_ONCE)
        made = [forecast for one in missing if (forecast := _forecast(act.session, one, policy, now)) is not None]
        act.session.add_all(made)
    return len(made)


def _forecast(session: Session, one: WithoutForecast, policy: Policy, now: datetime) -> Forecast | None:
    """Return the forecast, None if not even the service levels say anything about where the case stands."""
    past = times_from_there(session, one.route)
    enough = len(past) >= policy.figures.forecast.least_past_cases
    halves = _spread_of(past) if enough else _by_service_levels(session, one.case)
    after = partial(day_after, session, one.case.office_code, one.entered_on)
    days = [after(each) for each in halves]
    if not days or None in days:
        return None
    early, expected, late = (day for day in days if day is not None)
    return Forecast(
        case_id=one.case.id or 0,
        leg=one.leg,
        stage=one.route.stage,
        made_at=now,
        basis=ForecastBasis.PAST_CASES if enough else ForecastBasis.SERVICE_LEVELS,
        past_cases=len(past),
        expected_on=expected,
        early_on=early,
        late_on=late,
    )


def _spread_of(past: Sequence[int]) -> tuple[float, float, float]:
    return percentile(past, EARLY), percentile(past, EXPECTED), percentile(past, LATE)


def _by_service_levels(session: Session, case: Case) -> tuple[float, ...]:
    """Return three times the half working days policy gives the rest of the route; nothing if there is no route."""
    try:
        at = standing(session, case)
    except PolicyError:
        return ()
    ahead = list(Stage)[list(Stage).index(case.stage) :]
    days = sum(
        max(stage.our_days, stage.partner_days)
        for stage in timetable(at.policy, at.route, case.risk or RiskLevel.LOW)
        if stage.stage in ahead
    )
    return (2.0 * days,) * 3


def expectation(forecast: Forecast) -> str:
    """Return the forecast as a sentence that says what it rests on."""
    if forecast.basis == ForecastBasis.SERVICE_LEVELS:
        return (
            f"{forecast.expected_on}, if everybody keeps the service levels "
            f"({forecast.past_cases} past cases of the same route are too few to tell)"
        )
    return (
        f"{forecast.expected_on}, probably between {forecast.early_on} and {forecast.late_on} "
        f"(as {forecast.past_cases} past cases of the same route)"
    )
