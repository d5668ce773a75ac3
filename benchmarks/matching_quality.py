"""How well names are matched, beside rapidfuzz's WRatio and token_set_ratio on the same names in the same run.

Two questions: which labelled pairs of names are told apart (precision, recall, F1), and how often a name alarms
against whole lists: invented people and companies who should not (false alerts per 1,000), and listed people with a
damaged name who should (recall, counted only if the right entry is hit).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rapidfuzz import fuzz, process, utils

from approvals.casework.policy import read_policy
from approvals.casework.policy.screening import MatchingRule
from approvals.screening.lists import Listed, ListedKind
from approvals.screening.matching import NameIndex
from approvals.screening.names import fold_person
from benchmarks.invented_companies import invented_companies
from benchmarks.labelled_pairs import (
    Quality,
    Scored,
    best_threshold,
    cross_validated,
    labelled_pairs,
    our_scores,
    quality_at,
    rival_scores,
)
from benchmarks.screening_data import converted_entries, data_folder, official_entries, table

RIVAL_THRESHOLD = 85
RIVALS: dict[str, Callable[..., float]] = {"WRatio": fuzz.WRatio, "token_set_ratio": fuzz.token_set_ratio}
COMPANIES = 1000


@dataclass(frozen=True)
class ListQuality:
    """False alerts per 1,000 people and per 1,000 companies, and the share of damaged listed names found."""

    people: float
    companies: float
    recall: float


@dataclass(frozen=True)
class Names:
    """Whom the lists are asked about: invented people and companies, and listed people with a damaged name, each
    with the key of the name as listed."""

    people: Sequence[str]
    companies: Sequence[str]
    damaged: Sequence[tuple[str, str]]

    def every(self, step: int) -> Names:
        """Return every so many-th of the invented ones, and all damaged names."""
        return Names(self.people[::step], self.companies[::step], self.damaged)


def names_to_ask(folder: Path, entries: Sequence[Listed]) -> Names:
    people = [row["full_name"] for part in ("global", "us") for row in table(folder / f"names/negatives_{part}.csv")]
    return Names(people, invented_companies(COMPANIES), damaged_names(folder, entries))


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


def our_list_quality(entries: Sequence[Listed], names: Names, rule: MatchingRule) -> ListQuality:
    """Return how `entries` alarm when asked about all of `names`."""
    index = NameIndex(entries, rule)

    def finds(name: str, key: str) -> bool:
        hits = index.search(name, kind=ListedKind.PERSON, limit=50)
        return any(fold_person(listed.text).key == key for hit in hits for listed in hit.entry.names)

    return ListQuality(
        people=_per_thousand(bool(index.search(name, kind=ListedKind.PERSON)) for name in names.people),
        companies=_per_thousand(bool(index.search(name, kind=ListedKind.ORGANISATION)) for name in names.companies),
        recall=_per_thousand(finds(name, key) for name, key in names.damaged) / 1000,
    )


def rival_list_quality(entries: Sequence[Listed], names: Names, scorer: Callable[..., float]) -> ListQuality:
    """Return the same of a rival; any hit counts as found, which flatters it."""
    listed = [utils.default_process(name.text) for entry in entries for name in entry.names]

    def alarms(name: str) -> bool:
        asked = utils.default_process(name)
        return process.extractOne(asked, listed, scorer=scorer, score_cutoff=RIVAL_THRESHOLD) is not None

    return ListQuality(
        people=_per_thousand(map(alarms, names.people)),
        companies=_per_thousand(map(alarms, names.companies)),
        recall=_per_thousand(alarms(name) for name, _ in names.damaged) / 1000,
    )


def _per_thousand(answers: Iterable[bool]) -> float:
    given = list(answers)
    return 1000 * sum(given) / len(given)


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
    pairs = labelled_pairs(folder)
    ours = our_scores(pairs, rule.names)
    print("labelled pairs                            pairs  precision  recall   F1")
    _print_quality(f"ours at {rule.review_from}, the policy", quality_at(ours, rule.review_from))
    _print_all_ways("ours", ours)
    for name, scorer in RIVALS.items():
        _print_all_ways(name, rival_scores(pairs, scorer, utils.default_process))
    for title, key in (("source", _source), ("schema", _schema)):
        print(f"  ours at {rule.review_from} by {title}")
        for name, group in groupby(sorted(ours, key=key), key=key):
            _print_quality(f"  {name}", quality_at(list(group), rule.review_from))


def _source(scored: Scored) -> str:
    return scored.pair.source


def _schema(scored: Scored) -> str:
    return scored.pair.schema


def _print_all_ways(name: str, scored: Sequence[Scored]) -> None:
    threshold = best_threshold(scored)
    _print_quality(f"{name}, cross-validated threshold", cross_validated(scored))
    _print_quality(f"{name}, best threshold {threshold:.2f}", quality_at(scored, threshold))


def _print_quality(name: str, quality: Quality) -> None:
    figures = f"{quality.pairs:5}  {quality.precision:.3f}      {quality.recall:.3f}    {quality.f1:.3f}"
    print(f"  {name:38}  {figures}")


def _print_lists(
    title: str, folder: Path, entries: Sequence[Listed], rule: MatchingRule, *, rivals: bool = False
) -> None:
    names = names_to_ask(folder, entries)
    print(f"{title}: {sum(len(entry.names) for entry in entries)} names; false alerts per 1,000")
    _print_alarms("ours", our_list_quality(entries, names, rule), names)
    for name, scorer in RIVALS.items() if rivals else ():
        fewer = names.every(10)
        _print_alarms(f"{name} at {RIVAL_THRESHOLD}", rival_list_quality(entries, fewer, scorer), fewer)


def _print_alarms(name: str, quality: ListQuality, names: Names) -> None:
    print(
        f"  {name:22} people {quality.people:6.1f} (of {len(names.people)}), "
        f"companies {quality.companies:6.1f} (of {len(names.companies)}), "
        f"recall {quality.recall:.3f} ({len(names.damaged)} damaged names)"
    )


if __name__ == "__main__":
    main()
