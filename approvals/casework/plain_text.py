"""Which characters a text may hold: those people can see, and the few unseen ones that scripts cannot do without.

What cannot be seen can mislead: a name that reads one way and compares another, a clause shown in another order than
it is stored. Word's XML and PostgreSQL refuse some of these characters besides, long after the officer has gone home.
"""

from __future__ import annotations

import unicodedata

from approvals.casework.telling import told
from approvals.errors import Fault

_NEEDED = frozenset("\u200c\u200d\u200e\u200f\u061c\u06dd\u070f\u08e2\u0600\u0601\u0602\u0603\u0604\u0605")
"""Format characters of real texts: joiners (Persian, Indic, emoji), direction marks, Arabic signs above numbers."""

_MEANINGLESS = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Places where a line may or may not break, which come along when text is copied; they are left out."""


def plain(value: str) -> str:
    """Return `value` in one spelling (NFC) without blanks at its ends.

    Raises `ValueError`, in words for the writer, if it holds a control character, half a character, or one that
    changes the direction of what follows (U+202E and its kin).
    """
    folded = value.translate(_MEANINGLESS)
    for character in folded:
        if _misleads(character):
            code = f"U+{ord(character):04X}"
            raise ValueError(
                told("holds a character nobody can see ({code}); type the text again without it", code=code)
            )
    return unicodedata.normalize("NFC", folded).strip()


def faults_of_text(path: str, text: str, *, if_empty: str) -> list[Fault]:
    """Return what is wrong with what somebody must say in their own words: nothing is said, which is told as
    `if_empty`, or it holds what nobody can see. Empty if it may be kept.
    """
    try:
        return [] if plain(text) else [Fault(path, if_empty)]
    except ValueError as exc:
        return [Fault(path, exc.args[0])]


def is_visible(value: str) -> bool:
    """`value` holds at least one letter, digit, sign or symbol."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in value)


def _misleads(character: str) -> bool:
    if character in "\n\t":
        return False
    code = ord(character)
    nonexistent = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    format_sign = unicodedata.category(character) == "Cf" and character not in _NEEDED
    return nonexistent or format_sign or unicodedata.category(character) in ("Cc", "Cs", "Co")
