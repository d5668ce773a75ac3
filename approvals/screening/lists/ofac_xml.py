"""The lists of OFAC in the classic XML (`sdn.xml`, `consolidated.xml`), which marks weak aliases.

It has been published under two namespaces; neither is asked for.
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
    unique,
    years,
)
from approvals.screening.lists.xml_stream import bare, changed_format, elements, text, texts

KINDS = {
    "individual": ListedKind.PERSON,
    "entity": ListedKind.ORGANISATION,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.VESSEL,
}
NO_NUMBERS = ("gender", "website", "email", "executive order", "sanctions", "determination", "information", "date",
              "nationality", "linked to", "phone", "caatsa", "type", "transactions")  # fmt: skip
"""Words of what OFAC keeps among the numbers, though it is none."""


def read(stream: IO[bytes]) -> Entries:
    """Yield the entries; return the day of publication."""
    dated_on = None
    for element in elements(stream, root="sdnList", tags=("publshInformation", "sdnEntry")):
        if bare(element) == "publshInformation":
            dated_on = day(text(element, "Publish_Date"), ["%m/%d/%Y"])
        else:
            yield _entry(element)
    return dated_on


def _entry(element: etree._Element) -> Listed:
    key, primary = text(element, "uid"), _name(element)
    if not key or not primary:
        raise changed_format(element, "uid or no lastName")
    born = births(birth(date) for date in texts(element, "dateOfBirthList/dateOfBirthItem/dateOfBirth"))
    places = ("addressList/address", "nationalityList/nationality", "citizenshipList/citizenship")
    return Listed(
        key=key,
        source="",
        kind=KINDS.get(text(element, "sdnType").lower(), ListedKind.UNKNOWN),
        names=names([ListedName(primary), *_aliases(element)]),
        birth_years=years(born),
        countries=countries(country for place in places for country in texts(element, f"{place}/country")),
        programmes=unique(texts(element, "programList/program")),
        reference=key,
        birth_dates=born,
        identifiers=identifiers(_identifiers(element)),
    )


def _name(element: etree._Element) -> str:
    return f"{text(element, 'firstName')} {text(element, 'lastName')}".strip()


def _aliases(element: etree._Element) -> Iterator[ListedName]:
    for alias in element.findall("akaList/aka"):
        quality = NameQuality.LOW if text(alias, "category").lower() == "weak" else NameQuality.GOOD
        kind = NameKind.FORMER if text(alias, "type").lower().startswith("f") else NameKind.ALIAS
        yield ListedName(_name(alias), quality, kind)


def _identifiers(element: etree._Element) -> Iterator[Identifier | None]:
    for document in element.findall("idList/id"):
        described = text(document, "idType")
        if not any(word in described.lower() for word in NO_NUMBERS):
            yield identifier(described, text(document, "idNumber"), text(document, "idCountry"))
    yield identifier("MMSI of a vessel", text(element, "vesselInfo/mmsi"))
