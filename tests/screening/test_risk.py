"""The risk level and its reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.screening.risk import RiskAssessment, assess_risk
from models.risk import RiskLevel
from tests.screening.builders import POLICY, a_proposal

LOW, MODERATE, SUBSTANTIAL, HIGH = RiskLevel
ASSESSED = [factor.key for factor in POLICY.risk.factors if not factor.derived]
ALL_LOW = dict.fromkeys(ASSESSED, "low")


def assess(share: str | None = "0.1", later: dict[str, str] | None = None, **changes: Any) -> RiskAssessment:
    return assess_risk(
        a_proposal(**changes),
        policy=POLICY.risk,
        sectors=POLICY.sectors,
        office_limit_share=None if share is None else Decimal(share),
        later=later,
    )


def test_nothing_above_low_is_low() -> None:
    assessment = assess()

    assert (assessment.level, assessment.reason) == (LOW, "No factor is above low.")


@pytest.mark.parametrize(
    ("levels", "expected", "remark"),
    [
        (["moderate"], MODERATE, "the highest decides"),
        (["moderate"] * 6, MODERATE, "many moderate ones do not add up"),
        (["substantial"], SUBSTANTIAL, "one"),
        (["substantial"] * 2, SUBSTANTIAL, "two"),
        (["substantial"] * 3, HIGH, "three raise by one"),
        (["high"], HIGH, "one is enough"),
        (["high"] * 4, HIGH, "there is nothing above high"),
        (["high", "substantial", "substantial"], HIGH, "worse than substantial counts too"),
    ],
)
def test_single_factors_become_one_level(levels: list[str], expected: RiskLevel, remark: str) -> None:
    factors = ALL_LOW | dict(zip(ASSESSED, levels, strict=False))

    assert assess(risk_factors=factors).level is expected, remark


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ("0", LOW),
        ("0.2499", LOW),
        ("0.25", MODERATE),
        ("0.75", MODERATE),
        ("0.7501", SUBSTANTIAL),
        ("1", SUBSTANTIAL),
        ("1.01", HIGH),
        (None, MODERATE),
    ],
)
def test_the_size_of_funds_is_measured_against_the_office_limit(share: str | None, expected: RiskLevel) -> None:
    assert assess(share).level is expected


def test_no_limit_is_needed_when_no_money_moves() -> None:
    assert assess(None, funds="none", money=None).level is LOW


@pytest.mark.parametrize(
    ("changes", "key", "expected"),
    [
        ({"partner": {"sector": "mining"}}, "sector", SUBSTANTIAL),
        ({"partner": {"sector": "sorcery"}}, "sector", SUBSTANTIAL),
        ({"emblem_use": "case_by_case"}, "emblem", MODERATE),
        ({"emblem_use": "schedule"}, "emblem", SUBSTANTIAL),
        ({"personal_data": True}, "personal_data", SUBSTANTIAL),
        ({"beneficiary_contact": True}, "safeguarding", HIGH),
        (
            {
                "beneficiary_contact": True,
                "documents": [{"kind": "safeguarding_policy", "title": "P", "dated_on": "2026-01-01"}],
            },
            "safeguarding",
            MODERATE,
        ),
        ({"later": {"sanctions_match": "open"}}, "sanctions_match", HIGH),
        ({"later": {"sanctions_match": "cleared_strong_reason"}}, "sanctions_match", MODERATE),
        ({"later": {"social_partner_view": "objection"}}, "social_partner_view", HIGH),
        ({"later": {"terms_deviation": "wording"}}, "terms_deviation", MODERATE),
    ],
)
def test_the_machine_reads_factors_from_the_proposal(changes: dict[str, Any], key: str, expected: RiskLevel) -> None:
    assessment = assess(**changes)

    assert assessment.level is expected
    assert [factor.key for factor in assessment.decisive] == [key]
    assert {f.set_by for f in assessment.decisive} == {"machine"}


@pytest.mark.parametrize(
    ("officer", "expected", "set_by"), [("low", SUBSTANTIAL, "machine"), ("high", HIGH, "officer")]
)
def test_a_person_may_raise_what_the_machine_set_but_not_lower_it(
    officer: str, expected: RiskLevel, set_by: str
) -> None:
    assessment = assess(partner={"sector": "mining"}, risk_factors=ALL_LOW | {"sector": officer})

    assert assessment.level is expected
    assert assessment.decisive[0].set_by == set_by


def test_the_reason_names_what_raised_the_level() -> None:
    factors = ALL_LOW | {"ownership": "substantial", "environment": "substantial", "exclusivity": "substantial"}

    assessment = assess(risk_factors=factors)

    assert assessment.reason == (
        "Raised from substantial, because 3 factors are grave: "
        "Ownership: state or politically exposed owner (substantial); "
        "Environment: fines within three years (substantial); "
        "Advantage or exclusivity: co-branding in one market (substantial)."
    )
    assert assessment.as_dict()["decisive"] == ["ownership", "environment", "exclusivity"]


@given(
    st.dictionaries(st.sampled_from(ASSESSED), st.sampled_from(list(RiskLevel))),
    st.sampled_from(ASSESSED),
    st.sampled_from(list(RiskLevel)),
)
def test_a_graver_factor_never_lowers_the_level(factors: dict[str, RiskLevel], key: str, level: RiskLevel) -> None:
    raised = max(level, factors.get(key, LOW), key=lambda one: one.rank)

    before, after = assess(risk_factors=factors), assess(risk_factors=factors | {key: raised})

    assert after.level.rank >= before.level.rank
