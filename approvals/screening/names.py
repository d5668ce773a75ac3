"""Names, folded so that spellings of one name meet.

A name is brought to Latin letters without accents, its words are parted, and its legal form («Ltd», «ООО»,
«Aktiengesellschaft») is set aside as a weak part of its own: it says little about who somebody is, is equal across
languages, and is never all that is left of a name. Numbers stay, because they tell companies apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from anyascii import anyascii

from approvals.screening.legal_forms import FORMS_WITHOUT_SPACES, LEGAL_FORMS, SAME_WORD

LONGEST_NAME = 400
"""Names are compared by their first 400 characters; nobody's name is longer, and a comparison stays quick."""

_APOSTROPHES = re.compile(r"['`´ʹʻʼʽʾʿˈ‘’‛′]")
_DOTTED = re.compile(r"\b\w(?:\.\s?\w)+\b\.?")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class FoldedName:
    """A name as it is compared: its words in the order written, and the legal forms set aside."""

    text: str
    words: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    whole: str = ""
    """All of it without spaces, legal form included: «JSC Alpha» and «JSCAlpha» meet here."""

    @cached_property
    def key(self) -> str:
        """The words, sorted: equal for all orders of writing."""
        return " ".join(sorted(self.words))

    @cached_property
    def leaves_out_vowels(self) -> bool:
        """Whether it is written in a script such as Arabic or Hebrew, whose consonants alone can be compared."""
        return any("\u0590" <= character <= "\u08ff" for character in self.text[:LONGEST_NAME])

    @cached_property
    def joined(self) -> str:
        """The words in their order without spaces: equal for all ways of parting them."""
        return "".join(self.words)

    @property
    def heard(self) -> str:
        """How the words sound, sorted: equal across scripts that leave vowels out."""
        return " ".join(sorted(sounds(self.words)))


def name_key(name: str) -> str:
    """Return `name` folded for comparison: Latin letters, no legal form, words sorted.

    Folding a key again gives the same key. Empty when the name holds no letter and no digit.
    """
    return fold_organisation(name).key


@lru_cache(maxsize=4096)
def fold_organisation(name: str) -> FoldedName:
    """Return the name of an organisation with its legal forms set aside."""
    words = [SAME_WORD.get(word, word) for word in fold_words(name)]
    kept, forms = _part_legal_forms(words)
    return FoldedName(text=name, words=tuple(kept), forms=frozenset(forms), whole="".join(words))


@lru_cache(maxsize=4096)
def fold_person(name: str) -> FoldedName:
    """Return the name of a person. «As» and «Sa» are names here, not legal forms."""
    words = tuple(fold_words(name))
    return FoldedName(text=name, words=words, whole="".join(words))


def fold_words(text: str) -> list[str]:
    """Return the words of `text` in Latin letters without case and accents, in the order written.

    Apostrophes vanish («O'Neil» is one word), hyphens part words, and a legal form written with dots is one word.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST_NAME])
    for written, form in FORMS_WITHOUT_SPACES.items():
        text = text.replace(written, f" {form} ")
    text = _DOTTED.sub(_undotted, text)
    latin = _APOSTROPHES.sub("", anyascii(text)).lower()
    return [word for word in _NOT_A_WORD.split(latin) if word]


def _undotted(match: re.Match[str]) -> str:
    """Return «S.A.» as «SA» when that is a legal form; initials such as «J.R.» stay parted."""
    together = re.sub(r"[.\s]", "", match[0])
    return together if anyascii(together).lower() in _single_words() else match[0]


def _part_legal_forms(words: list[str]) -> tuple[list[str], set[str]]:
    """Return the words that name somebody, and the legal forms found among the others.

    A form of several words is found in whatever order they stand. If nothing else would be left, every word stays.
    """
    left, found = list(words), set[str]()
    if _form_words().isdisjoint(words):
        return left, found
    for form, parts in _forms_longest_first():
        while parts[0] in left and Counter(parts) <= Counter(left):
            for part in parts:
                left.remove(part)
            found.add(form)
    return (left, found) if left else (words, set())


@cache
def _forms_longest_first() -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = {(form, _plain_words(written)) for form, ways in LEGAL_FORMS.items() for written in ways}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[1]), pair)))


@cache
def _form_words() -> frozenset[str]:
    return frozenset(parts[0] for _, parts in _forms_longest_first())


@cache
def _single_words() -> frozenset[str]:
    return frozenset(words[0] for _, words in _forms_longest_first() if len(words) == 1)


def _plain_words(text: str) -> tuple[str, ...]:
    latin = _APOSTROPHES.sub("", anyascii(text)).lower()
    return tuple(sorted(word for word in _NOT_A_WORD.split(latin) if word))


# How a word sounds ------------------------------------------------------------------------------------------

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
    return _VOWELS.sub("", _DOUBLED.sub(r"\1", word))


def sounds(words: Iterable[str]) -> tuple[str, ...]:
    """Return the sound of each word, without the empty ones."""
    return tuple(heard for word in words if (heard := sound(word)))
