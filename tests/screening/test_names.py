"""Folding names."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.screening.hearing import sound
from approvals.screening.names import LONGEST_NAME, fold_organisation, fold_person, name_key

WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéüñøчжш北مح' -.", min_size=0, max_size=40)


@pytest.mark.parametrize(
    ("one", "other", "remark"),
    [
        ("Lumivaara Looms Ltd", "LUMIVAARA LOOMS LIMITED", "one legal form, written twice"),
        ("Lumivaara Looms Ltd", "Looms, Lumivaara", "order and form say little"),
        ("Lumivaara GmbH", "Lumivaara Gesellschaft mit beschränkter Haftung", "German, short and long"),
        ("Lumivaara S.A.", "Lumivaara SA", "dots"),
        ("Lumivaara S. A.", "Lumivaara Société Anonyme", "dots with spaces; French"),
        ("Общество с ограниченной ответственностью Лумиваара", "ООО «Лумиваара»", "Cyrillic, long and short"),
        ("Lumivaara Pte. Ltd.", "Lumivaara Sdn Bhd", "two forms of limited company"),
        ("Fundación Quillón", "Quillon Foundation", "the same word in two languages"),
        ("Zørabël Æventyr", "Zorabel AEventyr", "accents and ligatures"),
        ("O'Quillon", "O’Quillon", "two apostrophes"),
        ("Anne-Tuulikki Veržë", "anne tuulikki verze", "hyphen and case"),
        ("琉璃瓦股份有限公司", "琉璃瓦", "a form in a script that parts no words"),
        ("ﬁrst Lumi", "first lumi", "a ligature of print"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str, remark: str) -> None:
    assert name_key(one) == name_key(other), remark


@pytest.mark.parametrize(
    ("one", "other", "remark"),
    [
        ("74613 Corp.", "74614 Corp.", "numbers tell companies apart"),
        ("Lumivaara Looms", "Lumivaara Foods", "another word"),
        ("Limited", "GmbH", "nothing but a legal form is still a name"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str, remark: str) -> None:
    assert name_key(one) != name_key(other), remark


@pytest.mark.parametrize("name", ["Limited Company", "S.A.", "GmbH & Co. KG", "ООО", "株式会社"])
def test_a_legal_form_is_never_taken_away_when_nothing_else_is_left(name: str) -> None:
    assert name_key(name)


@pytest.mark.parametrize("name", ["", "   ", "…", "–", "'", "\n"])
def test_a_name_without_letters_or_digits_has_an_empty_key(name: str) -> None:
    assert name_key(name) == ""


def test_a_person_keeps_what_would_be_a_legal_form_of_a_company() -> None:
    assert fold_person("Co Ag Sa").words == ("co", "ag", "sa")


def test_initials_stay_parted() -> None:
    assert fold_person("J.R. Quillon").words == ("j", "r", "quillon")


def test_a_very_long_name_is_read_by_its_beginning() -> None:
    assert len(fold_person("ab " * 5000).joined) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("written", "other"),
    [("muhammad", "mhmd"), ("mohamed", "mhmd"), ("yusuf", "ywsf"), ("walid", "wlyd"), ("tchernov", "chernof")],
)
def test_words_written_without_vowels_sound_like_those_with_them(written: str, other: str) -> None:
    assert sound(written) == sound(other)


@given(WORDS)
def test_folding_a_key_again_changes_nothing(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(st.text(max_size=60))
def test_any_text_whatever_folds_to_lower_latin_letters_and_digits(name: str) -> None:
    key = name_key(name)

    assert key == key.lower()
    assert all(character.isascii() and (character.isalnum() or character == " ") for character in key)
    assert name_key(key) == key


@given(st.lists(st.text(alphabet="abcdefgilmnorst", min_size=1, max_size=9), max_size=7), st.randoms())
def test_the_order_of_words_does_not_matter(words: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(words, len(words))

    assert name_key(" ".join(words)) == name_key(" ".join(shuffled))


@given(WORDS)
def test_legal_forms_are_only_taken_from_the_words_and_never_invented(name: str) -> None:
    folded = fold_organisation(name)

    assert bool(folded.words) == bool(fold_person(name).words)
