"""Comparing many names with the few a list has changed finds what a screening finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from approvals.screening.lists import Listed, ListedKind
from approvals.screening.matching import NameIndex
from approvals.screening.rescreening import ChangedNames, compare_partner
from tests.screening.builders import RULE, STRANGER, a_listed, a_proposal

LISTED = (
    STRANGER,
    a_listed("Tariq Abd Allah Belkadimov", "Tareq Belkadimov", key="tariq", birth_years=(1959,), countries=("PE",)),
    a_listed("Abdullah al Vydumannyj", key="abdullah", weak=("Abdul",)),
    a_listed("محمد فيدومانوف", key="arabic"),
    a_listed("JSC Zeferreti Quarries 74613", key="firm", kind=ListedKind.ORGANISATION),
    a_listed("Open Joint Stock Company Kuollonen Trading", key="trading", kind=ListedKind.ORGANISATION),
    a_listed("A. B. C.", key="initials"),
    a_listed("Haji Mullah Sheikh Abu Quoll", key="titles"),
)
BOTH: tuple[Callable[..., NameIndex], ...] = (NameIndex, ChangedNames)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Tariq Belkadimov", ListedKind.PERSON),
        ("Belkadimov, Tarik Abdallah", ListedKind.PERSON),
        ("Tareq Bel Kadimov", ListedKind.PERSON),
        ("Abd Ullah Vydumannyj", ListedKind.PERSON),
        ("Abdul", ListedKind.PERSON),
        ("Muhammad Fidumanof", ListedKind.PERSON),
        ("Mohammed Vidumanov", ListedKind.PERSON),
        ("Zeferreti Quarries 74613 Ltd", ListedKind.ORGANISATION),
        ("Zeferreti Quarries 74614", ListedKind.ORGANISATION),
        ("JSCZeferretiQuarries74613", ListedKind.ORGANISATION),
        ("Kuolonen Trading", None),
        ("A B C", ListedKind.PERSON),
        ("Haji Mullah Sheikh Abu Quol", ListedKind.PERSON),
        ("Sheikh Abu", ListedKind.PERSON),
        ("Quillon Zeferreti", ListedKind.PERSON),
        ("Anu Lumivaara", ListedKind.PERSON),
        ("…", ListedKind.PERSON),
        ("", ListedKind.ORGANISATION),
    ],
)
def test_finds_all_that_a_screening_finds_with_the_same_scores(name: str, kind: ListedKind | None) -> None:
    by_screening, by_rescreening = (
        {(match.entry.key, match.score) for match in index(LISTED, RULE).search(name, kind=kind)} for index in BOTH
    )

    assert by_screening <= by_rescreening


def test_finds_a_name_written_without_any_space() -> None:
    [match] = ChangedNames(LISTED, RULE).search("JSCZeferretiQuarries74613", kind=ListedKind.ORGANISATION)

    assert match.entry.key == "firm"


def test_every_name_of_the_partner_is_compared_and_counted() -> None:
    changed = ChangedNames([a_listed("Tariq Belkadimov")], RULE)
    person = {"name": "Tariq Belkadimov", "function": "Owner"}
    partner = a_proposal(partner={"people": [person], "aliases": ["Quoll Looms"]}).partner

    hits, names = compare_partner(partner, changed)

    assert [(hit.name.text, hit.name.role, hit.match.score) for hit in hits] == [("Tariq Belkadimov", "Owner", 1.0)]
    assert names == 4


def test_what_is_remembered_is_let_go_when_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("approvals.screening.rescreening.MOST_WORDS_KEPT", 2)
    changed = ChangedNames(LISTED, RULE)

    for name in ("Anu Quill", "Olu Meadow", "Tariq Belkadimov", "Anu Quill"):
        changed.search(name, kind=ListedKind.PERSON)

    assert [match.entry.key for match in changed.search("Tariq Belkadimov", kind=ListedKind.PERSON)] == ["tariq"]


def test_a_list_that_brought_nothing_new_finds_nothing() -> None:
    nothing: tuple[Listed, ...] = ()

    assert ChangedNames(nothing, RULE).search("Tariq Belkadimov") == []
