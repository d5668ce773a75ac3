"""What must fit across the parts of a proposal: dates within dates, money where money moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from approvals.casework.fields import Amount, Day
from approvals.casework.sentences import Place
from approvals.casework.telling import told
from models.base import MAX_AMOUNT
from models.case import Funds
from models.partner import PartnerKind

COMPARED = {"funds", "partner", "project", "activities", "money", "in_kind", "eu", "world_bank", "un"}
"""The parts that are compared."""
_KIND, _FUNDS, _DAY, _AMOUNT = (TypeAdapter[Any](kind) for kind in (PartnerKind, Funds, Day, Amount))


def misfits_across(values: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Return what does not fit across parts of a proposal, each with its place, in the order of the form.

    `values` may hold faults of its own; what cannot be read is not compared.
    """
    return [
        *_misfits_of_money(values),
        *_misfits_of_dates(values),
        *_misfits_of_kind(values, "eu", PartnerKind.EUROPEAN_UNION),
        *_misfits_of_kind(values, "world_bank", PartnerKind.WORLD_BANK),
        *_misfits_of_kind(values, "un", PartnerKind.UN_AGENCY),
    ]


def _misfits_of_money(values: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    funds = _read(values, ("funds",), _FUNDS)
    moves = values.get("money") is not None
    if not moves and funds in (Funds.RECEIVING, Funds.GIVING):
        yield ("money",), told("is missing, but funds is «{funds:code}»", funds=funds)
    if moves and funds is Funds.NONE:
        yield ("money",), told("is given, but funds is «{funds:code}»", funds=Funds.NONE)
    in_kind = [_read(values, (*place, "value"), _AMOUNT) for place in _places(values, "in_kind")]
    cash = _read(values, ("money", "contribution"), _AMOUNT) or Decimal(0)
    if sum(filter(None, in_kind), cash) > MAX_AMOUNT:
        yield (
            ("in_kind",),
            told("cash and in-kind contributions together are more than {most:amount}", most=MAX_AMOUNT),
        )


def _misfits_of_dates(values: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    start, end = (_read(values, ("project", name), _DAY) for name in ("start_on", "end_on"))
    if start is None or end is None or end <= start:
        return
    for place in [*_places(values, "activities"), *_places(values, "world_bank", "outputs")]:
        due = _read(values, (*place, "due_on"), _DAY)
        if due is not None and not start <= due <= end:
            yield (
                (*place, "due_on"),
                told(
                    "{due:date} is outside the project's dates, {start:date} to {end:date}",
                    due=due,
                    start=start,
                    end=end,
                ),
            )


def _misfits_of_kind(values: Mapping[str, Any], part: str, kind: PartnerKind) -> Iterator[tuple[Place, str]]:
    present = _read(values, ("partner", "kind"), _KIND)
    if present is kind and values.get(part) is None:
        yield (part,), told("is missing; it must be given when partner.kind is «{kind:code}»", kind=kind)
    if present not in (None, kind) and values.get(part) is not None:
        yield (part,), told("is only for partner.kind «{kind:code}»; remove it", kind=kind)


def _places(values: Mapping[str, Any], *part: str) -> list[Place]:
    """Return the place of each item of the list at `part`, none if there is no list."""
    items = _at(values, part)
    return [(*part, n) for n in range(len(items))] if isinstance(items, list | tuple) else []


def _read(values: Any, place: Place, kind: TypeAdapter[Any]) -> Any:
    """Return the value at `place`, or None if there is none that is of this kind."""
    try:
        return kind.validate_python(_at(values, place))
    except ValidationError:
        return None


def _at(values: Any, place: Place) -> Any:
    """Return what stands at `place`, whatever it is; None if there is nothing."""
    for part in place:
        if isinstance(values, Mapping) and isinstance(part, str):
            values = values.get(part)
        elif isinstance(values, Sequence) and isinstance(part, int) and not isinstance(values, str):
            values = values[part]
        else:
            return None
    return values
