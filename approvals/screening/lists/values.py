"""What the cells and elements of lists mean: days, births, countries, numbers and names, written in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache

from approvals.screening.countries import country_code
from approvals.screening.lists.record import (
    BirthDate,
    Identifier,
    IdentifierKind,
    ListedName,
    NameQuality,
)


def tidy(text: object) -> str:
    """Return `text` with single spaces and none around it; empty for None."""
    return " ".join(str(text).split()) if text is not None else ""


def parted(text: str | None, mark: str = ";") -> list[str]:
    """Return the parts of a cell that `mark` parts, none of them empty."""
    return [part for part in (tidy(piece) for piece in (text or "").split(mark)) if part]


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts that are not empty, each once, in the order given."""
    return tuple(dict.fromkeys(text for text in texts if text))


# Days ---------------------------------------------------------------------------------------------------------

DAY_FORMATS = ("%d/%m/%Y", "%d-%b-%Y", "%d %b %Y")


def day(value: object, formats: Sequence[str] = DAY_FORMATS) -> date | None:
    """Return the day that `value` names, an ISO time or one of `formats`; None if it names none."""
    text = tidy(value)
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    for candidate in (text[:10], text):
        for form in formats:
            try:
                return datetime.strptime(candidate, form).date()
            except ValueError:
                continue
    return None


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_YEAR = r"(?P<year>1[89]\d\d|20\d\d)"
_BIRTHS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)",
        rf"{_YEAR}-(?P<month>\d\d?)",
        rf"(?P<day>\d\d?|dd)/(?P<month>\d\d?|mm)/{_YEAR}",
        rf"(?P<day>\d\d?) (?P<month>{'|'.join(_MONTHS)})[a-z]*\.? {_YEAR}",
        rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.? {_YEAR}",
        _YEAR,
    )
)
_CIRCA = re.compile(r"^(circa|c\.|approximately|about)[\s-]*", re.IGNORECASE)
_RANGE = re.compile(r"\s+(?:to|and)\s+|\s+-\s+", re.IGNORECASE)


def birth(text: str | None, *, until: str | None = None, circa: bool = False) -> BirthDate | None:
    """Return the birth date that `text` tells, as in «24 Sep 1959», «dd/mm/1945», «circa 1960» or «1960 to 1962».

    None if there is no year in it. A day or month that does not exist is left out, the year kept.
    """
    words = tidy(text).removeprefix("between ").removeprefix("Between ")
    bare = _CIRCA.sub("", words)
    first, *rest = _RANGE.split(bare, maxsplit=1) if bare else [""]
    value, end = _written(first), _written(tidy(until) or (rest[0] if rest else ""))
    if not value:
        return BirthDate(end, circa=circa) if end else None
    return BirthDate(value, end if end > value else "", circa or bare != words)


def _written(text: str) -> str:
    """Return the day, month or year that begins `text` as 1959-09-24, 1959-09 or 1959; empty if there is none."""
    found = next((match for form in _BIRTHS if (match := form.match(text))), None) or _BIRTHS[-1].search(text)
    if found is None:
        return ""
    said = found.groupdict()
    year, month, number = said["year"], _month(said.get("month")), said.get("day") or ""
    if not month:
        return year
    try:
        return date(int(year), month, int(number)).isoformat()
    except ValueError:  # no day is said, or one such as 00
        return f"{year}-{month:02}"


def _month(text: str | None) -> int:
    """Return the number of a month, 0 if it is none."""
    if text and text[:3].lower() in _MONTHS:
        return _MONTHS.index(text[:3].lower()) + 1
    return int(text) if text and text.isdigit() and 1 <= int(text) <= 12 else 0


def births(dates: Iterable[BirthDate | None]) -> tuple[BirthDate, ...]:
    """Return the dates that are known, each once, the earliest first."""
    return tuple(sorted({one for one in dates if one}, key=lambda one: (one.value, one.until, one.circa)))


LONGEST_RANGE = 60
"""Years. A longer range is a slip of the pen, and would agree with everybody."""


def years(dates: Iterable[BirthDate]) -> tuple[int, ...]:
    """Return every year that any of `dates` may mean, ascending."""
    return tuple(sorted({year for one in dates for year in one.years[:LONGEST_RANGE]}))


# Countries and numbers ----------------------------------------------------------------------------------------


_code_of = lru_cache(maxsize=10_000)(country_code)


def countries(names: Iterable[str | None]) -> tuple[str, ...]:
    """Return the codes of the countries we know by these names, sorted."""
    return tuple(sorted({code for name in names if name and (code := _code_of(name))}))


_IDENTIFIER_WORDS = (
    # the first row whose words are in the authority's description says the kind
    (IdentifierKind.PASSPORT, r"passport|passeport|pasaporte|passportnumber"),
    (IdentifierKind.VESSEL, r"\bimo|vessel|mmsi|aircraft|hull"),
    (IdentifierKind.TAX, r"tax|fiscal|vat|v\.a\.t|\bnit\b|\brfc\b|r\.f\.c|\bruc\b|\binn\b|inncode|cuit|c\.u\.i\.t"),
    (IdentifierKind.BANK, r"swift|\bbic\b|\bbik\b|iban"),
    (
        IdentifierKind.REGISTRATION,
        r"regist|regnum|company|business|commercial|\blei\b|leicode|ogrn|matricula|folio|trade|c\.r\.|gazette",
    ),
    (IdentifierKind.NATIONAL, r"national|identi|^id\b|idnumber|cedula|c\.u\.r\.p|d\.n\.i|ssn|social|birth cert"),
)


def identifier_kind(description: str) -> IdentifierKind:
    """Return the kind of number that the authority's `description` means, `OTHER` if we do not know it."""
    words = description.casefold()
    return next((kind for kind, known in _IDENTIFIER_WORDS if re.search(known, words)), IdentifierKind.OTHER)


def identifier(description: str, value: object, country: str | None = None) -> Identifier | None:
    """Return the number with its kind and country; None if there is no number."""
    number = tidy(value)
    code = _code_of(country) if country else None
    return Identifier(identifier_kind(description), number, code or "") if number else None


def identifiers(numbers: Iterable[Identifier | None]) -> tuple[Identifier, ...]:
    """Return the numbers that are there, each once, sorted."""
    return tuple(sorted({one for one in numbers if one}, key=lambda one: (one.kind, one.value, one.country)))


# Names --------------------------------------------------------------------------------------------------------


def names(given: Iterable[ListedName]) -> tuple[ListedName, ...]:
    """Return the names without repetitions, the first spelling with its quality kept.

    A Latin name of a single letter is of low quality whatever the authority says: it tells nobody apart.
    """
    kept: dict[str, ListedName] = {}
    for name in given:
        text = tidy(name.text)
        quality = NameQuality.LOW if len(text) == 1 and text.isascii() else name.quality
        if text:
            kept.setdefault(text, ListedName(text, quality, name.kind))
    return tuple(kept.values())
