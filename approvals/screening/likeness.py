"""How alike two words are."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA, Indel

from approvals.screening.hearing import sound

LEAST_LIKENESS = 0.65
"""Two words less alike than this are no partners."""
HEARD_ALIKE = 0.9
"""How alike two words count at least when they sound the same and one is in a script that leaves vowels out."""
INITIAL_LIKENESS = 0.7
"""How alike an initial and a word that begins with it are."""
LETTERS_PER_ERROR = 4
"""So many letters for each error of writing: more errors make another word. One error is always allowed."""

_VOWELS = frozenset("aeiou")


@lru_cache(maxsize=50_000)
def word_likeness(one: str, other: str) -> float:
    """Return how alike two folded words are: 1 if equal, 0 if they are different words."""
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return INITIAL_LIKENESS if one[0] == other[0] else 0.0
    if one.isdigit() or other.isdigit():
        return 0.0  # numbers tell companies apart: 74613 is not 74614
    if heard_alike(one, other):
        written = _written_alike(one, other)
        return max(written, HEARD_ALIKE if by_consonants(one, other) else (1 + written) / 2)
    # Most words are other words, so the errors are counted first.
    allowed = max(1, max(len(one), len(other)) // LETTERS_PER_ERROR)
    if OSA.distance(one, other, score_cutoff=allowed) > allowed:
        return 0.0
    written = _written_alike(one, other)
    return written if written >= LEAST_LIKENESS else 0.0


def _written_alike(one: str, other: str) -> float:
    return (OSA.normalized_similarity(one, other) + Indel.normalized_similarity(one, other)) / 2


def word_likeness_without_initials(one: str, other: str) -> float:
    """Return how alike two words are where a single letter is no initial, as in names of companies."""
    return word_likeness(one, other) if one == other or min(len(one), len(other)) > 1 else 0.0


@lru_cache(maxsize=5_000)
def syllable_likeness(one: str, other: str) -> float:
    """Return how alike two syllables are, one of them read from a character: nothing but the same will do."""
    if one == other:
        return 1.0
    return HEARD_ALIKE if _as_in_korea(one) == _as_in_korea(other) else 0.0


@lru_cache(maxsize=5_000)
def _as_in_korea(syllable: str) -> str:
    """Return a syllable so that the ways to write Korean in Latin letters meet: «jeong», «jong» and «chong»."""
    if syllable in _KOREAN_NAMES:
        return _KOREAN_NAMES[syllable]
    for written, sounds in _KOREAN:
        syllable = re.sub(written, sounds, syllable)
    return syllable


_KOREAN_NAMES = {
    **dict.fromkeys(("lee", "yi", "rhee", "ri", "li"), "i"), "park": "pak", "choi": "coe", "noh": "no", "roh": "no",
    "ryu": "yu", "yoo": "yu", "lim": "im", "rim": "im", "kwon": "kuon", "gwon": "kuon",
}  # fmt: skip
_KOREAN = (
    ("eo|ou", "o"), ("eu|oo|wo", "u"), ("ae", "e"), ("ee", "i"),
    ("^g", "k"), ("^d", "t"), ("^b", "p"), ("^j|^ch", "c"), ("^r", "l"),
)  # fmt: skip


@lru_cache(maxsize=5_000)
def character_likeness(one: str, other: str) -> float:
    """Return 1 if two Chinese or Korean characters are the same, simplified or not; 0 even if they sound alike."""
    return 1.0 if one == other or _simplified_and_not(one, other) else 0.0


def heard_alike(one: str, other: str) -> bool:
    """Tell whether two words have the same consonants, and at least one has vowels beside them.

    One consonant is enough where the other word is written without vowels.
    """
    heard = sound(one)
    if heard != sound(other) or (_VOWELS.isdisjoint(one) and _VOWELS.isdisjoint(other)):
        return False
    return len(heard) >= (1 if by_consonants(one, other) else 2)


def by_consonants(one: str, other: str) -> bool:
    """Tell whether one of two words, and only one, is written without vowels, as in Arabic."""
    return _VOWELS.isdisjoint(one) != _VOWELS.isdisjoint(other)


def _simplified_and_not(one: str, other: str) -> bool:
    """Tell whether one is the simplified form of the other.

    Both are read alike, one is only in the code of the mainland and the other only in that of Taiwan: «习» and «習».
    """
    codes = {(_is_in("gb2312", character), _is_in("big5", character)) for character in (one, other)}
    return codes == {(True, False), (False, True)} and anyascii(one) == anyascii(other)


def _is_in(code: str, character: str) -> bool:
    try:
        character.encode(code)
    except UnicodeEncodeError:
        return False
    return True
