"""A whole screening."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from approvals.screening.checks import CHECKS
from approvals.screening.matching import ALGORITHM
from approvals.screening.verdict import ScreeningResult, screen, worst
from models.risk import RiskLevel
from models.screening import Verdict
from tests.screening.builders import POLICY, TODAY, a_list_in_force, a_listed, a_proposal, an_index


def screening(**changes: Any) -> ScreeningResult:
    values: dict[str, Any] = {
        "proposal": a_proposal(),
        "policy": POLICY,
        "index": an_index(),
        "lists": [a_list_in_force()],
        "register": [],
        "office_limit_share": Decimal("0.1"),
        "today": TODAY,
    } | changes
    return screen(values.pop("proposal"), **values)


def test_a_harmless_proposal_is_clear_and_every_check_left_its_word() -> None:
    result = screening()

    assert (result.verdict, result.risk, result.algorithm) == (Verdict.CLEAR, RiskLevel.LOW, ALGORITHM)
    assert [finding.name for finding in result.findings] == [c.__name__ for c in CHECKS] + ["risk_level"]
    assert result.lists == (a_list_in_force(),)


def test_a_name_on_a_list_is_reviewed_and_its_risk_is_high_while_it_is_open() -> None:
    result = screening(index=an_index(a_listed("Tuomasina Verrakoski")))

    assert (result.verdict, result.risk) == (Verdict.REVIEW, RiskLevel.HIGH)
    assert [factor.key for factor in result.assessment.decisive] == ["sanctions_match"]


def test_a_true_exclusion_criterion_outweighs_everything() -> None:
    answers = dict.fromkeys((criterion.key for criterion in POLICY.criteria.criteria), False)
    proposal = a_proposal(criteria=answers | {"child_labour": True})

    result = screening(proposal=proposal, index=an_index(a_listed("Tuomasina Verrakoski")), lists=[])

    assert result.verdict is Verdict.STOP


def test_without_lists_nothing_is_clear() -> None:
    assert screening(lists=[]).verdict is Verdict.REVIEW


def test_high_risk_alone_does_not_ask_for_a_review_of_the_screening() -> None:
    result = screening(office_limit_share=Decimal(3))

    assert (result.verdict, result.risk) == (Verdict.CLEAR, RiskLevel.HIGH)


def test_findings_can_be_kept_as_json() -> None:
    result = screening(index=an_index(a_listed("Tuomasina Verrakoski")))

    assert json.dumps([finding.detail for finding in result.findings])
    assert json.dumps([version.as_dict() for version in result.lists])


def test_the_same_screening_says_the_same_twice() -> None:
    assert screening() == screening()


@pytest.mark.parametrize("kind", ["government", "un_agency", "development_bank"])
def test_public_institutions_need_few_answers(kind: str) -> None:
    document = {"kind": "project_document", "title": "Project", "dated_on": "2026-05-01"}
    factors = {"conflict_of_interest": "low", "political_sensitivity": "low"}
    proposal = a_proposal(partner={"kind": kind}, criteria={}, risk_factors=factors, documents=[document])

    assert screening(proposal=proposal).verdict is Verdict.CLEAR


def test_no_findings_at_all_are_never_clear() -> None:
    assert worst([]) is Verdict.REVIEW
