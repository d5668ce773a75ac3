"""What an expected date rests on: how long past cases of the same route still took from the same stage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.case import Case
from models.forecast import Forecast
from models.times import CaseTime, OfficeDay, StageTime


@dataclass(frozen=True)
class SameRoute:
    """What cases have in common that take the same route: new or amendment, level, kind of partner; and the stage."""

    stage: str
    amendment: bool
    level: str
    partner_kind: str


@dataclass(frozen=True)
class WithoutForecast:
    """An open case that came to a stage and has no forecast from there."""

    case: Case
    leg: int
    entered_on: date
    route: SameRoute


def without_forecast(session: Session, *, limit: int) -> list[WithoutForecast]:
    """Return at most `limit` open cases that have no forecast from the stage they are in, the newest first."""
    query = (
        select(Case, StageTime, CaseTime)
        .join(StageTime, col(StageTime.case_id) == col(Case.id))
        .join(CaseTime, col(CaseTime.case_id) == col(Case.id))
        .outerjoin(
            Forecast,
            (col(Forecast.case_id) == col(StageTime.case_id)) & (col(Forecast.leg) == col(StageTime.leg)),
        )
        .where(col(StageTime.left_on).is_(None), col(StageTime.under_way), col(Forecast.case_id).is_(None))
        .order_by(col(Case.id).desc())
        .limit(limit)
    )
    return [
        WithoutForecast(
            case, stay.leg, stay.entered_on, SameRoute(stay.stage, time.amendment, time.level, time.partner_kind)
        )
        for case, stay, time in session.exec(query)
    ]


def times_from_there(session: Session, route: SameRoute) -> Sequence[int]:
    """Return how long decided cases of this route took from first coming to the stage, in half working days, rising
    order.
    """
    query = """
        SELECT u.halves - b.halves FROM stage_time s JOIN case_time c USING (case_id)
        JOIN office_day b ON b.office_code = c.office_code AND b.day = s.entered_on
        JOIN office_day u ON u.office_code = c.office_code AND u.day = c.ended_on
        WHERE s.stage = :stage AND s.first_stay AND c.amendment = :amendment AND c.level = :level
          AND c.partner_kind = :partner_kind AND c.ending IN ('in_force', 'effective', 'declined', 'stopped')
        ORDER BY 1
    """
    return session.connection().execute(text(query), vars(route)).scalars().all()


def day_after(session: Session, office_code: str, start: date, halves: float) -> date | None:
    """Return the first day with `halves` half working days of the office after `start`; None if it is too far off."""
    begun = session.get(OfficeDay, (office_code, start))
    if begun is None:
        return None
    query = select(OfficeDay).where(
        OfficeDay.office_code == office_code,
        col(OfficeDay.day) >= start,
        col(OfficeDay.halves) >= begun.halves + halves,
    )
    reached = session.exec(query.order_by(col(OfficeDay.day)).limit(1)).first()
    return reached.day if reached is not None else None


def expected_days(session: Session, cases: Iterable[Case]) -> dict[int, date]:
    """Return the day on which each of these cases is expected to end, by number of the case.

    It is the one said in the case's present leg; cases of which none was said are left out.
    """
    query = (
        select(col(Forecast.case_id), col(Forecast.expected_on))
        .join(Case, (col(Case.id) == col(Forecast.case_id)) & (col(Case.leg) == col(Forecast.leg)))
        .where(col(Forecast.case_id).in_([case.id for case in cases]))
    )
    return dict(session.exec(query).all())


def forecast_of(session: Session, case: Case) -> Forecast | None:
    """Return the forecast made in the case's present leg, None if there is none (yet)."""
    return session.get(Forecast, (case.id, case.leg))
