"""Amendments under faults: killed at every statement, many at once, and a checker that sees what is out of order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from approvals.casework.amendment import AmendmentForm
from approvals.casework.amendment_file import read_amendment
from approvals.errors import ApprovalError, WrongStage
from approvals.services.amendments import amend
from approvals.services.cases import end_partnership
from approvals.store import queries
from models.case import Case, Stage
from models.user import User
from tests.conftest import NOW
from tests.faults.house import EXAMPLES, House, copy_of
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.faults.test_kill_at_every_statement import Deaths
from tests.faults.test_races import TWENTY, all_at_once
from tests.faults.warm import Warm

PARTNERSHIP, AMENDMENT = "PA-2026-0001", "PA-2026-0002"
SHIFT = EXAMPLES / "amendments" / "company-budget-shift.yaml"


@pytest.fixture(scope="module")
def signed(ready_database: str) -> Iterator[str]:
    """The address of a house with one partnership in force."""
    with copy_of(ready_database) as house:
        assert house.carry_to_the_end(house.submit("company-cash-in-kind")) is Stage.IN_FORCE
        house.mend()
        house.store.close()
        yield house.url


@pytest.fixture
def in_force(signed: str) -> Iterator[House]:
    """A house of the test's own with one partnership in force."""
    with copy_of(signed) as house:
        yield house


def written(name: str = "company-budget-shift") -> AmendmentForm:
    file = EXAMPLES / "amendments" / f"{name}.yaml"
    return read_amendment(file.read_bytes(), name=file.name)


def officer_of(house: House) -> User:
    return house.people.named("aminata.diallo@example.org")


def amended(house: House, name: str = "company-budget-shift", *, key: str = "amendment") -> Case:
    return amend(house.store, PARTNERSHIP, written(name), by=officer_of(house), key=key, now=NOW)


def travel(house: House) -> str:
    """Return what the agreement in force gives for travel."""
    with house.store.session() as session:
        money = queries.form_in_force(session, queries.case_by_reference(session, PARTNERSHIP)).money
    assert money is not None
    return str({line.heading: line.amount for line in money.budget}["Travel and communication"])


# Death


def test_an_amendment_tried_again_is_there_once(in_force: House, warm: Warm) -> None:
    deaths = Deaths(
        in_force, warm, "amend", reference=PARTNERSHIP, file=str(SHIFT), key="amendment", now=NOW.isoformat()
    )

    for copy in deaths.states():
        reference = amended(copy).reference

        assert reference == AMENDMENT
        assert broken_invariants(copy.store, Acknowledged(cases={reference})) == []

    assert deaths.last.returned["reference"] == AMENDMENT


def test_an_amendment_that_dies_while_it_takes_effect_takes_effect_once(in_force: House, warm: Warm) -> None:
    amended(in_force)
    deaths = Deaths(in_force, warm, "carry", reference=AMENDMENT, now=NOW.isoformat())

    for copy in deaths.states():
        copy.mend()

        assert (copy.case(AMENDMENT).stage, copy.case(PARTNERSHIP).proposal_version) == (Stage.EFFECTIVE, 2)
        assert travel(copy) == "22880.00"
        assert broken_invariants(copy.store, at_rest=True) == []


# Many at once


def test_of_twenty_amendments_at_once_one_is_under_way_and_the_others_hear_which(in_force: House) -> None:
    answers = all_at_once(*(partial(amended, in_force, key=str(number)) for number in range(TWENTY)))

    (made,) = [answer for answer in answers if not isinstance(answer, ApprovalError)]
    refusals = [str(answer) for answer in answers if isinstance(answer, WrongStage)]
    assert len(refusals) == TWENTY - 1
    assert all(f"is being amended by {made.reference}" in refusal for refusal in refusals)
    assert broken_invariants(in_force.store) == []


def test_an_amendment_sent_twenty_times_is_one(in_force: House) -> None:
    answers = all_at_once(*[partial(amended, in_force)] * TWENTY)

    assert {answer.reference for answer in answers} == {AMENDMENT}


def test_a_partnership_is_ended_or_amended_and_never_both(in_force: House) -> None:
    end = partial(
        end_partnership, in_force.store, PARTNERSHIP, by=officer_of(in_force), reason="All is done.", now=NOW
    )

    answers = all_at_once(partial(amended, in_force), end)

    assert len([answer for answer in answers if isinstance(answer, WrongStage)]) == 1
    in_force.mend()
    assert broken_invariants(in_force.store, at_rest=True) == []


def test_an_amendment_of_something_else_than_it_was_written_for_shows_its_problem(in_force: House) -> None:
    amended(in_force)
    _past_the_guards(in_force, "UPDATE approval_case SET stage = 'ended', closed_at = now(), leg = leg WHERE id = 1")

    in_force.mend()

    assert "is no longer what PA-2026-0002 amends; withdraw the amendment" in (in_force.case(AMENDMENT).problem or "")


# The checker


WAYS_TO_BREAK_IT = (
    ("nobody approved it", "UPDATE amendment SET handling = 'approval_only'"),
    ("with 0 signatures", "UPDATE amendment SET handling = 'amendment'"),
    ("as something else than was decided", "UPDATE proposal SET content_hash = 'x' WHERE amended_by IS NOT NULL"),
    ("the agreement says otherwise", "UPDATE proposal SET amended_by = NULL"),
    ("names no amendment", "UPDATE approval_case SET amends = NULL, stage = 'withdrawn' WHERE id = 2"),
)


@pytest.mark.parametrize(("what", "harm"), WAYS_TO_BREAK_IT)
def test_an_effect_out_of_order_is_named(in_force: House, what: str, harm: str) -> None:
    amended(in_force)
    in_force.mend()
    assert broken_invariants(in_force.store, at_rest=True) == []

    _past_the_guards(in_force, harm)

    broken: list[Any] = broken_invariants(in_force.store)
    assert [sentence for sentence in broken if sentence.startswith("I7") and what in sentence], broken


def _past_the_guards(house: House, harm: str) -> None:
    with house.store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger, no foreign key
        connection.exec_driver_sql(harm)
