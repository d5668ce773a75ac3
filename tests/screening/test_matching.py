"""Searching listed names. Every name here is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.screening.comparing import compare
from approvals.screening.likeness import word_likeness
from approvals.screening.lists import Listed, ListedKind, ListedName
from approvals.screening.matching import ALGORITHM, Band, NameIndex
from approvals.screening.names import fold_organisation, fold_person
from tests.screening.builders import RULE, a_listed, an_index

PERSON, ORGANISATION = ListedKind.PERSON, ListedKind.ORGANISATION
NAMES = st.text(alphabet="abcdefilmnorstuz -éحمدж李", max_size=30)


def found(listed: Listed, asked: str, *, kind: ListedKind | None = None, **facts: object) -> bool:
    """Whether `asked` leads to `listed` among strangers."""
    hits = an_index(listed).search(asked, kind=kind, **facts)  # type: ignore[arg-type]
    return any(hit.entry == listed for hit in hits)


@pytest.mark.parametrize(
    ("listed", "asked", "remark"),
    [
        ("Tariq Belkadimov", "Tariq Belkadimov", "equal"),
        ("Tariq Belkadimov", "BELKADIMOV, Tariq", "family name first"),
        ("Tariq Belkadimov", "Tarik Belkadimoff", "another transliteration"),
        ("Tariq Belkadimov", "Tariq Belkadmiov", "two letters exchanged"),
        ("Tariq Belkadimov", "Tariq Bel Kadimov", "parted otherwise"),
        ("Tariq Al-Belkadimi", "Tariq Belkadimi", "without the article"),
        ("Tariq Omarun Belkadimov", "Tariq O. Belkadimov", "an initial"),
        ("Тарик Белкадимов", "Tarik Belkadimov", "Cyrillic on the list"),
        ("Tarik Belkadimov", "Тарик Белкадимов", "Cyrillic in the proposal"),
        ("حمدان زبرجدي", "Hamdan Zabarjadi", "Arabic, written without vowels"),
        ("Hamdan Zabarjadi", "حمدان زبرجدي", "Arabic in the proposal"),
        ("琉璃瓦", "Liuliwa", "Chinese, sounds written together"),
        ("琉璃瓦", "琉璃瓦", "Chinese on both sides"),
        ("Δημοσθένης Ζαφειράκος", "Demosthenes Zafeirakos", "Greek"),
        ("Zørabel Æventyr", "Zorabel Aeventyr", "Danish letters"),
    ],
)
def test_a_listed_person_is_found(listed: str, asked: str, remark: str) -> None:
    assert found(a_listed(listed), asked, kind=PERSON), remark


@pytest.mark.parametrize(
    ("listed", "asked", "remark"),
    [
        ("Tariq Belkadimov", "Tariq Montserrano", "only the given name is shared"),
        ("Tariq Belkadimov", "Tariq", "one name of two"),
        ("Tariq Belkadimov", "Belkadimov Foundation for Music", "a family name inside a longer one"),
        ("Li", "L", "a single letter"),
        ("Tariq Belkadimov", "", "nothing"),
        ("Tariq Belkadimov", "…", "no letter"),
        ("Tariq Belkadimov", "李", "one character"),
    ],
)
def test_a_stranger_is_not_found(listed: str, asked: str, remark: str) -> None:
    assert not found(a_listed(listed), asked, kind=PERSON), remark


@pytest.mark.parametrize(
    ("listed", "asked", "expected", "remark"),
    [
        ("Zeferreti Trading LLC", "ООО Zeferreti Trading", True, "one form in two languages"),
        ("Zeferreti Trading LLC", "Zeferreti Trading", True, "no form at all"),
        ("Zeferreti Trading LLC", "Zeferreti Trading AG", True, "another form weighs little"),
        ("74613 Corp.", "74613 Corporation", True, "a number is a name"),
        ("74613 Corp.", "74614 Corp.", False, "another number, the same form"),
        ("Zeferreti Trading LLC", "Lumivaara LLC", False, "the form alone"),
        ("Banco Zeferreti", "Zeferreti Bank", True, "one word in two languages"),
        ("JSC Zeferreti", "JSCZeferreti", True, "written together"),
        ("Zeta Yotta Alma LLC", "ZetaYottaAlmaLLC", True, "all of it written together"),
        ("ZetaYottaAlmaLLC", "Zeta Yotta Alma LLC", True, "on the list written together"),
    ],
)
def test_legal_forms_are_a_weak_part(listed: str, asked: str, expected: bool, remark: str) -> None:
    assert found(a_listed(listed, kind=ORGANISATION), asked, kind=ORGANISATION) is expected, remark


def test_a_name_of_five_thousand_characters_is_answered_and_not_found() -> None:
    assert not found(a_listed("Tariq Belkadimov"), "Tariq " * 833, kind=PERSON)


@pytest.mark.parametrize(
    ("facts", "expected", "remark"),
    [
        ({}, False, "the weak alias alone"),
        ({"birth_year": 1959}, True, "and the year of birth"),
        ({"birth_year": 1960}, True, "years are often one off"),
        ({"birth_year": 1980}, False, "and another year of birth"),
        ({"country": "PE"}, True, "and the country"),
        ({"country": "FI"}, False, "and another country"),
    ],
)
def test_a_low_quality_alias_never_alerts_alone(facts: dict[str, object], expected: bool, remark: str) -> None:
    listed = a_listed("Tariq Belkadimov", weak=("Abu Quill",), birth_years=(1959,), countries=("PE",))

    assert found(listed, "Abu Quill", kind=PERSON, **facts) is expected, remark


def score(listed: Listed, asked: str, **facts: object) -> float:
    """The score of `listed` under a policy that lets nearly everything through."""
    index = an_index(listed, rule=RULE.model_copy(update={"review_from": 0.1}))
    return next(hit.score for hit in index.search(asked, **facts) if hit.entry == listed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "change", "remark"),
    [
        ({"birth_year": 1959}, RULE.birth_year_agrees, "year of birth agrees"),
        ({"birth_year": 1990}, -RULE.birth_year_differs, "year of birth differs"),
        ({"country": "PE"}, RULE.country_agrees, "country agrees"),
        ({"country": "FI"}, -RULE.country_differs, "country differs"),
        ({"kind": ORGANISATION}, -RULE.kind_differs, "listed as a person"),
        ({"kind": ListedKind.UNKNOWN}, 0.0, "nothing known of the kind"),
        ({"birth_year": 1990, "country": "FI"}, -RULE.birth_year_differs - RULE.country_differs, "both"),
    ],
)
def test_other_facts_raise_or_lower_the_score(facts: dict[str, object], change: float, remark: str) -> None:
    listed = a_listed("Tariq Belkadimov", birth_years=(1959,), countries=("PE",))
    asked = "Tarik Belkadimow"

    assert score(listed, asked, **facts) == pytest.approx(min(1, score(listed, asked) + change)), remark


def test_an_equal_name_stays_a_hit_when_other_facts_differ() -> None:
    listed = a_listed("Tariq Belkadimov", birth_years=(1959,), countries=("PE",))

    hits = an_index(listed).search("Tariq Belkadimov", kind=PERSON, birth_year=1990, country="FI")

    assert [hit.band for hit in hits] == [Band.REVIEW]


def test_a_match_shows_what_was_compared() -> None:
    listed = a_listed("Tariq Belkadimov", "Tarik Belkadi", birth_years=(1959,))

    (hit,) = an_index(listed).search("Tarik Belkadimov", kind=PERSON, birth_year=1959)

    assert hit.name.text == "Tariq Belkadimov"
    assert hit.band is Band.STRONG
    assert hit.as_dict()["parts"] == ["belkadimov =", "tarik ~ tariq 0.90"]
    assert hit.as_dict()["adjustments"] == ["year of birth agrees +0.02"]
    assert Listed.from_dict(hit.as_dict()["entry"]) == listed  # type: ignore[arg-type]


def test_an_entry_is_hit_once_by_its_best_name_and_the_best_entry_stands_first() -> None:
    exact = a_listed("Tariq Belkadimov", "Tariq Belkadimow", "Tarik Belkadimov", key="exact")
    near = a_listed("Tarik Belkadimof", key="near")

    hits = an_index(near, exact).search("Tariq Belkadimov")

    assert [hit.entry.key for hit in hits] == ["exact", "near"]
    assert hits[0].score == 1.0


def test_no_more_hits_are_returned_than_asked_for() -> None:
    entries = [a_listed("Tariq Belkadimov", key=str(number)) for number in range(30)]

    assert len(an_index(*entries).search("Tariq Belkadimov", limit=3)) == 3


def test_an_index_of_nothing_finds_nothing() -> None:
    index = NameIndex([], RULE)

    assert index.search("Tariq Belkadimov") == []
    assert (len(index), index.sources) == (0, frozenset())


def test_listed_names_without_letters_are_harmless() -> None:
    assert an_index(a_listed("…", "?")).search("…") == []


def test_the_bands_begin_where_the_policy_says() -> None:
    index = an_index()

    assert index.band(RULE.review_from) is Band.REVIEW
    assert index.band(RULE.review_from - 0.001) is Band.CLEAR
    assert index.band(RULE.strong_from) is Band.STRONG


def test_the_algorithm_bears_name_and_version() -> None:
    assert ALGORITHM.rpartition("-")[2].isdigit()


@given(NAMES, NAMES)
def test_likeness_is_a_share_and_the_same_from_both_sides(one: str, other: str) -> None:
    a, b = fold_person(one), fold_person(other)

    assert 0 <= compare(a, b, RULE.names).score <= 1
    for x in a.words:
        for y in b.words:
            assert word_likeness(x, y) == word_likeness(y, x)


@given(NAMES)
def test_every_name_is_wholly_like_itself(name: str) -> None:
    for folded in (fold_person(name), fold_organisation(name)):
        assert compare(folded, folded, RULE.names).score == (1.0 if folded.words else 0.0)


@given(st.lists(st.sampled_from(["tariq", "belkadimov", "omarun", "zefer", "quill"]), min_size=2, unique=True))
def test_a_listed_name_is_found_in_whatever_order_its_words_are_asked(words: list[str]) -> None:
    index = NameIndex([Listed("1", "un_sc", PERSON, (ListedName(" ".join(sorted(words))),))], RULE)

    assert index.search(" ".join(words), kind=PERSON)[0].score == 1.0


@given(st.text(max_size=80))
def test_any_text_whatever_can_be_asked(name: str) -> None:
    an_index(a_listed("Tariq Belkadimov")).search(name)
