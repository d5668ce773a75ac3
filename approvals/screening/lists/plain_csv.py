"""A list of one's own, or any list without a format of its own, as a plain table."""

from __future__ import annotations

from typing import IO

from approvals.errors import SourceUnavailable
from approvals.screening.lists.record import Entries, Listed, ListedKind, ListedName, NameKind, NameQuality
from approvals.screening.lists.tables import Row, header_of, rows
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

NEEDED = ("key", "name")
COLUMNS = (
    *NEEDED, "kind", "aliases", "weak_aliases", "former_names", "birth_years", "countries", "programme", "reference",
    "listed_on", "updated_on", "ends_on", "passports", "registrations", "other_keys",
)  # fmt: skip
KINDS = {
    "": ListedKind.UNKNOWN,
    "person": ListedKind.PERSON,
    "organisation": ListedKind.ORGANISATION,
    "organization": ListedKind.ORGANISATION,
    "vessel": ListedKind.VESSEL,
    "unknown": ListedKind.UNKNOWN,
}
NAMES = (
    ("aliases", NameQuality.GOOD, NameKind.ALIAS),
    ("former_names", NameQuality.GOOD, NameKind.FORMER),
    ("weak_aliases", NameQuality.LOW, NameKind.ALIAS),
)


def read(stream: IO[bytes]) -> Entries:
    """Yield the entries; return None, as the table bears no date.

    Columns key and name, and as wanted the others of `COLUMNS`. Several values of one cell are parted by semicolons,
    days are written YYYY-MM-DD, the file is UTF-8. A column of another name is refused: it may be a name misspelt.
    """
    _refuse_unknown_columns(stream)
    for row in rows(stream, needed=NEEDED):
        yield _entry(row)
    return None


def _refuse_unknown_columns(stream: IO[bytes]) -> None:
    header = header_of(stream, needed=NEEDED)
    unknown = [name for name in header if name.strip().lower() not in COLUMNS]
    if unknown:
        raise SourceUnavailable(
            f"nobody knows the columns {', '.join(name.strip()[:40] or '«»' for name in unknown)}; rename them "
            f"or take them out. Known are {', '.join(COLUMNS)}."
        )


def _entry(row: Row) -> Listed:
    kind = row["kind"].lower()
    if kind not in KINDS:
        raise SourceUnavailable(f"line {row.line} has kind «{kind}»; use person, organisation or vessel.")
    if not row["key"] or not row["name"]:
        raise SourceUnavailable(f"line {row.line} has no key or no name.")
    others = (ListedName(text, quality, of) for column, quality, of in NAMES for text in parted(row[column]))
    born = births(birth(date) for date in parted(row["birth_years"]))
    numbers = [identifier("passport", number) for number in parted(row["passports"])]
    numbers += [identifier("registration", number) for number in parted(row["registrations"])]
    return Listed(
        key=row["key"],
        source="",
        kind=KINDS[kind],
        names=names([ListedName(row["name"]), *others]),
        birth_years=years(born),
        countries=countries(parted(row["countries"])),
        programmes=unique(parted(row["programme"])),
        reference=row["reference"],
        listed_on=day(row["listed_on"]),
        birth_dates=born,
        identifiers=identifiers(numbers),
        other_keys=unique(parted(row["other_keys"])),
        updated_on=day(row["updated_on"]),
        ends_on=day(row["ends_on"]),
    )
