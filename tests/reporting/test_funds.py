"""Approvals by source of funds; and the figures of 1997, from the numbers their text gives."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.policy import read_policy
from approvals.reporting.funds import (
    Approved,
    FundsTable,
    Told,
    approvals_by,
    approved_sheet,
    figures_sheet,
    funds_table,
)
from approvals.settings import Settings
from models.partner import PartnerKind

STRATEGY = yaml.safe_load((Path(__file__).parent / "strategy_1997.yaml").read_text(encoding="utf-8"))
SOURCES = ("undp", "unfpa", "undp_and_unfpa", "trust_funds")
PERCENT = Decimal(100)


def as_told(name: str) -> FundsTable:
    """Return a figure of 1997 as a table of ours."""
    told: dict[str, Any] = STRATEGY[name]
    shares = {
        (source, year): Decimal(share) / PERCENT
        for year, by_source in told.get("shares", {}).items()
        for source, share in by_source.items()
    }
    totals = {year: Decimal(amount) for year, amount in told["totals"].items()}
    parts = [source for source in SOURCES if any(part == source for part, _ in shares)]
    return funds_table(told["years"], parts, Told(shares=shares, totals=totals))


def test_expenditure_fell_from_its_peak_and_most_years_are_not_given() -> None:
    table = as_told("expenditure")

    assert table.totals[1996].amount == Decimal("98.2")
    assert [year for _, year in table.not_given()] == [1990, 1992, 1993, 1994, 1995]
    assert table.trend() == pytest.approx(Decimal("98.2") / 170 - 1)


def test_trust_funds_took_over_from_the_united_nations() -> None:
    table = as_told("shares_by_source")

    united_nations = sum(table.cells[source, 1990].share or 0 for source in ("undp", "unfpa"))
    assert united_nations == Decimal("0.535")
    assert table.cells["undp_and_unfpa", 1996].share == Decimal("0.307")
    assert table.cells["trust_funds", 1990].share == Decimal("0.378")
    assert table.cells["trust_funds", 1996].amount == Decimal("0.622") * Decimal("98.2")
    assert (None, 1990) in table.not_given()
    assert table.cells["trust_funds", 1990].amount is None
    assert table.cells["undp", 1996].share is None


def test_multi_bilateral_money_is_a_part_of_the_trust_funds() -> None:
    table, within = as_told("shares_by_source"), STRATEGY["shares_by_source"]["multi_bilateral_within_trust_funds"]

    assert Decimal(within[1996]) < (table.cells["trust_funds", 1996].amount or 0)


def test_approvals_fell_to_1994_and_rose_again_and_no_source_is_told_apart() -> None:
    table = as_told("approvals")

    amounts = {year: cell.amount for year, cell in table.totals.items()}
    assert amounts == {1990: Decimal("165.6"), 1991: None, 1992: None, 1993: None,
                       1994: Decimal("69.7"), 1995: 114, 1996: 114}  # fmt: skip
    assert table.parts == ()
    assert table.trend() == pytest.approx(Decimal(114) / Decimal("165.6") - 1)


APPROVED = st.builds(
    Approved,
    reference=st.just("PA-2026-0001"),
    year=st.integers(2020, 2026),
    source=st.sampled_from(["united_nations", "governments", "european_union"]),
    region=st.sampled_from(["RO-AFRICA", "HQ"]),
    level=st.sampled_from(["country", "global"]),
    amount_usd=st.decimals(0, 10_000_000, places=2),
)


@given(st.lists(APPROVED, max_size=30), st.sampled_from(["source", "region", "level"]))
def test_parts_add_up_to_the_year_and_shares_to_one(approved: list[Approved], by: str) -> None:
    table = approvals_by(approved, by)

    assert sum(cell.number or 0 for cell in table.totals.values()) == len(approved)
    for year in table.years:
        cells = [table.cells[part, year] for part in table.parts]
        assert sum(cell.amount or 0 for cell in cells) == table.totals[year].amount
        if table.totals[year].amount:
            assert sum(cell.share or 0 for cell in cells) == pytest.approx(1)


def test_every_kind_of_partner_belongs_to_a_source_of_funds() -> None:
    rules = read_policy(Settings().policy_folder).figures

    assert {rules.source_of(kind) for kind in PartnerKind} == {one.source_of_funds for one in rules.sources_of_funds}


def test_the_sheets_hold_each_figure_and_the_partnerships_behind_it() -> None:
    approved = [
        Approved("PA-2026-0001", 2026, "companies", "RO-AFRICA", "country", Decimal(300)),
        Approved("PA-2026-0002", 2026, "banks", "RO-AFRICA", "country", Decimal(100)),
    ]
    table = approvals_by(approved, "source")

    figures = figures_sheet(table, {"banks": "Development banks", "companies": "Companies"})

    assert figures.rows == [
        ("Development banks", 2026, 1, Decimal(100), Decimal("0.25")),
        ("Companies", 2026, 1, Decimal(300), Decimal("0.75")),
        ("All", 2026, 2, Decimal(400), Decimal(1)),
    ]
    assert [row[0] for row in approved_sheet(approved).rows] == ["PA-2026-0001", "PA-2026-0002"]
