"""The mark of a task changes whenever what somebody looked at is no longer so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from approvals.casework.task_mark import mark_of, refuse_unless_seen
from approvals.errors import StaleForm
from models.case import Case
from models.task import Task, TaskState

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


def mark(**changes: Any) -> str:
    task, case = Task(id=7, state=TaskState.OPEN), Case(leg=2, proposal_version=1, agreement_version=1)
    for name, value in changes.items():
        setattr(task if name in Task.model_fields and name != "leg" else case, name, value)
    return mark_of(task, case)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": TaskState.CLAIMED},
        {"claimed_by": 3},
        {"claimed_at": NOW},
        {"closed_at": NOW},
        {"id": 8},
        {"leg": 3},
        {"proposal_version": 2},
        {"agreement_version": 2},
    ],
    ids=str,
)
def test_is_another_one_when_something_changed(changes: dict[str, Any]) -> None:
    assert mark(**changes) != mark()


def test_is_the_same_as_long_as_nothing_changed() -> None:
    assert mark() == mark()


def test_only_what_was_seen_is_decided() -> None:
    task, case = Task(id=7, state=TaskState.OPEN), Case(leg=2)

    refuse_unless_seen(task, case, None)
    refuse_unless_seen(task, case, {mark_of(task, case), "another"})
    with pytest.raises(StaleForm, match="Task 7 is no longer as you saw it"):
        refuse_unless_seen(task, case, {"another"})
