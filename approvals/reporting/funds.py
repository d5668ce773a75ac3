"""Where the money comes from: approvals and amounts by source, year, region and level, with shares and trend.

What is not known stays unknown: it is never counted as nothing, and no share rests on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from approvals.reporting.exports import Sheet


@dataclass(frozen=True)
class Approved:
    """A partnership approved: by the proposal as it was decided on, which never changes."""

    reference: str
    year: int
    source: str
    region: str
    level: str
    amount_usd: Decimal


@dataclass(frozen=True)
class Cell:
    """What is known of one part in one year; None: not known. The share is of the year's total, from 0 to 1."""

    amount: Decimal | None = None
    share: Decimal | None = None
    number: int | None = None


@dataclass(frozen=True)
class FundsTable:
    """Parts by year: one row a part, in the order given, and the totals of the years."""

    years: tuple[int, ...]
    parts: tuple[str, ...]
    cells: Mapping[tuple[str, int], Cell]
    totals: Mapping[int, Cell]

    def trend(self, part: str | None = None) -> Decimal | None:
        """Return by how much the last known amount lies above the first known, as a share of it; None if unknown."""
        known = [
            cell.amount
            for year in self.years
            if (cell := self.totals[year] if part is None else self.cells[part, year]).amount is not None
        ]
        if len(known) < 2 or not known[0] or known[-1] is None:
            return None
        return known[-1] / known[0] - 1

    def not_given(self) -> list[tuple[str | None, int]]:
        """Return part and year of every amount that is not known; the part None stands for the total."""
        rows: Sequence[str | None] = (*self.parts, None)
        return [
            (part, year)
            for part in rows
            for year in self.years
            if (self.totals[year] if part is None else self.cells[part, year]).amount is None
        ]


@dataclass(frozen=True)
class Told:
    """Numbers as they are told somewhere, before anything is reckoned from them."""

    amounts: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)
    shares: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)
    totals: Mapping[int, Decimal] = field(default_factory=dict)
    numbers: Mapping[tuple[str, int], int] = field(default_factory=dict)


def funds_table(years: Sequence[int], parts: Sequence[str], told: Told) -> FundsTable:
    """Return the table of what is told, and of what follows from it: an amount from share and total, and back."""
    totals = {year: _total(told, parts, year) for year in years}
    cells = {(part, year): _cell(told, part, year, totals[year].amount) for part in parts for year in years}
    return FundsTable(tuple(years), tuple(parts), cells, totals)


def _total(told: Told, parts: Sequence[str], year: int) -> Cell:
    amounts = [told.amounts.get((part, year)) for part in parts]
    known = [amount for amount in amounts if amount is not None]
    whole = told.totals.get(year)
    if whole is None and parts and len(known) == len(parts):
        whole = sum(known, Decimal(0))
    numbers = [told.numbers.get((part, year)) for part in parts]
    counted = sum(number or 0 for number in numbers) if any(number is not None for number in numbers) else None
    return Cell(whole, Decimal(1) if whole is not None else None, counted)


def _cell(told: Told, part: str, year: int, total: Decimal | None) -> Cell:
    amount, share = told.amounts.get((part, year)), told.shares.get((part, year))
    if amount is None and share is not None and total is not None:
        amount = share * total
    if share is None and amount is not None and total:
        share = amount / total
    return Cell(amount, share, told.numbers.get((part, year)))


def approvals_by(approved: Iterable[Approved], by: str, *, parts: Sequence[str] = ()) -> FundsTable:
    """Return what was approved by `source`, `region` or `level` and year, from the first year to the last.

    `parts` come first and in their order, even with nothing approved; others follow by name.
    """
    amounts: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    numbers: dict[tuple[str, int], int] = defaultdict(int)
    for one in approved:
        place = (str(getattr(one, by)), one.year)
        amounts[place] += one.amount_usd
        numbers[place] += 1
    years = range(min(y for _, y in amounts), max(y for _, y in amounts) + 1) if amounts else ()
    names = [*parts, *sorted({part for part, _ in amounts} - set(parts))]
    places = [(part, year) for part in names for year in years]
    # Where nothing was approved that is known, and is nothing.
    told = Told(
        amounts={place: amounts.get(place, Decimal(0)) for place in places},
        numbers={place: numbers.get(place, 0) for place in places},
    )
    return funds_table(tuple(years), names, told)


def figures_sheet(table: FundsTable, titles: Mapping[str, str]) -> Sheet:
    """Return the table with a row for each part and year, and for all parts together; what is not known is empty."""
    lines = [
        (title, year, cell.number, cell.amount, cell.share)
        for part, title in [*titles.items(), (None, "All")]
        for year in table.years
        for cell in [table.totals[year] if part is None else table.cells[part, year]]
    ]
    return Sheet("funds", ("Part", "Year", "Partnerships", "Amount in USD", "Share of the year"), lines)


def approved_sheet(approved: Sequence[Approved]) -> Sheet:
    """Return the partnerships behind the figures, a row each."""
    names = ("reference", "year", "source", "region", "level", "amount_usd")
    return Sheet("partnerships", names, [tuple(getattr(one, name) for name in names) for one in approved])
