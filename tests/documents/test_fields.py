"""What an agreement says, and the rules its figures and dates keep."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from approvals.documents.fields import AGREEMENT_RULES, AgreementLimits, agreement_data, check_agreement
from approvals.errors import InvalidProposal
from tests.documents.agreements import COMPANY, EXAMPLES, ORGANISATION, a_condition, an_example, some_facts

POLICY = AgreementLimits(eu_indirect_rate_max=Decimal(7), support_rate=Decimal(13), outputs_months_before_closing=3)
BANK = "world-bank-ta"


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


def _bank(**changes):
    return {**an_example(BANK).world_bank.model_dump(), **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"world_bank": _bank(closing_on=date(2029, 5, 30))}, "completed by the closing date"),
        ({"world_bank": _bank(form="outputs", closing_on=date(2029, 8, 30))}, "3 months before the closing date"),
        ({"world_bank": _bank(financing_signed_on=date(2027, 1, 1))}, "signed before the activities start"),
        ({"world_bank": _bank(closing_on=date(2029, 4, 1))}, "No instalment may fall due"),
    ],
)
def test_a_world_bank_agreement_ends_before_its_financing_closes(changes, said):
    with pytest.raises(InvalidProposal) as refused:
        check_agreement(an_example(BANK, **changes), POLICY)

    assert said in str(refused.value)


def test_outputs_completed_three_months_before_closing_are_accepted():
    proposal = an_example(BANK, world_bank=_bank(form="outputs", closing_on=date(2029, 8, 31)))

    assert check_agreement(proposal, POLICY) == []


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
