"""Where a case comes from, what a task asks, and that there is one of each."""

from __future__ import annotations

import pytest

from tests.store.guards.speaking import Sql, Who, a_task, an_agreement, decide, refused

# Side doors


@pytest.mark.parametrize(
    "change",
    [
        "submitted_by = 1",
        "requested_by = NULL",
        "office_code = 'AO-LIMA'",
        "policy_hash = 'x'",
        "reference = 'PA-1999-0001'",
        "submission_key = 'other'",
        "submitted_at = now()",
    ],
)
def test_where_a_case_comes_from_is_never_changed(sql: Sql, change: str) -> None:
    with refused("Who proposed a case, where and under which policy is never changed"):
        sql(f"UPDATE approval_case SET {change}")


@pytest.mark.parametrize(
    "change",
    ["kind = 'negotiation'", "role = 'officer'", "office_code = NULL", "slot = 'x'", "case_id = 2", "leg = 9"],
)
def test_what_a_task_asks_is_never_changed(sql: Sql, change: str) -> None:
    a_task(sql, "decision", role="executive", office_code="HQ")

    with refused("What a task asks, and of which duty, is never changed"):
        sql(f"UPDATE task SET {change}")


@pytest.mark.parametrize(
    ("kind", "slot"),
    [("answer", "decision"), ("negotiation", "decision"), ("partner_signature", "signature:organisation")],
)
def test_a_task_of_the_officers_own_does_not_take_the_place_of_a_decision(sql: Sql, kind: str, slot: str) -> None:
    with refused("has no place in slot"):
        a_task(sql, kind, slot=slot, role="officer")


@pytest.mark.parametrize("state", ["decided", "cancelled"])
def test_a_closed_task_is_never_opened_again(sql: Sql, state: str) -> None:
    task = a_task(sql, "decision", role="executive", state=state)

    with refused("A closed task is never opened again"):
        sql("UPDATE task SET state = 'open' WHERE id = :id", id=task)


def test_a_cancelled_task_is_not_decided(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive", state="cancelled")

    with refused("Nobody owes this task any more"):
        decide(sql, task, number_of("david.cohen"))


def test_a_task_may_be_taken_postponed_and_handed_over(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "answer", slot="answer:decision", role="officer", assigned_to=number_of("jonas.weber"))

    sql(
        "UPDATE task SET state = 'claimed', claimed_by = :who, assigned_to = :who, due_on = '2027-01-01'",
        who=number_of("linh.tran"),
    )

    assert sql("SELECT assigned_to FROM task WHERE id = :id", id=task) == number_of("linh.tran")


# One of each


def test_a_task_has_one_standing_decision(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    decide(sql, task, number_of("david.cohen"))

    with refused("uq_decision_standing"):
        decide(sql, task, number_of("david.cohen"), "decline")


def test_a_slot_has_one_live_task(sql: Sql) -> None:
    a_task(sql, "decision", role="executive")

    with refused("uq_task_live"):
        a_task(sql, "decision", role="executive")


def test_a_case_has_one_agreement_of_a_version(sql: Sql) -> None:
    an_agreement(sql)

    with refused("uq_agreement_case_id_version"):
        an_agreement(sql)


def test_a_key_of_an_officer_makes_one_case(sql: Sql) -> None:
    columns = (
        "title, partner_id, office_code, submitted_by, level, funds, currency, amount, amount_usd, stage, leg, "
        "proposal_version, policy_hash, conditions, stage_opened_at, submitted_at, submission_key"
    )
    with refused("uq_approval_case_submitted_by_submission_key"):
        sql(f"INSERT INTO approval_case (reference, {columns}) SELECT 'PA-2026-0002', {columns} FROM approval_case")
