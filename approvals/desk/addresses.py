"""Addresses with wishes in them, so that a filtered list can be kept, sent to a colleague and come back to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Path

Choice = TypeVar("Choice", bound=StrEnum)

REFERENCE = r"^PA-[0-9]{4}-[0-9]{4,9}$"
Reference = Annotated[str, Path(pattern=REFERENCE)]
"""For handlers: the reference of a case in an address; whatever cannot be one is not found."""
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""For handlers: a number the database can hold."""

LAST_PAGE = 200
LONGEST = 200


def address(path: str, wishes: Mapping[str, object]) -> str:
    """Return `path` with those `wishes` that wish something."""
    asked = urlencode({name: str(value) for name, value in wishes.items() if value not in (None, "")})
    return f"{path}?{asked}" if asked else path


def one_of(choices: type[Choice], written: str) -> Choice | None:
    """Return the choice that was written; None if nothing was, or nothing we know."""
    return choices(written) if written in set(choices) else None


def page_number(written: str) -> int:
    """Return the number of a page that was written, 1 if it is none."""
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
    return min(max(number, 1), LAST_PAGE)


def plain(written: str) -> str:
    """Return what was written as it may be asked of the database: shortened, without what cannot be printed."""
    return "".join(letter for letter in written[:LONGEST] if letter.isprintable()).strip()
