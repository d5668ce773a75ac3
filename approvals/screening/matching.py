"""Finding a name among the listed names, with a score one can read.

Two ways lead to candidates, because what one misses the other finds: the closest spellings of the whole name
(rapidfuzz, over all keys), and shared words or sounds of words (an inverted index, for other scripts, extra words
and words written together). Each candidate is then compared part by part. The score is the mean of two views: how
much of the words find a partner on the other side, and how alike the whole spellings are. The first alone is too
kind to long names, the second alone to names that differ in one whole word.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Indel

from approvals.casework.policy.screening import MatchingRule
from approvals.screening.lists import Listed, ListedKind, ListedName, NameQuality
from approvals.screening.names import FoldedName, fold_organisation, fold_person, sound, sounds

ALGORITHM = "words-and-sounds-1"
"""Stored with every screening. Raise the number whenever a score can change."""


class Band(StrEnum):
    """What a score means."""

    CLEAR = "clear"
    REVIEW = "review"
    STRONG = "strong"


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


@dataclass(frozen=True)
class Adjustment:
    """A fact beside the name that raised or lowered the score."""

    reason: str
    change: float


@dataclass(frozen=True)
class Match:
    """A listed entry whose name resembles the name asked for, with everything the score was made of."""

    entry: Listed
    name: ListedName
    asked: str
    score: float
    band: Band
    name_score: float
    parts: tuple[Part, ...]
    adjustments: tuple[Adjustment, ...]

    def as_dict(self) -> dict[str, object]:
        """Return what a reader of the finding needs, as plain values."""
        return {
            "asked": self.asked,
            "listed": self.name.text,
            "quality": self.name.quality.value,
            "score": round(self.score, 3),
            "band": self.band.value,
            "name_score": round(self.name_score, 3),
            "parts": [str(part) for part in self.parts],
            "adjustments": [f"{one.reason} {one.change:+.2f}" for one in self.adjustments],
            "entry": self.entry.as_dict(),
        }


# Comparing two names ----------------------------------------------------------------------------------------

ENOUGH_CONSONANTS = 8
"""Names whose sounds are shorter than this, spaces included, are too alike to be compared by sound alone."""
LEAST_LIKENESS = 0.65
"""Two words less alike than this are no partners."""
HEARD_ALIKE = 0.9
"""How alike two words count at least when they sound the same, as across scripts."""
FULL_WEIGHT, INITIAL_WEIGHT, PARTICLE_WEIGHT = 1.0, 0.3, 0.25
PARTICLES = frozenset(
    (
        "al", "el", "ul", "as", "ad", "ar", "an", "ash", "abd", "abu", "bin", "ibn", "bint", "ben", "ould",
        "uld", "de", "del", "della", "la", "le", "les", "da", "do", "dos", "di", "du", "van", "von", "der",
        "den", "the", "of", "and", "for", "fur", "zu", "bey", "ag", "mr", "mrs", "ms", "dr", "prof", "haji",
        "hajji", "mullah", "sheikh", "shaykh",
    )
)  # fmt: skip
"""Words of names that tell little apart."""


def compare(asked: FoldedName, listed: FoldedName) -> tuple[float, tuple[Part, ...]]:
    """Return how alike two folded names are, 0 to 1, and the parts compared. Zero if one of them has no words."""
    if not asked.words or not listed.words:
        return 0.0, ()
    if asked.whole == listed.whole:
        return 1.0, tuple(Part(word, word, 1.0) for word in asked.words)
    parts = tuple(_partners(asked.words, listed.words))
    score = (_shared_weight(parts) + _spelling(asked, listed)) / 2
    if asked.forms and listed.forms and not asked.forms & listed.forms:
        score -= DIFFERENT_FORMS
    return max(score, 0.0), parts


DIFFERENT_FORMS = 0.02
"""Taken off when both names bear legal forms and share none: they are weak evidence."""


def _spelling(asked: FoldedName, listed: FoldedName) -> float:
    """Return how alike the whole spellings are, whatever the order of words and the spaces between them."""
    ratios = [fuzz.ratio(asked.key, listed.key), fuzz.ratio(asked.joined, listed.joined)]
    if asked.leaves_out_vowels != listed.leaves_out_vowels and len(asked.heard) >= ENOUGH_CONSONANTS:
        ratios.append(fuzz.ratio(asked.heard, listed.heard) * HEARD_ALIKE)
    return max(ratios) / 100


def _shared_weight(parts: Sequence[Part]) -> float:
    """Return which share of all words, by weight, has a partner; a partner's likeness counts squared."""
    shared = sum(_weight_of(part) * part.likeness**2 for part in parts)
    return shared / sum(_weight_of(part) for part in parts)


def _weight_of(part: Part) -> float:
    return weight_of_word(part.asked) + weight_of_word(part.listed)


def weight_of_word(word: str) -> float:
    """Return how much a folded word tells about who somebody is, 0 to 1; 0 for no word."""
    if not word:
        return 0.0
    if word in PARTICLES:
        return PARTICLE_WEIGHT
    return INITIAL_WEIGHT if len(word) == 1 else FULL_WEIGHT


def _partners(asked: Sequence[str], listed: Sequence[str]) -> Iterator[Part]:
    """Yield each word with its best partner, each word used once, the most alike pairs first."""
    asked = _written_together(asked, listed)
    listed = _written_together(listed, asked)
    pairs = [
        (likeness, -i, -j)
        for i, one in enumerate(asked)
        for j, other in enumerate(listed)
        if (likeness := word_likeness(one, other))
    ]
    left, right = dict(enumerate(asked)), dict(enumerate(listed))
    for likeness, i, j in sorted(pairs, reverse=True):
        if -i in left and -j in right:
            yield Part(left.pop(-i), right.pop(-j), likeness)
    yield from (Part(word, "", 0.0) for word in left.values())
    yield from (Part("", word, 0.0) for word in right.values())


def _written_together(words: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return `words`, two neighbours joined where the other side writes them as one («abd allah», «abdallah»)."""
    joined, i = list[str](), 0
    while i < len(words):
        pair = "".join(words[i : i + 2])
        if i + 1 < len(words) and _better_together(words[i], words[i + 1], pair, others):
            joined.append(pair)
            i += 2
        else:
            joined.append(words[i])
            i += 1
    return joined


def _better_together(first: str, second: str, pair: str, others: Sequence[str]) -> bool:
    if first in others or second in others or len(pair) < 4:
        return False
    return any(
        other == pair or (abs(len(other) - len(pair)) <= 2 and OSA.normalized_similarity(pair, other) > 0.84)
        for other in others
    )


def word_likeness(one: str, other: str) -> float:
    """Return how alike two folded words are: 1 if equal, 0 if less than `LEAST_LIKENESS`."""
    if one == other:
        return 1.0
    if len(one) == 1 or len(other) == 1:
        return 0.7 if one[0] == other[0] else 0.0
    if one.isdigit() or other.isdigit():
        return 0.0  # numbers tell companies apart: 74613 is not 74614
    written = (OSA.normalized_similarity(one, other) + Indel.normalized_similarity(one, other)) / 2
    heard = sound(one)
    if len(heard) >= 2 and heard == sound(other):
        written = max(written, HEARD_ALIKE)
    return written if written >= LEAST_LIKENESS else 0.0


# The index --------------------------------------------------------------------------------------------------

CLOSEST_SPELLINGS = 25
MOST_SHARED_WORDS = 25
LOWEST_SPELLING = 60
LONGEST_POSTING = 2500
"""A word of more names than this leads nowhere by itself; the closest spellings still find it."""


class NameIndex:
    """All names of the lists in force, ready to be searched. Built once per set of versions, never changed."""

    def __init__(self, entries: Iterable[Listed], rule: MatchingRule) -> None:
        self._rule = rule
        self._entries = tuple(entries)
        self._sources = frozenset(entry.source for entry in self._entries)
        self._bearers: dict[FoldedName, list[tuple[int, ListedName]]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for name in entry.names:
                self._bearers[_fold(name.text, entry.kind)].append((number, name))
        self._names = tuple(name for name in self._bearers if name.words)
        self._comparable = {kind: self._numbers_comparable_with(kind) for kind in ListedKind}
        self._keys = {kind: [self._names[n].key for n in numbers] for kind, numbers in self._comparable.items()}
        self._postings = _postings(self._names)

    def __len__(self) -> int:
        """The number of names, counted by their different spellings."""
        return len(self._names)

    @property
    def sources(self) -> frozenset[str]:
        """The short names of the lists it was built from."""
        return self._sources

    @property
    def entries(self) -> tuple[Listed, ...]:
        """Every listed entry in it, in the order given."""
        return self._entries

    def search(
        self,
        name: str,
        *,
        kind: ListedKind | None = None,
        birth_year: int | None = None,
        country: str | None = None,
        limit: int = 10,
    ) -> list[Match]:
        """Return the entries that need a look, best first, at most `limit`; one match an entry, by its best name.

        `kind`, `birth_year` and `country` (two letters) are what is known of the one asked for; None changes
        nothing. Empty when no entry reaches the review threshold.
        """
        asked = _fold(name, kind or ListedKind.UNKNOWN)
        best: dict[int, Match] = {}
        for folded in self._candidates(asked, kind or ListedKind.UNKNOWN):
            if not self._may_alert((1 + _spelling(asked, folded)) / 2):
                continue
            score, parts = compare(asked, folded)
            if not self._may_alert(score):
                continue
            for number, listed_name in self._bearers[folded]:
                match = self._judge(name, number, listed_name, score, parts, kind, birth_year, country)
                if match.band is not Band.CLEAR and (number not in best or match.score > best[number].score):
                    best[number] = match
        return sorted(best.values(), key=lambda match: (-match.score, match.entry.source, match.entry.key))[:limit]

    def _may_alert(self, best_score: float) -> bool:
        """Tell whether a name score of at most `best_score` could still reach the review threshold."""
        rule = self._rule
        return best_score + rule.birth_year_agrees + rule.country_agrees >= rule.review_from

    def _numbers_comparable_with(self, kind: ListedKind) -> list[int]:
        """Return the numbers of the names that a bearer of `kind` may share.

        A person is compared by spelling with persons; a company of that very name is still found by its words.
        """
        return [
            number
            for number, name in enumerate(self._names)
            if any(_comparable(kind, self._entries[bearer].kind) for bearer, _ in self._bearers[name])
        ]

    def _candidates(self, asked: FoldedName, kind: ListedKind) -> list[FoldedName]:
        """Return the listed names worth comparing: the closest spellings and those that share words or sounds."""
        if not asked.words:
            return []
        close = process.extract(
            asked.key,
            self._keys[kind],
            scorer=fuzz.ratio,
            processor=None,
            limit=CLOSEST_SPELLINGS,
            score_cutoff=LOWEST_SPELLING,
        )
        numbers = dict.fromkeys(self._comparable[kind][place] for _, _, place in close)
        numbers.update(dict.fromkeys(self._sharing_words(asked)))
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

    def _judge(
        self,
        asked: str,
        number: int,
        name: ListedName,
        name_score: float,
        parts: tuple[Part, ...],
        kind: ListedKind | None,
        birth_year: int | None,
        country: str | None,
    ) -> Match:
        entry = self._entries[number]
        adjustments = tuple(self._adjustments(entry, kind, birth_year, country))
        score = min(1.0, max(0.0, name_score + sum(one.change for one in adjustments)))
        alone = not any(one.change > 0 for one in adjustments)
        band = Band.CLEAR if alone and name.quality is NameQuality.LOW else self.band(score)
        return Match(entry, name, asked, score, band, name_score, parts, adjustments)

    def band(self, score: float) -> Band:
        """Return what `score` means under the policy."""
        if score >= self._rule.strong_from:
            return Band.STRONG
        return Band.REVIEW if score >= self._rule.review_from else Band.CLEAR

    def _adjustments(
        self, entry: Listed, kind: ListedKind | None, birth_year: int | None, country: str | None
    ) -> Iterator[Adjustment]:
        if birth_year and entry.birth_years:
            if any(abs(birth_year - year) <= 1 for year in entry.birth_years):
                yield Adjustment("year of birth agrees", self._rule.birth_year_agrees)
            else:
                yield Adjustment("year of birth differs", -self._rule.birth_year_differs)
        if country and entry.countries:
            if country in entry.countries:
                yield Adjustment("country agrees", self._rule.country_agrees)
            else:
                yield Adjustment("country differs", -self._rule.country_differs)
        if kind and not _comparable(kind, entry.kind):
            yield Adjustment(f"listed as {entry.kind.value}", -self._rule.kind_differs)


def _comparable(one: ListedKind, other: ListedKind) -> bool:
    """Tell whether both kinds may be of one bearer. Companies share their names with their ships."""
    if ListedKind.UNKNOWN in (one, other):
        return True
    return (one is ListedKind.PERSON) == (other is ListedKind.PERSON)


def _fold(name: str, kind: ListedKind) -> FoldedName:
    return fold_person(name) if kind is ListedKind.PERSON else fold_organisation(name)


def _postings(names: Sequence[FoldedName]) -> dict[str, list[int]]:
    postings: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for term in _terms(name):
            postings[term].append(number)
    return dict(postings)


def _terms(name: FoldedName) -> set[str]:
    """Return what a name can be found by: its words, their sounds, and all of it written together."""
    words = {word for word in name.words if len(word) > 1 and word not in PARTICLES}
    heard = {f"~{one}" for one in sounds(words) if len(one) > 1}
    return words | heard | {name.joined, f"~{sound(name.joined)}"}
