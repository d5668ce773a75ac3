"""How well names are matched, on real lists where they are at hand. Nothing of them is kept here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.matching_quality import our_list_quality, our_pair_scores, pair_quality
from benchmarks.screening_data import data_folder, official_entries
from tests.screening.builders import RULE


@pytest.fixture
def folder() -> Path:
    found = data_folder()
    if found is None:
        pytest.skip("no real lists in APPROVALS_SCREENING_DATA or in shared/screening beside the checkout")
    return found


def test_labelled_pairs_are_told_apart_at_the_threshold_of_the_policy(folder: Path) -> None:
    assert pair_quality(our_pair_scores(folder), RULE.review_from).f1 >= 0.80


def test_few_strangers_alarm_and_nearly_all_damaged_names_are_found(folder: Path) -> None:
    quality = our_list_quality(folder, official_entries(folder), RULE)

    assert quality.false_alerts <= 5
    assert quality.recall >= 0.98
