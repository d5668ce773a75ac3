"""What due diligence found about a partner is relied on for its next proposal, until it lapses or ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from approvals.rehearsal import People
from approvals.services import partners
from approvals.store import queries
from approvals.store.engine import Store
from models.assessment import Ending, EntityAssessment
from models.case import Stage
from models.partner import PartnerNameKind
from models.user import User
from tests.journeys.stories import START, Story, example, put_a_list_in_force


@pytest.fixture
def officer(people: People) -> User:
    return people.named("rosa.quispe@example.org")


@pytest.fixture
def first(store: Store, people: People, tmp_path: Path) -> Story:
    """A case of the foundation that is past its due diligence."""
    put_a_list_in_force(store, people, tmp_path)
    return Story(store, people, example("foundation"), key="first").reach(Stage.CONSULTATION)


def the_assessment(store: Store) -> EntityAssessment:
    with store.session() as session:
        return session.exec(select(EntityAssessment)).one()


def a_second_case(first: Story, **changes: Any) -> Story:
    return Story(first.store, first.people, example("foundation", **changes), key="second")


def payloads(story: Story, kind: str) -> list[dict[str, Any]]:
    with story.store.session() as session:
        return [event.payload for event in queries.events_of(session, story.case) if event.kind == kind]


def not_used_because(story: Story) -> str:
    return str(payloads(story, "CaseScreened")[0]["earlier_assessment_not_used"])


def past_the_guards(store: Store, table: str, change: str, **values: Any) -> None:
    """Change rows that nobody may change, as time or another person would have made them."""
    with store.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(f"UPDATE {table} SET {change}"), values)


def test_due_diligence_keeps_what_it_found_about_the_partner(store: Store, first: Story) -> None:
    kept = the_assessment(store)

    assert (kept.partner_id, kept.level, kept.countries) == (first.case.partner_id, first.case.risk, ["PE"])
    assert kept.documents
    assert "ownership" in kept.factors
    assert "political_sensitivity" not in kept.factors
    assert kept.valid_until.year == START.year + 2  # moderate: 24 months


def test_a_second_proposal_passes_over_due_diligence_and_says_why(store: Store, first: Story) -> None:
    second = a_second_case(first)

    assert second.stage is Stage.CONSULTATION
    assert payloads(second, "CaseScreened")[0]["relies_on_assessment"] == the_assessment(store).id
    (why,) = [one["passed_over_by"] for one in payloads(second, "StagePassed") if one["from"] == "due_diligence"]
    assert "is valid until" in why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"project.countries": ["PE", "BO"]}, "new country"),
        ({"risk_factors.controversies": "moderate"}, "worse factor"),
    ],
    ids=["new country", "worse factor"],
)
def test_what_the_assessment_does_not_cover_is_assessed_anew(first: Story, changes: dict[str, Any], why: str) -> None:
    second = a_second_case(first, **changes)

    assert second.stage is Stage.DUE_DILIGENCE
    assert not_used_because(second) == why


def test_a_deeper_due_diligence_is_not_spared_by_a_shallow_one(first: Story) -> None:
    assert a_second_case(first, level="global").stage is Stage.DUE_DILIGENCE


def test_a_change_of_name_ends_it(store: Store, first: Story, officer: User) -> None:
    former = PartnerNameKind.FORMER
    partners.add_name(store, first.case.partner_id, "Pachamama", former, until=None, by=officer, now=START)

    assert the_assessment(store).ended_because is Ending.NAME_CHANGE
    second = a_second_case(first)
    assert second.stage is Stage.DUE_DILIGENCE
    assert not_used_because(second) == "ended by name change"


def test_a_lapsed_one_is_not_relied_on(store: Store, first: Story) -> None:
    past_the_guards(store, "entity_assessment", "valid_until = :day", day=START.date() - timedelta(days=1))

    second = a_second_case(first)

    assert second.stage is Stage.DUE_DILIGENCE
    assert not_used_because(second).startswith("lapsed on")


def test_nobody_proposes_what_rests_on_their_own_assessment(store: Store, first: Story, officer: User) -> None:
    past_the_guards(store, "decision", "decided_by = :who", who=officer.id)

    second = a_second_case(first)

    assert second.stage is Stage.DUE_DILIGENCE
    assert not_used_because(second) == "who proposes took part in it"


def test_an_assessment_never_changes_but_for_its_end(store: Store, first: Story) -> None:
    with pytest.raises(DBAPIError, match="An assessment never changes"), store.engine.begin() as connection:
        connection.execute(text("UPDATE entity_assessment SET level = 'low', valid_until = '2099-01-01'"))
