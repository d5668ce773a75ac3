"""When a cleared hit still counts, and what is said when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from approvals.screening.lists import Listed
from approvals.screening.matching import Match
from approvals.screening.remembering import ClearedBefore, digest_of, entry_facts, known_keys, partner_facts, recall
from tests.screening.builders import a_listed, a_proposal, an_index

NAME = "Tariq Belkadimov"
ENTRY = a_listed(NAME, "Tareq Belkadimov", key="QDi.1", birth_years=(1959,), other_keys=("old-1",))
PERSON = {"name": NAME, "function": "Owner"}
PARTNER = partner_facts(a_proposal(partner={"people": [PERSON]}).partner)


def a_match(entry: Listed = ENTRY, asked: str = NAME) -> Match:
    return next(match for match in an_index(entry).search(asked) if match.entry == entry)


def cleared(**changes: Any) -> ClearedBefore:
    values: dict[str, Any] = {
        "number": 7,
        "source": "un_sc",
        "known_keys": known_keys(ENTRY),
        "asked": NAME,
        "entry": entry_facts(ENTRY),
        "partner": PARTNER,
        "by": ("Sara", "Mei"),
        "on": date(2026, 5, 3),
        "because": "the date of birth is another",
    }
    return ClearedBefore(**(values | changes))


def why_not(match: Match, before: ClearedBefore, partner: Any = PARTNER) -> str | None:
    memory = recall(match, partner, [before], strong_needs_two=True)
    return memory.but if memory else None


@pytest.mark.parametrize(
    ("entry", "expected", "remark"),
    [
        (ENTRY, "", "unchanged"),
        (replace(ENTRY, names=ENTRY.names[:1] + ENTRY.names[1:][::-1]), "", "the same in another order"),
        (replace(ENTRY, key="new-1", other_keys=("QDi.1",)), "", "under another key, its former one beside it"),
        (replace(ENTRY, reference="QDi.001"), "", "with another number to quote"),
        (replace(ENTRY, birth_years=(1960,)), "the list now says something else (birth years)", "another year"),
        (replace(ENTRY, updated_on=date(2026, 6, 1)), "the list now says something else (updated on)", "touched"),
        (replace(ENTRY, key="other", other_keys=()), None, "another entry of the same name"),
        (replace(ENTRY, source="ofac_sdn"), None, "another list"),
    ],
)
def test_it_counts_as_long_as_the_entry_says_the_same(entry: Listed, expected: str | None, remark: str) -> None:
    assert why_not(a_match(entry), cleared()) == expected, remark


@pytest.mark.parametrize(
    ("partner", "expected"),
    [
        ({"people": [PERSON], "address": "Elsewhere 2"}, ""),
        ({"people": [PERSON | {"birth_year": 1959}]}, "the partner now says something else (people)"),
        ({"people": [PERSON], "country": "PE"}, "the partner now says something else (country)"),
        ({"people": [PERSON], "parent": "Quoll"}, "the partner now says something else (parent)"),
    ],
)
def test_it_counts_as_long_as_the_partner_is_the_same(partner: dict[str, Any], expected: str) -> None:
    now = partner_facts(a_proposal(partner=partner).partner)

    assert why_not(a_match(), cleared(), now) == expected


def test_a_strong_hit_is_quiet_only_when_two_have_looked() -> None:
    assert why_not(a_match(), cleared(by=("Sara",))) == "it is a strong hit now, and only one person has looked"


def test_another_name_of_the_same_partner_is_asked_for_itself() -> None:
    assert why_not(a_match(asked="Tareq Belkadimov"), cleared()) is None


def test_the_newest_clearing_is_the_one_that_counts() -> None:
    older, newer = cleared(entry={"kind": "person"}), cleared(number=8)

    memory = recall(a_match(), PARTNER, [older, newer], strong_needs_two=True)

    assert memory is not None
    assert (memory.cleared.number, memory.is_quiet) == (8, True)


def test_digests_do_not_depend_on_the_order_of_facts() -> None:
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
