"""JSON without its surprises: a field comes once, and whatever cannot be read is said in words."""

from __future__ import annotations

import json
from typing import Any

from approvals.casework.sentences import shown


class UnreadableJson(Exception):
    """The text is not JSON as we read it; the message says why and near which line."""


def read_json(text: str, *, numbers_as_text: bool = False) -> Any:
    """Return what `text` says; with `numbers_as_text`, numbers keep their digits as they are written.

    Raises `UnreadableJson`, also for what only looks like a number, such as NaN.
    """
    as_text: dict[str, Any] = {"parse_float": str, "parse_int": str} if numbers_as_text else {}
    constant = str if numbers_as_text else _refuse
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=constant, **as_text)
    except json.JSONDecodeError as exc:
        raise UnreadableJson(f"near line {exc.lineno}: {exc.msg}") from exc
    except RecursionError as exc:
        raise UnreadableJson("its parts stand too deep in each other") from exc
    except ValueError as exc:  # Python refuses to read a number of more than 4300 digits.
        raise UnreadableJson("it holds a number that is too long") from exc


def _refuse(constant: str) -> Any:
    raise UnreadableJson(f"«{constant}» is no number")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise UnreadableJson(f"field «{shown(name)}» is given twice")
        fields[name] = value
    return fields
