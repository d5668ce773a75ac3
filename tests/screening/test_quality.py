"""How well names are matched, on real lists where they are at hand. Nothing of them is kept here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.labelled_pairs import cross_validated, labelled_pairs, our_scores, quality_at
from benchmarks.matching_quality import names_to_ask, our_list_quality
from benchmarks.screening_data import data_folder, official_entries
from tests.screening.builders import RULE


@pytest.fixture
def folder() -> Path:
    found = data_folder()
    if found is None:
        pytest.skip("no real lists in APPROVALS_SCREENING_DATA or in shared/screening beside the checkout")
    return found


def test_labelled_pairs_are_told_apart_at_the_threshold_of_the_policy(folder: Path) -> None:
    scored = our_scores(labelled_pairs(folder), RULE.names)

    assert quality_at(scored, RULE.review_from).f1 >= 0.88
    assert cross_validated(scored).f1 >= 0.88


def test_pairs_that_share_a_name_are_in_one_fold(folder: Path) -> None:
    folds: dict[str, set[int]] = {}
    for pair in labelled_pairs(folder):
        for name in (pair.left, pair.right):
            folds.setdefault(name.lower(), set()).add(pair.fold)

    assert {len(of_one_name) for of_one_name in folds.values()} == {1}


def test_few_strangers_alarm_and_nearly_all_damaged_names_are_found(folder: Path) -> None:
    entries = official_entries(folder)

    quality = our_list_quality(entries, names_to_ask(folder, entries).every(4), RULE)

    assert quality.people <= 5
    assert quality.companies <= 5
    assert quality.recall >= 0.98
