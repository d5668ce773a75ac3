"""Nobody decides for themselves, in another's place, or by being silent, whatever a program tries."""

from __future__ import annotations

import pytest

from models.user import Role
from tests.store.guards.speaking import Sql, Who, a_task, decide, refused

# Separation of duties


def test_whoever_is_asked_may_decide(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive", office_code="HQ")

    assert decide(sql, task, number_of("david.cohen")) > 0


@pytest.mark.parametrize(("name", "why"), [("jonas.weber", "submitted"), ("rosa.quispe", "asked for it")])
def test_nobody_decides_a_case_they_submitted_or_asked_for(sql: Sql, number_of: Who, name: str, why: str) -> None:
    sql("UPDATE user_account SET roles = '{officer,executive}' WHERE id = :id", id=number_of(name))
    task = a_task(sql, "decision", role="executive")

    with refused("Nobody decides a case they submitted or asked for"):
        decide(sql, task, number_of(name))


@pytest.mark.parametrize("name", ["jonas.weber", "rosa.quispe"])
def test_a_substitute_inherits_the_duty_of_those_who_may_not(sql: Sql, number_of: Who, name: str) -> None:
    task = a_task(sql, "decision", role="executive")

    with refused("Nobody decides a case they submitted or asked for"):
        decide(sql, task, number_of("david.cohen"), on_behalf_of=number_of(name))


def test_those_who_submitted_do_not_decide_as_substitutes_of_others(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")

    with refused("Nobody decides a case they submitted or asked for"):
        decide(sql, task, number_of("jonas.weber"), on_behalf_of=number_of("david.cohen"))


def test_the_officer_records_what_the_partner_answers(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "negotiation", role="officer", assigned_to=number_of("jonas.weber"))

    assert decide(sql, task, number_of("jonas.weber"), "agreed") > 0


@pytest.mark.parametrize(
    ("first", "second"), [("screening_review", "legal_review"), ("legal_review", "screening_review")]
)
@pytest.mark.parametrize("as_substitute", [False, True], ids=["oneself", "as a substitute"])
def test_the_screening_officer_is_not_the_legal_reviewer_in_either_order(
    sql: Sql, number_of: Who, first: str, second: str, as_substitute: bool
) -> None:
    both, other = number_of("sara.lindqvist"), number_of("claire.martin")
    for person in (both, other):
        sql("UPDATE user_account SET roles = '{screening_officer,legal_reviewer}' WHERE id = :id", id=person)
    roles = {"screening_review": "screening_officer", "legal_review": "legal_reviewer"}
    decide(sql, a_task(sql, first, role=roles[first]), both, "cleared")
    task = a_task(sql, second, role=roles[second])

    with refused("The screening officer of a case is not its legal reviewer"):
        decide(sql, task, other if as_substitute else both, "cleared", on_behalf_of=both if as_substitute else None)


def test_only_those_who_owe_a_task_decide_it(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")

    with refused("Only those who owe a task decide it"):
        decide(sql, task, number_of("anna.kowalska"))


def test_the_same_duty_in_another_office_is_not_enough(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="regional_director", office_code="RO-ASIA")

    with refused("Only those who owe a task decide it"):
        decide(sql, task, number_of("grace.mensah"))


def test_an_officer_does_not_answer_for_another(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "answer", slot="answer:decision", role="officer", assigned_to=number_of("jonas.weber"))

    with refused("Only those who owe a task decide it"):
        decide(sql, task, number_of("linh.tran"), "answered")


def test_a_closed_account_decides_nothing(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    sql("UPDATE user_account SET is_active = false WHERE id = :id", id=number_of("david.cohen"))

    with refused("A closed account decides nothing"):
        decide(sql, task, number_of("david.cohen"))


# Silence


def test_silence_is_accepted_in_a_consultation(sql: Sql) -> None:
    task = a_task(sql, "consultation", slot="consultation:finance", role="finance")

    assert decide(sql, task, None, "no_view") > 0


@pytest.mark.parametrize("kind", ["decision", "legal_review", "screening_review", "due_diligence", "clearance"])
def test_silence_decides_nothing_else(sql: Sql, kind: str) -> None:
    task = a_task(sql, kind, role=Role.COMMITTEE)

    with refused("Silence decides nothing but a consultation"):
        decide(sql, task, None)


def test_silence_is_nobodys(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "consultation", slot="consultation:finance", role="finance")

    with refused("Silence is nobody's"):
        decide(sql, task, None, "no_view", on_behalf_of=number_of("yuki.tanaka"))
