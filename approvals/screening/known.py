"""What is known of somebody beside the name, and what it does to the score of a listed entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from approvals.casework.policy.screening import MatchingRule
from approvals.screening.comparing import Adjustment
from approvals.screening.lists import Identifier, IdentifierKind, Listed, ListedKind

SHORTEST_NUMBER = 5
"""Shorter numbers are too easily the same by chance."""

SUPPORT = 0.01
"""What an equal number adds at least, so that it also supports a name that is equal already."""

_NOT_OF_A_NUMBER = re.compile(r"[^0-9A-Z]+")


@dataclass(frozen=True)
class Known:
    """What is known of the one asked for; None and nothing where it is not. `country` is two letters."""

    kind: ListedKind | None = None
    country: str | None = None
    birth_year: int | None = None
    born_on: date | None = None
    identifiers: tuple[Identifier, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of birth, however it is known."""
        return self.born_on.year if self.born_on else self.birth_year


def adjustments(known: Known, entry: Listed, rule: MatchingRule, *, name_score: float) -> Iterator[Adjustment]:
    """Yield what raises or lowers the score of `entry`, which is `name_score` by its name alone.

    An equal number comes last: whatever speaks against it, the score rises to what the policy gives such a number.
    """
    found = [*_by_birth(known, entry, rule), *_by_country(known, entry, rule), *_by_kind(known, entry, rule)]
    yield from found
    yield from _by_number(known, entry, rule, so_far=name_score + sum(one.change for one in found))


def plain_number(number: str) -> str:
    """Return the letters and digits of a number; empty if they are too few to tell anything."""
    plain = _NOT_OF_A_NUMBER.sub("", number.upper())
    return plain if len(plain) >= SHORTEST_NUMBER else ""


def comparable_kinds(one: ListedKind, other: ListedKind) -> bool:
    """Tell whether both kinds may be of one bearer. Companies share their names with their ships."""
    if ListedKind.UNKNOWN in (one, other):
        return True
    return (one is ListedKind.PERSON) == (other is ListedKind.PERSON)


def _by_birth(known: Known, entry: Listed, rule: MatchingRule) -> Iterator[Adjustment]:
    years = {*entry.birth_years, *(year for born in entry.birth_dates for year in born.years)}
    if known.year is None or not years:
        return
    if all(abs(known.year - year) > 1 for year in years):
        yield Adjustment("year of birth differs", -rule.birth_year_differs)
    elif known.born_on and known.born_on.isoformat() in {born.value for born in entry.birth_dates}:
        yield Adjustment("day of birth agrees", rule.birth_day_agrees)
    elif known.born_on and _is_no_day_of(entry, known.born_on):
        yield Adjustment("day of birth differs", -rule.birth_day_differs)
    else:
        yield Adjustment("year of birth agrees", rule.birth_year_agrees)


def _is_no_day_of(entry: Listed, day: date) -> bool:
    """Tell whether the days of birth of `entry` are all known, and others; a day and month exchanged are no other."""
    if not entry.birth_dates or any(
        born.circa or born.until or born.precision != "day" for born in entry.birth_dates
    ):
        return False
    exchanged = f"{day.year}-{day.day:02}-{day.month:02}"
    return all(born.value != exchanged for born in entry.birth_dates)


def _by_country(known: Known, entry: Listed, rule: MatchingRule) -> Iterator[Adjustment]:
    if not (known.country and entry.countries):
        return
    if known.country in entry.countries:
        yield Adjustment("country agrees", rule.country_agrees)
    else:
        yield Adjustment("country differs", -rule.country_differs)


def _by_kind(known: Known, entry: Listed, rule: MatchingRule) -> Iterator[Adjustment]:
    if known.kind and not comparable_kinds(known.kind, entry.kind):
        yield Adjustment(f"listed as {entry.kind.value}", -rule.kind_differs)


def shares_a_number(known: Known, entry: Listed) -> bool:
    """Tell whether `entry` has one of the numbers known."""
    return any(_is_one(ours, theirs) for ours in known.identifiers for theirs in entry.identifiers)


def _by_number(known: Known, entry: Listed, rule: MatchingRule, *, so_far: float) -> Iterator[Adjustment]:
    pairs = [(ours, theirs) for ours in known.identifiers for theirs in entry.identifiers]
    same = next((theirs for ours, theirs in pairs if _is_one(ours, theirs)), None)
    if same:
        yield Adjustment(f"{same.kind.value} number agrees: {same.value}", max(SUPPORT, rule.number_agrees - so_far))
    elif any(_should_be_one(ours, theirs) for ours, theirs in pairs):
        yield Adjustment("number differs", -rule.number_differs)


def _is_one(one: Identifier, other: Identifier) -> bool:
    """Tell whether two numbers are the same one: written alike, of kinds and countries that do not differ."""
    kinds = {one.kind, other.kind} - {IdentifierKind.OTHER}
    countries = {one.country, other.country} - {""}
    written = plain_number(one.value)
    return bool(written) and written == plain_number(other.value) and len(kinds) < 2 and len(countries) < 2


def _should_be_one(one: Identifier, other: Identifier) -> bool:
    """Tell whether a bearer has but one such number: the same kind, from the same country."""
    return one.kind is other.kind is not IdentifierKind.OTHER and one.country == other.country != ""
