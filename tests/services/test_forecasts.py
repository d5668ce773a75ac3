"""An officer sees when a case is expected to end, what that rests on, and how good such dates have been."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlmodel import select

from approvals.reporting.measuring import Asked
from approvals.reporting.turnaround import turnaround
from approvals.services.case_file import case_file
from approvals.services.forecasts import expectation, make_forecasts
from approvals.services.turnaround import count_up
from approvals.services.worklist import case_list
from approvals.store.engine import Store
from approvals.store.wishes import CaseWish
from benchmarks.turnaround_data import NOW, invented, write
from models.case import Stage
from models.forecast import Forecast, ForecastBasis
from tests.journeys.conftest import At, at, databases_by_stage

__all__ = ["at", "databases_by_stage"]


def test_without_past_cases_an_officer_sees_what_the_service_levels_give(at: At) -> None:
    story = at(Stage.DECISION)
    count_up(story.store, now=story.now)

    made, again = make_forecasts(story.store, now=story.now), make_forecasts(story.store, now=story.now)
    expected = case_file(story.store, story.reference, by=story.officer, today=story.now.date()).forecast

    assert (made, again) == (1, 0)
    assert expected is not None
    assert expected.basis == ForecastBasis.SERVICE_LEVELS
    assert story.now.date() + timedelta(days=14) < expected.expected_on < story.now.date() + timedelta(days=90)
    assert "if everybody keeps the service levels (0 past cases" in expectation(expected)
    listed = case_list(story.store, CaseWish(), by=story.officer, today=story.now.date()).entries
    assert [one.expected_on for one in listed if one.case.reference == story.reference] == [expected.expected_on]


def half_way(store: Store) -> None:
    """Invent cases of one route, and let only the first half of what happened have happened yet."""
    write(store, invented(3_000, kinds=("company",), levels=("country",)))
    with store.session() as session:
        connection = session.connection()
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("CREATE TABLE later AS SELECT * FROM event WHERE seq > 1500"))
        connection.execute(text("DELETE FROM event WHERE seq > 1500"))
        session.commit()


def the_rest(store: Store) -> None:
    """Let the other half happen too."""
    with store.session() as session:
        session.connection().execute(text("INSERT INTO event SELECT * FROM later"))
        session.commit()


def test_a_forecast_has_a_range_from_past_cases_and_is_held_against_the_truth(store: Store) -> None:
    half_way(store)
    count_up(store, now=NOW)
    make_forecasts(store, now=NOW)
    with store.session() as session:
        made = session.exec(select(Forecast)).all()

    the_rest(store)
    count_up(store, now=NOW)
    with store.session() as session:
        held = turnaround(session, Asked(NOW.date()), smallest_group=1).forecasts

    assert made
    assert {one.basis for one in made} == {ForecastBasis.PAST_CASES}
    assert all(one.early_on <= one.expected_on <= one.late_on for one in made)
    assert sum(one.off.count for one in held) > 0
    assert all(one.held.count <= one.off.count for one in held)
