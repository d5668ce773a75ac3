"""The financial sanctions of the European Union, CSV: a row for every name, address, birth date or document.

The table does not say which aliases are weak; the XML does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from approvals.errors import SourceUnavailable
from approvals.screening.lists.eu_xml import KINDS, birth_of
from approvals.screening.lists.record import BirthDate, Entries, Identifier, Listed, ListedKind, ListedName, NameKind
from approvals.screening.lists.tables import Row, grouped, rows
from approvals.screening.lists.values import (
    births,
    countries,
    day,
    identifier,
    identifiers,
    names,
    tidy,
    unique,
    years,
)

KEY = "Entity_LogicalId"
NEEDED = (
    "fileGenerationDate", KEY, "Entity_EU_ReferenceNumber", "Entity_SubjectType",
    "Entity_Regulation_Programme", "NameAlias_WholeName", "BirthDate_BirthDate", "BirthDate_Year",
    "Citizenship_CountryIso2Code", "Address_CountryIso2Code",
)  # fmt: skip


def read(stream: IO[bytes]) -> Entries:
    """Yield the persons and enterprises; return the day the file was generated."""
    dated_on = None
    for key, about in grouped(lambda: _rows(stream), KEY):
        dated_on = dated_on or day(about[0]["fileGenerationDate"])
        yield _entry(key, about)
    return dated_on


def _rows(stream: IO[bytes]) -> Iterator[Row]:
    stream.seek(0)
    return rows(stream, needed=NEEDED, delimiter=";")


def _entry(key: str, about: list[Row]) -> Listed:
    first, known_as = about[0], names(_names(about))
    if not known_as:
        raise SourceUnavailable(f"the entry {key} on line {first.line} has no NameAlias_WholeName.")
    born = births(_births(about))
    published = [found for row in about if (found := day(row["Entity_Regulation_PublicationDate"]))]
    where = ("Citizenship_CountryIso2Code", "Address_CountryIso2Code", "BirthDate_CountryIso2Code")
    return Listed(
        key=key,
        source="",
        kind=_kind(first),
        names=known_as,
        birth_years=years(born),
        countries=countries(row[column] for row in about for column in where),
        programmes=unique(row["Entity_Regulation_Programme"] for row in about),
        reference=first["Entity_EU_ReferenceNumber"],
        listed_on=day(first["Entity_DesignationDate"]),
        birth_dates=born,
        identifiers=identifiers(_identifiers(about)),
        other_keys=unique(f"un:{row['Entity_UnitedNationId']}" for row in about if row["Entity_UnitedNationId"]),
        updated_on=max(published, default=None),
    )


def _kind(row: Row) -> ListedKind:
    said = (row["Entity_SubjectType"], row["Entity_SubjectType_ClassificationCode"])
    return next((KINDS[word.lower()] for word in said if word.lower() in KINDS), ListedKind.UNKNOWN)


def _names(about: list[Row]) -> Iterator[ListedName]:
    kind = NameKind.PRIMARY
    for row in about:
        parts = (row["NameAlias_FirstName"], row["NameAlias_MiddleName"], row["NameAlias_LastName"])
        whole = row["NameAlias_WholeName"] or tidy(" ".join(parts))
        if whole:
            yield ListedName(whole, kind=kind)
            kind = NameKind.ALIAS


def _births(about: list[Row]) -> Iterator[BirthDate | None]:
    for row in about:
        if row["BirthDate_CalendarType"] in ("", "GREGORIAN"):
            yield birth_of(
                whole=row["BirthDate_BirthDate"],
                year=row["BirthDate_Year"],
                month=row["BirthDate_Month"],
                since=row["BirthDate_YearRangeFrom"],
                until=row["BirthDate_YearRangeTo"],
                circa=row["BirthDate_Circa"].lower() == "true",
            )


def _identifiers(about: list[Row]) -> Iterator[Identifier | None]:
    for row in about:
        if row["Identification_KnownFalse"].lower() != "true":
            described = f"{row['Identification_TypeCode']} {row['Identification_TypeDescription']}"
            number = row["Identification_Number"] or row["Identification_LatinNumber"]
            yield identifier(described, number, row["Identification_CountryIso2Code"])
