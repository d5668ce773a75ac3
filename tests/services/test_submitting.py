"""Submitting a proposal: once per key, from one's own office, by those who may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlmodel import col, func, select

from approvals.casework.proposal import ProposalForm
from approvals.errors import InvalidProposal, NotAllowed
from approvals.rehearsal import People
from approvals.services.cases import submit
from approvals.store.engine import Store
from models.case import Case
from models.event import Event
from models.outbox import OutboxMessage
from models.partner import Partner
from models.proposal import Proposal
from models.user import User
from tests.conftest import NOW
from tests.factories import GONE
from tests.journeys.stories import a_foundation, example


@pytest.fixture
def officer(people: People) -> User:
    return people.named("rosa.quispe@example.org")


def count(store: Store, table: type[Any]) -> int:
    with store.session() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_a_case_begins_with_proposal_event_and_work_for_the_machine(store: Store, officer: User) -> None:
    events_before = count(store, Event)

    case = submit(store, a_foundation(), by=officer, key="k", now=NOW)

    assert case.reference == "PA-2026-0001"
    assert (case.submitted_by, case.office_code, case.stage) == (officer.id, "AO-LIMA", "screening")
    assert (count(store, Proposal), count(store, Event) - events_before, count(store, OutboxMessage)) == (1, 1, 1)


def test_the_same_key_again_returns_the_case_it_made(store: Store, officer: User) -> None:
    first = submit(store, a_foundation(), by=officer, key="k", now=NOW)

    again = submit(store, a_foundation(), by=officer, key="k", now=NOW)

    assert again.id == first.id
    assert (count(store, Case), count(store, OutboxMessage)) == (1, 1)


def test_the_same_key_for_another_proposal_is_refused(store: Store, officer: User) -> None:
    submit(store, a_foundation(), by=officer, key="k", now=NOW)

    with pytest.raises(InvalidProposal, match=r"belongs to PA-2026-0001.*use a new key"):
        submit(store, a_foundation(title="Another"), by=officer, key="k", now=NOW)

    assert count(store, Case) == 1


def test_keys_are_each_senders_own(store: Store, people: People, officer: User) -> None:
    first = submit(store, a_foundation(), by=officer, key="1", now=NOW)

    other = submit(store, example("world-bank-ta"), by=people.named("linh.tran@example.org"), key="1", now=NOW)

    assert [first.reference, other.reference] == ["PA-2026-0001", "PA-2026-0002"]


def test_a_refused_proposal_takes_no_reference(store: Store, officer: User) -> None:
    with pytest.raises(InvalidProposal):
        submit(store, a_foundation(office="AO-NOWHERE"), by=officer, key="1", now=NOW)

    case = submit(store, a_foundation(), by=officer, key="2", now=NOW)

    assert case.reference == "PA-2026-0001"


REFUSED: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("an unknown office", {"office": "AO-NOWHERE"}, "office", "«AO-NOWHERE» is no office; choose from HQ"),
    ("another's office", {"office": "AO-DAKAR"}, "office", "you belong to AO-LIMA; a colleague of AO-DAKAR must"),
    ("an unknown requester", {"requested_by": "no@body.org"}, "requested_by", "no@body.org is not known here"),
    (
        "a partner without a template",
        {"partner.kind": "government"},
        "funds",
        "There is no agreement template for «government»",
    ),
)


@pytest.mark.parametrize(("why", "changes", "path", "sentence"), REFUSED, ids=[row[0] for row in REFUSED])
def test_is_refused_with_the_field_and_the_way_on(
    store: Store, officer: User, why: str, changes: dict[str, Any], path: str, sentence: str
) -> None:
    with pytest.raises(InvalidProposal) as refused:
        submit(store, a_foundation(**changes), by=officer, key="k", now=NOW)

    assert [fault.path for fault in refused.value.faults] == [path]
    assert sentence in refused.value.faults[0].message
    assert (count(store, Case), count(store, Partner)) == (0, 0)


def test_a_currency_without_a_rate_is_refused(store: Store, people: People) -> None:
    officer = people.named("aminata.diallo@example.org")

    with pytest.raises(InvalidProposal, match="there is no rate for «KES»; known are CHF, EUR") as refused:
        submit(store, example("company-cash-in-kind", **{"money.currency": "KES"}), by=officer, key="k", now=NOW)

    assert [fault.path for fault in refused.value.faults] == ["money.currency"]


def test_every_misfit_is_told_at_once(store: Store, people: People) -> None:
    officer = people.named("rosa.quispe@example.org")
    changes = {"money.currency": "KES", "requested_by": "no@body.org"}

    with pytest.raises(InvalidProposal) as refused:
        submit(store, example("company-cash-in-kind", **changes), by=officer, key="k", now=NOW)

    assert [fault.path for fault in refused.value.faults] == ["money.currency", "office", "requested_by"]


@pytest.mark.parametrize("name", ["claire.martin", "anna.kowalska", "peter.novak", "elena.rojas"])
def test_only_officers_submit(store: Store, people: People, name: str) -> None:
    person = people.named(f"{name}@example.org")

    with pytest.raises(
        NotAllowed, match=f"{re.escape(person.name)}.* may not submit a proposal; that is for: officer"
    ):
        submit(store, a_foundation(), by=person, key="k", now=NOW)


def test_who_asked_for_it_is_kept(store: Store, people: People) -> None:
    case = submit(store, example("eu-contribution"), by=people.named("jonas.weber@example.org"), key="k", now=NOW)

    assert case.requested_by == people.named("rosa.quispe@example.org").id


# The partner register


SAME = (
    "Fundación Semilla Andina",
    "FUNDACION SEMILLA ANDINA",
    "Semilla Andina, Fundación",
    "Semilla  Andina Fundación",
)


@pytest.mark.parametrize("spelling", SAME)
def test_the_same_partner_in_another_spelling_is_found_again(store: Store, officer: User, spelling: str) -> None:
    first = submit(store, a_foundation(), by=officer, key="1", now=NOW)

    second = submit(store, a_foundation(**{"partner.legal_name": spelling}), by=officer, key="2", now=NOW)

    assert second.partner_id == first.partner_id


def test_another_legal_form_is_the_same_partner(store: Store, people: People) -> None:
    officer = people.named("aminata.diallo@example.org")
    names = ("Nordvik Tekstil AS", "Nordvik Tekstil ASA", "Nordvik Tekstil")
    proposals: list[ProposalForm] = [example("company-cash-in-kind", **{"partner.legal_name": one}) for one in names]

    cases = [submit(store, one, by=officer, key=one.partner.legal_name, now=NOW) for one in proposals]

    assert len({case.partner_id for case in cases}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {
            "partner.legal_name": "Fundación Semilla Costeña",
            "partner.aliases": [],
            "partner.registration_number": "11223344",
        },
        {"partner.country": "BO"},
    ],
    ids=["name", "country"],
)
def test_another_name_or_country_is_another_partner(store: Store, officer: User, changes: dict[str, Any]) -> None:
    first = submit(store, a_foundation(), by=officer, key="1", now=NOW)

    second = submit(store, a_foundation(**changes), by=officer, key="2", now=NOW)

    assert second.partner_id != first.partner_id


def test_the_register_keeps_the_first_spelling(store: Store, officer: User) -> None:
    submit(store, a_foundation(), by=officer, key="1", now=NOW)
    submit(store, a_foundation(**{"partner.legal_name": SAME[1]}), by=officer, key="2", now=NOW)

    with store.session() as session:
        assert session.exec(select(Partner.legal_name).order_by(col(Partner.id))).all() == [SAME[0]]


def test_a_name_like_one_of_the_register_is_asked_about(store: Store, officer: User) -> None:
    submit(store, a_foundation(), by=officer, key="1", now=NOW)
    alike = {"partner.legal_name": "Fundación Semila Andina", "partner.registration_number": GONE}

    with pytest.raises(InvalidProposal) as refused:
        submit(store, a_foundation(**alike), by=officer, key="2", now=NOW)

    (fault,) = refused.value.faults
    assert fault.path == "partner_is"
    assert "looks like P-1 «Fundación Semilla Andina» (PE)" in fault.message
    assert "`partner_is: P-1` if it is the same, `partner_is: new` if not" in fault.message


@pytest.mark.parametrize(("said", "partner"), [("P-1", 1), ("new", 2)])
def test_what_the_officer_says_of_a_similar_name_counts_and_is_kept(
    store: Store, officer: User, said: str, partner: int
) -> None:
    submit(store, a_foundation(), by=officer, key="1", now=NOW)
    alike = {"partner.legal_name": "Fundación Semila Andina", "partner_is": said}

    case = submit(store, a_foundation(**alike), by=officer, key="2", now=NOW)

    assert case.partner_id == partner
    with store.session() as session:
        kept = session.get(Proposal, (case.id, 1))
        assert kept is not None
        assert kept.content["partner_is"] == said


def test_one_number_under_two_names_is_asked_about(store: Store, officer: User) -> None:
    submit(store, a_foundation(), by=officer, key="1", now=NOW)

    with pytest.raises(InvalidProposal, match="«Fundación Otra» looks like P-1"):
        submit(store, a_foundation(**{"partner.legal_name": "Fundación Otra"}), by=officer, key="2", now=NOW)


def test_a_partner_that_is_not_in_the_register_is_refused(store: Store, officer: User) -> None:
    with pytest.raises(InvalidProposal, match="partner_is: The register has no partner P-99"):
        submit(store, a_foundation(partner_is="P-99"), by=officer, key="1", now=NOW)
