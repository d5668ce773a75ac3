"""The two-minute check: each answer with its rule, and the way ahead."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from approvals.casework.flags import StandingFlag
from approvals.casework.policy.precheck import Acceptability, Ground
from approvals.screening.enquiry import Acquaintance, Enquiry, Outlook, outlook
from approvals.screening.known import Known, shares_a_number
from approvals.screening.lists import Identifier, IdentifierKind, ListedKind
from approvals.screening.matching import NameIndex
from models.case import Funds, Level, Stage
from models.flag import FlagState
from models.partner import PartnerKind
from models.risk import RiskLevel
from tests.screening.builders import POLICY, RULE, a_known_partner, a_listed

ALL_NO = {criterion.key: False for criterion in POLICY.criteria.criteria}


def an_enquiry(**changes: Any) -> Enquiry:
    values: dict[str, Any] = {
        "name": "Fundación Semilla Andina",
        "kind": PartnerKind.FOUNDATION,
        "country": "PE",
        "sector": "philanthropy",
        "office_code": "AO-LIMA",
        "criteria": ALL_NO,
    }
    return Enquiry(**values | changes)


def a_flag(state: FlagState, **changes: Any) -> StandingFlag:
    values: dict[str, Any] = {
        "number": 3,
        "partner": 7,
        "legal_name": "Fundación Semilla Andina",
        "subject": "Unpaid wages",
        "state": state,
        "reason": "A court order.",
        "since": datetime(2026, 5, 3, tzinfo=UTC),
        "inherited": False,
    }
    return StandingFlag(**values | changes)


def asked(*listed: str, unfit: tuple[str, ...] = (), known: tuple[Acquaintance, ...] = (), **changes: Any) -> Outlook:
    """Return the outlook of an enquiry while these names are on a list."""
    enquiry = an_enquiry(**changes)
    index = NameIndex([a_listed(name, kind=ListedKind.ORGANISATION) for name in listed], RULE)
    matches = index.search(enquiry.name, kind=ListedKind.ORGANISATION, country=enquiry.country)
    return outlook(enquiry, POLICY, matches=matches, unfit_lists=unfit, acquaintances=known)


def test_a_harmless_partner_is_acceptable_and_nothing_is_said_against_it() -> None:
    found = asked()

    assert (found.answer, found.reasons) == (Acceptability.ACCEPTABLE, ())
    assert found.risk.level is RiskLevel.LOW


@pytest.mark.parametrize(
    ("changes", "ground", "answer"),
    [
        ({"criteria": ALL_NO | {"tobacco": True}}, Ground.CRITERION_MET, Acceptability.NOT_ACCEPTABLE),
        (
            {"criteria": {key: no for key, no in ALL_NO.items() if key != "tobacco"}},
            Ground.CRITERION_OPEN,
            Acceptability.WITH_CONDITIONS,
        ),
        ({"sector": "sorcery"}, Ground.SECTOR_UNKNOWN, Acceptability.WITH_CONDITIONS),
        ({"sector": "mining"}, Ground.SECTOR_HIGH_RISK, Acceptability.WITH_CONDITIONS),
        (
            {"kind": PartnerKind.COMPANY, "funds": Funds.GIVING},
            Ground.NOT_A_PARTNERSHIP,
            Acceptability.NOT_ACCEPTABLE,
        ),
        ({"kind": PartnerKind.GOVERNMENT}, Ground.NO_TEMPLATE, Acceptability.NEEDS_HEADQUARTERS),
        ({"level": Level.GLOBAL}, Ground.DECIDED_AT_HEADQUARTERS, Acceptability.NEEDS_HEADQUARTERS),
        ({"unfit": ("The list is too old.",)}, Ground.LIST_UNFIT, Acceptability.WITH_CONDITIONS),
    ],
)
def test_each_ground_leads_to_what_policy_says_and_names_its_rule(
    changes: dict[str, Any], ground: Ground, answer: Acceptability
) -> None:
    found = asked(**changes)

    [reason] = [one for one in found.reasons if one.ground is ground]
    assert reason.answer is answer
    assert reason.rule == POLICY.screening.weigh(ground)[1]
    assert found.answer.rank >= answer.rank


def test_a_listed_name_sends_the_officer_to_headquarters_and_says_which_name() -> None:
    found = asked("Fundacion Semilla Andina")

    [reason] = found.reasons
    assert (found.answer, reason.ground) == (Acceptability.NEEDS_HEADQUARTERS, Ground.NAME_STRONG)
    assert "«Fundacion Semilla Andina»" in reason.sentence


@pytest.mark.parametrize(
    ("state", "ground", "answer"),
    [
        (FlagState.OBSERVATION, Ground.FLAG_OBSERVATION, Acceptability.WITH_CONDITIONS),
        (FlagState.RISK, Ground.FLAG_RISK, Acceptability.WITH_CONDITIONS),
        (FlagState.ESCALATED, Ground.FLAG_ESCALATED, Acceptability.NEEDS_HEADQUARTERS),
        (FlagState.RED, Ground.FLAG_RED, Acceptability.NOT_ACCEPTABLE),
    ],
)
def test_a_flag_on_the_partner_in_our_register_weighs_what_policy_says(
    state: FlagState, ground: Ground, answer: Acceptability
) -> None:
    partner = a_known_partner("Fundación Semilla Andina", country="PE")

    found = asked(known=(Acquaintance(partner, True, (a_flag(state),)),))

    [reason] = [one for one in found.reasons if one.ground is ground]
    assert (reason.answer, reason.rule) == POLICY.screening.weigh(ground) == (answer, reason.rule)
    assert "Unpaid wages. A court order." in reason.sentence
    assert reason.source == "Flag 3 of 03 May 2026"


def test_a_flag_raises_the_risk_as_it_does_in_a_screening() -> None:
    partner = a_known_partner("Fundación Semilla Andina", country="PE")

    assert asked(known=(Acquaintance(partner, True, (a_flag(FlagState.RISK),)),)).risk.level is RiskLevel.SUBSTANTIAL


def test_a_flag_on_a_namesake_is_something_to_find_out_first() -> None:
    partner = a_known_partner("Fundación Semilla Andina", country="BO")

    found = asked(known=(Acquaintance(partner, False, (a_flag(FlagState.RED),)),))

    [reason] = found.reasons
    assert (reason.ground, found.answer) == (Ground.FLAGGED_NAMESAKE, Acceptability.WITH_CONDITIONS)
    assert found.risk.level is RiskLevel.LOW


def test_a_number_raises_or_lowers_the_score_of_a_listed_name() -> None:
    number = Identifier(IdentifierKind.REGISTRATION, "20601030013", "PE")
    entry = a_listed("Fundacion Semila Andinas", kind=ListedKind.ORGANISATION, identifiers=(number,))
    index = NameIndex([entry], RULE)

    scores = {
        given: [
            match.score
            for match in index.search(
                "Fundación Semilla Andina",
                kind=ListedKind.ORGANISATION,
                country="PE",
                identifiers=an_enquiry(registration_number=given).identifiers,
            )
        ]
        for given in (None, "20601030013", "20999999999")
    }

    assert scores["20601030013"] > scores[None] > scores["20999999999"]


def test_an_lei_is_the_same_number_whatever_a_list_calls_it() -> None:
    lei = "5493001KJTIIGC8Y1R12"
    entry = a_listed(
        "Quite Another Name",
        kind=ListedKind.ORGANISATION,
        identifiers=(Identifier(IdentifierKind.REGISTRATION, lei, "US"),),
    )

    asked_with = an_enquiry(lei=lei).identifiers

    assert shares_a_number(Known(identifiers=asked_with), entry)


def test_the_gravest_reason_is_the_answer() -> None:
    found = asked(criteria=ALL_NO | {"weapons": True}, sector="mining", level=Level.GLOBAL)

    assert found.answer is Acceptability.NOT_ACCEPTABLE
    assert len(found.reasons) == 3


def test_no_way_is_shown_to_a_partner_who_is_not_acceptable() -> None:
    found = asked(criteria=ALL_NO | {"weapons": True})

    assert (found.stages, found.documents, found.our_days) == ((), (), 0)


def test_the_way_ahead_names_stages_people_days_and_documents() -> None:
    found = asked()

    days = {stage.stage: (stage.our_days, stage.partner_days) for stage in found.stages}
    assert days == {
        Stage.DUE_DILIGENCE: (3, 0),
        Stage.CONSULTATION: (5, 0),
        Stage.DECISION: (3, 0),
        Stage.NEGOTIATION: (0, 10),
        Stage.CLEARANCE: (2, 0),
        Stage.SIGNATURE: (5, 10),
    }
    assert (found.our_days, found.partner_days) == (18, 20)
    assert Stage.LEGAL_REVIEW in found.left_out
    assert [document.key for document in found.documents] == ["accounts", "deed", "trustees_list"]


def test_a_partner_with_several_forms_has_a_way_before_one_is_chosen() -> None:
    found = asked(kind=PartnerKind.WORLD_BANK, funds=Funds.RECEIVING)

    assert Ground.NO_TEMPLATE not in {reason.ground for reason in found.reasons}
    assert found.stages


def test_more_money_means_a_higher_level() -> None:
    levels = [
        next(stage.asked[0].role for stage in asked(funds=Funds.RECEIVING, amount_usd=Decimal(amount)).stages
             if stage.stage is Stage.DECISION)
        for amount in (10_000, 300_000)
    ]  # fmt: skip

    assert levels == ["area_director", "regional_director"]


def test_a_policy_without_the_check_sends_every_ground_to_headquarters() -> None:
    older = POLICY.screening.model_copy(update={"precheck": ()})

    assert {older.weigh(ground)[0] for ground in Ground} == {Acceptability.NEEDS_HEADQUARTERS}
