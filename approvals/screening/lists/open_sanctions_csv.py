"""OpenSanctions' `targets.simple.csv`. Mind its licence: free of charge for non-commercial use only."""

from __future__ import annotations

from typing import IO

from approvals.errors import SourceUnavailable
from approvals.screening.lists.record import (
    Entries,
    Identifier,
    IdentifierKind,
    Listed,
    ListedKind,
    ListedName,
    NameKind,
)
from approvals.screening.lists.tables import Row, rows
from approvals.screening.lists.values import birth, births, countries, day, names, parted, unique, years

NEEDED = ("id", "schema", "name", "aliases", "birth_date", "countries")
KINDS = {
    "Person": ListedKind.PERSON,
    "Company": ListedKind.ORGANISATION,
    "Organization": ListedKind.ORGANISATION,
    "PublicBody": ListedKind.ORGANISATION,
    "Vessel": ListedKind.VESSEL,
    "Airplane": ListedKind.VESSEL,
}
"""OpenSanctions' own names; a `LegalEntity` may be either, and is compared with both."""


def read(stream: IO[bytes]) -> Entries:
    """Yield the targets that have a name; return the day the newest of them was last seen."""
    last_seen = ""
    for row in rows(stream, needed=NEEDED):
        last_seen = max(last_seen, row["last_seen"])
        if row["name"]:
            yield _entry(row)
    return day(last_seen)


def _entry(row: Row) -> Listed:
    if not row["id"]:
        raise SourceUnavailable(f"line {row.line} has no id.")
    born = births(birth(date) for date in parted(row["birth_date"]))
    aliases = (ListedName(alias, kind=NameKind.ALIAS) for alias in _cells(row["aliases"]))
    return Listed(
        key=row["id"],
        source="",
        kind=KINDS.get(row["schema"], ListedKind.UNKNOWN),
        names=names([ListedName(row["name"]), *aliases]),
        birth_years=years(born),
        countries=countries(parted(row["countries"])),
        programmes=unique(parted(row["program_ids"]) or [row["dataset"]]),
        reference=row["id"],
        listed_on=day(row["first_seen"]),
        birth_dates=born,
        identifiers=tuple(
            Identifier(IdentifierKind.OTHER, number) for number in sorted(set(_cells(row["identifiers"])))
        ),
        updated_on=day(row["last_change"]),
    )


def _cells(cell: str) -> list[str]:
    """Return the values of a cell, which are parted by semicolons, with those that hold one between quotes."""
    values, inside, quoted = [""], cell, False
    for character in inside:
        if character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            values.append("")
        else:
            values[-1] += character
    return [value.strip() for value in values if value.strip()]
