"""How words sound, whatever the script they were written in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_SOUNDS = (
    ("sch", "s"), ("tch", "s"), ("sh", "s"), ("ch", "s"), ("zh", "j"), ("dj", "j"), ("dz", "j"), ("ph", "f"),
    ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ts", "s"), ("tz", "s"), ("ck", "k"), ("x", "ks"),
    ("c", "k"), ("q", "k"), ("v", "f"), ("w", "u"), ("z", "s"), ("p", "b"), ("j", "g"),
)  # fmt: skip
_VOWELS = re.compile(r"[aeiouyh]+")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """Return the consonants of a folded word, near sounds made one: «muhammad», «mohamed» and «mhmd» are equal.

    This is what meets names written in scripts without vowels. Digits stay. Empty for a word of vowels only.
    """
    for written, sounds in _SOUNDS:
        word = word.replace(written, sounds)
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word))


def sounds(words: Iterable[str]) -> tuple[str, ...]:
    """Return the sound of each word, without the empty ones."""
    return tuple(heard for word in words if (heard := sound(word)))
