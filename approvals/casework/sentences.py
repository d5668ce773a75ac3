"""What is wrong with something people wrote, in their words and, at the desk, in their language.

pydantic finds the faults; the sentences are ours. Every fault is named by the path of its field, as in
`money.instalments[2].amount`, so that one reading mends the whole file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from approvals.casework.telling import Told, told
from approvals.errors import Fault

Place = tuple[str | int, ...]
"""Where something stands: names of fields, and places in lists counted from 0."""


def faults_in(error: ValidationError, *, shapes: Mapping[str, str] | None = None) -> list[Fault]:
    """Return every fault pydantic found, in the order of the fields.

    `shapes` says in words what a field's pattern asks for, by pattern.
    """
    return faults_among(error.errors(), shapes=shapes)


def faults_among(details: Iterable[ErrorDetails], *, shapes: Mapping[str, str] | None = None) -> list[Fault]:
    """Return the faults that pydantic's `details` tell of, in their order; `shapes` as in `faults_in`."""
    return [Fault(path_of(each["loc"]), _sentence(each, shapes or {})) for each in details]


def with_its_place(fault: Fault) -> str:
    """Return what is wrong with where it is, for a form that has no field for that place."""
    return told("{place}: {mistake}", place=fault.path, mistake=fault.message) if fault.path else fault.message


def path_of(place: Place) -> str:
    """Return `money.instalments[2].amount` for a place; list items count from 1, as people do."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        elif part != "[key]" or not path:  # pydantic's own mark for «the key itself, not its value»
            path += f".{_printable(part)}" if path else _printable(part)
    return path


def refuse_all(title: str, misfits: Iterable[tuple[Place, str]]) -> None:
    """Raise one `ValidationError` with a fault for each of `misfits`, if there are any.

    A validator that raises a plain `ValueError` can name one fault, and no field.
    """
    lines: list[InitErrorDetails] = [
        {"type": PydanticCustomError("misfit", "{sentence}", {"sentence": sentence}), "loc": place, "input": None}
        for place, sentence in misfits
    ]
    if lines:
        raise ValidationError.from_exception_data(title, lines)


_NOT_AN_AMOUNT = "«{input}» is not an amount; write digits, such as 125000.50"
_NOT_WHOLE = "«{input}» is not a whole number"
NOT_A_DATE = "«{input}» is not a date of the calendar; write it as 2026-09-30"
_NOT_A_CHOICE = "«{input}» is not one of: {expected}"
_NOT_YES_OR_NO = "should be true or false, not «{input}»"
_NOT_A_GROUP = "should be a group of fields, not «{input}»"
_NOT_TEXT = "should be text; put it in quotation marks"

SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that belongs here; check its spelling or remove it",
    "invalid_key": "is not the name of a field",
    "string_type": _NOT_TEXT,
    "string_unicode": "holds half a character; type the text again",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_too_short": "is too short: at least {min_length} characters",
    "string_pattern_mismatch": "«{input}» is not written as it should be",
    "enum": _NOT_A_CHOICE,
    "literal_error": _NOT_A_CHOICE,
    "bool_parsing": _NOT_YES_OR_NO,
    "bool_type": _NOT_YES_OR_NO,
    "decimal_parsing": _NOT_AN_AMOUNT,
    "decimal_type": _NOT_AN_AMOUNT,
    "finite_number": _NOT_AN_AMOUNT,
    "decimal_max_places": "«{input}» has more than {decimal_places} decimals",
    "int_parsing": _NOT_WHOLE,
    "int_parsing_size": _NOT_WHOLE,
    "int_from_float": _NOT_WHOLE,
    "int_type": _NOT_WHOLE,
    "greater_than": "«{input}» must be more than {gt}",
    "greater_than_equal": "«{input}» must be {ge} or more",
    "less_than_equal": "«{input}» must be {le} or less",
    "too_short": "has too few entries: at least {min_length}",
    "too_long": "has too many entries: at most {max_length}",
    "model_type": _NOT_A_GROUP,
    "dict_type": _NOT_A_GROUP,
    "mapping_type": _NOT_A_GROUP,
    "union_tag_invalid": "is of no kind we know; its `kind` may be {expected_tags}",
    "union_tag_not_found": "lacks its `kind`",
    "tuple_type": "should be a list, not «{input}»",
    "frozen_set_type": "should be a list, not «{input}»",
}
NOT_OF_THE_SHAPE = "«{input}» is not written as it should be: {shape}"
EMPTY = "is empty"
UNFORESEEN = "«{input}» does not fit here"


def _sentence(error: ErrorDetails, shapes: Mapping[str, str]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "misfit":
        return _kept(context["sentence"])
    if kind == "value_error":
        return _kept(context["error"].args[0])
    values = {name: _bare(value) for name, value in context.items()}
    if error["input"] is None and kind not in ("missing", "extra_forbidden"):
        return Told(EMPTY, {})
    values |= {"input": shown(error["input"])}
    shape = shapes.get(values.get("pattern", ""))
    if kind == "string_pattern_mismatch" and shape:
        return Told(NOT_OF_THE_SHAPE, values | {"shape": Told(shape, {})})
    return Told(NOT_A_DATE if kind.startswith("date") else SENTENCES.get(kind, UNFORESEEN), values)


def sentences() -> list[str]:
    """Return every sentence about a field there is, for the translators."""
    return [*SENTENCES.values(), NOT_A_DATE, NOT_OF_THE_SHAPE, EMPTY, UNFORESEEN]


def shown(value: Any) -> str:
    """Return `value` as a message may show it: short, on one line, without characters that play tricks."""
    if isinstance(value, Mapping):
        return told("a group of fields")
    if isinstance(value, list | tuple | set | frozenset):
        return told("a list")
    if isinstance(value, bool):
        return told("true") if value else told("false")
    if isinstance(value, int) and abs(value) > 10**60:  # Python refuses to write out more than 4300 digits
        return told("a very large number")
    text = _printable(str(value)[:61])
    return text if len(text) <= 60 else f"{text[:57]}…"


def _kept(sentence: Any) -> str:
    return sentence if isinstance(sentence, str) else str(sentence)


def _bare(value: Any) -> Any:
    # pydantic hands over a limit of money as it is written in Python.
    return value.removeprefix("Decimal('").removesuffix("')") if isinstance(value, str) else value


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text[:200])
