"""How alike two names are, as a sum one can read.

A name is wholly like another, 1.0, until something is taken off: for the spelling of the whole, for the weakest pair
of words, for a word that stands in place of another, for words left out, for another legal form. How much each costs
is policy. The number of words that differ counts, not their share: a long name with another family name at its end is
another name, however much of the rest agrees. A word left out is forgiven more easily.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from approvals.casework.policy.screening import NameRule
from approvals.screening.forms import is_damaged_form
from approvals.screening.likeness import (
    HEARD_ALIKE,
    by_consonants,
    character_likeness,
    syllable_likeness,
    word_likeness,
    word_likeness_without_initials,
)
from approvals.screening.names import FoldedName
from approvals.screening.words import Likeness, Part, partners, tells, weight

ENOUGH_CONSONANTS = 8
"""Names whose sounds are shorter than this, spaces included, are too alike to be compared by sound alone."""
ENOUGH_IN_COMMON, ENOUGH_BESIDE_OTHERS = 1.0, 2.0
"""How many words that tell must be shared: by names of which all words have partners, and by others."""
ALIKE_BUT_SHORTER = 0.7
"""How alike the spelling of two names is at least if one only leaves words out, and enough are shared."""
CONSONANTS_TELL = 0.5
"""How much of a word is left where its partner is written without vowels."""
NOTICEABLE = 0.0005
"""Less than this is not worth a line of the explanation."""


@dataclass(frozen=True)
class Adjustment:
    """Something that raised or lowered a score, and by how much."""

    reason: str
    change: float

    def __str__(self) -> str:
        return f"{self.reason} {self.change:+.2f}"


@dataclass(frozen=True)
class Comparison:
    """How alike two names are, 0 to 1; word by word, and what was taken off for each difference."""

    score: float
    parts: tuple[Part, ...] = ()
    deductions: tuple[Adjustment, ...] = ()


def compare(asked: FoldedName, listed: FoldedName, rule: NameRule) -> Comparison:
    """Return how alike two folded names are and why. The score is zero if one of them has no words."""
    if not asked.words or not listed.words:
        return Comparison(0.0)
    in_characters = asked.is_in_characters_like(listed)
    if asked.whole == listed.whole and not in_characters:
        return Comparison(1.0, tuple(Part(word, word, 1.0) for word in asked.words))
    if in_characters:
        parts = tuple(partners(asked.characters, listed.characters, character_likeness))
    else:
        parts = tuple(partners(asked.words, listed.words, likeness_for(asked, listed)))
    deductions = tuple(one for one in _deductions(asked, listed, parts, rule) if one.change < -NOTICEABLE)
    return Comparison(max(0.0, 1 + sum(one.change for one in deductions)), parts, deductions)


def spelling(asked: FoldedName, listed: FoldedName) -> float:
    """Return how alike the whole spellings are, 0 to 1, whatever the order of words and the spaces between them."""
    ratios = [fuzz.ratio(asked.key, listed.key), fuzz.ratio(asked.joined, listed.joined)]
    if bool(asked.forms) != bool(listed.forms) or asked.whole == listed.whole:
        ratios.append(fuzz.ratio(asked.whole, listed.whole))
    if asked.leaves_out_vowels != listed.leaves_out_vowels and len(asked.heard) >= ENOUGH_CONSONANTS:
        ratios.append(fuzz.ratio(asked.heard, listed.heard) * HEARD_ALIKE)
    return max(ratios) / 100


def one_leaves_words_out(asked: FoldedName, listed: FoldedName) -> bool:
    """Tell whether one name has the words of the other and nothing else."""
    return asked.word_set <= listed.word_set or listed.word_set <= asked.word_set


def likeness_for(asked: FoldedName, listed: FoldedName) -> Likeness:
    """Return how the words of these names are to be compared."""
    if bool(asked.characters) != bool(listed.characters):
        return syllable_likeness
    if asked.is_of_an_organisation or listed.is_of_an_organisation:
        return word_likeness_without_initials
    return word_likeness


def _deductions(asked: FoldedName, listed: FoldedName, parts: Sequence[Part], rule: NameRule) -> Iterator[Adjustment]:
    only_asked = without_damaged_forms((part.asked for part in parts if not part.listed), asked, listed)
    only_listed = without_damaged_forms((part.listed for part in parts if not part.asked), listed, asked)
    shared = sum(map(_tells, parts))
    yield _for_spelling(asked, listed, rule, shared=shared)
    # A word misspelt is believed less easily where others are missing as well.
    yield from _for_weakest_pair(parts, rule, times=2 if only_asked or only_listed else 1)
    # In characters a name is short and always written in full, so a syllable more is another name.
    forgiving = not (asked.characters or listed.characters)
    yield from _for_the_rest(only_asked, only_listed, rule, shared=shared, forgiving=forgiving)
    if have_other_forms(asked, listed):
        yield Adjustment("another legal form", -rule.another_legal_form)


def _for_spelling(asked: FoldedName, listed: FoldedName, rule: NameRule, *, shared: float) -> Adjustment:
    alike = spelling(asked, listed)
    if shared >= ENOUGH_BESIDE_OTHERS and one_leaves_words_out(asked, listed):
        alike = max(alike, ALIKE_BUT_SHORTER)
    return Adjustment("spelling of the whole", -rule.spelling * (1 - alike))


def _for_weakest_pair(parts: Sequence[Part], rule: NameRule, *, times: int) -> Iterator[Adjustment]:
    words = (part for part in parts if len(part.asked) > 1 and len(part.listed) > 1)
    weakest = min(words, key=lambda part: part.likeness, default=None)
    if weakest:
        reason = f"{weakest.asked} is written {weakest.listed}"
        yield Adjustment(reason, -rule.weakest_word * times * (1 - weakest.likeness))


def _for_the_rest(
    only_asked: Sequence[str], only_listed: Sequence[str], rule: NameRule, *, shared: float, forgiving: bool
) -> Iterator[Adjustment]:
    """Yield what the words without partner cost, and that few are shared that tell."""
    words = against(only_asked, only_listed, forgiving=forgiving)
    yield Adjustment("another word in its place", -rule.word_against_word * words)
    left_out = abs(sum(map(tells, only_asked)) - sum(map(tells, only_listed)))
    yield Adjustment("words left out", -rule.words_left_out * left_out / ((left_out + shared) or 1))
    enough = ENOUGH_BESIDE_OTHERS if only_asked or only_listed else ENOUGH_IN_COMMON
    yield Adjustment("little in common", -rule.little_in_common * max(0.0, 1 - shared / enough))


def _tells(part: Part) -> float:
    """Return how much it tells that two words are partners; consonants alone tell less."""
    told = min(tells(part.asked), tells(part.listed))
    return CONSONANTS_TELL * told if by_consonants(part.asked, part.listed) else told


def against(only_asked: Sequence[str], only_listed: Sequence[str], *, forgiving: bool) -> float:
    """Return how many words have another in their place, by weight; if not `forgiving`, also those left out."""
    weights = sum(map(weight, only_asked)), sum(map(weight, only_listed))
    words = min(weights) if forgiving else max(weights)
    number = any(map(str.isdigit, (*only_asked, *only_listed)))
    return max(words, 1.0) if number else words  # «Fund 2» is not «Fund», and surely not «Fund 3»


def without_damaged_forms(words: Iterable[str], name: FoldedName, other: FoldedName) -> list[str]:
    """Return `words` of `name` that are not the other's legal form with an error of writing («Lumivaara Ldt»)."""
    if name.forms or not other.forms:
        return list(words)
    return [word for word in words if not is_damaged_form(word, other.forms)]


def have_other_forms(asked: FoldedName, listed: FoldedName) -> bool:
    """Tell whether both names bear legal forms, and share none."""
    return bool(asked.forms and listed.forms) and asked.forms.isdisjoint(listed.forms)
