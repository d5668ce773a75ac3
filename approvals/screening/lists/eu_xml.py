"""The financial sanctions of the European Union, XML of version 1.1. The only EU format that marks weak aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from approvals.screening.lists.record import (
    BirthDate,
    Entries,
    Identifier,
    Listed,
    ListedKind,
    ListedName,
    NameKind,
    NameQuality,
)
from approvals.screening.lists.values import (
    birth,
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
from approvals.screening.lists.xml_stream import changed_format, elements

KINDS = {"person": ListedKind.PERSON, "p": ListedKind.PERSON, "enterprise": ListedKind.ORGANISATION,
         "e": ListedKind.ORGANISATION}  # fmt: skip
"""The word and the letter by which the EU says what is listed; its table has them in either column."""


def read(stream: IO[bytes]) -> Entries:
    """Yield the persons and enterprises; return the day the file was generated."""
    dated_on = None
    for element in elements(stream, root="export", tags=("sanctionEntity",)):
        dated_on = dated_on or day(element.getroottree().getroot().get("generationDate"))
        yield _entry(element)
    return dated_on


def _entry(element: etree._Element) -> Listed:
    key = tidy(element.get("logicalId"))
    known_as = names(_names(element))
    if not key or not known_as:
        raise changed_format(element, "logicalId or no nameAlias/wholeName")
    subject = element.find("subjectType")
    born = births(_births(element))
    united_nations = tidy(element.get("unitedNationId"))
    acts = element.findall("regulation")
    published = [found for act in acts if (found := day(act.get("publicationDate")))]
    homes = [part.get("countryIso2Code") for tag in ("citizenship", "address") for part in element.findall(tag)]
    return Listed(
        key=key,
        source="",
        kind=KINDS.get(tidy(subject.get("code") if subject is not None else ""), ListedKind.UNKNOWN),
        names=known_as,
        birth_years=years(born),
        countries=countries([*homes, *(part.get("countryIso2Code") for part in element.findall("birthdate"))]),
        programmes=unique(tidy(act.get("programme")) for act in acts),
        reference=tidy(element.get("euReferenceNumber")),
        listed_on=day(element.get("designationDate")),
        birth_dates=born,
        identifiers=identifiers(_identifiers(element)),
        other_keys=(f"un:{united_nations}",) if united_nations else (),
        updated_on=max(published, default=None),
    )


def _names(element: etree._Element) -> Iterator[ListedName]:
    kind = NameKind.PRIMARY
    for alias in element.findall("nameAlias"):
        parts = (alias.get("firstName"), alias.get("middleName"), alias.get("lastName"))
        whole = tidy(alias.get("wholeName")) or tidy(" ".join(filter(None, parts)))
        quality = NameQuality.LOW if alias.get("strong") == "false" else NameQuality.GOOD
        if whole:
            yield ListedName(whole, quality, kind)
            kind = NameKind.ALIAS


def _births(element: etree._Element) -> Iterator[BirthDate | None]:
    for date in element.findall("birthdate"):
        # The year of another calendar would mislead.
        if tidy(date.get("calendarType")) in ("", "GREGORIAN"):
            yield birth_of(
                whole=date.get("birthdate"),
                year=date.get("year"),
                month=date.get("monthOfYear"),
                since=date.get("yearRangeFrom"),
                until=date.get("yearRangeTo"),
                circa=date.get("circa") == "true",
            )


def birth_of(
    *, whole: str | None, year: str | None, month: str | None, since: str | None, until: str | None, circa: bool
) -> BirthDate | None:
    """Return the birth date from what the EU writes of it; None if there is no year in it."""
    month_of_year = f"{year}-{month}" if year and month else year
    return birth(whole or month_of_year or since, until=until, circa=circa)


def _identifiers(element: etree._Element) -> Iterator[Identifier | None]:
    for document in element.findall("identification"):
        if document.get("knownFalse") != "true":
            described = f"{document.get('identificationTypeCode')} {document.get('identificationTypeDescription')}"
            number = document.get("number") or document.get("latinNumber")
            yield identifier(described, number, document.get("countryIso2Code"))
