"""The proposals a newcomer can run."""

from decimal import Decimal

import pytest

from approvals.documents.fields import AgreementLimits, check_agreement
from tests.documents.agreements import EXAMPLES, an_example

POLICY = AgreementLimits(
    eu_indirect_rate_max=Decimal(7),
    support_rate=Decimal(13),
    outputs_months_before_closing=3,
    un_full_advance_below_usd=Decimal(100_000),
    un_full_advance_below_months=12,
    un_first_instalment_max_percent=Decimal(80),
    usd_rate=Decimal(1),
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_valid_proposal_that_keeps_the_rules_of_its_agreement(name):
    assert check_agreement(an_example(name), POLICY) == []


def test_there_is_an_example_of_every_road():
    assert set(EXAMPLES) == {
        "company-cash-in-kind", "eu-contribution", "foundation", "ngo-implementing", "stopped-by-screening",
        "un-transfer-giving", "un-transfer-receiving", "world-bank-outputs", "world-bank-ta",
    }  # fmt: skip


def test_only_the_tobacco_company_answers_a_criterion_with_yes():
    involved = {name: [key for key, yes in an_example(name).criteria.items() if yes] for name in EXAMPLES}

    assert involved.pop("stopped-by-screening") == ["tobacco"]
    assert not any(involved.values())
