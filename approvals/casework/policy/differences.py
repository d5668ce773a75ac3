"""How two policies differ, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.casework.policy import Policy

_NAMED_BY = ("key", "code", "task", "family")
"""Values that name a rule within its list, so that a rule moved up or down is still the same rule."""


@dataclass(frozen=True)
class Difference:
    """One value of the policy that is not what it was; None stands for what is or was not there."""

    file: str
    place: str
    old: Any
    new: Any

    @property
    def what(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


def differences(old: Policy, new: Policy) -> list[Difference]:
    """Return every value in which `new` is not `old`, file by file; empty if they say the same.

    A rule that is only in one of them is one difference, whole. Rules without a name of their own are told apart by
    their place in the list.
    """
    before, after = old.as_document(), new.as_document()
    return [
        Difference(file, place, left, right)
        for file in Policy.model_fields
        for place, left, right in _between("", before[file], after[file])
    ]


def _between(place: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys([*old, *new]):
            yield from _between(f"{place}.{name}".lstrip("."), old.get(name), new.get(name))
    elif _are_rules(old) and _are_rules(new):
        left, right = _by_name(old), _by_name(new)
        for name in dict.fromkeys([*left, *right]):
            yield from _between(f"{place}[{name}]", left.get(name), right.get(name))
    else:
        yield place, old, new


def _are_rules(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _by_name(rules: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the rules by the value that names each; by their number from 1 where none does so alone."""
    for name in _NAMED_BY:
        if all(name in rule for rule in rules):
            named = {str(rule[name]): rule for rule in rules}
            if len(named) == len(rules):
                return named
    return {str(number): rule for number, rule in enumerate(rules, 1)}
