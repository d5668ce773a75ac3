"""Comparing many names with few: the entries a list added or changed, against every partner.

A screening looks for one name among very many and follows the closest spellings. Here it is the other way round: the
listed names are few, so every one with a word like a word of the name asked for can be looked at, and each different
word of the partners is looked up only once. What cannot reach the threshold, however its words are paired, is left
out before the careful comparison, which is the same as in a screening.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Indel

from approvals.casework.policy.screening import MatchingRule
from approvals.casework.proposal import PartnerForm
from approvals.screening.asked import AskedName, names_to_ask
from approvals.screening.lists import Listed, ListedKind
from approvals.screening.matching import (
    FULL_WEIGHT,
    LEAST_LIKENESS,
    Match,
    NameIndex,
    weight_of_word,
    word_likeness,
)
from approvals.screening.names import FoldedName, sound

MOST_WORDS_KEPT = 100_000
"""So many words of partners are remembered with what they resemble; then memory is emptied and filled anew."""
WRITTEN_TOGETHER = 0.8
"""Two neighbours less like a word of the other side than this are not that word written apart."""
MOST_LETTERS_MORE = 2
MOST_WEAK_WORDS = 3
"""Names with more initials, titles and articles than this are looked for by these as well."""


@dataclass(frozen=True)
class NewHit:
    """A name of a partner that resembles an entry the list added or changed."""

    name: AskedName
    match: Match


def compare_partner(partner: PartnerForm, changed: ChangedNames) -> tuple[list[NewHit], int]:
    """Return what of `changed` the partner's names resemble, best first for each, and how many were compared."""
    names = names_to_ask(partner)
    hits = [
        NewHit(name, match)
        for name in names
        for match in changed.search(name.text, kind=name.kind, birth_year=name.birth_year, country=name.country)
    ]
    return hits, len(names)


class ChangedNames(NameIndex):
    """The names of entries that a list added or changed, ready to be compared with very many others."""

    def __init__(self, entries: Iterable[Listed], rule: MatchingRule) -> None:
        super().__init__(entries, rule)
        self._alike = _Words(self._names)
        self._parted_there = _SameLetters(self._names, _neighbours_joined)
        self._parted_here = _SameLetters(self._names, lambda name: name.words)
        self._whole = {name.whole: number for number, name in enumerate(self._names)}
        best_bonus = rule.birth_year_agrees + rule.country_agrees
        # The score is the mean of what is shared and of the spelling, which is 1 at best.
        self._least_share = 2 * (rule.review_from - best_bonus) - 1
        self._weights = [sum(map(weight_of_word, name.words)) for name in self._names]

    def _candidates(self, asked: FoldedName, kind: ListedKind) -> list[FoldedName]:
        """Return every listed name whose words, paired as well as they can be, may reach the threshold."""
        likely = set(self._sharing_enough(asked))
        for word in asked.words:
            likely.update(self._parted_there.like(word))
        for joined in _neighbours_joined(asked):
            likely.update(self._parted_here.like(joined))
        if asked.whole in self._whole:
            likely.add(self._whole[asked.whole])
        return [self._names[number] for number in sorted(likely)]

    def _sharing_enough(self, asked: FoldedName) -> Iterator[int]:
        """Yield each listed name of whose words so many are like those of `asked` that it may reach the threshold.

        Words that tell little lead nowhere by themselves, unless they are most of the name.
        """
        telling = [word for word in asked.words if weight_of_word(word) == FULL_WEIGHT]
        if len(asked.words) - len(telling) > MOST_WEAK_WORDS or not telling:
            telling = list(asked.words)
        weight = sum(map(weight_of_word, asked.words))
        # What the other words could add at most, should each of them find a whole word on the other side.
        besides = weight - sum(map(weight_of_word, telling)) + len(asked.words) - len(telling)
        shared = defaultdict[int, float](float)
        for word in telling:
            both = weight_of_word(word) + FULL_WEIGHT
            for number, likeness in self._alike.like(word).items():
                shared[number] += both * likeness * likeness
        for number, most in shared.items():
            if most + besides >= self._least_share * (weight + self._weights[number]):
                yield number


class _Words:
    """The words of the listed names, and which names have one like another; what was looked up is remembered."""

    def __init__(self, names: Sequence[FoldedName]) -> None:
        self._names_with = _by_term(names, lambda name: name.words)
        self._words = list(self._names_with)
        self._sounding = defaultdict[str, list[str]](list)
        for word in self._words:
            self._sounding[sound(word)].append(word)
        self._remembered = dict[str, Mapping[int, float]]()

    def like(self, word: str) -> Mapping[int, float]:
        """Return the numbers of the names that have a word like `word`, each with the likeness of the best one."""
        found = self._remembered.get(word)
        if found is None:
            if len(self._remembered) >= MOST_WORDS_KEPT:
                self._remembered.clear()
            found = self._remembered[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> Mapping[int, float]:
        best = dict[int, float]()
        for other in {*_close(word, self._words, LEAST_LIKENESS), *self._sounding.get(sound(word), ())}:
            likeness = word_likeness(word, other)
            for number in self._names_with[other] if likeness else ():
                best[number] = max(likeness, best.get(number, 0.0))
        return best


class _SameLetters:
    """Terms of the listed names by their length: two words written as one differ by two letters at most."""

    def __init__(self, names: Sequence[FoldedName], terms_of: Callable[[FoldedName], Iterable[str]]) -> None:
        self._names_with = _by_term(names, terms_of)
        self._of_length = defaultdict[int, list[str]](list)
        for term in self._names_with:
            for length in range(len(term) - MOST_LETTERS_MORE, len(term) + MOST_LETTERS_MORE + 1):
                self._of_length[length].append(term)
        self._remembered = dict[str, list[int]]()

    def like(self, word: str) -> list[int]:
        """Return the numbers of the names that have a term spelt nearly as `word`."""
        found = self._remembered.get(word)
        if found is None:
            if len(self._remembered) >= MOST_WORDS_KEPT:
                self._remembered.clear()
            near = self._of_length.get(len(word), ())
            close = _close(word, near, WRITTEN_TOGETHER) if near else ()
            found = self._remembered[word] = [number for term in close for number in self._names_with[term]]
        return found


def _by_term(
    names: Sequence[FoldedName], terms_of: Callable[[FoldedName], Iterable[str]]
) -> Mapping[str, Sequence[int]]:
    bearing = defaultdict[str, list[int]](list)
    for number, name in enumerate(names):
        for term in set(terms_of(name)):
            bearing[term].append(number)
    return bearing


def _close(word: str, others: Sequence[str], least: float) -> list[str]:
    """Return those of `others` spelt like `word`; by this measure none is less alike than by that of `matching`."""
    found = process.extract(
        word, others, scorer=Indel.normalized_similarity, processor=None, limit=None, score_cutoff=least
    )
    return [other for other, *_ in found]


def _neighbours_joined(name: FoldedName) -> list[str]:
    return ["".join(pair) for pair in itertools.pairwise(name.words)]
