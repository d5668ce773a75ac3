"""What an amendment is spared, and what it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from approvals.casework.policy import read_policy
from approvals.casework.policy.amendments import AmendmentRule
from approvals.casework.policy.routes import Circumstances
from approvals.casework.route import compute_route
from approvals.casework.short_route import short_route
from approvals.settings import Settings
from models.amendment import Handling
from models.case import Funds, Level, Stage
from models.partner import PartnerKind
from models.risk import RiskLevel
from models.user import Role

POLICY = read_policy(Settings().policy_folder)
CASE = Circumstances(PartnerKind.COMPANY, Funds.RECEIVING, RiskLevel.MODERATE, Level.COUNTRY, Decimal(300_000))
S = Stage


def asked(handling: Handling, *stages: Stage, text_is_standard: bool = True) -> set[Stage]:
    """Return the stages in which somebody is asked."""
    route = compute_route(POLICY, CASE, office_code="AO-DAKAR", text_is_standard=text_is_standard)
    rule = AmendmentRule(handling=handling, stages=frozenset(stages), source="A rule")
    short = short_route(route, rule, family="amendment", text_is_standard=text_is_standard)
    return {stage for stage, slots in short.slots.items() if slots}


SIGNED = {S.DECISION, S.NEGOTIATION, S.CLEARANCE, S.SIGNATURE}


@pytest.mark.parametrize(
    ("handling", "stages", "expected"),
    [
        pytest.param(Handling.RECORD_ONLY, (), set(), id="noted: nobody"),
        pytest.param(Handling.APPROVAL_ONLY, (), {S.DECISION}, id="approved: who decides"),
        pytest.param(Handling.AMENDMENT, (), SIGNED, id="signed: no review of a standard text"),
        pytest.param(
            Handling.AMENDMENT,
            (S.SCREENING, S.DUE_DILIGENCE, S.CONSULTATION, S.LEGAL_REVIEW),
            {S.SCREENING_REVIEW, S.DUE_DILIGENCE, S.CONSULTATION, S.LEGAL_REVIEW} | SIGNED,
            id="all that a new case goes through",
        ),
    ],
)
def test_goes_only_where_its_handling_and_its_rule_send_it(
    handling: Handling, stages: tuple[Stage, ...], expected: set[Stage]
) -> None:
    assert asked(handling, *stages) == expected


def test_a_text_somebody_changed_is_reviewed_whatever_the_rule_says() -> None:
    assert S.LEGAL_REVIEW in asked(Handling.AMENDMENT, text_is_standard=False)


def test_what_is_spared_is_spared_by_a_rule() -> None:
    route = compute_route(POLICY, CASE, office_code="AO-DAKAR")
    rule = AmendmentRule(handling=Handling.APPROVAL_ONLY, source="OCHA amendment triggers")

    short = short_route(route, rule, family="amendment")

    why = "not asked of this amendment: OCHA amendment triggers"
    assert short.passed_over[S.SCREENING] == short.passed_over[S.SIGNATURE] == why
    assert short.takes_effect_in is S.DRAFTING


@pytest.mark.parametrize(
    ("office", "lowest", "level"),
    [
        ("AO-DAKAR", True, Role.AREA_DIRECTOR),
        ("AO-DAKAR", False, Role.REGIONAL_DIRECTOR),
        ("HQ", True, Role.COMMITTEE),
    ],
)
def test_is_decided_at_the_lowest_level_of_its_office_where_the_rule_says_so(
    office: str, lowest: bool, level: Role
) -> None:
    route = compute_route(POLICY, CASE, office_code=office, lowest_decides=lowest)

    assert route.slots[S.DECISION][0].role is level


def test_an_objection_raises_it_from_there() -> None:
    route = compute_route(
        POLICY, CASE, office_code="AO-DAKAR", lowest_decides=True, decision_level=Role.REGIONAL_DIRECTOR
    )

    assert route.slots[S.DECISION][0].role is Role.REGIONAL_DIRECTOR
