"""The page of the policy: complete, current, and every rule with its source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from approvals.casework.policy import Policy, read_policy
from approvals.casework.policy.routes import When
from approvals.reporting.policy_page import amendment_in_words, conditions_in_words, policy_page
from approvals.settings import CHECKOUT
from models.amendment import AmendmentKind
from models.case import Funds
from models.risk import RiskLevel

GUIDES = CHECKOUT / "templates" / "guides"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(CHECKOUT / "policy")


@pytest.fixture(scope="module")
def page(policy: Policy) -> str:
    return policy_page(policy, GUIDES)


def test_the_page_in_the_docs_is_current(page: str) -> None:
    kept = (CHECKOUT / "docs" / "policy.md").read_text(encoding="utf-8")

    assert kept == page, "docs/policy.md is older than policy/; run `make policy-page`"


def _sources(value: object) -> list[str]:
    """Return every source written anywhere in the policy."""
    if isinstance(value, dict):
        own = [text for key, text in value.items() if key in ("source", "not_asked_source")]
        return own + [source for inner in value.values() for source in _sources(inner)]
    if isinstance(value, list):
        return [source for inner in value for source in _sources(inner)]
    return []


def test_every_source_of_every_rule_stands_on_the_page(policy: Policy, page: str) -> None:
    sources = _sources(policy.as_document())

    assert len(sources) > 100
    assert [source for source in sources if source not in page] == []


def test_every_criterion_sector_factor_and_document_stands_on_the_page(policy: Policy, page: str) -> None:
    titles = [
        rule.title
        for rules in (
            policy.criteria.criteria,
            policy.sectors.sectors,
            policy.risk.factors,
            policy.requirements.documents,
        )
        for rule in rules
    ]

    assert [title for title in titles if title not in page] == []


def test_every_row_of_a_table_has_as_many_cells_as_its_head(page: str) -> None:
    blocks = [block.splitlines() for block in page.split("\n\n") if block.startswith("|")]
    counts = [{line.replace("\\|", "").count("|") for line in block} for block in blocks]

    assert len(blocks) > 15
    assert all(len(count) == 1 for count in counts)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (When(), "every case"),
        (When(risk=frozenset({RiskLevel.HIGH, RiskLevel.LOW})), "risk: low, high"),
        (When(funds=frozenset({Funds.NONE}), above_usd=Decimal(250000)), "funds: none; above USD 250,000"),
        (When(up_to_usd=Decimal("99.5"), emblem=False), "up to USD 99.50; no use of the emblem"),
    ],
)
def test_the_cases_of_a_rule_are_told_in_words(when: When, words: str) -> None:
    assert conditions_in_words(when) == words


def test_a_bar_in_a_rule_does_not_break_its_table(policy: Policy) -> None:
    sectors = policy.sectors.model_copy(
        update={"sectors": (policy.sectors.sectors[0].model_copy(update={"title": "Oil | gas"}),)}
    )

    page = policy_page(policy.model_copy(update={"sectors": sectors}), GUIDES)

    assert "| Oil \\| gas | yes |" in page


def test_a_rule_about_amendments_says_for_which_it_is(policy: Policy) -> None:
    (signed, shift) = (
        amendment_in_words(rule.when)
        for rule in policy.amendments.rules
        if (rule.when.kinds == {AmendmentKind.NO_COST_EXTENSION} and not rule.when.fields)
        or rule.when.funds == {Funds.GIVING}
    )

    assert signed == "no-cost extension"
    assert shift == (
        "budget change; funds: giving; nothing but `money.budget`; no budget line by more than 10 %; "
        "the total unchanged"
    )
