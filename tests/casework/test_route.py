"""Which way a case goes under the policy we ship: who looks, who is asked, who decides, which template."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.policy import Policy, policy_from_document, read_policy
from approvals.casework.policy.routes import Circumstances, Tier
from approvals.casework.route import Slot, compute_route, decision_level, level_above, template_family
from approvals.errors import PolicyError
from models.case import AgreementForm, Funds, Level, Stage
from models.partner import PartnerKind
from models.risk import RiskLevel
from models.user import Role

POLICY = read_policy(Path(__file__).parents[2] / "policy")
P, R, L, F = PartnerKind, RiskLevel, Level, Funds

LADDER = [Role.AREA_DIRECTOR, Role.REGIONAL_DIRECTOR, Role.COMMITTEE, Role.EXECUTIVE]
STATE = {P.EUROPEAN_UNION, P.WORLD_BANK, P.UN_AGENCY, P.GOVERNMENT}
WITHOUT_BUREAUS = {*STATE, P.DEVELOPMENT_BANK}


def a_case(**changes: Any) -> Circumstances:
    """Return the circumstances of a small, safe partnership with a company in one country."""
    given = {"kind": P.COMPANY, "funds": F.RECEIVING, "risk": R.LOW, "level": L.COUNTRY, "amount_usd": Decimal(20000)}
    return Circumstances(**{**given, **changes})


def slot_of(stage: Stage, *, office: str = "AO-DAKAR", **changes: Any) -> Slot:
    (slot,) = compute_route(POLICY, a_case(**changes), office_code=office).slots[stage]
    return slot


def a_policy(**rules: Any) -> Policy:
    """Return the shipped policy with other rules in its routes."""
    document = POLICY.as_document()
    document["routes"].update(rules)
    return policy_from_document(document)


ANY_CASE = st.builds(
    Circumstances,
    kind=st.sampled_from(P),
    funds=st.sampled_from(F),
    risk=st.sampled_from(R),
    level=st.sampled_from(L),
    amount_usd=st.decimals(0, 9_999_999, places=2),
    personal_data=st.booleans(),
    emblem=st.booleans(),
    form=st.sampled_from([None, *AgreementForm]),
)
ANY_OFFICE = st.sampled_from([office.code for office in POLICY.organisation.offices])


# Due diligence


@pytest.mark.parametrize(
    ("office", "changes", "tier", "answers"),
    [
        pytest.param("AO-DAKAR", {}, Tier.BASIC, "AO-DAKAR", id="low risk, country: the area office itself"),
        pytest.param("AO-DAKAR", {"risk": R.MODERATE}, Tier.STANDARD, "RO-AFRICA", id="moderate: the region above"),
        pytest.param("AO-HANOI", {"level": L.REGIONAL}, Tier.STANDARD, "RO-ASIA", id="regional: its own region"),
        pytest.param("AO-LIMA", {"level": L.GLOBAL}, Tier.ENHANCED, "HQ", id="global: headquarters, even if low"),
        pytest.param("AO-DAKAR", {"risk": R.SUBSTANTIAL}, Tier.ENHANCED, "HQ", id="substantial: headquarters"),
        pytest.param("AO-DAKAR", {"risk": R.HIGH}, Tier.ENHANCED, "HQ", id="high: headquarters"),
        pytest.param("RO-AFRICA", {}, Tier.BASIC, "RO-AFRICA", id="proposed by a region: the region itself"),
        pytest.param("RO-AFRICA", {"risk": R.MODERATE}, Tier.STANDARD, "RO-AFRICA", id="a region, moderate"),
        pytest.param("HQ", {}, Tier.BASIC, "HQ", id="proposed by headquarters: headquarters"),
        pytest.param("HQ", {"risk": R.MODERATE}, Tier.STANDARD, "HQ", id="headquarters, moderate"),
        pytest.param("AO-DAKAR", {"amount_usd": Decimal(10**9)}, Tier.BASIC, "AO-DAKAR", id="whatever the amount"),
        pytest.param("AO-DAKAR", {"kind": P.DEVELOPMENT_BANK, "funds": F.NONE}, Tier.BASIC, "AO-DAKAR",
                     id="a regional bank is looked at"),
    ],
)  # fmt: skip
def test_finds_the_office_for_due_diligence(office: str, changes: dict[str, Any], tier: Tier, answers: str) -> None:
    policy = a_policy(templates=[{"family": "any", "source": "test"}])

    route = compute_route(policy, a_case(**changes), office_code=office)

    (slot,) = route.slots[Stage.DUE_DILIGENCE]
    assert (route.tier, slot.role, slot.office_code) == (tier, Role.DUE_DILIGENCE_OFFICER, answers)
    assert str(tier) in slot.prompt
    assert Stage.DUE_DILIGENCE not in route.passed_over


@pytest.mark.parametrize("kind", [P.EUROPEAN_UNION, P.WORLD_BANK])
def test_asks_no_due_diligence_of_those_who_finance_us_and_says_why(kind: PartnerKind) -> None:
    form = AgreementForm.OUTPUTS if kind is P.WORLD_BANK else None

    route = compute_route(POLICY, a_case(kind=kind, risk=R.HIGH, form=form), office_code="AO-DAKAR")

    assert (route.tier, route.slots[Stage.DUE_DILIGENCE]) == (Tier.NONE, ())
    assert "no documents are asked" in route.passed_over[Stage.DUE_DILIGENCE]


# Consultation

BUREAUS = {"employers_bureau", "workers_bureau"}


@pytest.mark.parametrize(
    ("changes", "units"),
    [
        pytest.param({}, BUREAUS | {"technical_unit", "country_office"}, id="a small company in one country"),
        pytest.param({"level": L.GLOBAL}, BUREAUS | {"technical_unit"}, id="global: no country is asked"),
        pytest.param({"level": L.REGIONAL}, BUREAUS | {"technical_unit", "country_office"}, id="regional"),
        pytest.param({"amount_usd": Decimal("50000.00")}, BUREAUS | {"technical_unit", "country_office"},
                     id="finance: exactly at its limit, not yet"),
        pytest.param({"amount_usd": Decimal("50000.01")}, BUREAUS | {"technical_unit", "country_office", "finance"},
                     id="finance: a cent above"),
        pytest.param({"amount_usd": Decimal(90000), "funds": F.NONE}, BUREAUS | {"technical_unit", "country_office"},
                     id="finance is not asked where no money moves"),
        pytest.param({"kind": P.EUROPEAN_UNION}, {"technical_unit", "country_office"}, id="no bureau on the EU"),
        pytest.param({"kind": P.WORKERS_ORGANISATION, "funds": F.GIVING, "level": L.GLOBAL},
                     BUREAUS | {"technical_unit"}, id="both bureaus on social partners"),
    ],
)  # fmt: skip
def test_asks_the_units_a_case_concerns(changes: dict[str, Any], units: set[str]) -> None:
    slots = compute_route(POLICY, a_case(**changes), office_code="AO-DAKAR").slots[Stage.CONSULTATION]

    assert [slot.name for slot in slots] == [f"consultation:{slot.role}" for slot in slots]
    assert {str(slot.role) for slot in slots} == units


def test_asks_the_regional_office_above_for_the_view_of_the_country() -> None:
    slots = compute_route(POLICY, a_case(), office_code="AO-HANOI").slots[Stage.CONSULTATION]

    assert {slot.role: slot.office_code for slot in slots if slot.office_code} == {Role.COUNTRY_OFFICE: "RO-ASIA"}


@given(ANY_CASE)
def test_hears_both_bureaus_on_every_non_state_actor_and_on_no_other(case: Circumstances) -> None:
    policy = a_policy(templates=[{"family": "any", "source": "test"}])

    asked = {slot.role for slot in compute_route(policy, case, office_code="HQ").slots[Stage.CONSULTATION]}

    assert asked >= {Role.TECHNICAL_UNIT}
    assert ({Role.EMPLOYERS_BUREAU, Role.WORKERS_BUREAU} <= asked) is (case.kind not in WITHOUT_BUREAUS)


def test_asks_a_unit_once_however_many_rules_fit() -> None:
    rules = [
        {"unit": "finance", "office": "regional", "source": "Rule one"},
        {"unit": "finance", "source": "Rule two"},
        {"unit": "technical_unit", "source": "Rule two"},
    ]
    policy = a_policy(consultation=rules, clearance=[{"unit": r["unit"], "source": r["source"]} for r in rules])

    route = compute_route(policy, a_case(), office_code="AO-DAKAR")

    assert [(slot.name, slot.office_code, slot.source) for slot in route.slots[Stage.CONSULTATION]] == [
        ("consultation:finance", "RO-AFRICA", "Rule one; Rule two"),
        ("consultation:technical_unit", None, "Rule two"),
    ]
    assert [slot.name for slot in route.slots[Stage.CLEARANCE]] == ["clearance:finance", "clearance:technical_unit"]


def test_passes_over_a_consultation_nobody_is_asked_in() -> None:
    route = compute_route(a_policy(consultation=[]), a_case(), office_code="AO-DAKAR")

    assert route.slots[Stage.CONSULTATION] == ()
    assert route.passed_over[Stage.CONSULTATION] == "No consultation rule fits this case"


# Decision


@pytest.mark.parametrize(
    ("changes", "level", "office"),
    [
        pytest.param({"amount_usd": Decimal(0)}, Role.AREA_DIRECTOR, "AO-DAKAR", id="nothing"),
        pytest.param({"amount_usd": Decimal("250000.00")}, Role.AREA_DIRECTOR, "AO-DAKAR", id="at the first limit"),
        pytest.param({"amount_usd": Decimal("250000.01")}, Role.REGIONAL_DIRECTOR, "RO-AFRICA", id="a cent above"),
        pytest.param({"amount_usd": Decimal("2000000.00")}, Role.REGIONAL_DIRECTOR, "RO-AFRICA", id="at the second"),
        pytest.param({"amount_usd": Decimal("2000000.01")}, Role.COMMITTEE, "HQ", id="a cent above the second"),
        pytest.param({"risk": R.MODERATE}, Role.REGIONAL_DIRECTOR, "RO-AFRICA", id="moderate risk"),
        pytest.param({"risk": R.SUBSTANTIAL}, Role.COMMITTEE, "HQ", id="substantial risk"),
        pytest.param({"risk": R.HIGH}, Role.EXECUTIVE, "HQ", id="high risk"),
        pytest.param({"level": L.REGIONAL}, Role.REGIONAL_DIRECTOR, "RO-AFRICA", id="a regional partnership"),
        pytest.param({"level": L.GLOBAL}, Role.COMMITTEE, "HQ", id="a global partnership"),
        pytest.param({"level": L.GLOBAL, "risk": R.HIGH}, Role.EXECUTIVE, "HQ", id="the highest of two"),
        pytest.param(
            {"risk": R.MODERATE, "amount_usd": Decimal(3000000)}, Role.COMMITTEE, "HQ", id="the amount wins"
        ),
    ],
)
def test_is_decided_at_the_level_of_its_risk_amount_and_reach(
    changes: dict[str, Any], level: Role, office: str
) -> None:
    slot = slot_of(Stage.DECISION, **changes)

    assert decision_level(POLICY, a_case(**changes)) is level
    assert (slot.role, slot.office_code) == (level, office)
    assert slot.source


@pytest.mark.parametrize(
    ("office", "changes", "level", "answers"),
    [
        pytest.param("RO-ASIA", {}, Role.REGIONAL_DIRECTOR, "RO-ASIA", id="a region has no area director"),
        pytest.param("RO-ASIA", {"level": L.GLOBAL}, Role.COMMITTEE, "HQ", id="a region, global"),
        pytest.param("HQ", {}, Role.COMMITTEE, "HQ", id="headquarters has no area director"),
        pytest.param("HQ", {"risk": R.MODERATE}, Role.COMMITTEE, "HQ", id="nor a regional one"),
        pytest.param("HQ", {"risk": R.HIGH}, Role.EXECUTIVE, "HQ", id="headquarters, high risk"),
    ],
)
def test_is_decided_no_lower_than_the_office_that_proposes(
    office: str, changes: dict[str, Any], level: Role, answers: str
) -> None:
    slot = slot_of(Stage.DECISION, office=office, **changes)

    assert (slot.role, slot.office_code) == (level, answers)


@given(ANY_CASE, ANY_OFFICE)
def test_is_decided_where_somebody_of_that_level_sits(case: Circumstances, office: str) -> None:
    policy = a_policy(templates=[{"family": "any", "source": "test"}])

    (slot,) = compute_route(policy, case, office_code=office).slots[Stage.DECISION]

    entry = policy.organisation.office(slot.office_code or "")
    assert entry is not None
    assert entry.kind is policy.routes.decision_offices[slot.role]


@given(ANY_CASE, st.decimals(0, 9_999_999, places=2), st.sampled_from(R))
def test_is_decided_no_lower_for_more_money_or_more_risk(case: Circumstances, more: Decimal, risk: RiskLevel) -> None:
    other = a_case(
        kind=case.kind,
        funds=case.funds,
        level=case.level,
        amount_usd=case.amount_usd + more,
        risk=max(case.risk, risk, key=lambda level: level.rank),
    )

    assert LADDER.index(decision_level(POLICY, other)) >= LADDER.index(decision_level(POLICY, case))


@pytest.mark.parametrize(
    ("raised_to", "risk", "level"),
    [
        pytest.param(Role.REGIONAL_DIRECTOR, R.LOW, Role.REGIONAL_DIRECTOR, id="an objection lifts the case"),
        pytest.param(Role.EXECUTIVE, R.MODERATE, Role.EXECUTIVE, id="referred to the top"),
        pytest.param(Role.AREA_DIRECTOR, R.SUBSTANTIAL, Role.COMMITTEE, id="never below where policy puts it"),
        pytest.param(None, R.LOW, Role.AREA_DIRECTOR, id="nobody raised it"),
    ],
)
def test_is_decided_where_it_was_raised_to_or_higher(raised_to: Role | None, risk: RiskLevel, level: Role) -> None:
    route = compute_route(POLICY, a_case(risk=risk), office_code="AO-DAKAR", decision_level=raised_to)

    (slot,) = route.slots[Stage.DECISION]
    assert slot.role is level
    assert ("raised by an objection" in slot.source) is (raised_to is level)


def test_climbs_the_ladder_of_levels_to_its_top() -> None:
    above = [level_above(POLICY, level) for level in LADDER]

    assert above == [*LADDER[1:], None]


# Legal review


@pytest.mark.parametrize(
    ("changes", "text_is_standard", "skipped"),
    [
        pytest.param({}, True, True, id="small, safe, standard"),
        pytest.param({"amount_usd": Decimal("100000.00")}, True, True, id="exactly at the limit"),
        pytest.param({"amount_usd": Decimal("100000.01")}, True, False, id="a cent above"),
        pytest.param({"risk": R.MODERATE}, True, False, id="moderate risk"),
        pytest.param({"personal_data": True}, True, False, id="personal data"),
        pytest.param({"emblem": True}, True, False, id="our emblem"),
        pytest.param({}, False, False, id="a text somebody changed"),
    ],
)
def test_leaves_out_legal_review_only_for_small_safe_standard_texts(
    changes: dict[str, Any], text_is_standard: bool, skipped: bool
) -> None:
    route = compute_route(POLICY, a_case(**changes), office_code="AO-DAKAR", text_is_standard=text_is_standard)

    assert (route.slots[Stage.LEGAL_REVIEW] == ()) is skipped
    assert ("Survey 2010" in route.passed_over.get(Stage.LEGAL_REVIEW, "")) is skipped


# Clearance, signature, template


@pytest.mark.parametrize(
    ("funds", "units"),
    [
        pytest.param(F.RECEIVING, [Role.FINANCE, Role.SIGNATORY], id="money comes in"),
        pytest.param(F.GIVING, [Role.FINANCE, Role.SIGNATORY], id="money goes out"),
        pytest.param(F.NONE, [Role.SIGNATORY], id="no money moves"),
    ],
)
def test_is_cleared_by_finance_where_money_moves_and_always_by_the_signatory(funds: Funds, units: list[Role]) -> None:
    slots = compute_route(POLICY, a_case(kind=P.NGO, funds=funds), office_code="AO-DAKAR").slots[Stage.CLEARANCE]

    assert [slot.role for slot in slots] == units


def test_asks_both_sides_for_their_signature_and_the_submitter_for_the_partners() -> None:
    ours, theirs = compute_route(POLICY, a_case(), office_code="AO-DAKAR").slots[Stage.SIGNATURE]

    assert (ours.role, ours.to_submitter) == (Role.SIGNATORY, False)
    assert (theirs.role, theirs.to_submitter) == (Role.OFFICER, True)


def test_has_findings_judged_at_headquarters() -> None:
    slot = slot_of(Stage.SCREENING_REVIEW)

    assert (slot.role, slot.office_code) == (Role.SCREENING_OFFICER, "HQ")


NON_STATE = sorted(set(P) - WITHOUT_BUREAUS)
FAMILIES = [
    (P.EUROPEAN_UNION, F.RECEIVING, "eu_contribution"),
    (P.UN_AGENCY, F.RECEIVING, "un_transfer"),
    (P.UN_AGENCY, F.GIVING, "un_transfer"),
    *((kind, F.RECEIVING, "private_partnership") for kind in NON_STATE),
    *((kind, F.NONE, "private_partnership") for kind in NON_STATE),
    *(
        (k, F.GIVING, "ngo_implementing")
        for k in (P.NGO, P.ACADEMIC, P.EMPLOYERS_ORGANISATION, P.WORKERS_ORGANISATION)
    ),
]
WITHOUT_TEMPLATE = [
    (P.COMPANY, F.GIVING),
    (P.STATE_OWNED_COMPANY, F.GIVING),
    (P.BUSINESS_ASSOCIATION, F.GIVING),
    (P.FOUNDATION, F.GIVING),
    (P.OTHER_NON_STATE, F.GIVING),
    (P.UN_AGENCY, F.NONE),
    *((kind, funds) for kind in (P.GOVERNMENT, P.DEVELOPMENT_BANK) for funds in F),
]


@pytest.mark.parametrize(("kind", "funds", "family"), FAMILIES)
def test_finds_the_template_of_its_kind_and_direction(kind: PartnerKind, funds: Funds, family: str) -> None:
    assert compute_route(POLICY, a_case(kind=kind, funds=funds), office_code="HQ").family == family


@pytest.mark.parametrize(
    ("form", "family"),
    [(AgreementForm.TECHNICAL_ASSISTANCE, "world_bank_ta"), (AgreementForm.OUTPUTS, "world_bank_outputs")],
)
def test_finds_the_template_of_the_form_that_the_world_bank_asks_for(form: AgreementForm, family: str) -> None:
    assert compute_route(POLICY, a_case(kind=P.WORLD_BANK, form=form), office_code="HQ").family == family


def test_tells_that_there_is_no_template_of_a_form() -> None:
    with pytest.raises(PolicyError, match="«world_bank» with funds «giving» and form «outputs»"):
        template_family(POLICY, a_case(kind=P.WORLD_BANK, funds=F.GIVING, form=AgreementForm.OUTPUTS))


def test_keeps_an_older_policy_readable_that_knows_no_forms() -> None:
    document = POLICY.as_document()
    for rule in document["routes"]["templates"]:
        rule["when"].pop("forms")

    policy = policy_from_document(document)

    assert template_family(policy, a_case(kind=P.WORLD_BANK)) == "world_bank_ta"


@pytest.mark.parametrize(("kind", "funds"), WITHOUT_TEMPLATE)
def test_tells_the_way_on_where_there_is_no_template(kind: PartnerKind, funds: Funds) -> None:
    with pytest.raises(PolicyError) as refused:
        template_family(POLICY, a_case(kind=kind, funds=funds))

    assert refused.value.summary == (
        f"There is no agreement template for «{kind}» with funds «{funds}»; "
        "add a rule to templates in policy/routes.yaml."
    )


@given(ANY_CASE, ANY_OFFICE, st.booleans())
def test_has_a_route_in_all_circumstances_with_a_source_for_each_slot(
    case: Circumstances, office: str, standard: bool
) -> None:
    policy = a_policy(templates=[{"family": "any", "source": "test"}])

    route = compute_route(policy, case, office_code=office, text_is_standard=standard)

    slots = [slot for stage in route.slots.values() for slot in stage]
    assert all(slot.source and slot.prompt for slot in slots)
    assert len({slot.name for slot in slots}) == len(slots)
    assert set(route.passed_over) == {stage for stage, slots in route.slots.items() if not slots}
    assert all(route.passed_over.values())
