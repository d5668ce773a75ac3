"""The lists of OFAC as its set of four CSV files: entries, aliases, addresses, and remarks that go on.

The files have no header and are joined by number; aliases, addresses and further remarks are small and kept in memory
meanwhile. The set bears no date, and says which aliases are weak only in the remarks, between quotation marks.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from approvals.errors import SourceUnavailable
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
    identifier,
    identifiers,
    names,
    parted,
    unique,
    years,
)

MAIN, ALIASES, ADDRESSES, COMMENTS = ("sdn.csv", "cons_prim.csv"), ("alt.csv",), ("add.csv",), ("comments.csv",)
FILES = (*MAIN, *ALIASES, *ADDRESSES, *COMMENTS)
COLUMNS = {MAIN: 12, ALIASES: 5, ADDRESSES: 6, COMMENTS: 2}
LARGEST_TABLE_BYTES = 200_000_000
KINDS = {
    "individual": ListedKind.PERSON,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.VESSEL,
    "": ListedKind.ORGANISATION,
}
ALIAS_KINDS = {"aka": NameKind.ALIAS, "fka": NameKind.FORMER, "nka": NameKind.ALIAS}

_BORN = re.compile(r"(?:alt\. )?DOB (.+)")
_WEAK = re.compile(r"(?:alt\. )?([afn])\.k\.a\. ['\"](.+)['\"]\.?")
_COUNTRY = re.compile(r"(?:alt\. )?(?:nationality|citizen) (.+)")
_NUMBER = re.compile(
    r"(?:alt\. )?(?P<what>Passport|National ID No\.|Identification Number|Cedula No\.|SSN|Tax ID No\.|NIT #|R\.F\.C\."
    r"|RUC #|C\.U\.R\.P\.|C\.U\.I\.T\.|D\.N\.I\.|V\.A\.T\. Number|Registration (?:Number|ID)|Company Number"
    r"|Business Registration Number|Commercial Registry Number|Matricula Mercantil No|Folio Mercantil No\."
    r"|C\.R\. No\.|Public Registration Number|Vessel Registration Identification|MMSI|SWIFT/BIC)\s+"
    r"(?P<number>[^(;]*[^(;\s.])\s*(?:\((?P<country>[^)]*)\))?"
)

Rows = dict[str, list[list[str]]]


def read(stream: IO[bytes]) -> Entries:
    """Yield the entries of the set, which comes as a zip; return None, as the set bears no date."""
    try:
        with zipfile.ZipFile(stream) as archive:
            aliases, addresses, comments = (_by_number(archive, part) for part in (ALIASES, ADDRESSES, COMMENTS))
            for row in _rows(archive, MAIN):
                remarks = row[11] + "".join(comment[1] for comment in comments[row[0]])
                yield _entry(row, remarks, aliases[row[0]], addresses[row[0]])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        # zipfile has no family of errors: an encrypted archive is a RuntimeError, an unknown packing another
        raise SourceUnavailable(
            "it is neither a folder nor a sound, open zip with sdn.csv, alt.csv, add.csv and sdn_comments.csv."
        ) from exc
    return None


def _by_number(archive: zipfile.ZipFile, endings: tuple[str, ...]) -> Rows:
    grouped: Rows = defaultdict(list)
    for row in _rows(archive, endings):
        grouped[row[0]].append(row)
    return grouped


def _rows(archive: zipfile.ZipFile, endings: tuple[str, ...]) -> Iterator[list[str]]:
    columns = COLUMNS[endings]
    name = next((name for name in archive.namelist() if name.lower().endswith(endings)), None)
    if name is None:
        raise SourceUnavailable(f"{' or '.join(endings)} is missing from the set.")
    with _text_of(archive, name) as text:
        for number, row in enumerate(csv.reader(text), start=1):
            if row and row != ["\x1a"]:  # the mark by which such files ended under DOS
                if len(row) != columns:
                    raise SourceUnavailable(f"row {number} of {name} has {len(row)} cells instead of {columns}.")
                yield [_cell(cell) for cell in row]


@contextmanager
def _text_of(archive: zipfile.ZipFile, name: str) -> Iterator[io.TextIOWrapper]:
    if archive.getinfo(name).file_size > LARGEST_TABLE_BYTES:
        raise SourceUnavailable(f"{name} grows beyond {LARGEST_TABLE_BYTES // 1_000_000} MB when unpacked.")
    try:
        with archive.open(name) as packed, io.TextIOWrapper(packed, encoding="utf-8-sig", newline="") as text:
            yield text
    except (UnicodeDecodeError, csv.Error) as exc:
        raise SourceUnavailable(f"{name} is not readable as a table ({exc}).") from exc


def _cell(text: str) -> str:
    text = text.strip().rstrip("\x1a")
    return "" if text == "-0-" else text


def _entry(row: list[str], remarks: str, aliases: list[list[str]], addresses: list[list[str]]) -> Listed:
    key, name, kind_text, programme = row[0], row[1], row[2].lower(), row[3]
    kind = KINDS.get(kind_text, ListedKind.UNKNOWN)
    said = parted(remarks)
    known_as = names([ListedName(given_first(name, kind)), *_aliases(aliases, kind), *_weak_names(said)])
    if not key or not known_as:
        raise SourceUnavailable(f"an entry «{key or name}» has no number or no name; the format has changed.")
    born = births(birth(found[1].rstrip(".")) for part in said if (found := _BORN.match(part)))
    homes = (found[1].rstrip(".") for part in said if (found := _COUNTRY.match(part)))
    return Listed(
        key=key,
        source="",
        kind=kind,
        names=known_as,
        birth_years=years(born),
        countries=countries([*(address[4] for address in addresses), *homes]),
        programmes=unique(parted(programme.replace("] [", ";").strip("[]"))),
        reference=key,
        birth_dates=born,
        identifiers=identifiers(_identifiers(said)),
    )


def _aliases(aliases: list[list[str]], kind: ListedKind) -> Iterator[ListedName]:
    for alias in aliases:
        yield ListedName(given_first(alias[3], kind), kind=ALIAS_KINDS.get(alias[2].lower(), NameKind.ALIAS))


def _weak_names(said: list[str]) -> Iterator[ListedName]:
    for part in said:
        if found := _WEAK.fullmatch(part):
            yield ListedName(found[2], NameQuality.LOW, NameKind.FORMER if found[1] == "f" else NameKind.ALIAS)


def _identifiers(said: list[str]) -> Iterator[Identifier | None]:
    for part in said:
        if found := _NUMBER.match(part):
            yield identifier(found["what"], found["number"], found["country"])


def given_first(name: str, kind: ListedKind) -> str:
    """Return «FAMILY, Given» as «Given FAMILY» for persons, other names as they are."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and kind is ListedKind.PERSON else name
