"""What changes in a proposal: written down as the few fields that change, read back as before and after.

Entries of a list are known by their name: a budget line by its heading, an activity by its title. So an officer
writes only the lines that move, and a reader sees what became of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from approvals.casework.fields import Form
from approvals.casework.proposal import ProposalForm
from approvals.errors import Fault

NAMED_BY: Mapping[str, str] = {
    "activities": "title",
    "money.budget": "heading",
    "money.instalments": "trigger",
    "in_kind": "item",
    "documents": "title",
    "partner.people": "name",
    "eu.results": "result",
    "world_bank.outputs": "title",
}
"""Lists of a proposal, and the field by which an entry is known."""

WHOLE = frozenset({"partner.representative", "partner.contact", "focal_point"})
"""Groups that change as one: half a person is nobody."""

_BY_KEY = frozenset({"criteria", "risk_factors"})
"""Answers, each known by its key."""

_TAKEN_OUT = "remove"
"""Set to true, it takes an entry out of its list."""


@dataclass(frozen=True)
class Change:
    """One thing that changes: a field such as `project.end_on`, in a list also the entry; what it was and becomes.

    A value is None where there was nothing before, or is nothing afterwards.
    """

    field: str
    item: str
    before: Any
    after: Any

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, the form in which it is kept."""
        return asdict(self)


def is_a_field(path: str, form: type[Form] = ProposalForm) -> bool:
    """A proposal has a field or group of this name, such as `money.budget`; entries of lists are not numbered."""
    name, _, rest = path.partition(".")
    if name not in form.model_fields:
        return False
    inner = next(_forms_in(form.model_fields[name].annotation), None)
    return not rest or (inner is not None and is_a_field(rest, inner))


def _forms_in(annotation: Any) -> Iterator[type[Form]]:
    """Yield the forms a field may hold: itself, an optional one, or the entries of a list."""
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for argument in get_args(annotation):
        yield from _forms_in(argument)


# Before and after ---------------------------------------------------------------------------------------------


def changes_between(before: ProposalForm, after: ProposalForm) -> tuple[Change, ...]:
    """Return what differs between two proposals, in the order of the form; empty if nothing does."""
    old, new = (dict(_parts(form.model_dump(mode="json"), "")) for form in (before, after))
    found = (
        change for key in dict.fromkeys([*old, *new]) for change in _differences(key, old.get(key), new.get(key))
    )
    order = list(ProposalForm.model_fields)
    return tuple(sorted(found, key=lambda change: order.index(change.field.partition(".")[0])))


_Key = tuple[str, str, int]
"""A field, the name of an entry in it (empty outside lists), and which of several of the same name, from 0."""


def _parts(value: Any, path: str) -> Iterator[tuple[_Key, Any]]:
    if path in NAMED_BY:
        seen: Counter[str] = Counter()
        for entry in value or ():
            name = entry[NAMED_BY[path]]
            yield (path, name, seen[name]), entry
            seen[name] += 1
    elif path in _BY_KEY:
        yield from (((path, key, 0), answer) for key, answer in value.items())
    elif isinstance(value, Mapping) and path not in WHOLE:
        for name, inner in value.items():
            yield from _parts(inner, f"{path}.{name}" if path else name)
    else:
        yield (path, "", 0), value


def _differences(key: _Key, old: Any, new: Any) -> Iterator[Change]:
    path, item, _ = key
    if old == new:
        return
    if path in NAMED_BY and old is not None and new is not None:
        names = [name for name in old if name != NAMED_BY[path] and old[name] != new[name]]
        yield from (Change(f"{path}.{name}", item, old[name], new[name]) for name in names)
    else:
        yield Change(path, item, old, new)


# From the whole to a few fields --------------------------------------------------------------------------------


def changes_from(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Return the few fields that make the plain values of one proposal those of another: what `amended_values` takes.

    Entries of a list are given whole where they change; those that are gone are taken out.
    """
    changes: dict[str, Any] = {}
    for name, new in after.items():
        old, place = before.get(name), f"{path}.{name}" if path else name
        if old == new:
            continue
        if place in NAMED_BY:
            changes[name] = _entries_that_change(old or [], new or [], NAMED_BY[place])
        elif isinstance(old, Mapping) and isinstance(new, Mapping) and place not in WHOLE:
            changes[name] = changes_from(old, new, place)
        else:
            changes[name] = new
    return changes


def _entries_that_change(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], by: str
) -> list[dict[str, Any]]:
    names = Counter(entry[by] for entry in before)
    left = {entry[by] for entry in after}
    # Of several with one name all are given, as nobody could tell which is meant.
    given = [dict(entry) for entry in after if entry not in before or names[entry[by]] > 1]
    return [*given, *({by: name, _TAKEN_OUT: True} for name in names if name not in left)]


# From a few fields to the whole -------------------------------------------------------------------------------


def amended_values(values: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the plain values of a proposal with `changes` laid over them, and what is wrong with the changes.

    `changes` has the shape of a proposal and holds only what changes. Whether the result is a proposal without
    faults is not looked at here.
    """
    faults: list[Fault] = []
    return _laid_over(values, changes, "", faults), faults


def _laid_over(
    values: Mapping[str, Any], changes: Mapping[str, Any], path: str, faults: list[Fault]
) -> dict[str, Any]:
    result = dict(values)
    for name, change in changes.items():
        place = f"{path}.{name}" if path else name
        present = values.get(name)
        if place in NAMED_BY:
            result[name] = _entries(present or [], change, place, faults)
        elif isinstance(present, Mapping) and isinstance(change, Mapping) and place not in WHOLE:
            result[name] = _laid_over(present, change, place, faults)
        else:
            result[name] = change
    return result


def _entries(present: Sequence[Mapping[str, Any]], change: Any, place: str, faults: list[Fault]) -> list[Any]:
    """Return the entries of a list as changed: known ones in their place, new ones after them."""
    by = NAMED_BY[place]
    if not isinstance(change, list | tuple) or not all(
        isinstance(entry, Mapping) and by in entry for entry in change
    ):
        faults.append(Fault(place, f"should be a list; name each entry that changes by its `{by}`"))
        return list(present)
    given, known = (Counter(entry[by] for entry in some) for some in (change, present))
    for name in given:
        if known[name] > 1 and given[name] != known[name]:
            sentence = f"«{name}» stands there {known[name]} times; give all of them, in the same order"
            faults.append(Fault(place, sentence))
    waiting = list(change)
    result = []
    for entry in present:
        match = next((one for one in waiting if one[by] == entry[by]), None)
        if match is None:
            result.append(dict(entry))
            continue
        waiting.remove(match)
        if match.get(_TAKEN_OUT) is not True:
            result.append({**entry, **match})
    for entry in waiting:
        if _TAKEN_OUT in entry:
            faults.append(Fault(place, f"«{entry[by]}» is not there, so it cannot be taken out"))
    return [*result, *(dict(entry) for entry in waiting if _TAKEN_OUT not in entry)]
