"""Numbers in names of organisations, however written: «Fund IV», «Fund Four» and «Fund 4» are one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ROMAN = re.compile(r"(?=[ivx]{2})x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip


def numbers_as_digits(words: Iterable[str]) -> list[str]:
    """Return folded `words`, numbers in Roman letters (from two letters on) or in English words as digits."""
    read, before = list[str](), ""
    for word in words:
        if before in _TENS and _ONES.get(word, 10) < 10:
            read[-1] = str(_TENS[before] + _ONES[word])
        else:
            read.append(_in_digits(word))
        before = word
    return read


def _in_digits(word: str) -> str:
    number = _ONES.get(word) or _TENS.get(word) or (_roman(word) if _ROMAN.fullmatch(word) else None)
    return str(number) if number else word


def _roman(word: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in word]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
