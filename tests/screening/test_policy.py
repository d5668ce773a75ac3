"""The policy that screening rests on, as it stands in policy/."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from approvals.casework.policy.criteria import Criteria
from approvals.casework.policy.requirements import Requirements
from approvals.casework.policy.risk import RiskFactor, RiskPolicy
from approvals.casework.policy.rule import Rule
from approvals.casework.policy.screening import MatchingRule
from models.case import Funds
from models.partner import PartnerKind
from models.risk import RiskLevel
from tests.screening.builders import POLICY, RULE

PARTS = [POLICY.criteria, POLICY.sectors, POLICY.risk, POLICY.requirements, POLICY.screening]


def rules(part: Any) -> Iterator[Rule]:
    """Every rule of a file, however deep."""
    if isinstance(part, Rule):
        yield part
    for value in part.__dict__.values() if hasattr(part, "__dict__") else ():
        for one in value if isinstance(value, tuple) else (value,):
            yield from rules(one) if hasattr(one, "model_fields_set") else ()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_every_rule_says_where_it_comes_from(part: Any) -> None:
    found = list(rules(part))

    assert found
    assert all(len(rule.source) > 10 for rule in found)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_the_rules_of_a_file_fit_together(part: Any) -> None:
    assert list(part.faults()) == []


def test_the_criteria_are_those_agreed() -> None:
    assert [criterion.key for criterion in POLICY.criteria.criteria] == [
        "sanctions_breach", "weapons", "banned_weapons", "tobacco", "pornography", "banned_substances", "gambling",
        "human_rights_violation", "forced_labour", "child_labour", "fraud_corruption", "false_declaration",
        "union_rights_denied",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", list(PartnerKind))
@pytest.mark.parametrize("funds", list(Funds))
def test_every_kind_of_partner_is_ruled_whichever_way_money_moves(kind: PartnerKind, funds: Funds) -> None:
    assert POLICY.risk.asked_of(kind)
    assert len(POLICY.requirements.required_of(kind, funds)) <= 8


def test_a_level_left_undescribed_is_refused() -> None:
    with pytest.raises(ValidationError, match="does not describe high"):
        RiskFactor.model_validate(
            {
                "key": "x",
                "title": "X",
                "source": "test",
                "levels": {"low": "a", "moderate": "b", "substantial": "c"},
            }
        )


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="must be below strong_from"):
        MatchingRule.model_validate(RULE.model_dump() | {"review_from": 0.95})


@pytest.mark.parametrize(
    ("part", "change", "fault"),
    [
        (POLICY.criteria, lambda d: d["criteria"].append(d["criteria"][0]), "«sanctions_breach» is given 2 times"),
        (POLICY.requirements, lambda d: d["requirements"][0]["documents"].append("horoscope"), "«horoscope»"),
        (
            POLICY.risk,
            lambda d: d["asked"][0]["factors"].append("sector"),
            "«sector» is not a factor that officers",
        ),
        (POLICY.risk, lambda d: d["asked"].pop(), "nothing is said of «world_bank»"),
        (POLICY.risk, lambda d: d["derived"]["table"][0].update(factor="identity"), "«identity» is not a derived"),
        (POLICY.screening, lambda d: d["lists"].append(d["lists"][0]), "«un_sc» is given 2 times"),
    ],
)
def test_rules_that_contradict_each_other_are_named(
    part: Criteria | Requirements | RiskPolicy, change: Any, fault: str
) -> None:
    document = part.model_dump(mode="json")
    change(document)

    assert any(fault in sentence for sentence in type(part).model_validate(document).faults())


def test_what_is_asked_of_officers_follows_the_order_of_the_policy() -> None:
    keys = [factor.key for factor in POLICY.risk.asked_of(PartnerKind.COMPANY)]

    assert keys[0] == "identity"
    assert "income_share" not in keys
    assert POLICY.risk.derived_level("sector", "unheard of") is None
    assert POLICY.risk.find("identity").levels[RiskLevel.LOW] == "confirmed by register"  # type: ignore[union-attr]
