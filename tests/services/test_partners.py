"""The partner register: who keeps it, what it refuses, and what a flag does to a proposal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from approvals.errors import DutiesConflict, Faulty, NotAllowed, NotFound
from approvals.rehearsal import People
from approvals.services import flags, partners
from approvals.services.cases import submit
from approvals.store.engine import Store
from models.case import Stage
from models.event import Event
from models.flag import FlagState
from models.partner import IdentifierKind, PartnerNameKind
from models.screening import Finding, Verdict
from models.user import Role, User
from tests.conftest import NOW
from tests.journeys.stories import Story, a_foundation, example, put_a_list_in_force

LEI = "5493001KJTIIGC8Y1R12"
OTHER = {
    "partner.legal_name": "Fundación Cóndor",
    "partner.aliases": [],
    "partner.registration_number": "20999111",
}


@pytest.fixture
def officer(people: People) -> User:
    return people.named("rosa.quispe@example.org")


@pytest.fixture
def headquarters(people: People) -> User:
    return people.named("sara.lindqvist@example.org")


@pytest.fixture
def two(store: Store, officer: User) -> tuple[int, int]:
    """Return the numbers of two foundations of the register."""
    cases = [submit(store, a_foundation(**one), by=officer, key=str(one), now=NOW) for one in ({}, OTHER)]
    return cases[0].partner_id, cases[1].partner_id


def events(store: Store, *kinds: str) -> list[dict[str, Any]]:
    with store.session() as session:
        return [one.payload for one in session.exec(select(Event).where(col(Event.kind).in_(kinds)))]


# Names, numbers, people


def test_a_new_partner_brings_its_names_and_people(store: Store, officer: User, two: tuple[int, int]) -> None:
    file = partners.partner_file(store, two[0], by=officer)

    form = a_foundation().partner
    assert file.reference == f"P-{two[0]}"
    assert {name.name for name in file.names} == set(form.aliases)
    assert form.representative.name in {person.name for person in file.people}
    assert [case.partner_id for case in file.cases] == [two[0]]


def test_a_former_name_finds_the_partner(store: Store, officer: User, two: tuple[int, int]) -> None:
    partners.add_name(
        store, two[1], "Sociedad Altiplano", PartnerNameKind.FORMER, until=NOW.date(), by=officer, now=NOW
    )

    found = partners.find_partners(store, "SOCIEDAD ALTIPLANO", by=officer)

    assert [(one.reference, one.likeness) for one in found] == [(f"P-{two[1]}", 1.0)]
    assert events(store, "PartnerNameAdded") == [
        {
            "partner": f"P-{two[1]}",
            "name": "Sociedad Altiplano",
            "name_kind": "former",
            "until": "2026-03-02",
            "ended_assessments": [],
        }
    ]


def test_a_name_that_is_known_already_is_refused(store: Store, officer: User, two: tuple[int, int]) -> None:
    with pytest.raises(Faulty, match="is known already, in this or another spelling"):
        partners.add_name(store, two[1], "FUNDACION CONDOR", PartnerNameKind.ALIAS, until=None, by=officer, now=NOW)


def test_a_number_belongs_to_one_partner(store: Store, officer: User, two: tuple[int, int]) -> None:
    partners.add_identifier(store, two[0], IdentifierKind.LEI, LEI.lower(), country=None, by=officer, now=NOW)

    with pytest.raises(Faulty, match=f"«{LEI}» belongs to P-{two[0]} already"):
        partners.add_identifier(store, two[1], IdentifierKind.LEI, LEI, country=None, by=officer, now=NOW)


def test_a_registration_number_entered_later_finds_the_partner_again(
    store: Store, officer: User, two: tuple[int, int]
) -> None:
    registration = IdentifierKind.REGISTRATION
    partners.add_identifier(store, two[1], registration, "PE-777", country="PE", by=officer, now=NOW)
    proposal = {"partner.legal_name": "Ayllu Norte", "partner.aliases": [], "partner.registration_number": "PE-777"}

    with pytest.raises(Faulty, match=f"«Ayllu Norte» looks like P-{two[1]}"):
        submit(store, a_foundation(**proposal), by=officer, key="3", now=NOW)


@pytest.mark.parametrize("name", ["anna.kowalska", "peter.novak", "claire.martin"])
def test_others_than_those_who_keep_the_register_change_nothing(
    store: Store, people: People, two: tuple[int, int], name: str
) -> None:
    person = people.named(f"{name}@example.org")

    assert partners.partner_file(store, two[0], by=person).partner.id == two[0]
    with pytest.raises(NotAllowed, match="may not keep the partner register"):
        partners.set_parent(store, two[0], two[1], by=person, now=NOW)


def test_a_partner_that_is_not_there_is_not_found(store: Store, officer: User) -> None:
    with pytest.raises(NotFound, match="no partner P-99"):
        partners.partner_file(store, 99, by=officer)


# The tree


def test_a_branch_knows_what_is_above_it_and_below(store: Store, officer: User, two: tuple[int, int]) -> None:
    branch, mother = two
    partners.set_parent(store, branch, mother, by=officer, now=NOW)

    assert [one.id for one in partners.partner_file(store, branch, by=officer).above] == [mother]
    assert [one.id for one in partners.partner_file(store, mother, by=officer).branches] == [branch]
    assert events(store, "PartnerParentSet") == [
        {"partner": f"P-{branch}", "from": None, "to": f"P-{mother}", "ended_assessments": []}
    ]


def test_no_partner_stands_above_itself(store: Store, officer: User, two: tuple[int, int]) -> None:
    partners.set_parent(store, two[0], two[1], by=officer, now=NOW)

    for below, above in [(two[1], two[0]), (two[0], two[0])]:
        with pytest.raises(Faulty, match="would stand above itself"):
            partners.set_parent(store, below, above, by=officer, now=NOW)
    with pytest.raises(DBAPIError, match="No partner stands above itself"), store.engine.begin() as connection:
        connection.execute(
            text("UPDATE partner SET parent_id = :above WHERE id = :id"), {"above": two[0], "id": two[1]}
        )


# Flags


def flag(store: Store, partner: int, by: User, *states: FlagState, settled_by: User | None = None) -> int:
    """Put a flag on the partner, bring it through `states`, the last of them by `settled_by`; return its number."""
    step = flags.raise_flag(store, partner, FlagState.RISK, subject="Unpaid wages", reason="Seen.", by=by, now=NOW)
    for state in states:
        person = settled_by if settled_by and state is states[-1] else by
        flags.move_flag(store, step.flag_id, state, reason="So.", by=person, now=NOW)
    return step.flag_id


def test_a_flag_keeps_its_whole_history(
    store: Store, officer: User, headquarters: User, two: tuple[int, int]
) -> None:
    flag(store, two[0], officer, FlagState.ESCALATED, FlagState.RED, settled_by=headquarters)

    steps = events(store, "FlagRaised", "FlagMoved")
    assert [(one["from"], one["to"]) for one in steps] == [
        (None, "risk"),
        ("risk", "escalated"),
        ("escalated", "red"),
    ]


def test_a_flag_is_inherited_from_the_parent_until_it_is_lifted(
    store: Store, people: People, officer: User, headquarters: User, two: tuple[int, int]
) -> None:
    branch, mother = two
    partners.set_parent(store, branch, mother, by=officer, now=NOW)
    number = flag(store, mother, officer, FlagState.ESCALATED, FlagState.RED, settled_by=headquarters)

    (inherited,) = partners.partner_file(store, branch, by=officer).flags
    assert (inherited.state, inherited.inherited, inherited.partner) == (FlagState.RED, True, mother)

    with pytest.raises(DutiesConflict):
        flags.move_flag(store, number, FlagState.LIFTED, reason="Paid.", by=headquarters, now=NOW)
    committee = people.with_role(Role.COMMITTEE)
    flags.move_flag(store, number, FlagState.LIFTED, reason="Paid.", by=committee, now=NOW)
    assert partners.partner_file(store, branch, by=officer).flags == ()


def test_the_database_lets_nobody_settle_their_own_flag(store: Store, officer: User, two: tuple[int, int]) -> None:
    number = flag(store, two[0], officer, FlagState.ESCALATED)
    sql = "INSERT INTO flag_step (flag_id, state, reason, taken_by, taken_at) VALUES (:flag, :state, 'x', :by, now())"

    with pytest.raises(DBAPIError, match="Somebody else settles a flag"), store.engine.begin() as connection:
        connection.execute(text(sql), {"flag": number, "state": "red", "by": officer.id})
    with pytest.raises(DBAPIError, match="Rows of flag_step are never changed"), store.engine.begin() as connection:
        connection.execute(text("UPDATE flag_step SET state = 'lifted'"))


@pytest.mark.parametrize(
    ("states", "verdict", "stage"),
    [
        ((), Verdict.CLEAR, Stage.DUE_DILIGENCE),
        ((FlagState.ESCALATED,), Verdict.REVIEW, Stage.SCREENING_REVIEW),
        ((FlagState.ESCALATED, FlagState.RED), Verdict.STOP, Stage.STOPPED),
    ],
    ids=["risk", "escalated", "red"],
)
def test_a_flag_on_the_parent_does_to_a_new_proposal_what_the_policy_says(
    store: Store,
    people: People,
    headquarters: User,
    tmp_path: Path,
    states: tuple[FlagState, ...],
    verdict: Verdict,
    stage: Stage,
) -> None:
    put_a_list_in_force(store, people, tmp_path)
    officer = people.named("rosa.quispe@example.org")
    first = submit(store, example("foundation"), by=officer, key="first", now=NOW)
    mother = submit(store, example("foundation", **OTHER), by=officer, key="mother", now=NOW).partner_id
    partners.set_parent(store, first.partner_id, mother, by=officer, now=NOW)
    flag(store, mother, officer, *states, settled_by=headquarters if FlagState.RED in states else None)

    story = Story(store, people, example("foundation"), key="second")

    with store.session() as session:
        found = session.exec(select(Finding).where(Finding.name == "partner_flags")).all()
    assert [one.verdict for one in found] == [verdict]
    assert f"inherited from P-{mother}" in found[0].reason
    assert story.stage is stage
    assert story.case.risk in ("substantial", "high")
