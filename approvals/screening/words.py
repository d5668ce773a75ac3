"""Which word of one name stands for which word of another, and how much a word tells.

Words are partners when they are written or sound alike, each word is used once, and the most alike pairs come first.
What is left has no partner: it was left out on the other side, or another word stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from approvals.screening.generic_words import GENERIC_WORDS, PARTICLES
from approvals.screening.hearing import sound
from approvals.screening.likeness import heard_alike

FULL_WEIGHT, INITIAL_WEIGHT, PARTICLE_WEIGHT, GENERIC_WEIGHT = 1.0, 0.3, 0.25, 0.3
SHORTEST_PAIR, PAIR_LIKENESS, LONGER_BY = 4, 0.84, 2
"""Two words are one on the other side if they have so many letters and sound the same, or are so much like it and not
longer or shorter by more."""
LONGEST = 1_000_000
"""Longer than any word."""

Likeness = Callable[[str, str], float]
"""Says how alike two words are: 1 if they are the same, 0 if they are different words."""


@dataclass(frozen=True)
class Part:
    """One word of the name asked for and its partner among the listed words; either may be empty."""

    asked: str
    listed: str
    likeness: float

    def __str__(self) -> str:
        if self.asked and self.listed:
            return f"{self.asked} ~ {self.listed} {self.likeness:.2f}" if self.likeness < 1 else f"{self.asked} ="
        return f"{self.asked} only asked" if self.asked else f"{self.listed} only listed"


def weight(word: str) -> float:
    """Return how much it counts when another word stands in place of this one, up to 1; zero for no word."""
    if word in PARTICLES:
        return PARTICLE_WEIGHT
    if len(word) == 1 and "a" <= word <= "z":
        return INITIAL_WEIGHT
    return FULL_WEIGHT if word else 0.0


def tells(word: str) -> float:
    """Return how much a word tells of who bears it, up to 1: «trading» tells little. Zero for no word."""
    return GENERIC_WEIGHT if word in GENERIC_WORDS else weight(word)


def partners(asked: Sequence[str], listed: Sequence[str], likeness: Likeness) -> Iterator[Part]:
    """Yield each word with its best partner, each word used once, the most alike pairs first."""
    asked, listed = parted_alike(asked, listed)
    pairs = [
        (alike, -i, -j)
        for i, one in enumerate(asked)
        for j, other in enumerate(listed)
        if (alike := likeness(one, other))
    ]
    left, right = dict(enumerate(asked)), dict(enumerate(listed))
    for alike, i, j in sorted(pairs, reverse=True):
        if -i in left and -j in right:
            yield Part(left.pop(-i), right.pop(-j), alike)
    yield from (Part(word, "", 0.0) for word in left.values())
    yield from (Part("", word, 0.0) for word in right.values())


@dataclass(frozen=True)
class Stretches:
    """What can tell quickly that no two neighbours of some words are written as one on the other side."""

    sounds: frozenset[str]
    sounds_of_pairs: frozenset[str]
    longest: int
    shortest_pair: int

    @classmethod
    def of(cls, words: Sequence[str]) -> Stretches:
        """Return those of `words` in the order of the name."""
        pairs = [one + other for one, other in pairwise(words)]
        return cls(
            sounds=frozenset(map(sound, words)),
            sounds_of_pairs=frozenset(map(sound, pairs)),
            longest=max(map(len, words), default=0),
            shortest_pair=min(map(len, pairs), default=LONGEST),
        )

    def may_join_like(self, others: Stretches) -> bool:
        """Tell whether two of these words may be one of the others; False only if they surely are not."""
        return self.shortest_pair <= others.longest + LONGER_BY or not self.sounds_of_pairs.isdisjoint(others.sounds)


def parted_alike(asked: Sequence[str], listed: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return both, two neighbours joined where the other side writes them as one («abd allah», «abdallah»)."""
    asked = _written_together(asked, listed)
    return asked, _written_together(listed, asked)


def _written_together(words: Sequence[str], others: Sequence[str]) -> Sequence[str]:
    if len(words) < 2:
        return words
    joined, i = list[str](), 0
    while i < len(words):
        if i + 1 < len(words) and _better_together(words[i], words[i + 1], others):
            joined.append(words[i] + words[i + 1])
            i += 2
        else:
            joined.append(words[i])
            i += 1
    return joined


def _better_together(first: str, second: str, others: Sequence[str]) -> bool:
    pair = first + second
    if first in others or second in others or len(pair) < SHORTEST_PAIR:
        return False
    heard = sound(pair)
    for other in others:
        if sound(other) == heard and (pair == other or (len(heard) > 2 and heard_alike(pair, other))):
            return True
        if abs(len(other) - len(pair)) <= LONGER_BY and OSA.normalized_similarity(pair, other) > PAIR_LIKENESS:
            return True
    return False
