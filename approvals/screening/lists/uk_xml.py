"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, XML.

It is the only list of the United Kingdom since that of OFSI ended in January 2026; `ofsi:` keys lead back to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from approvals.screening.lists.record import (
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
from approvals.screening.lists.xml_stream import bare, changed_format, elements, text, texts

KINDS = {"individual": ListedKind.PERSON, "entity": ListedKind.ORGANISATION, "ship": ListedKind.VESSEL}
GIVEN_NAMES_FIRST = (1, 2, 3, 4, 5, 6)
"""Name 6 is the family name, or the whole name of an entity."""
NUMBERS = (
    # what it is, the path of its element, of the number in it
    ("passport", "Passport", "PassportNumber"),
    ("national identifier", "NationalIdentifier", "NationalIdentifierNumber"),
    ("business registration", "BusinessRegistrationNumbers", "BusinessRegistrationNumber"),
    ("IMO of a vessel", "IMONumbers", "IMONumber"),
)


def read(stream: IO[bytes]) -> Entries:
    """Yield the designations; return the day the file was generated."""
    dated_on = None
    for element in elements(stream, root="Designations", tags=("DateGenerated", "Designation")):
        if bare(element) == "DateGenerated":
            dated_on = day(element.text)
        else:
            yield _entry(element)
    return dated_on


def _entry(element: etree._Element) -> Listed:
    key, known_as = text(element, "UniqueID"), names(primary_first(_names(element)))
    if not key or not known_as:
        raise changed_format(element, "UniqueID or no Name6")
    born = births(birth(date) for date in texts(element, ".//DOB"))
    places = (".//AddressCountry", ".//Nationality", ".//CountryOfBirth", ".//CurrentBelievedFlagOfShip")
    return Listed(
        key=key,
        source="",
        kind=KINDS.get(text(element, "IndividualEntityShip").lower(), ListedKind.UNKNOWN),
        names=known_as,
        birth_years=years(born),
        countries=countries(country for place in places for country in texts(element, place)),
        programmes=unique([text(element, "RegimeName")]),
        reference=key,
        listed_on=day(text(element, "DateDesignated")),
        birth_dates=born,
        identifiers=identifiers(_identifiers(element)),
        other_keys=keys_elsewhere(ofsi=text(element, "OFSIGroupID"), un=text(element, "UNReferenceNumber")),
        updated_on=day(text(element, "LastUpdated")),
    )


def keys_elsewhere(**numbers: str) -> tuple[str, ...]:
    """Return the numbers that are given as keys on other lists, such as `ofsi:12703`."""
    return tuple(f"{name}:{number}" for name, number in sorted(numbers.items()) if number)


def _names(element: etree._Element) -> Iterator[ListedName]:
    for name in element.findall("Names/Name"):
        whole = tidy(" ".join(text(name, f"Name{number}") for number in GIVEN_NAMES_FIRST))
        yield name_of(whole, text(name, "NameType"), text(name, "AliasStrength"))
    for original in texts(element, "NonLatinNames/NonLatinName/NameNonLatinScript"):
        yield ListedName(original, kind=NameKind.ORIGINAL_SCRIPT)


def name_of(whole: str, name_type: str, strength: str) -> ListedName:
    """Return the name with what the list says of it; the list spells its own words in several ways."""
    quality = NameQuality.LOW if "low" in strength.lower() else NameQuality.GOOD
    kind = NameKind.PRIMARY if name_type.lower() == "primary name" else NameKind.ALIAS
    return ListedName(whole, quality, kind)


def primary_first(known_as: Iterator[ListedName]) -> list[ListedName]:
    """Return the names with the primary ones in front."""
    return sorted(known_as, key=lambda name: name.kind is not NameKind.PRIMARY)


def _identifiers(element: etree._Element) -> Iterator[Identifier | None]:
    for what, holder, number in NUMBERS:
        for document in element.findall(f".//{holder}"):
            for found in texts(document, number):
                yield identifier(what, found)
