"""Nobody acts for an absent person without a rule of that day, and a stop of the clock only ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.guards.speaking import NOW, Sql, Who, a_task, decide, refused


def a_substitution(sql: Sql, absent: int, substitute: int, **changes: Any) -> int:
    values = {
        "absent": absent,
        "substitute": substitute,
        "roles": "{executive}",
        "first": "2026-09-21",
        "last": "2026-09-25",
        **changes,
    }
    return int(
        sql(
            "INSERT INTO substitution (absent_id, substitute_id, roles, from_on, until_on, when_overdue, reason, "
            "entered_by, entered_at) VALUES (:absent, :substitute, :roles, :first, :last, false, '', :absent, :at) "
            "RETURNING id",
            **values,
            at=NOW,
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"first": "2026-09-22"}, id="before its first day"),
        pytest.param({"first": "2026-09-01", "last": "2026-09-20"}, id="after its last day"),
        pytest.param({"roles": "{committee}"}, id="for another duty"),
    ],
)
def test_nobody_decides_for_an_absent_person_without_a_rule_for_that_day_and_duty(
    sql: Sql, number_of: Who, changes: dict[str, str]
) -> None:
    david, helen = number_of("david.cohen"), number_of("helen.osei")
    task = a_task(sql, "decision", role="executive")
    with refused("Only a substitute entered for that day and that duty"):
        decide(sql, task, helen, on_behalf_of=david)

    a_substitution(sql, david, helen, **changes)

    with refused("Only a substitute entered for that day and that duty"):
        decide(sql, task, helen, on_behalf_of=david)
    a_substitution(sql, david, helen)
    assert decide(sql, task, helen, on_behalf_of=david) > 0


def test_a_rule_that_was_ended_lets_nobody_decide(sql: Sql, number_of: Who) -> None:
    david, helen = number_of("david.cohen"), number_of("helen.osei")
    a_substitution(sql, david, helen)
    sql("UPDATE substitution SET ended_at = :at", at=NOW)

    with refused("Only a substitute entered for that day and that duty"):
        decide(sql, a_task(sql, "decision", role="executive"), helen, on_behalf_of=david)


@pytest.mark.parametrize("change", ["until_on = '2027-01-01'", "roles = '{finance}'", "substitute_id = absent_id"])
def test_a_substitution_is_never_changed(sql: Sql, number_of: Who, change: str) -> None:
    a_substitution(sql, number_of("david.cohen"), number_of("helen.osei"))

    with refused("A substitution never changes; it only ends, once"):
        sql(f"UPDATE substitution SET {change}")


def test_an_escalated_task_is_decided_by_those_it_was_opened_to_and_stays_open_to_them(
    sql: Sql, number_of: Who
) -> None:
    task = a_task(sql, "decision", role="committee")
    david = number_of("david.cohen")
    with refused("Only those who owe a task decide it"):
        decide(sql, task, david)
    with refused("Only an escalated task is open to others"):
        sql("UPDATE task SET also_role = 'executive'")

    sql("UPDATE task SET escalated_at = :at, also_role = 'executive' WHERE id = :id", at=NOW, id=task)

    with refused("A task is escalated once"):
        sql("UPDATE task SET also_role = 'officer' WHERE id = :id", id=task)
    assert decide(sql, task, david) > 0


def test_a_stop_of_the_clock_only_ends(sql: Sql) -> None:
    sql("INSERT INTO clock_stop (case_id, kind, reason, stopped_at) VALUES (1, 'on_hold', 'Elections.', :at)", at=NOW)

    with refused("A stop of the clock never changes"):
        sql("UPDATE clock_stop SET reason = 'None.'")
    with refused("uq_clock_stop_live"):
        sql("INSERT INTO clock_stop (case_id, kind, reason, stopped_at) VALUES (1, 'on_hold', 'Two.', :at)", at=NOW)
    sql("UPDATE clock_stop SET resumed_at = :at", at=NOW)
    with refused("A stop of the clock never changes"):
        sql("UPDATE clock_stop SET resumed_at = NULL")
