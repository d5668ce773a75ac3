"""The facts that rules of an agreement look at: numbers, dates and choices as the officer gave them, not as printed.

A fact is named by its path in the proposal, as in `money.instalments[].due_on`; limits that policy sets are named by
`policy.` and the key under `money:` in `policy/organisation.yaml`. What the agreement prints stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from approvals.casework.policy.organisation import MoneyRules
from approvals.casework.proposal import ProposalForm

POLICY = "policy."


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an agreement rests on."""

    proposal: ProposalForm
    limits: MoneyRules
    printed: Mapping[str, Any] | None = None  #: what the agreement prints; None before it is drafted

    def at(self, path: str) -> list[Any]:
        """Return what stands at `path`, one value for each line of a list; empty if nothing was given."""
        if path.startswith(POLICY):
            return _values(self.limits, path.removeprefix(POLICY))
        return _values(self.proposal, path)

    @property
    def usd_rate(self) -> Decimal | None:
        """US dollars for one unit of the proposal's currency, None if policy has no rate for it."""
        return self.limits.usd_rates.get(self.proposal.currency)

    def printed_at(self, path: str) -> list[Any]:
        """Return what the agreement prints at `path`; empty before it is drafted."""
        return _values(self.printed, path)


def _values(whole: Any, path: str) -> list[Any]:
    found = [whole]
    for step in path.split("."):
        name = step.removesuffix("[]")
        inner = [_member(one, name) for one in found if one is not None]
        found = [item for items in inner for item in items or ()] if step.endswith("[]") else inner
    return [value for value in found if value is not None]


def _member(whole: Any, name: str) -> Any:
    return whole.get(name) if isinstance(whole, Mapping) else getattr(whole, name)


def kind_at(path: str) -> type | None:
    """Return the type of the facts at `path`, None if no proposal and no policy holds such a fact."""
    is_limit = path.startswith(POLICY)
    kind: Any = MoneyRules if is_limit else ProposalForm
    for step in path.removeprefix(POLICY).split("."):
        kind = _bare(_kind_of_member(kind, step.removesuffix("[]")))
        if (get_origin(kind) is tuple) != step.endswith("[]"):
            return None
        if step.endswith("[]"):
            kind = _bare(get_args(kind)[0])
    return kind if isinstance(kind, type) else None


def _kind_of_member(kind: Any, name: str) -> Any:
    if get_origin(kind) is not None and issubclass(get_origin(kind), Mapping):
        key, value = get_args(kind)
        return value if name in set(_bare(key)) else None
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return None
    if name in kind.model_fields:
        return kind.model_fields[name].annotation
    reckoned = getattr(kind, name, None)
    return get_type_hints(reckoned.fget)["return"] if isinstance(reckoned, property) else None


def _bare(kind: Any) -> Any:
    """Return `kind` without what pydantic is told besides and without «or None»; choices of words are text."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _bare(get_args(kind)[0])
    if origin in (Union, UnionType):
        given = [one for one in get_args(kind) if one is not type(None)]
        return _bare(given[0]) if len(given) == 1 else None
    return str if origin is Literal else kind
