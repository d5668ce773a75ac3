"""Which of all listed names are worth comparing with one name.

Two ways lead to them, because what one misses the other finds: the closest spellings of the whole name (rapidfuzz,
over all keys), and shared words or sounds of words (an inverted index, for other scripts, extra words and words
written together).
"""

from __future__ import annotations

import heapq
import math
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from approvals.screening.generic_words import PARTICLES
from approvals.screening.hearing import sound, sounds
from approvals.screening.lists import ListedKind
from approvals.screening.names import FoldedName

CLOSEST_SPELLINGS = 25
MOST_SHARED_WORDS = 25
LOWEST_SPELLING = 60
_SHORTEST = LOWEST_SPELLING / (200 - LOWEST_SPELLING)
"""Two keys of which one has less than this share of the other's letters cannot be spelt so much alike."""
LONGEST_POSTING = 2500
"""A word of more names than this leads nowhere by itself; the closest spellings still find it."""


class Candidates:
    """Names ready to be looked through. `comparable` says, kind by kind, which of them a bearer may share."""

    def __init__(self, names: Sequence[FoldedName], comparable: Mapping[ListedKind, Sequence[int]]) -> None:
        self._names = names
        self._spellings = {kind: Spellings(names, numbers) for kind, numbers in comparable.items()}
        self._postings = _postings(names)

    def of(self, asked: FoldedName, kind: ListedKind) -> list[FoldedName]:
        """Return the names worth comparing with `asked`, without any twice; none if it has no words."""
        if not asked.words:
            return []
        numbers = dict.fromkeys([*self._spellings[kind].closest_to(asked), *self._sharing_words(asked)])
        return [self._names[number] for number in numbers]

    def _sharing_words(self, asked: FoldedName) -> list[int]:
        shared: dict[int, float] = defaultdict(float)
        for term in _terms(asked):
            posting = self._postings.get(term, ())
            if len(posting) <= LONGEST_POSTING:
                rarity = math.log(1 + len(self._names) / (1 + len(posting)))
                for number in posting:
                    shared[number] += rarity
        return heapq.nlargest(MOST_SHARED_WORDS, shared, key=shared.__getitem__)


class Spellings:
    """The keys of some names, in the order of their length, so that those too long or too short are passed over.

    They are copied, so that they lie one behind the other: strings that lie wherever they were made take twice the
    time.
    """

    def __init__(self, names: Sequence[FoldedName], numbers: Sequence[int]) -> None:
        self._numbers = sorted(numbers, key=lambda number: len(names[number].key))
        self._keys = "\n".join(names[number].key for number in self._numbers).split("\n")
        self._lengths = array("H", map(len, self._keys))

    def closest_to(self, asked: FoldedName) -> list[int]:
        """Return the numbers of the names spelt most like `asked`, at most `CLOSEST_SPELLINGS`, the closest first."""
        begin = bisect_left(self._lengths, len(asked.key) * _SHORTEST)
        end = bisect_right(self._lengths, len(asked.key) / _SHORTEST)
        close = process.extract(
            asked.key,
            self._keys[begin:end],
            scorer=fuzz.ratio,
            processor=None,
            limit=CLOSEST_SPELLINGS,
            score_cutoff=LOWEST_SPELLING,
        )
        return [self._numbers[begin + place] for _, _, place in close]


def _postings(names: Sequence[FoldedName]) -> dict[str, list[int]]:
    postings: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for term in _terms(name):
            postings[term].append(number)
    return dict(postings)


def _terms(name: FoldedName) -> set[str]:
    """Return what a name can be found by: its words, their sounds, and all of it together, also with legal form."""
    words = {word for word in name.words if len(word) > 1 and word not in PARTICLES}
    heard = {f"~{one}" for one in sounds(words) if len(one) > 1}
    return words | heard | {name.joined, name.whole, f"~{sound(name.joined)}"}
