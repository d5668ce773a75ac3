"""Two policies compared, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from approvals.casework.policy import Policy, policy_from_document, read_policy
from approvals.casework.policy.differences import Difference, differences
from approvals.settings import Settings


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return read_policy(Settings().policy_folder)


def changed(policy: Policy, file: str, change: Any) -> Policy:
    """Return the policy after `change` was made to the document of one file."""
    document = policy.as_document()
    change(document[file])
    return policy_from_document(document)


def test_a_policy_does_not_differ_from_itself(shipped: Policy) -> None:
    assert differences(shipped, shipped) == []


def test_a_changed_value_is_told_by_the_name_of_its_rule(shipped: Policy) -> None:
    def shorter(file: dict[str, Any]) -> None:
        next(task for task in file["tasks"] if task["task"] == "decision")["working_days"] = 1

    found = differences(shipped, changed(shipped, "service_levels", shorter))

    assert found == [Difference("service_levels", "tasks[decision].working_days", 3, 1)]
    assert found[0].what == "changed"


def test_a_rule_that_came_or_went_is_one_difference(shipped: Policy) -> None:
    without = changed(shipped, "criteria", lambda file: file["criteria"].pop(1))

    [went] = differences(shipped, without)
    [came] = differences(without, shipped)

    assert (went.place, went.what, came.place, came.what) == (
        "criteria[weapons]",
        "removed",
        "criteria[weapons]",
        "added",
    )
    assert came.new["title"] == "Weapons"


def test_the_order_of_named_rules_is_no_difference(shipped: Policy) -> None:
    assert differences(shipped, changed(shipped, "sectors", lambda file: file["sectors"].reverse())) == []


def test_rules_without_a_name_are_told_by_their_place(shipped: Policy) -> None:
    def raised(file: dict[str, Any]) -> None:
        file["decision"][1]["when"]["above_usd"] = "300000"

    [found] = differences(shipped, changed(shipped, "routes", raised))

    assert (found.place, found.old, found.new) == ("decision[2].when.above_usd", "250000", "300000")
