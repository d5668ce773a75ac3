"""The consolidated list of the United Nations Security Council, XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from approvals.screening.lists.record import (
    BirthDate,
    Entries,
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
    parted,
    unique,
    years,
)
from approvals.screening.lists.xml_stream import bare, changed_format, elements, text, texts

KINDS = {"INDIVIDUAL": ListedKind.PERSON, "ENTITY": ListedKind.ORGANISATION}


def read(stream: IO[bytes]) -> Entries:
    """Yield the individuals and entities; return the day the file was generated."""
    dated_on = None
    for element in elements(stream, root="CONSOLIDATED_LIST", tags=tuple(KINDS)):
        dated_on = dated_on or day(element.getroottree().getroot().get("dateGenerated"))
        yield _entry(element)
    return dated_on


def _entry(element: etree._Element) -> Listed:
    tag = bare(element)
    key = text(element, "DATAID")
    primary = " ".join(
        part for order in ("FIRST", "SECOND", "THIRD", "FOURTH") if (part := text(element, f"{order}_NAME"))
    )
    if not key or not primary:
        raise changed_format(element, "DATAID or no FIRST_NAME")
    born = births(_births(element))
    places = [*element.findall(f"{tag}_ADDRESS"), *element.findall("INDIVIDUAL_PLACE_OF_BIRTH")]
    updates = [found for value in texts(element, "LAST_DAY_UPDATED/VALUE") if (found := day(value))]
    return Listed(
        key=key,
        source="",
        kind=KINDS[tag],
        names=names([ListedName(primary), *_aliases(element, tag), *_original_script(element)]),
        birth_years=years(born),
        countries=countries([*texts(element, "NATIONALITY/VALUE"), *(text(place, "COUNTRY") for place in places)]),
        programmes=unique([text(element, "UN_LIST_TYPE")]),
        reference=text(element, "REFERENCE_NUMBER"),
        listed_on=day(text(element, "LISTED_ON")),
        birth_dates=born,
        identifiers=identifiers(
            identifier(
                text(document, "TYPE_OF_DOCUMENT"),
                text(document, "NUMBER"),
                text(document, "ISSUING_COUNTRY") or text(document, "COUNTRY_OF_ISSUE"),
            )
            for document in element.findall("INDIVIDUAL_DOCUMENT")
        ),
        updated_on=max(updates, default=None),
    )


def _aliases(element: etree._Element, tag: str) -> Iterator[ListedName]:
    for alias in element.findall(f"{tag}_ALIAS"):
        mark = text(alias, "QUALITY").lower()
        quality = NameQuality.LOW if mark == "low" else NameQuality.GOOD
        kind = NameKind.FORMER if mark.startswith("f") else NameKind.ALIAS
        for name in parted(text(alias, "ALIAS_NAME")):
            yield ListedName(name, quality, kind)


def _original_script(element: etree._Element) -> Iterator[ListedName]:
    for name in parted(text(element, "NAME_ORIGINAL_SCRIPT")):
        yield ListedName(name, kind=NameKind.ORIGINAL_SCRIPT)


def _births(element: etree._Element) -> Iterator[BirthDate | None]:
    for date in element.findall("INDIVIDUAL_DATE_OF_BIRTH"):
        said = text(date, "DATE") or text(date, "YEAR") or text(date, "FROM_YEAR")
        circa = text(date, "TYPE_OF_DATE").upper() == "APPROXIMATELY"
        yield birth(said, until=text(date, "TO_YEAR"), circa=circa)
    for alias in element.findall("INDIVIDUAL_ALIAS"):
        yield birth(text(alias, "DATE_OF_BIRTH"))
