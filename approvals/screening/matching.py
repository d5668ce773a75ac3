"""Finding a name among the listed names, with a score one can read.

The names worth comparing come from `candidates`, the score of two names from `comparing`; here what else is known
raises or lowers it, and the policy says what it means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from approvals.casework.policy.screening import MatchingRule, NameRule
from approvals.screening.candidates import Candidates
from approvals.screening.comparing import Adjustment, Comparison, compare, most_alike
from approvals.screening.lists import Listed, ListedKind, ListedName, NameQuality
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


@dataclass(frozen=True)
class Known:
    """What is known of the one asked for, beside the name; None where nothing is. `country` is two letters."""

    kind: ListedKind | None = None
    birth_year: int | None = None
    country: str | None = None


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
        known = Known(kind, birth_year, country)
        asked = fold(name, kind or ListedKind.UNKNOWN)
        best: dict[int, Match] = {}
        for folded in self._candidates.of(asked, kind or ListedKind.UNKNOWN):
            for number, match in self._matches(asked, folded, known):
                if number not in best or match.score > best[number].score:
                    best[number] = match
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
            if any(_comparable(kind, self._entries[bearer].kind) for bearer, _ in self._bearers[name])
        ]

    def _matches(self, asked: FoldedName, listed: FoldedName, known: Known) -> Iterator[tuple[int, Match]]:
        """Yield the bearers of `listed` that need a look, each with its number."""
        rule = self._rule
        if not self._may_alert(most_alike(asked, listed, rule.names)):
            return
        compared = compare(asked, listed, rule.names)
        if not self._may_alert(compared.score):
            return
        for number, name in self._bearers[listed]:
            match = self._judge(asked.text, self._entries[number], name, compared, known)
            if match.band is not Band.CLEAR:
                yield number, match

    def _may_alert(self, best_score: float) -> bool:
        """Tell whether a name score of at most `best_score` could still reach the review threshold."""
        rule = self._rule
        return best_score + rule.birth_year_agrees + rule.country_agrees >= rule.review_from

    def _judge(self, asked: str, entry: Listed, name: ListedName, compared: Comparison, known: Known) -> Match:
        adjustments = tuple(self._adjustments(entry, known))
        score = min(1.0, max(0.0, compared.score + sum(one.change for one in adjustments)))
        alone = not any(one.change > 0 for one in adjustments)
        band = Band.CLEAR if alone and name.quality is NameQuality.LOW else self.band(score)
        return Match(entry, name, asked, score, band, compared, adjustments)

    def _adjustments(self, entry: Listed, known: Known) -> Iterator[Adjustment]:
        if known.birth_year and entry.birth_years:
            if any(abs(known.birth_year - year) <= 1 for year in entry.birth_years):
                yield Adjustment("year of birth agrees", self._rule.birth_year_agrees)
            else:
                yield Adjustment("year of birth differs", -self._rule.birth_year_differs)
        if known.country and entry.countries:
            if known.country in entry.countries:
                yield Adjustment("country agrees", self._rule.country_agrees)
            else:
                yield Adjustment("country differs", -self._rule.country_differs)
        if known.kind and not _comparable(known.kind, entry.kind):
            yield Adjustment(f"listed as {entry.kind.value}", -self._rule.kind_differs)


def name_score(one: str, other: str, *, kind: ListedKind, rule: NameRule) -> float:
    """Return how alike two names are, 0 to 1, if a bearer of `kind` had them; zero if one has no letter."""
    return compare(fold(one, kind), fold(other, kind), rule).score


def fold(name: str, kind: ListedKind) -> FoldedName:
    """Return `name` as it is compared for a bearer of `kind`."""
    return fold_person(name) if kind is ListedKind.PERSON else fold_organisation(name)


def _comparable(one: ListedKind, other: ListedKind) -> bool:
    """Tell whether both kinds may be of one bearer. Companies share their names with their ships."""
    if ListedKind.UNKNOWN in (one, other):
        return True
    return (one is ListedKind.PERSON) == (other is ListedKind.PERSON)
