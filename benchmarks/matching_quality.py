"""How well names are matched, beside rapidfuzz's WRatio and token_set_ratio on the same names in the same run.

Two questions: which labelled pairs of names are told apart (precision, recall, F1), and how often a name alarms
against whole lists: invented people who should not (false alerts per 1,000), and listed people with a damaged name
who should (recall, counted only if the right entry is hit).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rapidfuzz import fuzz, process, utils

from approvals.casework.policy import read_policy
from approvals.casework.policy.screening import MatchingRule
from approvals.screening.lists import Listed, ListedKind
from approvals.screening.matching import NameIndex, compare
from approvals.screening.names import fold_organisation, fold_person
from benchmarks.screening_data import converted_entries, data_folder, official_entries, table

RIVAL_THRESHOLD = 85
RIVALS: dict[str, Callable[..., float]] = {"WRatio": fuzz.WRatio, "token_set_ratio": fuzz.token_set_ratio}


@dataclass(frozen=True)
class PairQuality:
    """Precision, recall and F1 of saying «same» from `threshold` on."""

    threshold: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ListQuality:
    """False alerts per 1,000 strangers, and the share of damaged listed names found."""

    false_alerts: float
    recall: float
    strangers: int
    damaged: int


def pair_quality(scores: Sequence[tuple[float, bool]], threshold: float) -> PairQuality:
    hits = [same for score, same in scores if score >= threshold]
    same = sum(same for _, same in scores)
    precision, recall = sum(hits) / max(len(hits), 1), sum(hits) / same
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return PairQuality(threshold, precision, recall, f1)


def best_pair_quality(scores: Sequence[tuple[float, bool]]) -> PairQuality:
    thresholds = {score for score, _ in scores}
    return max((pair_quality(scores, threshold) for threshold in thresholds), key=lambda quality: quality.f1)


def our_pair_scores(folder: Path) -> list[tuple[float, bool]]:
    fold = {"Person": fold_person}
    return [
        (compare(way(row["left"]), way(row["right"]))[0], row["match"] == "true")
        for row in table(folder / "pairs_dev.csv")
        for way in [fold.get(row["schema"], fold_organisation)]
    ]


def damaged_names(folder: Path, entries: Sequence[Listed]) -> list[tuple[str, str]]:
    """Return (damaged name, key of the name as listed) of people on the UN list."""
    listed = {fold_person(name.text).key for entry in entries if entry.source == "un_sc" for name in entry.names}
    pairs = zip(
        table(folder / "names/positives_un_untreated.csv"),
        table(folder / "names/positives_un_treated.csv"),
        strict=True,
    )
    return [
        (damaged["full_name"], key)
        for original, damaged in pairs
        if original["full_name"] != damaged["full_name"] and (key := fold_person(original["full_name"]).key) in listed
    ]


def strangers(folder: Path) -> list[str]:
    """Return invented people made so as to match no listed one."""
    return [row["full_name"] for part in ("global", "us") for row in table(folder / f"names/negatives_{part}.csv")]


def our_list_quality(folder: Path, entries: Sequence[Listed], rule: MatchingRule, *, every: int = 1) -> ListQuality:
    """Return how `entries` alarm, asked about every `every`-th stranger and all damaged names."""
    index = NameIndex(entries, rule)

    def finds(name: str, key: str) -> bool:
        hits = index.search(name, kind=ListedKind.PERSON, limit=50)
        return any(fold_person(listed.text).key == key for hit in hits for listed in hit.entry.names)

    unknown, damaged = strangers(folder)[::every], damaged_names(folder, entries)
    alarms = sum(bool(index.search(name, kind=ListedKind.PERSON)) for name in unknown)
    found = sum(finds(name, key) for name, key in damaged)
    return ListQuality(1000 * alarms / len(unknown), found / len(damaged), len(unknown), len(damaged))


def rival_list_quality(
    folder: Path, entries: Sequence[Listed], scorer: Callable[..., float], *, every: int
) -> ListQuality:
    """Return the same of a rival; any hit counts as found, which flatters it."""
    names = [utils.default_process(name.text) for entry in entries for name in entry.names]

    def alarms(name: str) -> bool:
        asked = utils.default_process(name)
        return process.extractOne(asked, names, scorer=scorer, score_cutoff=RIVAL_THRESHOLD) is not None

    unknown = strangers(folder)[::every]
    damaged = [name for name, _ in damaged_names(folder, entries)]
    return ListQuality(
        1000 * sum(map(alarms, unknown)) / len(unknown),
        sum(map(alarms, damaged)) / len(damaged),
        len(unknown),
        len(damaged),
    )


def main() -> None:
    folder = data_folder()
    if folder is None:
        print("APPROVALS_SCREENING_DATA names no folder of lists and labelled pairs: nothing is measured.")
        return
    rule = read_policy(Path(__file__).parents[1] / "policy").screening.matching
    _print_pairs(folder, rule)
    entries = official_entries(folder)
    _print_lists("lists as published", folder, entries, rule)
    _print_lists("with the EU and UK lists", folder, [*entries, *converted_entries(folder)], rule, rivals=True)


def _print_pairs(folder: Path, rule: MatchingRule) -> None:
    ours = our_pair_scores(folder)
    print(f"{len(ours)} labelled pairs           precision  recall   F1     threshold")
    _print_quality("ours, threshold of the policy", pair_quality(ours, rule.review_from))
    _print_quality("ours, best threshold", best_pair_quality(ours))
    rows = table(folder / "pairs_dev.csv")
    for name, scorer in RIVALS.items():
        scores = [
            (scorer(row["left"], row["right"], processor=utils.default_process), row["match"] == "true")
            for row in rows
        ]
        _print_quality(f"{name}, best threshold", best_pair_quality(scores))


def _print_quality(name: str, quality: PairQuality) -> None:
    figures = f"{quality.precision:.3f}     {quality.recall:.3f}   {quality.f1:.3f}   {quality.threshold:.2f}"
    print(f"  {name:30}  {figures}")


def _print_lists(
    title: str, folder: Path, entries: Sequence[Listed], rule: MatchingRule, *, rivals: bool = False
) -> None:
    print(f"{title}: {sum(len(entry.names) for entry in entries)} names")
    _print_alarms("ours", our_list_quality(folder, entries, rule))
    if rivals:
        for name, scorer in RIVALS.items():
            _print_alarms(f"{name} at {RIVAL_THRESHOLD}", rival_list_quality(folder, entries, scorer, every=10))


def _print_alarms(name: str, quality: ListQuality) -> None:
    print(
        f"  {name:22} {quality.false_alerts:6.1f} false alerts per 1,000 ({quality.strangers} strangers), "
        f"recall {quality.recall:.3f} ({quality.damaged} damaged names)"
    )


if __name__ == "__main__":
    main()
