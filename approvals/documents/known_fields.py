"""The fields a case can give: whatever a manifest declares besides would be missing from every agreement.

They are read off `agreement_data` and `amendment_data` themselves, asked about a proposal that gives everything there
is to give. The types of the form make that proposal, so a new part of the form is known here by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from approvals.casework.changes import Change
from approvals.casework.proposal import ProposalForm
from approvals.documents.amendment_fields import AmendmentFacts, amendment_data
from approvals.documents.fields import CaseFacts, agreement_data

_PLAIN: Mapping[type, Any] = {str: "X", bool: True, int: 1, Decimal: Decimal(1), date: date(2026, 1, 1)}


@cache
def known_fields() -> frozenset[str]:
    """Return the paths of all fields an agreement or an amendment can print, such as `budget[].amount`."""
    return frozenset([*_paths(_agreement(), ""), *_paths(_amendment(), "")])


def _agreement() -> dict[str, Any]:
    return agreement_data(_full(ProposalForm), _full(CaseFacts))


def _amendment() -> dict[str, Any]:
    """Return what the amendment of an agreement may print, if both its text and its money change."""
    before: ProposalForm = _full(ProposalForm)
    assert before.money is not None
    money = before.money.model_copy(update={"support_rate": before.money.support_rate + 1})
    changes = [Change("project.title", "", "X", "Y"), Change("money.instalments", "", None, None)]
    return amendment_data(
        before,
        before.model_copy(update={"money": money}),
        changes,
        facts=_full(CaseFacts),
        amendment=_full(AmendmentFacts),
    )


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{path}[]")
    else:
        yield path


def _full(kind: Any) -> Any:
    """Return a value of `kind` in which nothing is left out; what it says does not matter, and is not checked."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _full(inner[0])
    if origin in (Union, UnionType):
        return _full(next(one for one in inner if one is not type(None)))
    if origin is Literal:
        return inner[0]
    if origin in (tuple, list, Sequence):
        return (_full(inner[0]),)
    if origin is not None:
        return {}
    if issubclass(kind, Enum):
        return next(iter(kind))
    if issubclass(kind, BaseModel):
        return kind.model_construct(**{name: _full(field.annotation) for name, field in kind.model_fields.items()})
    return _full_dataclass(kind) if is_dataclass(kind) else _PLAIN[kind]


def _full_dataclass(kind: Any) -> Any:
    hints = get_type_hints(kind)
    return kind(**{field.name: _full(hints[field.name]) for field in fields(kind)})
