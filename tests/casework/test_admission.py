"""What the organisation's policy makes of a proposal before it becomes a case."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from approvals.casework.admission import circumstances, figures_of, misfits
from approvals.casework.policy import policy_from_document, read_policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal
from models.case import AgreementForm, Funds, Level
from models.partner import PartnerKind
from models.risk import RiskLevel
from tests.factories import (
    a_proposal,
    a_un_proposal,
    a_world_bank_proposal,
    an_eu_proposal,
    an_in_kind_proposal,
    an_ngo_proposal,
    an_outputs_proposal,
)

POLICY = read_policy(Path(__file__).parents[2] / "policy")


def a_form(**changes: Any) -> ProposalForm:
    return check_proposal(a_proposal(**changes), name="proposal.yaml")


def in_kind_of(value: str, **changes: Any) -> ProposalForm:
    return check_proposal(an_in_kind_proposal(**{"in_kind.0.value": value, **changes}), name="proposal.yaml")


@pytest.mark.parametrize(
    "values",
    [
        a_proposal(),
        an_ngo_proposal(),
        an_in_kind_proposal(),
        an_eu_proposal(),
        a_world_bank_proposal(),
        an_outputs_proposal(),
        a_un_proposal(),
    ],
)
def test_finds_nothing_wrong_with_what_the_policy_knows(values: dict[str, Any]) -> None:
    assert misfits(check_proposal(values, name="proposal.yaml"), POLICY) == []


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param(
            {"office": "AO-PARIS"},
            [
                "office: «AO-PARIS» is no office; choose from "
                "HQ, RO-AFRICA, RO-ASIA, RO-AMERICAS, AO-DAKAR, AO-HANOI, AO-LIMA"
            ],
            id="an office nobody knows",
        ),
        pytest.param(
            {"money.currency": "JPY"},
            ["money.currency: there is no rate for «JPY»; known are USD, EUR, CHF, GBP, XOF, VND, PEN"],
            id="a currency without a rate",
        ),
        pytest.param(
            {"partner.kind": "european_union", "funds": "giving", "eu": an_eu_proposal()["eu"]},
            [
                "funds: There is no agreement template for «european_union» with funds «giving»; "
                "add a rule to templates in policy/routes.yaml.",
                "money.support_rate: is above 7 %, the most for «european_union»",
            ],
            id="no template, and too high a rate for this kind",
        ),
        pytest.param(
            {
                "office": "AO-PARIS",
                "money.currency": "JPY",
                "partner.kind": "european_union",
                "funds": "giving",
                "eu": an_eu_proposal()["eu"],
            },
            ["office: ", "funds: ", "money.currency: ", "money.support_rate: "],
            id="everything at once, in the order of the form",
        ),
    ],
)
def test_tells_what_the_policy_does_not_know_or_allow(changes: dict[str, Any], lines: list[str]) -> None:
    told = [str(fault) for fault in misfits(a_form(**changes), POLICY)]

    assert len(told) == len(lines)
    assert all(each.startswith(line) for each, line in zip(told, lines, strict=True)), told


@pytest.mark.parametrize(
    ("rate", "contribution", "fits"),
    [
        pytest.param("7", "21400", True, id="exactly the most"),
        pytest.param("7.01", "21402", False, id="a hundredth above"),
        pytest.param("0", "20000", True, id="none"),
    ],
)
def test_allows_support_costs_up_to_the_limit_of_the_kind(rate: str, contribution: str, fits: bool) -> None:
    form = check_proposal(
        an_eu_proposal(
            **{
                "money.support_rate": rate,
                "money.contribution": contribution,
                "money.instalments": [{"due_on": "2026-09-15", "trigger": "Signature", "amount": contribution}],
            }
        ),
        name="proposal.yaml",
    )

    assert ([fault.path for fault in misfits(form, POLICY)] == []) is fits


def test_refuses_more_dollars_than_a_column_holds() -> None:
    form = check_proposal(
        an_eu_proposal(
            **{
                "money.support_rate": "0",
                "money.contribution": "9999999990000",
                "money.budget": [{"heading": "All", "amount": "9999999990000"}],
                "money.instalments": [{"due_on": "2026-09-15", "trigger": "Signature", "amount": "9999999990000"}],
            }
        ),
        name="proposal.yaml",
    )

    assert [str(fault) for fault in misfits(form, POLICY)] == [
        "money: all contributions together are more than 9999999999999.99 US dollars"
    ]


def test_reads_the_circumstances_of_a_case_from_its_proposal() -> None:
    form = a_form(**{"money.currency": "EUR", "emblem_use": "schedule", "personal_data": True, "level": "regional"})

    assert circumstances(form, POLICY, RiskLevel.MODERATE) == Circumstances(
        kind=PartnerKind.COMPANY,
        funds=Funds.RECEIVING,
        risk=RiskLevel.MODERATE,
        level=Level.REGIONAL,
        amount_usd=Decimal("29260.00"),
        personal_data=True,
        emblem=True,
    )


@pytest.mark.parametrize("form", AgreementForm)
def test_reads_the_form_that_the_world_bank_asks_for(form: AgreementForm) -> None:
    proposal = check_proposal(a_world_bank_proposal(**{"world_bank.form": form.value}), name="proposal.yaml")

    assert circumstances(proposal, POLICY, RiskLevel.LOW).form is form


def test_shows_of_a_proposal_what_a_case_is_known_by() -> None:
    assert figures_of(a_form(**{"money.currency": "EUR"}), POLICY) == {
        "title": "Apprenticeships in the garment workshops of Thiès",
        "level": Level.COUNTRY,
        "funds": Funds.RECEIVING,
        "currency": "EUR",
        "amount": Decimal("26600.00"),
        "amount_usd": Decimal("29260.00"),
    }


@pytest.mark.parametrize(
    ("value", "usd"),
    [
        pytest.param("4000", "4000.00", id="dollars as they are"),
        pytest.param("0.01", "0.01", id="a cent"),
    ],
)
def test_values_kind_in_dollars_where_no_money_moves(value: str, usd: str) -> None:
    assert figures_of(in_kind_of(value), POLICY)["amount_usd"] == Decimal(usd)


def test_holds_the_amount_people_see_against_limits() -> None:
    """A half cent above a limit is not seen by anybody, so it must not lift the decision either."""
    document = POLICY.as_document()
    document["organisation"]["money"]["usd_rates"]["USD"] = "1.000001"
    policy = policy_from_document(document)

    form = in_kind_of("1000.00")

    assert circumstances(form, policy, RiskLevel.LOW).amount_usd == Decimal("1000.00")
    assert figures_of(form, policy)["amount_usd"] == Decimal("1000.00")
