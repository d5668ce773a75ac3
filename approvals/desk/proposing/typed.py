"""From what was typed to a proposal, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from approvals.casework.policy import Policy
from approvals.desk.proposing.questions import (
    Control,
    Question,
    Rows,
    Section,
    Typed,
    as_typed,
    entries,
    questions_in,
)

ONE_ON_EACH_LINE = frozenset({"partner.aliases"})
"""Lists typed into one field."""

_NUMBERED = re.compile(r"^(?P<name>.*)\[(?P<number>[0-9]{1,4})\]$")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s\u202f']+(?=[0-9])")


def values_of(typed: Typed, sections: Iterable[Section], policy: Policy) -> dict[str, Any]:
    """Return what was typed on these pages as a proposal in plain values, not yet checked.

    What was left empty is left out. A group that one of the pages fills is there even if nothing was typed in it, so
    that each field it lacks is told.
    """
    values: dict[str, Any] = {}
    for section in sections:
        for question in questions_in(section.all_parts(policy, typed), typed):
            _make_room(values, question)
            answer = typed.get(question.path, "").strip()
            if answer:
                _put(values, question.path, _meant(question, answer))
        for part in section.parts:
            if isinstance(part, Rows):
                _make_room(values, Question(part.path, ""))
    return values


def _meant(question: Question, answer: str) -> Any:
    if question.control is Control.YES_NO:
        return {"yes": True, "no": False}.get(answer, answer)
    if question.control is Control.LINES:
        return [line.strip() for line in answer.splitlines() if line.strip()]
    if question.control is Control.AMOUNT:
        return _BETWEEN_DIGITS.sub("", answer)
    return answer


def _make_room(values: dict[str, Any], question: Question) -> None:
    """Let the groups above an answer be there: parts of the form, but no entries of lists."""
    inner = values
    for name in question.path.split(".")[:-1]:
        if "[" in name or question.from_policy:
            return
        inner = inner.setdefault(name, {})


def _put(values: dict[str, Any], path: str, answer: Any) -> None:
    inner: Any = values
    *above, last = path.split(".")
    for part in above:
        numbered = _NUMBERED.match(part)
        if numbered is None:
            inner = inner.setdefault(part, {})
        else:
            inner = _entry(inner.setdefault(numbered["name"], []), int(numbered["number"]))
    numbered = _NUMBERED.match(last)
    if numbered is None:
        inner[last] = answer
    else:
        inner.setdefault(numbered["name"], []).append(answer)


def _entry(items: list[dict[str, Any]], number: int) -> dict[str, Any]:
    while len(items) < number:
        items.append({})
    return items[number - 1]


def typed_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a proposal in plain values as somebody would have typed it; what it does not say is left out."""
    return dict(_flat(values, ""))


def _flat(value: Any, path: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple) and path not in ONE_ON_EACH_LINE:
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path}[{number}]")
    elif value is not None and value != []:
        yield path, as_typed(value)


# Filling a page -------------------------------------------------------------------------------------------------


def rewritten(typed: Typed, section: Section, policy: Policy, sent: Typed, *, without: str = "") -> dict[str, str]:
    """Return `typed` with everything of this page replaced by what was `sent`; empty entries of lists close up.

    `without` names an entry that is taken out, such as `activities[2]`.
    """
    kept = {name: text for name, text in typed.items() if not section.owns(name)}
    mine = {
        name: text.replace("\r\n", "\n").strip()
        for name, text in sent.items()
        if section.owns(name) and not _lies_in(name, without)
    }
    for part in section.all_parts(policy, typed):
        if isinstance(part, Rows):
            mine = _closed_up(part, mine)
        elif isinstance(part, Question):
            mine.setdefault(part.path, "")
    return kept | mine


def _lies_in(name: str, entry: str) -> bool:
    return bool(entry) and (name == entry or name.startswith(f"{entry}."))


def _closed_up(rows: Rows, typed: Mapping[str, str]) -> dict[str, str]:
    """Return `typed` with the entries of this list that hold something numbered from 1, in their order."""
    result = {name: text for name, text in typed.items() if not name.startswith(f"{rows.path}[")}
    number = 0
    for old in range(1, min(entries(rows.path, typed), MOST_ENTRIES) + 1):
        asked = rows.entry(old)
        answers = [typed.get(question.path, "") for question in asked]
        if any(typed.get(question.path) for question in asked if not question.path.endswith(rows.suggested)):
            number += 1
            questions = rows.entry(number)
            result |= {question.path: answer for question, answer in zip(questions, answers, strict=True)}
    return result


MOST_ENTRIES = 3000
"""The longest list a proposal may hold."""
