"""What an agreement says, and the rules its figures and dates keep."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from approvals.documents.fields import AGREEMENT_RULES, AgreementLimits, agreement_data, check_agreement
from approvals.errors import InvalidProposal
from tests.documents.agreements import (
    COMPANY,
    EXAMPLES,
    ORGANISATION,
    OUTPUTS,
    TRANSFER,
    a_condition,
    an_example,
    some_facts,
)

POLICY = AgreementLimits(
    eu_indirect_rate_max=Decimal(7),
    support_rate=Decimal(13),
    outputs_months_before_closing=3,
    un_full_advance_below_usd=Decimal(100_000),
    un_full_advance_below_months=12,
    un_first_instalment_max_percent=Decimal(80),
    usd_rate=Decimal(1),
)
BANK, SMALL_TRANSFER = "world-bank-ta", "un-transfer-receiving"


@pytest.mark.parametrize("name", EXAMPLES)
def test_data_is_text_lists_and_yes_or_no(name):
    def check(value):
        if isinstance(value, dict):
            for inner in value.values():
                check(inner)
        elif isinstance(value, list):
            for inner in value:
                check(inner)
        else:
            assert value is None or isinstance(value, str | bool)

    check(agreement_data(an_example(name), some_facts(conditions=(a_condition(),))))


def test_figures_are_written_for_the_language():
    english = agreement_data(an_example(COMPANY), some_facts())
    french = agreement_data(an_example(COMPANY, language="fr"), some_facts())

    assert english["money"]["contribution"] == "USD 475,730.00"
    assert english["money"]["contribution_in_words"] == (
        "four hundred and seventy-five thousand seven hundred and thirty US dollars"
    )
    assert french["money"]["contribution"] == "475 730,00 USD".replace(" ", "\u00a0")
    assert french["project"]["duration"] == "24 mois"


def test_an_address_runs_in_one_line():
    data = agreement_data(an_example(COMPANY), some_facts())

    assert data["partner"]["address"] == "Fjordgata 118, 5003 Bergen, Norway"


def test_an_organisation_without_an_article_is_called_by_its_name():
    bare = replace(ORGANISATION, name="UN Women", name_with_article="")

    data = agreement_data(an_example(COMPANY), some_facts(organisation=bare))

    assert data["organisation"]["name_with_article"] == "UN Women"


def _bank(name=BANK, **changes):
    return {**an_example(name).world_bank.model_dump(), **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"world_bank": _bank(closing_on=date(2029, 5, 30))}, "completed by the closing date"),
        ({"world_bank": _bank(financing_signed_on=date(2027, 1, 1))}, "signed before the activities start"),
        ({"world_bank": _bank(closing_on=date(2029, 4, 1))}, "No instalment may fall due"),
    ],
)
def test_a_world_bank_agreement_ends_before_its_financing_closes(changes, said):
    with pytest.raises(InvalidProposal) as refused:
        check_agreement(an_example(BANK, **changes), POLICY)

    assert said in str(refused.value)


def test_outputs_are_completed_three_months_before_the_financing_closes():
    late = an_example(OUTPUTS, world_bank=_bank(OUTPUTS, closing_on=date(2029, 2, 27)))
    in_time = an_example(OUTPUTS, world_bank=_bank(OUTPUTS, closing_on=date(2029, 2, 28)))

    with pytest.raises(InvalidProposal, match="3 months before the closing date"):
        check_agreement(late, POLICY)
    assert check_agreement(in_time, POLICY) == []


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        (OUTPUTS, {"outputs": ()}, "lists each output with its quantity"),
        (OUTPUTS, {"form": "technical_assistance"}, "the wrong form is an error"),
        (BANK, {"includes_works": True}, "the wrong form is an error"),
    ],
)
def test_the_form_for_outputs_is_used_for_outputs_and_for_nothing_else(name, changes, said):
    with pytest.raises(InvalidProposal, match=said):
        check_agreement(an_example(name, world_bank=_bank(name, **changes)), POLICY)


def test_every_broken_rule_is_listed_with_its_source():
    proposal = an_example(BANK, world_bank=_bank(closing_on=date(2029, 1, 1), financing_signed_on=date(2027, 1, 1)))

    with pytest.raises(InvalidProposal) as refused:
        check_agreement(proposal, POLICY)

    assert [fault.path for fault in refused.value.faults] == [
        "project.end_on", "world_bank.financing_signed_on", "money.instalments",
    ]  # fmt: skip
    assert all("World Bank form" in fault.message for fault in refused.value.faults)


def test_the_european_union_pays_no_more_than_policy_says_for_indirect_costs():
    with pytest.raises(InvalidProposal, match="at most 6 per cent"):
        check_agreement(an_example("eu-contribution"), AgreementLimits(eu_indirect_rate_max=Decimal(6)))


def _paid(*amounts):
    """Return the money of the small transfer, paid in these instalments, two months apart."""
    money = an_example(SMALL_TRANSFER).money.model_dump()
    part = money["instalments"][0]
    return {
        **money,
        "instalments": [
            {**part, "amount": amount, "due_on": date(2027, 2 + 2 * n, 1)} for n, amount in enumerate(amounts)
        ],
    }


def test_a_joint_programme_is_not_financed_by_a_transfer():
    terms = {**an_example(TRANSFER).un.model_dump(), "in_joint_programme": True}

    with pytest.raises(InvalidProposal, match="its own memorandum"):
        check_agreement(an_example(TRANSFER, un=terms), POLICY)


@pytest.mark.parametrize(
    ("name", "changes", "is_refused", "why"),
    [
        (TRANSFER, {}, False, "80 per cent at first"),
        (SMALL_TRANSFER, {}, False, "small and short: at once"),
        (SMALL_TRANSFER, {"project": {"end_on": date(2028, 1, 31)}}, False, "one day short of a year"),
        (SMALL_TRANSFER, {"project": {"end_on": date(2028, 2, 1)}}, True, "a year"),
        (SMALL_TRANSFER, {"project": {"end_on": date(2028, 2, 1)}, "money": _paid("51360", "12840")}, False, "80"),
        (
            SMALL_TRANSFER,
            {"project": {"end_on": date(2028, 2, 1)}, "money": _paid("51361", "12839")},
            True,
            "over 80",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_transfer_that_is_large_or_long_is_not_paid_at_once(name, changes, is_refused, why):
    proposal = an_example(name)
    project = {**proposal.project.model_dump(), **changes.get("project", {})}
    proposal = an_example(name, **{**changes, "project": project})

    try:
        check_agreement(proposal, POLICY)
        refused = ""
    except InvalidProposal as exc:
        refused = str(exc)

    assert ("at most 80 per cent, unless the transfer is below USD 100000 and 12 months" in refused) is is_refused


def test_the_limit_of_one_advance_is_held_against_us_dollars():
    dear = replace(POLICY, usd_rate=Decimal(2))

    with pytest.raises(InvalidProposal, match="at most 80 per cent"):
        check_agreement(an_example(SMALL_TRANSFER), dear)


def test_a_small_transfer_in_instalments_is_advised_against_and_not_stopped():
    advice = check_agreement(an_example(SMALL_TRANSFER, money=_paid("60000", "4200")), POLICY)

    assert [fault.path for fault in advice] == ["money.instalments"]
    assert "usually paid in one advance" in advice[0].message


def test_low_support_costs_are_advice_and_stop_nothing():
    advice = check_agreement(an_example(COMPANY), AgreementLimits(support_rate=Decimal(15)))

    assert [fault.path for fault in advice] == ["money.support_rate"]
    assert "15 per cent" in advice[0].message


def test_a_limit_that_policy_leaves_out_is_not_checked():
    assert check_agreement(an_example("eu-contribution"), AgreementLimits()) == []


@pytest.mark.parametrize("rule", AGREEMENT_RULES, ids=lambda rule: rule.is_broken.__name__)
def test_every_rule_says_what_it_asks_and_where_it_comes_from(rule):
    assert rule.sentence.endswith(".")
    assert rule.source
