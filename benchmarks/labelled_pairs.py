"""Labelled pairs of names, and what telling them apart is worth: precision, recall, F1.

A threshold chosen on the very pairs it is judged by looks better than it is. So the pairs are parted into folds by
name, pairs that share a name together, and each fold is judged at the threshold that was best on the other folds.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from approvals.casework.policy.screening import NameRule
from approvals.screening.lists import ListedKind
from approvals.screening.matching import name_score
from approvals.screening.pairs import KINDS

FOLDS = 5


@dataclass(frozen=True)
class LabelledPair:
    """Two names, whether they are of one bearer, where the label comes from, and the fold of its cluster."""

    left: str
    right: str
    schema: str
    same: bool
    source: str
    fold: int

    @property
    def kind(self) -> ListedKind:
        return KINDS.get(self.schema.lower(), ListedKind.UNKNOWN)


@dataclass(frozen=True)
class Scored:
    """A pair and the score something gave it."""

    pair: LabelledPair
    score: float


@dataclass(frozen=True)
class Quality:
    """How often «same» was right, how many of the same were found, and the harmonic mean of the two."""

    precision: float
    recall: float
    f1: float
    pairs: int


def labelled_pairs(folder: Path) -> list[LabelledPair]:
    """Return the pairs of `pairs_dev.csv` with their sources from `pairs_dev_sources.csv`."""
    rows, sources = _table(folder / "pairs_dev.csv"), _table(folder / "pairs_dev_sources.csv")
    source_of = {(row["left"], row["right"]): row["source"] for row in sources}
    clusters = _clusters(rows)
    return [
        LabelledPair(
            left=row["left"],
            right=row["right"],
            schema=row["schema"],
            same=row["match"] == "true",
            source=source_of[row["left"], row["right"]],
            fold=hashlib.sha256(cluster.encode()).digest()[0] % FOLDS,
        )
        for row, cluster in zip(rows, clusters, strict=True)
    ]


def _clusters(rows: Sequence[dict[str, str]]) -> list[str]:
    """Return for each row the first of all names that it is connected with by shared names, whatever their case."""
    parent: dict[str, str] = {}

    def first(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for row in rows:
        one, other = sorted((first(row["left"].lower()), first(row["right"].lower())))
        parent[other] = one
    return [first(row["left"].lower()) for row in rows]


def our_scores(pairs: Iterable[LabelledPair], rule: NameRule) -> list[Scored]:
    """Return what the matching gives each pair."""
    return [Scored(pair, name_score(pair.left, pair.right, kind=pair.kind, rule=rule)) for pair in pairs]


def rival_scores(
    pairs: Iterable[LabelledPair], scorer: Callable[..., float], fold: Callable[[str], str]
) -> list[Scored]:
    """Return what a scorer of rapidfuzz gives each pair, from 0 to 1."""
    return [Scored(pair, scorer(fold(pair.left), fold(pair.right)) / 100) for pair in pairs]


def quality_at(scored: Sequence[Scored], threshold: float) -> Quality:
    """Return how well «same from `threshold` on» tells these pairs apart."""
    return _quality([(one.pair.same, one.score >= threshold) for one in scored])


def best_threshold(scored: Sequence[Scored]) -> float:
    """Return the threshold with the best F1 on these very pairs."""
    return max({one.score for one in scored}, key=lambda threshold: quality_at(scored, threshold).f1)


def cross_validated(scored: Sequence[Scored]) -> Quality:
    """Return how well the pairs of each fold are told apart at the best threshold of the other folds."""
    return _quality(list(_judged_by_others(scored)))


def _judged_by_others(scored: Sequence[Scored]) -> Iterator[tuple[bool, bool]]:
    for fold in range(FOLDS):
        threshold = best_threshold([one for one in scored if one.pair.fold != fold])
        yield from ((one.pair.same, one.score >= threshold) for one in scored if one.pair.fold == fold)


def _quality(verdicts: Sequence[tuple[bool, bool]]) -> Quality:
    right = sum(same and said for same, said in verdicts)
    precision = right / max(sum(said for _, said in verdicts), 1)
    recall = right / max(sum(same for same, _ in verdicts), 1)
    f1 = 2 * precision * recall / ((precision + recall) or 1)
    return Quality(precision, recall, f1, len(verdicts))


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
