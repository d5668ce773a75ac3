"""How far an amendment goes, counted from the last text both sides signed and not only from the one before it.

So a change in many small steps is judged as the one change it is: what counts is where the agreement would then be.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import ROUND_UP, Decimal

from approvals.casework.amendment_file import Drawn
from approvals.casework.policy.amendments import Extent
from approvals.casework.proposal import MoneyForm, ProposalForm
from models.amendment import AmendmentKind


def extent_of(drawn: Drawn, *, signed: ProposalForm, extensions_before: int) -> Extent:
    """Return how far the agreement would be from the `signed` one.

    `extensions_before` counts the no-cost extensions that took effect before, over the whole life of the agreement.
    """
    after = drawn.proposal
    is_extension = drawn.form.kind is AmendmentKind.NO_COST_EXTENSION
    return Extent(
        kind=drawn.form.kind,
        succession=drawn.form.succession,
        partner_kind=signed.partner.kind,
        funds=signed.funds,
        fields=tuple(dict.fromkeys(change.field for change in drawn.changes)),
        months=months_apart(signed.project.end_on, after.project.end_on),
        extensions=extensions_before + is_extension,
        line_per_cent=line_per_cent(signed.money, after.money),
        total_per_cent=_per_cent(after.amount - signed.amount, signed.amount),
    )


def months_apart(one: date, other: date) -> int:
    """Return the months between two days, whichever is first; one that has begun counts whole."""
    first, last = sorted((one, other))
    months = (last.year - first.year) * 12 + last.month - first.month
    return months + (last.day > first.day)


def line_per_cent(signed: MoneyForm | None, after: MoneyForm | None) -> Decimal:
    """Return by how much the budget line that moves furthest differs from the signed one, in per cent of that line.

    A line the signed budget does not have is measured by all direct costs; without a budget nothing moves.
    """
    if signed is None or after is None:
        return Decimal(0)
    was, will_be = _by_heading(signed), _by_heading(after)
    return max(
        _per_cent(will_be[heading] - was[heading], was[heading] or signed.direct_costs)
        for heading in {*was, *will_be}
    )


def _by_heading(money: MoneyForm) -> defaultdict[str, Decimal]:
    lines: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in money.budget:
        lines[line.heading] += line.amount
    return lines


def _per_cent(difference: Decimal, whole: Decimal) -> Decimal:
    """Return the size of `difference` in per cent, rounded up to two decimals: 15.001 is above 15."""
    if not difference:
        return Decimal(0)
    if not whole:
        return Decimal(100)
    return (abs(difference) * 100 / whole).quantize(Decimal("0.01"), rounding=ROUND_UP)
