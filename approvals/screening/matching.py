"""Finding a name among the listed names, with a score one can read.

The names worth comparing come from `candidates`, the score of two names from `comparing`; here what else is known
raises or lowers it, and the policy says what it means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from approvals.casework.policy.screening import MatchingRule, NameRule
from approvals.screening.bounds import ROUNDING, may_reach
from approvals.screening.candidates import Candidates
from approvals.screening.comparing import Adjustment, Comparison, compare
from approvals.screening.known import Known, adjustments, comparable_kinds, plain_number, shares_a_number
from approvals.screening.lists import Identifier, Listed, ListedKind, ListedName, NameQuality
from approvals.screening.names import FoldedName, fold_organisation, fold_person
from approvals.screening.words import Part

ALGORITHM = "words-and-sounds-2"
"""Stored with every screening. Raise the number whenever a score can change."""


class Band(StrEnum):
    """What a score means."""

    CLEAR = "clear"
    REVIEW = "review"
    STRONG = "strong"


@dataclass(frozen=True)
class Match:
    """A listed entry whose name resembles the name asked for, with everything the score was made of."""

    entry: Listed
    name: ListedName
    asked: str
    score: float
    band: Band
    compared: Comparison
    adjustments: tuple[Adjustment, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The words of both names, each with its partner."""
        return self.compared.parts

    def as_dict(self) -> dict[str, object]:
        """Return what a reader of the finding needs, as plain values."""
        return {
            "asked": self.asked,
            "listed": self.name.text,
            "quality": self.name.quality.value,
            "score": round(self.score, 3),
            "band": self.band.value,
            "name_score": round(self.compared.score, 3),
            "parts": [str(part) for part in self.parts],
            "deductions": [str(one) for one in self.compared.deductions],
            "adjustments": [str(one) for one in self.adjustments],
            "entry": self.entry.as_dict(),
        }


class NameIndex:
    """All names of the lists in force, ready to be searched. Built once per set of versions, never changed."""

    def __init__(self, entries: Iterable[Listed], rule: MatchingRule) -> None:
        self._rule = rule
        self._entries = tuple(entries)
        self._sources = frozenset(entry.source for entry in self._entries)
        self._bearers: dict[FoldedName, list[tuple[int, ListedName]]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            for name in entry.names:
                self._bearers[fold(name.text, entry.kind)].append((number, name))
        self._numbers = _by_number(self._entries)
        self._names = tuple(name for name in self._bearers if name.words)
        comparable = {kind: self._numbers_comparable_with(kind) for kind in ListedKind}
        self._candidates = Candidates(self._names, comparable)

    def __len__(self) -> int:
        """The number of names, counted by their different spellings."""
        return len(self._names)

    @property
    def sources(self) -> frozenset[str]:
        """The short names of the lists it was built from."""
        return self._sources

    @property
    def rule(self) -> MatchingRule:
        """The thresholds it was built with."""
        return self._rule

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
        born_on: date | None = None,
        country: str | None = None,
        identifiers: Iterable[Identifier] = (),
        limit: int = 10,
    ) -> list[Match]:
        """Return the entries that need a look, best first, at most `limit`; one match an entry, by its best name.

        The other arguments are what is known of the one asked for (`country` in two letters); None changes nothing.
        An entry with one of the `identifiers` is found whatever its name. Empty when no entry reaches the review
        threshold.
        """
        known = Known(kind, country, birth_year, born_on, tuple(identifiers))
        asked = fold(name, kind or ListedKind.UNKNOWN)
        least = self._least_name_score(known)
        best: dict[int, Match] = {}
        for folded in self._candidates.of(asked, kind or ListedKind.UNKNOWN):
            for number, match in self._matches(asked, folded, known, least):
                if number not in best or match.score > best[number].score:
                    best[number] = match
        for number in self._with_a_number_of(known) - best.keys():
            best[number] = self._by_its_best_name(asked, self._entries[number], known)
        return sorted(best.values(), key=lambda match: (-match.score, match.entry.source, match.entry.key))[:limit]

    def band(self, score: float) -> Band:
        """Return what `score` means under the policy."""
        if score >= self._rule.strong_from:
            return Band.STRONG
        return Band.REVIEW if score >= self._rule.review_from else Band.CLEAR

    def _numbers_comparable_with(self, kind: ListedKind) -> list[int]:
        """Return the numbers of the names that a bearer of `kind` may share.

        A person is compared by spelling with persons; a company of that very name is still found by its words.
        """
        return [
            number
            for number, name in enumerate(self._names)
            if any(comparable_kinds(kind, self._entries[bearer].kind) for bearer, _ in self._bearers[name])
        ]

    def _matches(
        self, asked: FoldedName, listed: FoldedName, known: Known, least: float
    ) -> Iterator[tuple[int, Match]]:
        """Yield the bearers of `listed` that need a look, each with its number, if the names score `least`."""
        if not may_reach(least, asked, listed, self._rule.names):
            return
        compared = compare(asked, listed, self._rule.names)
        if compared.score < least:
            return
        for number, name in self._bearers[listed]:
            match = self._judge(asked.text, self._entries[number], name, compared, known)
            if match.band is not Band.CLEAR:
                yield number, match

    def _with_a_number_of(self, known: Known) -> set[int]:
        """Return the entries with a number that raises their score."""
        found = {number for one in known.identifiers for number in self._numbers.get(plain_number(one.value), ())}
        return {number for number in found if shares_a_number(known, self._entries[number])}

    def _by_its_best_name(self, asked: FoldedName, entry: Listed, known: Known) -> Match:
        compared = ((compare(asked, fold(name.text, entry.kind), self._rule.names), name) for name in entry.names)
        best, name = max(compared, key=lambda pair: pair[0].score)
        return self._judge(asked.text, entry, name, best, known)

    def _least_name_score(self, known: Known) -> float:
        """Return the least score of a name that could still reach the review threshold.

        An equal number is not counted: entries that have it are found by it.
        """
        rule = self._rule
        born = max(rule.birth_year_agrees, rule.birth_day_agrees) if known.year else 0.0
        return rule.review_from - ROUNDING - born - (rule.country_agrees if known.country else 0.0)

    def _judge(self, asked: str, entry: Listed, name: ListedName, compared: Comparison, known: Known) -> Match:
        changes = tuple(adjustments(known, entry, self._rule, name_score=compared.score))
        score = min(1.0, max(0.0, compared.score + sum(one.change for one in changes)))
        alone = not any(one.change > 0 for one in changes)
        band = Band.CLEAR if alone and name.quality is NameQuality.LOW else self.band(score)
        return Match(entry, name, asked, score, band, compared, changes)


def name_score(one: str, other: str, *, kind: ListedKind, rule: NameRule) -> float:
    """Return how alike two names are, 0 to 1, if a bearer of `kind` had them; zero if one has no letter."""
    return compare(fold(one, kind), fold(other, kind), rule).score


def fold(name: str, kind: ListedKind) -> FoldedName:
    """Return `name` as it is compared for a bearer of `kind`."""
    return fold_person(name) if kind is ListedKind.PERSON else fold_organisation(name)


def _by_number(entries: Sequence[Listed]) -> dict[str, list[int]]:
    """Return for each number of a passport, a register or a ship which entries have it."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for number in {plain_number(identifier.value) for identifier in entry.identifiers} - {""}:
            found[number].append(place)
    return dict(found)
