"""An administrator asks what a draft policy would have meant for the cases there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from approvals.casework.policy import Policy, policy_from_document, read_policy
from approvals.errors import NotAllowed
from approvals.rehearsal import People
from approvals.services.what_if import AffectedCase, what_if
from approvals.settings import Settings
from approvals.store.engine import Store
from models.case import Stage
from models.decision import Outcome
from models.risk import RiskLevel
from models.user import Role, User
from tests.journeys.stories import START, Story, a_foundation, example, put_a_list_in_force


@pytest.fixture
def administrator(people: People) -> User:
    return people.with_role(Role.ADMINISTRATOR)


def a_draft(file: str, change: Callable[[dict[str, Any]], object]) -> Policy:
    """Return the shipped policy after `change` was made to one of its files."""
    document = read_policy(Settings().policy_folder).as_document()
    change(document[file])
    return policy_from_document(document)


def rules_of(file: dict[str, Any], rules: str, name: str, value: str) -> dict[str, Any]:
    found: dict[str, Any] = next(rule for rule in file[rules] if rule[name] == value)
    return found


def told(case: AffectedCase) -> dict[str, tuple[str, str]]:
    return {one.what: (one.old, one.new) for one in case.consequences}


def test_the_policy_in_force_changes_no_case(store: Store, people: People, administrator: User) -> None:
    Story(store, people, a_foundation())

    replay = what_if(store, read_policy(Settings().policy_folder), by=administrator)

    assert (replay.looked_at, replay.affected, replay.counts) == (1, (), {})


def test_a_new_rule_shows_whose_decision_would_rise_and_by_which_rule(
    store: Store, people: People, administrator: User, tmp_path: Path
) -> None:
    put_a_list_in_force(store, people, tmp_path)
    story = Story(store, people, a_foundation()).reach(Stage.CONSULTATION)
    draft = a_draft(
        "routes",
        lambda routes: routes["decision"].append(
            {"at_least": "committee", "when": {"kinds": ["foundation"]}, "source": "Committee, 3 March"}
        ),
    )

    [affected] = what_if(store, draft, by=administrator).affected

    assert (affected.reference, affected.stage) == (story.reference, Stage.CONSULTATION)
    old, new = told(affected)["decision"]
    assert (old, new) == ("regional director RO-AMERICAS", "committee HQ")
    assert "Committee, 3 March" in next(one.because for one in affected.consequences if one.what == "decision")


def test_a_new_criterion_that_nobody_answered_asks_for_review(
    store: Store, people: People, administrator: User
) -> None:
    Story(store, people, a_foundation())
    criterion = {
        "key": "fur",
        "title": "Fur",
        "question": "Does the partner trade in fur?",
        "source": "Committee, 3 March",
    }
    draft = a_draft("criteria", lambda criteria: criteria["criteria"].append(criterion))

    [affected] = what_if(store, draft, by=administrator).affected

    assert told(affected)["screening"] == ("clear", "review")
    assert "Not answered yet: Fur" in affected.consequences[0].because


def test_a_sector_made_risky_raises_the_risk_and_what_follows_from_it(
    store: Store, people: People, administrator: User
) -> None:
    story = Story(store, people, a_foundation())
    sector = story.proposal.partner.sector
    draft = a_draft("sectors", lambda sectors: rules_of(sectors, "sectors", "key", sector).update(high_risk=True))

    replay = what_if(store, draft, by=administrator)

    assert told(replay.affected[0])["risk"] == ("moderate", "substantial")
    assert told(replay.affected[0])["decision"][1] == "committee HQ"
    assert replay.counts["risk"] == 1


def test_a_risk_a_person_raised_stays_raised(
    store: Store, people: People, administrator: User, tmp_path: Path
) -> None:
    put_a_list_in_force(store, people, tmp_path)
    story = Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)
    story.answer("due_diligence", Outcome.ASSESSED, "The founder is under inquiry.", risk=RiskLevel.HIGH)
    sector = story.proposal.partner.sector
    draft = a_draft("sectors", lambda sectors: rules_of(sectors, "sectors", "key", sector).update(high_risk=True))

    assert what_if(store, draft, by=administrator).affected == ()


def test_a_partner_for_whom_the_draft_has_no_template_would_be_refused(
    store: Store, people: People, administrator: User
) -> None:
    Story(store, people, example("ngo-implementing"))
    draft = a_draft("routes", lambda routes: routes.update(templates=routes["templates"][:1]))

    [affected] = what_if(store, draft, by=administrator).affected

    assert told(affected)["proposal"] == ("–", "refused")
    assert "There is no agreement template" in affected.consequences[-1].because


def test_only_cases_from_the_day_asked_for_are_looked_at(store: Store, people: People, administrator: User) -> None:
    Story(store, people, a_foundation())
    shipped = read_policy(Settings().policy_folder)

    looked_at = [
        what_if(store, shipped, by=administrator, since=(START + timedelta(days=days)).date()).looked_at
        for days in (0, 1)
    ]

    assert looked_at == [1, 0]


def test_it_is_for_those_who_publish_policies(store: Store, people: People) -> None:
    with pytest.raises(NotAllowed, match="for: administrator"):
        what_if(store, read_policy(Settings().policy_folder), by=people.with_role(Role.OFFICER))
