"""What is known beside the name raises or lowers the score. Every name and number here is invented."""

from __future__ import annotations

from datetime import date

import pytest

from approvals.screening.lists import BirthDate, Identifier, IdentifierKind, ListedKind
from approvals.screening.matching import Band, Match
from tests.screening.builders import RULE, a_listed, an_index

PASSPORT = Identifier(IdentifierKind.PASSPORT, "PE 0417-336", "PE")
TARIQ = a_listed(
    "Tariq Belkadimov",
    weak=("Abu Quill",),
    birth_years=(1959,),
    birth_dates=(BirthDate("1959-09-04"),),
    identifiers=(PASSPORT,),
)


def hits(asked: str, **facts: object) -> list[Match]:
    """What a search for a person of this name and these facts finds."""
    return an_index(TARIQ).search(asked, kind=ListedKind.PERSON, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born_on", "change", "remark"),
    [
        (date(1959, 9, 4), RULE.birth_day_agrees, "the day agrees"),
        (date(1959, 4, 9), RULE.birth_year_agrees, "day and month exchanged are no other day"),
        (date(1959, 9, 5), -RULE.birth_day_differs, "another day of that year"),
        (date(1961, 9, 4), -RULE.birth_year_differs, "another year"),
    ],
)
def test_a_date_of_birth_tells_more_than_its_year(born_on: date, change: float, remark: str) -> None:
    (hit,) = hits("Tariq Belkadimow", born_on=born_on)

    assert hit.score - hit.compared.score == pytest.approx(change), remark


@pytest.mark.parametrize("vague", [BirthDate("1959"), BirthDate("1959-09"), BirthDate("1959-09-04", circa=True)])
def test_a_date_the_authority_is_not_sure_of_counts_by_its_year(vague: BirthDate) -> None:
    index = an_index(a_listed("Tariq Belkadimov", birth_dates=(vague,)))

    (hit,) = index.search("Tarik Belkadimof", kind=ListedKind.PERSON, born_on=date(1959, 3, 2))

    assert [one.reason for one in hit.adjustments] == ["year of birth agrees"]


@pytest.mark.parametrize(
    ("number", "expected", "remark"),
    [
        (PASSPORT, True, "the same"),
        (Identifier(IdentifierKind.PASSPORT, "pe0417336", ""), True, "written otherwise, no country given"),
        (Identifier(IdentifierKind.OTHER, "PE0417336"), True, "of a kind not said"),
        (Identifier(IdentifierKind.PASSPORT, "PE0417336", "CO"), False, "of another country"),
        (Identifier(IdentifierKind.TAX, "PE0417336", "PE"), False, "of another kind"),
        (Identifier(IdentifierKind.PASSPORT, "PE0417337", "PE"), False, "another number"),
        (Identifier(IdentifierKind.OTHER, "336"), False, "too short"),
    ],
)
def test_a_number_finds_its_bearer_whatever_the_name(number: Identifier, expected: bool, remark: str) -> None:
    found = hits("Olenka Montserrano", identifiers=(number,))

    assert [hit.band for hit in found] == [Band.STRONG] * expected, remark


def test_a_number_explains_itself() -> None:
    (hit,) = hits("Olenka Montserrano", identifiers=(PASSPORT,))

    assert hit.score == pytest.approx(RULE.number_agrees)
    assert [one.reason for one in hit.adjustments] == ["passport number agrees: PE 0417-336"]


def test_another_number_of_the_same_kind_and_country_lowers_the_score() -> None:
    other = Identifier(IdentifierKind.PASSPORT, "PE0999999", "PE")

    (hit,) = hits("Tariq Belkadimov", identifiers=(other,))

    assert hit.score == pytest.approx(1 - RULE.number_differs)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [({}, 0), ({"born_on": date(1959, 9, 4)}, 1), ({"identifiers": (PASSPORT,)}, 1)],
)
def test_a_low_quality_alias_never_alerts_without_another_fact(facts: dict[str, object], expected: int) -> None:
    assert len(hits("Abu Quill", **facts)) == expected
