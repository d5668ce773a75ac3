"""The UK Sanctions List of the Foreign, Commonwealth and Development Office, CSV: a row for each name and address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import IO

from approvals.errors import SourceUnavailable
from approvals.screening.lists.record import Entries, Listed, ListedKind, ListedName, NameKind
from approvals.screening.lists.tables import Row, grouped, rows, text_of
from approvals.screening.lists.uk_xml import GIVEN_NAMES_FIRST, KINDS, keys_elsewhere, name_of, primary_first
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

KEY = "Unique ID"
NEEDED = (
    KEY, "OFSI Group ID", "UN Reference Number", "Name 6", "Name 1", "Name type", "Alias strength",
    "Name non-latin script", "Regime Name", "Designation Type", "Date Designated", "Last Updated", "D.O.B",
    "Nationality(/ies)", "Address Country",
)  # fmt: skip
PLACES = ("Address Country", "Nationality(/ies)", "Country of birth", "Current believed flag of ship")
NUMBERS = (
    ("passport", "Passport number"),
    ("national identifier", "National Identifier number"),
    ("business registration", "Business registration number (s)"),
    ("IMO of a vessel", "IMO number"),
)


def read(stream: IO[bytes]) -> Entries:
    """Yield the designations; return the date of the report, which stands on the first line."""
    dated_on, lines_before = _report_date(stream)
    for key, about in grouped(lambda: _rows(stream, lines_before), KEY):
        yield _entry(key, about)
    return dated_on


def _report_date(stream: IO[bytes]) -> tuple[date | None, int]:
    """Return the date of the report, None if there is none, and how many lines stand before the header."""
    stream.seek(0)
    with text_of(stream) as text:
        first = text.readline(1_000)
    label, colon, said = first.partition(":")
    if "report date" not in label.lower():
        return None, 0
    return day(said.strip().strip('",')) if colon else None, 1


def _rows(stream: IO[bytes], lines_before: int) -> Iterator[Row]:
    stream.seek(0)
    return rows(stream, needed=NEEDED, lines_before=lines_before)


def _entry(key: str, about: list[Row]) -> Listed:
    first, known_as = about[0], names(primary_first(_names(about)))
    if not known_as:
        raise SourceUnavailable(f"the entry {key} on line {first.line} has no Name 6.")
    born = births(birth(row["D.O.B"]) for row in about)
    updates = [found for row in about if (found := day(row["Last Updated"]))]
    return Listed(
        key=key,
        source="",
        kind=KINDS.get(first["Designation Type"].lower(), ListedKind.UNKNOWN),
        names=known_as,
        birth_years=years(born),
        countries=countries(row[column] for row in about for column in PLACES),
        programmes=unique(row["Regime Name"] for row in about),
        reference=key,
        listed_on=day(first["Date Designated"]),
        birth_dates=born,
        identifiers=identifiers(identifier(what, row[column]) for row in about for what, column in NUMBERS),
        other_keys=keys_elsewhere(ofsi=first["OFSI Group ID"], un=first["UN Reference Number"]),
        updated_on=max(updates, default=None),
    )


def _names(about: list[Row]) -> Iterator[ListedName]:
    for row in about:
        whole = tidy(" ".join(row[f"Name {number}"] for number in GIVEN_NAMES_FIRST))
        yield name_of(whole, row["Name type"], row["Alias strength"])
        yield ListedName(row["Name non-latin script"], kind=NameKind.ORIGINAL_SCRIPT)
