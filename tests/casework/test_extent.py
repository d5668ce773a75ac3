"""How far an amendment goes, and that no way of cutting it into pieces makes it go less far."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.amendment_file import Drawn, check_amendment, draw_out
from approvals.casework.extent import extent_of, line_per_cent, months_apart
from approvals.casework.policy import read_policy
from approvals.casework.policy.amendments import AmendmentRule, AmendmentWhen
from approvals.casework.proposal import BudgetLine, Instalment, MoneyForm, ProposalForm
from approvals.casework.proposal_file import check_proposal
from approvals.settings import Settings
from models.amendment import Handling
from tests.factories import a_proposal, a_world_bank_proposal, an_eu_proposal, an_ngo_proposal

RULES = read_policy(Settings().policy_folder).amendments
PRESENT = check_proposal(a_proposal(), name="a proposal")
HEADINGS = ("Trainers", "Tools", "Travel", "Rent")
TOTAL = 100_000


def some_money(*amounts: int, headings: tuple[str, ...] = HEADINGS) -> MoneyForm:
    whole = Decimal(sum(amounts))
    lines = tuple(
        BudgetLine(heading=name, amount=Decimal(part)) for name, part in zip(headings, amounts, strict=True)
    )
    paid = (Instalment(due_on=date(2027, 1, 1), trigger="Signature", amount=whole),)
    return MoneyForm(currency="USD", contribution=whole, budget=lines, instalments=paid)


def with_budget(*amounts: int) -> ProposalForm:
    return PRESENT.model_copy(update={"money": some_money(*amounts)})


def a_shift(present: ProposalForm, *amounts: int) -> Drawn | None:
    """Return the amendment that gives the budget lines these amounts; None if they have them already."""
    lines = [{"heading": name, "amount": str(part)} for name, part in zip(HEADINGS, amounts, strict=True)]
    if [line.amount for line in present.money.budget] == [Decimal(part) for part in amounts]:  # type: ignore[union-attr]
        return None
    changes = {"money": {"budget": lines}}
    form = check_amendment({"kind": "budget_change", "reason": "Prices.", "changes": changes}, name="shift")
    return draw_out(form, present)


def handled(drawn: Drawn, signed: ProposalForm) -> Handling:
    return RULES.rule_for(extent_of(drawn, signed=signed, extensions_before=0)).handling


# A budget of one total, cut into four lines.
BUDGETS = st.lists(st.integers(0, TOTAL), min_size=3, max_size=3).map(
    lambda cuts: tuple(b - a for a, b in zip((0, *sorted(cuts)), (*sorted(cuts), TOTAL), strict=True))
)
WEIGHTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 4_000)), max_size=8)


def moved(amounts: tuple[int, ...], source: int, target: int, sum_: int) -> tuple[int, ...]:
    """Return the amounts once some money went from one line to another, as far as there is any."""
    lines = list(amounts)
    taken = min(sum_, lines[source])
    lines[source] -= taken
    lines[target] += taken
    return tuple(lines)


@given(signed=BUDGETS, steps=WEIGHTS)
def test_any_split_of_a_shift_into_steps_is_judged_as_their_sum(
    signed: tuple[int, ...], steps: list[tuple[int, int, int]]
) -> None:
    text = with_budget(*signed)
    present, amounts = text, signed
    for source, target, sum_ in steps:
        amounts = moved(amounts, source, target, sum_)
        step, at_once = a_shift(present, *amounts), a_shift(text, *amounts)
        if step is None:
            continue
        present = step.proposal
        if at_once is not None:
            assert handled(step, text) is handled(at_once, text)
        if handled(step, text) is Handling.RECORD_ONLY:
            assert all(abs(now - was) * 100 <= 15 * was for now, was in zip(amounts, signed, strict=True) if was)


def test_twelve_per_cent_and_again_twelve_are_above_twenty() -> None:
    signed = with_budget(25_000, 25_000, 25_000, 25_000)
    first = a_shift(signed, 28_000, 22_000, 25_000, 25_000)
    assert first is not None
    second = a_shift(first.proposal, 31_000, 19_000, 25_000, 25_000)
    assert second is not None

    assert (handled(first, signed), handled(second, signed)) == (Handling.RECORD_ONLY, Handling.AMENDMENT)


@pytest.mark.parametrize(
    ("amounts", "handling"),
    [
        pytest.param((11_500, 8_500, 40_000, 40_000), Handling.RECORD_ONLY, id="15 per cent to the cent"),
        pytest.param((11_501, 8_499, 40_000, 40_000), Handling.AMENDMENT, id="a hair's breadth above 15"),
        pytest.param((10_000, 10_000, 44_000, 36_000), Handling.RECORD_ONLY, id="10 per cent of larger lines"),
        pytest.param((5_000, 10_000, 45_000, 40_000), Handling.AMENDMENT, id="half of a small line"),
    ],
)
def test_a_shift_is_handled_by_the_line_that_moves_furthest(amounts: tuple[int, ...], handling: Handling) -> None:
    signed = with_budget(10_000, 10_000, 40_000, 40_000)
    drawn = a_shift(signed, *amounts)
    assert drawn is not None

    assert handled(drawn, signed) is handling


def test_a_new_line_is_measured_by_all_direct_costs() -> None:
    signed = some_money(50_000, 50_000, headings=("Trainers", "Tools"))
    after = some_money(45_000, 45_000, 10_000, headings=("Trainers", "Tools", "Rent"))

    assert line_per_cent(signed, after) == Decimal(10)


def test_a_line_that_goes_moves_by_all_of_it() -> None:
    signed = some_money(95_000, 5_000, headings=("Trainers", "Tools"))

    assert line_per_cent(signed, some_money(100_000, headings=("Trainers",))) == Decimal(100)


def test_a_tenth_of_a_cent_above_a_limit_is_above_it() -> None:
    signed = some_money(9_999_999, 10_000_001, headings=("Trainers", "Tools"))

    assert line_per_cent(signed, some_money(11_499_999, 8_500_001, headings=("Trainers", "Tools"))) > 15


def test_without_money_no_line_moves() -> None:
    assert line_per_cent(None, None) == 0


@pytest.mark.parametrize(
    ("one", "other", "months"),
    [
        (date(2027, 8, 31), date(2027, 8, 31), 0),
        (date(2027, 8, 31), date(2027, 9, 1), 1),
        (date(2027, 8, 31), date(2028, 2, 29), 6),
        (date(2027, 8, 31), date(2028, 3, 1), 7),
        (date(2027, 8, 15), date(2027, 6, 15), 2),
        (date(2027, 8, 15), date(2027, 6, 14), 3),
    ],
)
def test_months_that_have_begun_count_whole(one: date, other: date, months: int) -> None:
    assert months_apart(one, other) == months == months_apart(other, one)


def an_extension(present: ProposalForm, end: str) -> Drawn:
    changes = {"project": {"end_on": end}}
    form = check_amendment({"kind": "no_cost_extension", "reason": "Rain.", "changes": changes}, name="longer")
    return draw_out(form, present)


BY_LETTER = AmendmentRule(
    handling=Handling.APPROVAL_ONLY,
    when=AmendmentWhen(up_to_months=6, up_to_extensions=1),
    source="An agreement that allows a short extension by exchange of letters",
)


@pytest.mark.parametrize(
    ("end", "before", "fits"),
    [
        pytest.param("2028-02-29", 0, True, id="six months, the first time"),
        pytest.param("2028-03-01", 0, False, id="a day more"),
        pytest.param("2027-09-30", 1, False, id="a month, the second time"),
    ],
)
def test_a_rule_may_allow_so_many_months_so_often(end: str, before: int, fits: bool) -> None:
    extent = extent_of(an_extension(PRESENT, end), signed=PRESENT, extensions_before=before)

    assert BY_LETTER.when.fits(extent) is fits


@pytest.mark.parametrize(
    ("proposal", "per_cent", "handling"),
    [
        pytest.param(a_proposal(), 15, Handling.RECORD_ONLY, id="a company, 15"),
        pytest.param(an_eu_proposal(), 25, Handling.RECORD_ONLY, id="the European Union, 25"),
        pytest.param(an_eu_proposal(), 26, Handling.AMENDMENT, id="the European Union, more"),
        pytest.param(a_world_bank_proposal(), 16, Handling.AMENDMENT, id="the World Bank, more than 15"),
        pytest.param(an_ngo_proposal(), 10, Handling.RECORD_ONLY, id="an NGO we pay, 10"),
        pytest.param(an_ngo_proposal(), 11, Handling.AMENDMENT, id="an NGO we pay, more"),
    ],
)
def test_the_tolerance_is_that_of_the_agreement(proposal: dict[str, Any], per_cent: int, handling: Handling) -> None:
    present = check_proposal(proposal, name="a proposal")
    trainers, tools = (line.amount for line in present.money.budget)  # type: ignore[union-attr]
    shift = tools * per_cent / 100
    lines = [{"heading": "Trainers", "amount": trainers + shift}, {"heading": "Tools", "amount": tools - shift}]
    changes = {"money": {"budget": lines}}
    form = check_amendment({"kind": "budget_change", "reason": "Prices.", "changes": changes}, name="shift")

    assert handled(draw_out(form, present), present) is handling


def test_the_months_of_earlier_changes_count() -> None:
    present = an_extension(PRESENT, "2027-12-31").proposal

    assert extent_of(an_extension(present, "2028-02-29"), signed=PRESENT, extensions_before=1).months == 6


def test_a_gift_instead_of_money_is_no_shift_between_lines() -> None:
    changes = {"in_kind": [{"item": "Sewing machines", "value": "4100"}]}
    form = check_amendment({"kind": "budget_change", "reason": "More.", "changes": changes}, name="gift")

    extent = extent_of(draw_out(form, PRESENT), signed=PRESENT, extensions_before=0)

    assert (extent.line_per_cent, extent.total_per_cent) == (Decimal(0), Decimal("0.38"))
    assert RULES.rule_for(extent).handling is Handling.AMENDMENT
