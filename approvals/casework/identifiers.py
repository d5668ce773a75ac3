"""Numbers by which authorities know an organisation, and whether one can be right."""

from __future__ import annotations

import re

from approvals.casework.telling import told
from models.partner import IdentifierKind

LEI = re.compile(r"^[A-Z0-9]{18}[0-9]{2}$")


def written(kind: IdentifierKind, value: str) -> str:
    """Return the number as it is kept: an LEI in capital letters and without spaces, others as they are given."""
    return "".join(value.upper().split()) if kind is IdentifierKind.LEI else value.strip()


def what_is_wrong(kind: IdentifierKind, value: str, country: str | None) -> str:
    """Return why `value`, as `written`, is no such number; empty if nothing speaks against it."""
    if not value:
        return told("is empty")
    if kind is IdentifierKind.LEI:
        return _what_is_wrong_with_lei(value)
    return "" if country else told("needs the country of its authority")


def _what_is_wrong_with_lei(value: str) -> str:
    if not LEI.match(value):
        return told("an LEI has 18 letters or digits and two check digits")
    # ISO 17442, check digits by ISO 7064: letters count from 10, and the whole leaves 1 when divided by 97.
    digits = "".join(str(int(character, 36)) for character in value)
    return "" if int(digits) % 97 == 1 else told("its check digits do not fit the rest; look for a slip of the pen")
