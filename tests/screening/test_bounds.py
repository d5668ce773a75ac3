"""What is said of two names before they are compared is never less than what comparing them gives.

Every name here is invented, but for the real lists of the last test, which is skipped where there are none.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.policy.screening import NameRule
from approvals.screening.bounds import least_lost_by_words, may_reach, most_by_spelling
from approvals.screening.comparing import compare
from approvals.screening.lists import ListedKind
from approvals.screening.matching import fold
from benchmarks.screening_data import data_folder, official_entries
from tests.screening.builders import RULE

PERSON, ORGANISATION = ListedKind.PERSON, ListedKind.ORGANISATION
KINDS = st.sampled_from([PERSON, ORGANISATION])
WORDS = (
    *(
        "tariq",
        "tarik",
        "tarek",
        "belkadimov",
        "belkadimof",
        "bel",
        "kadimov",
        "abd",
        "allah",
        "abdallah",
        "abdullah",
    ),
    *("al", "bin", "t", "b", "zefer", "zfr", "2", "4", "iv", "four", "bank", "banco", "trading", "tradign", "trade"),
    *(
        "ltd",
        "ldt",
        "gmbh",
        "ag",
        "aktiengeselschaft",
        "jsc",
        "and",
        "asia",
        "ооо",
        "тарик",
        "طارق",
        "李",
        "王李",
        "김",
    ),
)
NAMES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
TEXTS = st.text(alphabet="abcdefilmnorstuz -éحمدж李龙龍김9", max_size=40)
SHARES = st.floats(0, 1)
RULES = st.builds(
    NameRule,
    spelling=SHARES,
    weakest_word=SHARES,
    word_against_word=SHARES,
    words_left_out=SHARES,
    little_in_common=SHARES,
    another_legal_form=SHARES,
)


def assert_never_less(one: str, other: str, kind: ListedKind, rule: NameRule = RULE.names) -> None:
    """Both bounds hold, and a name that is just good enough is let through."""
    a, b = fold(one, kind), fold(other, kind)
    score, spelled = compare(a, b, rule).score, most_by_spelling(a, b, rule)

    assert score <= spelled + 1e-9
    assert score <= max(0.0, spelled - sum(least_lost_by_words(a, b, rule))) + 1e-9
    assert may_reach(score, a, b, rule)


@given(NAMES, NAMES, KINDS)
def test_of_names_made_of_words_that_are_easily_confused(one: str, other: str, kind: ListedKind) -> None:
    assert_never_less(one, other, kind)


@given(TEXTS, TEXTS, KINDS)
def test_of_any_text_whatever(one: str, other: str, kind: ListedKind) -> None:
    assert_never_less(one, other, kind)


@given(NAMES, NAMES, KINDS, RULES)
def test_whatever_the_policy_takes_off(one: str, other: str, kind: ListedKind, rule: NameRule) -> None:
    assert_never_less(one, other, kind, rule)


@pytest.mark.parametrize(
    ("one", "other", "kind", "remark"),
    [
        ("Abd Allah Quilli", "Abdallah Quilli", PERSON, "two words that are one on the other side"),
        ("Abd Allah Abdallah", "Abdallah", PERSON, "such words beside the word that they make"),
        ("Ali Ali Quilli", "Ali Aly Quilli", PERSON, "a word twice"),
        ("Zeferreti Ldt", "Zeferreti Ltd", ORGANISATION, "a legal form misspelt"),
        ("JSCZeferreti", "JSC Zeferreti", ORGANISATION, "the same without spaces"),
        ("马龙瓦", "Ma Longwa", PERSON, "characters and letters"),
        ("阿瓦龙", "阿瓦石", PERSON, "a character that is a single letter"),
        ("Zeferreti Fund 2", "Zeferreti Fund 3", ORGANISATION, "numbers"),
    ],
)
def test_where_words_are_read_in_another_way(one: str, other: str, kind: ListedKind, remark: str) -> None:
    assert_never_less(one, other, kind)
    assert_never_less(other, one, kind)


@pytest.mark.parametrize(
    ("one", "other", "kind", "remark"),
    [
        ("Tariq Belkadimov", "Tariq Montserrano", PERSON, "only the given name is shared"),
        ("Zeferreti Trading Asia", "Lumivaara Trading Asia", ORGANISATION, "only general words are shared"),
        ("Olenka Wojtanowska", "Quillon Abernatto", PERSON, "nothing is shared"),
        ("Zeferreti Lumi Fund 2", "Zeferreti Lumi Fund 3", ORGANISATION, "another number"),
    ],
)
def test_a_name_that_falls_short_is_seen_to_without_comparing(
    one: str, other: str, kind: ListedKind, remark: str
) -> None:
    assert not may_reach(RULE.review_from, fold(one, kind), fold(other, kind), RULE.names), remark


def test_of_real_names_and_their_neighbours() -> None:
    folder = data_folder()
    if folder is None:
        pytest.skip("no real lists in APPROVALS_SCREENING_DATA or in shared/screening beside the checkout")
    names = sorted({(name.text, entry.kind) for entry in official_entries(folder) for name in entry.names})
    chance = random.Random(2026)

    for place in chance.sample(range(len(names) - 3), 1500):
        (one, kind), *neighbours = names[place : place + 4]
        for other, _ in neighbours:
            assert_never_less(one, other, kind)
