"""Which listed names are worth comparing with a name. Every name here is invented."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from approvals.screening.candidates import CLOSEST_SPELLINGS, LOWEST_SPELLING, Spellings
from approvals.screening.names import fold_person

NAMES = st.text(alphabet="abelmortz ", min_size=1, max_size=60).filter(str.strip)


@given(st.lists(NAMES, max_size=20, unique=True), NAMES)
def test_every_close_spelling_is_found_however_long_the_names(texts: list[str], asked: str) -> None:
    names, name = [fold_person(text) for text in texts], fold_person(asked)
    close = {number for number, one in enumerate(names) if fuzz.ratio(one.key, name.key) >= LOWEST_SPELLING}

    assert set(Spellings(names, range(len(names))).closest_to(name)) == close


def test_only_the_names_a_bearer_may_share_are_looked_through() -> None:
    names = [fold_person(text) for text in ("Tariq Belkadimov", "Tarik Belkadimov", "Tariq Belkadimof")]

    assert sorted(Spellings(names, [0, 2]).closest_to(names[1])) == [0, 2]


def test_the_closest_stand_first_and_no_more_than_are_worth_it() -> None:
    chance = random.Random(1)
    texts = {f"tariq belkadimov {''.join(chance.choices('aeiou', k=chance.randrange(9)))}" for _ in range(90)}
    names, asked = [fold_person(text) for text in sorted(texts)], fold_person("Tariq Belkadimov")

    found = [
        fuzz.ratio(names[number].key, asked.key) for number in Spellings(names, range(len(names))).closest_to(asked)
    ]

    assert found == sorted((fuzz.ratio(one.key, asked.key) for one in names), reverse=True)[:CLOSEST_SPELLINGS]


def test_names_without_company_have_no_neighbours() -> None:
    assert Spellings([], []).closest_to(fold_person("Tariq Belkadimov")) == []
