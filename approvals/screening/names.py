"""Names, folded so that spellings of one name meet.

A name is brought to Latin letters without accents, its words are parted, and its legal form («Ltd», «ООО»,
«Aktiengesellschaft») is set aside as a weak part of its own: it says little about who somebody is, is equal across
languages, and is never all that is left of a name. Numbers stay, because they tell companies apart.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

from anyascii import anyascii

from approvals.screening.forms import form_words, part_legal_forms
from approvals.screening.generic_words import GENERIC_WORDS
from approvals.screening.hearing import sounds
from approvals.screening.latin import latin_words
from approvals.screening.legal_forms import FORMS_WITHOUT_SPACES, SAME_WORD
from approvals.screening.numerals import numbers_as_digits
from approvals.screening.words import Stretches

LONGEST_NAME = 400
"""Names are compared by their first 400 characters; nobody's name is longer, and a comparison stays quick."""

_DOTTED = re.compile(r"\b\w(?:\.\s?\w)+\b\.?")
_DAMAGE = re.compile(r"(?<=\w)[~^<>{}\[\]=\\`%#?!*]+(?=\w)")
"""Marks no name bears inside a word. What is left of the word stays one word."""
_SYLLABLE = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3])")
"""A character that is a syllable: a Chinese one, or one of Korean."""
_FIRST_KOREAN = "\uac00"


@dataclass(frozen=True)
class FoldedName:
    """A name as it is compared: its words in the order written, and the legal forms set aside."""

    text: str
    words: tuple[str, ...]
    forms: frozenset[str] = frozenset()
    whole: str = ""
    """All of it without spaces, legal form included: «JSC Alpha» and «JSCAlpha» meet here."""
    characters: str = ""
    """Its characters, if it is written in Chinese or Korean ones alone; each is a syllable, and many sound alike."""

    @cached_property
    def key(self) -> str:
        """The words, sorted: equal for all orders of writing."""
        return " ".join(sorted(self.words))

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The words, whatever their order and number."""
        return frozenset(self.words)

    @cached_property
    def is_of_an_organisation(self) -> bool:
        """Whether it bears a legal form, or a word such as «trading» that only organisations bear."""
        return bool(self.forms) or not GENERIC_WORDS.isdisjoint(self.words)

    @cached_property
    def leaves_out_vowels(self) -> bool:
        """Whether it is written in a script such as Arabic or Hebrew, whose consonants alone can be compared."""
        return any("\u0590" <= character <= "\u08ff" for character in self.text[:LONGEST_NAME])

    @cached_property
    def joined(self) -> str:
        """The words in their order without spaces: equal for all ways of parting them."""
        return "".join(self.words)

    @cached_property
    def heard(self) -> str:
        """How the words sound, sorted: equal across scripts that leave vowels out."""
        return " ".join(sorted(sounds(self.words)))

    @cached_property
    def stretches(self) -> Stretches:
        """What tells quickly whether two of its words may be one in another name."""
        return Stretches.of(self.words)

    def is_in_characters_like(self, other: FoldedName) -> bool:
        """Tell whether both names are in Chinese characters, or both in Korean ones."""
        if not (self.characters and other.characters):
            return False
        return (self.characters[0] >= _FIRST_KOREAN) == (other.characters[0] >= _FIRST_KOREAN)


def name_key(name: str) -> str:
    """Return `name` folded for comparison: Latin letters, no legal form, words sorted.

    Folding a key again gives the same key. Empty when the name holds no letter and no digit.
    """
    return fold_organisation(name).key


@lru_cache(maxsize=4096)
def fold_organisation(name: str) -> FoldedName:
    """Return the name of an organisation with its legal forms set aside."""
    words = numbers_as_digits([SAME_WORD.get(word, word) for word in fold_words(name, initials_apart=False)])
    kept, forms = part_legal_forms(words)
    return FoldedName(
        text=name,
        words=tuple(kept),
        forms=frozenset(forms),
        whole="".join(words),
        characters=_characters(name),
    )


@lru_cache(maxsize=4096)
def fold_person(name: str) -> FoldedName:
    """Return the name of a person. «As» and «Sa» are names here, not legal forms."""
    words = tuple(fold_words(name))
    return FoldedName(text=name, words=words, whole="".join(words), characters=_characters(name))


def fold_words(text: str, *, initials_apart: bool = True) -> list[str]:
    """Return the words of `text` in Latin letters without case and accents, in the order written.

    Apostrophes vanish («O'Neil» is one word), hyphens part words, and a legal form written with dots is one word.
    """
    text = text[:LONGEST_NAME]
    text = _DAMAGE.sub("", text) if text.isascii() else _parted(unicodedata.normalize("NFKC", text))
    text = text.replace("&", " and ")
    text = _DOTTED.sub(_undotted if initials_apart else _together, text)
    return latin_words(text)


def _parted(text: str) -> str:
    """Return `text` without damage, spaces put where scripts without them would part words."""
    for written, form in FORMS_WITHOUT_SPACES.items():
        text = text.replace(written, f" {form} ")
    return _SYLLABLE.sub(r"\1 ", _DAMAGE.sub("", text))


def _characters(text: str) -> str:
    """Return the characters of a name all of whose letters are Chinese, or all of them Korean; else nothing."""
    if text.isascii():
        return ""
    text = unicodedata.normalize("NFKC", text[:LONGEST_NAME])
    for form in FORMS_WITHOUT_SPACES:
        text = text.replace(form, "")
    letters = "".join(filter(str.isalnum, text))
    if not letters or "".join(_SYLLABLE.findall(letters)) != letters:
        return ""
    korean = {letter >= _FIRST_KOREAN for letter in letters}
    return letters if len(korean) == 1 else ""


def _together(match: re.Match[str]) -> str:
    return re.sub(r"[.\s]", "", match[0]) + " "


def _undotted(match: re.Match[str]) -> str:
    """Return «S.A.» as «SA» when that is a legal form; initials such as «J.R.» stay parted."""
    together = re.sub(r"[.\s]", "", match[0])
    return together if anyascii(together).lower() in form_words() else match[0]
