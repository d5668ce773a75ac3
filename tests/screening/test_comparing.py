"""How two names are compared, and how the score explains itself. Every name here is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.casework.policy.screening import NameRule
from approvals.screening.comparing import Comparison, compare
from approvals.screening.lists import ListedKind
from approvals.screening.matching import fold
from tests.screening.builders import RULE

PERSON, ORGANISATION = ListedKind.PERSON, ListedKind.ORGANISATION
NAMES = st.text(alphabet="abcdefilmnorstuz -éحمدж李龙龍9", max_size=40)


def compared(one: str, other: str, kind: ListedKind = PERSON, rule: NameRule = RULE.names) -> Comparison:
    return compare(fold(one, kind), fold(other, kind), rule)


def alerts(one: str, other: str, kind: ListedKind = PERSON) -> bool:
    """Whether these names alone make somebody look."""
    return compared(one, other, kind).score >= RULE.review_from


@pytest.mark.parametrize(
    ("one", "other", "expected", "remark"),
    [
        ("Tariq Omarovich Belkadimov", "Tariq Belkadimov", True, "the patronymic left out"),
        ("Tariq Zafer Belkadimov al-Quilli", "Zafer Belkadimov al-Quilli", True, "one of four left out"),
        ("Tariq Omar Zafer Hamdun al-Belkadi", "Tariq Omar Zafer Hamdun al-Quilli", False, "another family name"),
        ("Olenka Wojtanowska", "Olenka Wojtaszczuk", False, "a family name that begins alike"),
        ("Olenka Wojtanowska", "Olenka Wojtanovska", True, "another transliteration"),
        ("Olenka Wojtanowska", "Olenka W^jtanowska", True, "a letter lost to a mark"),
        ("T. Belkadimov", "Tariq Belkadimov", True, "an initial"),
        ("T. Belkadimov", "Omar Belkadimov", False, "another initial"),
        ("T", "Tariq", False, "an initial alone"),
    ],
)
def test_a_word_left_out_is_forgiven_and_another_in_its_place_is_not(
    one: str, other: str, expected: bool, remark: str
) -> None:
    assert alerts(one, other) is expected, remark
    assert alerts(other, one) is expected, remark


@pytest.mark.parametrize(
    ("one", "other", "expected", "remark"),
    [
        ("Zeferreti Fund IV", "Zeferreti Fund 4", True, "Roman letters"),
        ("Zeferreti Fund Forty-Four", "Zeferreti Fund 44", True, "in words"),
        ("Zeferreti Fund VIII", "Zeferreti Fund IX", False, "another number"),
        ("Zeferreti Ldt", "Zeferreti Ltd", True, "the legal form misspelt"),
        ("Zeferreti Aktiengeselschaft", "Zeferreti AG", True, "a long one misspelt"),
        ("Societatea cu Răspundere Limitată Zeferreti Lumi", "SRL Zeferreti Lumi", True, "Romanian, long and short"),
        ("A.B.C. Zeferreti", "ABC Zeferreti", True, "initials with dots"),
        ("A.B.C. Company", "C.B.A. Company", False, "the same initials in another order"),
        ("Zeferreti Lumi Europe", "Zeferreti Lumi Ltd", True, "a place left out"),
        ("Global Energy Company", "First Global Energy Ltd", False, "only general words in common"),
        ("Zeferreti Lumi Trading France", "Zeferreti Lumi Trading Germany", False, "another place in its place"),
        ("A. Engineering", "Altamonte Engineering", False, "a letter is no initial of a company"),
    ],
)
def test_companies_are_told_apart_by_the_words_that_tell(one: str, other: str, expected: bool, remark: str) -> None:
    assert alerts(one, other, ORGANISATION) is expected, remark
    assert alerts(other, one, ORGANISATION) is expected, remark


@pytest.mark.parametrize(
    ("one", "other", "expected", "remark"),
    [
        ("马龙瓦", "馬龍瓦", True, "simplified and not"),
        ("马龙瓦", "Ma Longwa", True, "in Latin letters"),
        ("高石瓦", "高市瓦", False, "two characters of one sound"),
        ("马龙瓦", "马龙", False, "a syllable less is another name"),
        ("김라온", "Kim Ra-on", True, "Korean in Latin letters"),
        ("이라온", "Lee Ra-on", True, "a Korean family name, as it is usually written"),
        ("김라온", "김나온", False, "another syllable"),
        ("علي بلقديم", "Ali Belqadim", True, "Arabic, a word of one consonant"),
        ("عبد الله بلقديم", "Abdullah Belqadim", True, "Arabic, parted otherwise"),
    ],
)
def test_names_in_other_scripts_are_read_as_they_sound(one: str, other: str, expected: bool, remark: str) -> None:
    assert alerts(one, other) is expected, remark


def test_the_score_is_what_the_deductions_leave() -> None:
    result = compared("Tarik Omarun Belkadimov", "Tariq Belkadimov")

    assert [one.reason for one in result.deductions] == [
        "spelling of the whole", "tarik is written tariq", "words left out",
    ]  # fmt: skip
    assert result.score == pytest.approx(1 + sum(one.change for one in result.deductions))


def test_what_a_difference_costs_is_policy() -> None:
    costly = RULE.names.model_copy(update={"word_against_word": 1.0})

    assert compared("Tariq Quill", "Tariq Zefer", rule=costly).score == 0


@given(NAMES, NAMES, st.sampled_from([PERSON, ORGANISATION]))
def test_a_comparison_is_a_share(one: str, other: str, kind: ListedKind) -> None:
    assert 0 <= compared(one, other, kind).score <= 1


@pytest.mark.parametrize(
    "name",
    ["L", "é", "李", "9", "😀", "😀 Tariq 😀", "\u202eTariq\u2066\x00\x1b[31m", "ТARIQ طارق 李 Ταρίκ",
     "ab " * 1700, "x" * 5000, "李" * 5000, "ا" * 5000, "😀" * 5000, "1 " * 2500, "a.b." * 1250],
)  # fmt: skip
def test_bad_input_is_compared_by_its_beginning_and_never_breaks(name: str) -> None:
    for kind in (PERSON, ORGANISATION):
        assert 0 <= compared(name, "Tariq Belkadimov", kind).score < RULE.review_from
        assert compared(name, name, kind).score in (0.0, 1.0)
