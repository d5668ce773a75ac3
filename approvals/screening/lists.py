"""Reading the lists of names we screen against, whatever their format, into one shape of record.

Each authority publishes in its own format; `FORMATS` names those we read. A file that cannot be trusted whole is
refused whole, with one sentence that says why: screening against half a list would look like screening.
XML is read as a stream, without entities, DTDs or network.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from lxml import etree

from approvals.errors import SourceUnavailable
from approvals.screening.countries import country_code


class NameQuality(StrEnum):
    """How good the authority calls a name. A low-quality alias («Ahmed») is never reason enough by itself."""

    GOOD = "good"
    LOW = "low"


class NameKind(StrEnum):
    """What a name is to its bearer."""

    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"
    ORIGINAL_SCRIPT = "original_script"


class ListedKind(StrEnum):
    """What is listed. `UNKNOWN` may be anything, and is compared with persons and organisations alike."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ListedName:
    """One name of a listed person or organisation, in the authority's spelling."""

    text: str
    quality: NameQuality = NameQuality.GOOD
    kind: NameKind = NameKind.PRIMARY


@dataclass(frozen=True)
class Listed:
    """A listed person, organisation or vessel.

    `key` is the authority's stable key, `reference` the number people quote, empty if there is none. `countries`
    are two-letter codes; a country we do not know by its name is left out, never guessed.
    """

    key: str
    source: str
    kind: ListedKind
    names: tuple[ListedName, ...]
    birth_years: tuple[int, ...] = ()
    countries: tuple[str, ...] = ()
    programme: str = ""
    reference: str = ""
    listed_on: date | None = None

    @property
    def caption(self) -> str:
        """The name the authority puts first."""
        return self.names[0].text

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as plain values that JSON can hold; `from_dict` reads them back."""
        return asdict(self) | {"listed_on": self.listed_on.isoformat() if self.listed_on else None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Listed:
        """Return the entry that `as_dict` wrote."""
        return cls(
            key=values["key"],
            source=values["source"],
            kind=ListedKind(values["kind"]),
            names=tuple(
                ListedName(name["text"], NameQuality(name["quality"]), NameKind(name["kind"]))
                for name in values["names"]
            ),
            birth_years=tuple(values.get("birth_years", ())),
            countries=tuple(values.get("countries", ())),
            programme=values.get("programme", ""),
            reference=values.get("reference", ""),
            listed_on=_day(values.get("listed_on")),
        )


@dataclass(frozen=True)
class ImportedList:
    """One version of a list as received. `dated_on` is the authority's own date, None if the file bears none."""

    source: str
    title: str
    dated_on: date | None
    sha256: str
    entries: tuple[Listed, ...]


@dataclass(frozen=True)
class _Content:
    """What a reader finds in a file; its entries bear no source yet."""

    dated_on: date | None
    entries: list[Listed]


@dataclass(frozen=True)
class ListFormat:
    """A format we read: its usual list, and its reader."""

    source: str
    title: str
    read: Callable[[IO[bytes]], _Content]
    files: tuple[str, ...] = ()
    """The list is a folder, or a zip, with files of these endings."""


def read_list(
    list_format: str,
    file: Path | IO[bytes],
    *,
    source: str | None = None,
    title: str | None = None,
    dated_on: date | None = None,
) -> ImportedList:
    """Return the list in `file`, a path or an open binary stream, written in `list_format`, a key of `FORMATS`.

    `source` (the short name stored with every hit), `title` and `dated_on` replace what the format itself says.
    Raises `SourceUnavailable`, in one sentence, if the file is missing, damaged, not of that format, empty, unsafe
    to read, or names an entry twice.
    """
    if list_format not in FORMATS:
        raise SourceUnavailable(f"There is no list format «{list_format}»; known are {', '.join(sorted(FORMATS))}.")
    chosen = FORMATS[list_format]
    title = title or chosen.title
    try:
        with _opened(file, chosen) as stream:
            digest = _digest(stream)
            stream.seek(0)
            content = chosen.read(stream)
    except SourceUnavailable as exc:
        raise SourceUnavailable(f"The list «{title}» was not imported: {exc}") from exc
    except OSError as exc:
        raise SourceUnavailable(f"The list «{title}» cannot be read: {exc.strerror or exc}.") from exc
    name = source or chosen.source
    entries = tuple(replace(entry, source=name) for entry in content.entries)
    _refuse_unless_whole(title, entries)
    return ImportedList(name, title, dated_on or content.dated_on, digest, entries)


def check_shrinkage(title: str, *, before: int, now: int, largest_share: float) -> None:
    """Raise `SourceUnavailable` if the list lost more than `largest_share` (0 to 1) of its `before` entries.

    Published lists do lose parts by mistake; the version before stays in force until a person has looked.
    """
    if before and (before - now) / before > largest_share:
        raise SourceUnavailable(
            f"The list «{title}» fell from {before} to {now} entries, more than {largest_share:.0%} at once; "
            "the version before stays in force. Look at the file, and import it by hand if it is right."
        )


def _refuse_unless_whole(title: str, entries: tuple[Listed, ...]) -> None:
    if not entries:
        raise SourceUnavailable(f"The list «{title}» was not imported: the file holds no entry.")
    seen = set[str]()
    for entry in entries:
        if entry.key in seen:
            raise SourceUnavailable(
                f"The list «{title}» was not imported: entry {entry.key} stands in it twice; "
                "ask the publisher for a sound file."
            )
        seen.add(entry.key)


# Opening ----------------------------------------------------------------------------------------------------


def _opened(file: Path | IO[bytes], chosen: ListFormat) -> AbstractContextManager[IO[bytes]]:
    if isinstance(file, Path):
        return _zipped(file, chosen.files) if file.is_dir() else file.open("rb")
    return nullcontext(file) if file.seekable() else _spooled(file)


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _spooled(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """A stream that cannot be read twice, kept in a file meanwhile."""
    with tempfile.TemporaryFile() as kept:
        while chunk := stream.read(1 << 20):
            kept.write(chunk)
        kept.seek(0)
        yield kept


@contextmanager
def _zipped(folder: Path, endings: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """The files of a folder as one zip in memory, equal bytes for equal files."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for path in sorted(folder.iterdir()):
            if path.name.lower().endswith(endings):
                archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
    kept.seek(0)
    yield kept


# Texts, days and years --------------------------------------------------------------------------------------

_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def _day(value: object) -> date | None:
    """Return the day an ISO date or time begins with; None if there is none."""
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _years(*texts: str | None) -> tuple[int, ...]:
    return tuple(sorted({int(year) for text in texts if text for year in _YEAR.findall(text)}))


def _countries(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({code for name in names if name and (code := country_code(name))}))


def _parted(text: str | None, mark: str = ";") -> list[str]:
    return [part for part in (piece.strip() for piece in (text or "").split(mark)) if part]


def _unique(names: Iterable[ListedName]) -> tuple[ListedName, ...]:
    """Return the names without repetitions, the first spelling with its quality kept."""
    kept: dict[str, ListedName] = {}
    for name in names:
        if name.text:
            kept.setdefault(name.text, name)
    return tuple(kept.values())


# United Nations Security Council, XML -----------------------------------------------------------------------

_UN_KINDS = {"INDIVIDUAL": ListedKind.PERSON, "ENTITY": ListedKind.ORGANISATION}


def _read_un(stream: IO[bytes]) -> _Content:
    dated_on, entries = None, []
    for element in _elements(stream, root="CONSOLIDATED_LIST", tags=tuple(_UN_KINDS)):
        if dated_on is None:
            dated_on = _day(element.getroottree().getroot().get("dateGenerated"))
        entries.append(_un_entry(element))
    return _Content(dated_on, entries)


def _elements(stream: IO[bytes], *, root: str, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yield each element of `tags` when it is complete, and forget it afterwards."""
    walk = etree.iterparse(
        stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        first = True
        for event, element in walk:
            if first:
                _refuse_foreign_root(element, root)
                first = False
            if event == "end" and element.tag in tags:
                yield element
                element.clear(keep_tail=False)
                while (before := element.getprevious()) is not None and (parent := before.getparent()) is not None:
                    parent.remove(before)
    except etree.XMLSyntaxError as exc:
        raise SourceUnavailable(
            f"the XML breaks off or is damaged near line {exc.lineno}; fetch the file again."
        ) from exc


def _refuse_foreign_root(element: etree._Element, root: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise SourceUnavailable("it declares a document type with entities, which no published list does.")
    if element.tag != root:
        raise SourceUnavailable(f"it begins with <{str(element.tag)[:60]}>, not with <{root}>; is it another list?")


def _un_entry(element: etree._Element) -> Listed:
    tag = str(element.tag)
    key = _text(element, "DATAID")
    primary = " ".join(
        part for order in ("FIRST", "SECOND", "THIRD", "FOURTH") if (part := _text(element, f"{order}_NAME"))
    )
    if not key or not primary:
        raise SourceUnavailable(
            f"the {tag.lower()} near line {element.sourceline} has no DATAID or no FIRST_NAME; "
            "the format has changed."
        )
    births = element.findall("INDIVIDUAL_DATE_OF_BIRTH")
    places = [
        *element.findall(f"{tag}_ADDRESS"),
        *element.findall("INDIVIDUAL_PLACE_OF_BIRTH"),
    ]
    return Listed(
        key=key,
        source="",
        kind=_UN_KINDS[tag],
        names=_unique([ListedName(primary), *_un_aliases(element, tag)]),
        birth_years=_years(
            *(_text(birth, part) for birth in births for part in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR"))
        ),
        countries=_countries(
            [value.text for value in element.findall("NATIONALITY/VALUE")]
            + [_text(place, "COUNTRY") for place in places]
        ),
        programme=_text(element, "UN_LIST_TYPE"),
        reference=_text(element, "REFERENCE_NUMBER"),
        listed_on=_day(_text(element, "LISTED_ON")),
    )


def _un_aliases(element: etree._Element, tag: str) -> Iterator[ListedName]:
    for alias in element.findall(f"{tag}_ALIAS"):
        mark = _text(alias, "QUALITY").lower()
        quality = NameQuality.LOW if mark == "low" else NameQuality.GOOD
        kind = NameKind.FORMER if mark.startswith("f") else NameKind.ALIAS
        for text in _parted(_text(alias, "ALIAS_NAME")):
            yield ListedName(text, quality, kind)
    original = _text(element, "NAME_ORIGINAL_SCRIPT")
    for text in _parted(original):
        yield ListedName(text, NameQuality.GOOD, NameKind.ORIGINAL_SCRIPT)


def _text(element: etree._Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


# Comma-separated tables -------------------------------------------------------------------------------------

_PLAIN_COLUMNS = frozenset({"key", "name"})
_PLAIN_KINDS = {
    "": ListedKind.UNKNOWN,
    "person": ListedKind.PERSON,
    "organisation": ListedKind.ORGANISATION,
    "organization": ListedKind.ORGANISATION,
    "vessel": ListedKind.VESSEL,
    "unknown": ListedKind.UNKNOWN,
}


def _read_plain(stream: IO[bytes]) -> _Content:
    """A table of one's own: columns key, name and, as wanted, kind (person, organisation, vessel), aliases,
    weak_aliases, birth_years, countries, programme, reference, listed_on (YYYY-MM-DD). Several values of one cell
    are parted by semicolons; the file is UTF-8.
    """
    return _Content(None, [_plain_entry(line, row) for line, row in _rows(stream, _PLAIN_COLUMNS)])


def _plain_entry(line: int, row: dict[str, str]) -> Listed:
    kind = row.get("kind", "").strip().lower()
    if kind not in _PLAIN_KINDS:
        raise SourceUnavailable(f"line {line} has kind «{kind}»; use person, organisation or vessel.")
    key, name = row["key"].strip(), row["name"].strip()
    if not key or not name:
        raise SourceUnavailable(f"line {line} has no key or no name.")
    weak = (ListedName(text, NameQuality.LOW, NameKind.ALIAS) for text in _parted(row.get("weak_aliases")))
    good = (ListedName(text, NameQuality.GOOD, NameKind.ALIAS) for text in _parted(row.get("aliases")))
    return Listed(
        key=key,
        source="",
        kind=_PLAIN_KINDS[kind],
        names=_unique([ListedName(name), *good, *weak]),
        birth_years=_years(row.get("birth_years")),
        countries=_countries(_parted(row.get("countries"))),
        programme=row.get("programme", "").strip(),
        reference=row.get("reference", "").strip(),
        listed_on=_day(row.get("listed_on")),
    )


_OPEN_SANCTIONS_COLUMNS = frozenset({"id", "schema", "name", "aliases", "birth_date", "countries"})
_OPEN_SANCTIONS_KINDS = {
    "Person": ListedKind.PERSON,
    "Company": ListedKind.ORGANISATION,
    "Organization": ListedKind.ORGANISATION,
    "PublicBody": ListedKind.ORGANISATION,
    "Vessel": ListedKind.VESSEL,
    "Airplane": ListedKind.VESSEL,
}


def _read_open_sanctions(stream: IO[bytes]) -> _Content:
    """OpenSanctions' targets.simple.csv. Note its licence: free of charge for non-commercial use only."""
    rows = list(_rows(stream, _OPEN_SANCTIONS_COLUMNS))
    entries = [
        Listed(
            key=row["id"],
            source="",
            kind=_OPEN_SANCTIONS_KINDS.get(row["schema"], ListedKind.UNKNOWN),
            names=_unique(
                [ListedName(row["name"]), *(ListedName(a, kind=NameKind.ALIAS) for a in _parted(row["aliases"]))]
            ),
            birth_years=_years(row["birth_date"]),
            countries=_countries(_parted(row["countries"])),
            programme=row.get("dataset", ""),
            reference=row["id"],
            listed_on=_day(row.get("first_seen")),
        )
        for _, row in rows
        if row["name"]
    ]
    newest = max((row.get("last_seen", "") for _, row in rows), default="")
    return _Content(_day(newest), entries)


def _rows(stream: IO[bytes], needed: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and row of a table with a header that has at least the columns `needed`."""
    reader = csv.DictReader(io.TextIOWrapper(_uncloseable(stream), encoding="utf-8-sig", newline=""), strict=True)
    try:
        missing = needed - set(reader.fieldnames or ())
        if missing:
            raise SourceUnavailable(f"the columns {', '.join(sorted(missing))} are missing; were they renamed?")
        for row in reader:
            if None in row or None in row.values():
                raise SourceUnavailable(f"line {reader.line_num} has not as many cells as the header.")
            yield reader.line_num, row
    except UnicodeDecodeError as exc:
        raise SourceUnavailable("it is not text in UTF-8; save it as UTF-8 and try again.") from exc
    except csv.Error as exc:
        raise SourceUnavailable(f"line {reader.line_num} is not readable as a table ({exc}).") from exc


def _uncloseable(stream: IO[bytes]) -> io.BytesIO:
    """A copy, because a text wrapper closes what it wraps."""
    return io.BytesIO(stream.read())


# OFAC, the set of CSV files ---------------------------------------------------------------------------------

_OFAC_FILES = ("sdn.csv", "alt.csv", "add.csv", "comments.csv", "cons_prim.csv")
_OFAC_NULL = "-0-"
_OFAC_KINDS = {
    "individual": ListedKind.PERSON,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.VESSEL,
    "": ListedKind.ORGANISATION,
}
_OFAC_ALIASES = {"aka": NameKind.ALIAS, "fka": NameKind.FORMER, "nka": NameKind.ALIAS}
_OFAC_BORN = re.compile(r"\bDOB ([^;.]+)")
_OFAC_WEAK = re.compile(r"a\.k\.a\. '([^']+)'")
_OFAC_COUNTRY = re.compile(r"\b(?:nationality|citizen) ([^;.]+)")


def _read_ofac(stream: IO[bytes]) -> _Content:
    try:
        with zipfile.ZipFile(stream) as archive:
            tables = {name.lower(): _table(archive, name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        # zipfile has no family of errors: an encrypted archive is a RuntimeError, an unknown packing another
        raise SourceUnavailable(
            "it is neither a folder nor a sound, open zip with sdn.csv, alt.csv and add.csv."
        ) from exc
    main = _ending(tables, ("sdn.csv", "cons_prim.csv"), columns=12)
    aliases, addresses = (
        _by_key(_ending(tables, ("alt.csv",), columns=5)),
        _by_key(_ending(tables, ("add.csv",), 6)),
    )
    return _Content(None, [_ofac_entry(row, aliases.get(row[0], []), addresses.get(row[0], [])) for row in main])


def _table(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    if archive.getinfo(name).file_size > _LARGEST_TABLE:
        raise SourceUnavailable(f"{name} grows beyond {_LARGEST_TABLE // 1_000_000} MB when unpacked.")
    try:
        text = archive.read(name).decode("utf-8-sig").rstrip("\x1a\r\n")
        return [[_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text)) if row]
    except (UnicodeDecodeError, csv.Error) as exc:
        raise SourceUnavailable(f"{name} is not readable as a table ({exc}).") from exc


_LARGEST_TABLE = 200_000_000


def _cell(text: str) -> str:
    text = text.strip()
    return "" if text == _OFAC_NULL else text


def _ending(tables: dict[str, list[list[str]]], endings: tuple[str, ...], columns: int) -> list[list[str]]:
    for name, rows in tables.items():
        if name.endswith(endings):
            for number, row in enumerate(rows, start=1):
                if len(row) != columns:
                    raise SourceUnavailable(f"row {number} of {name} has {len(row)} cells instead of {columns}.")
            return rows
    raise SourceUnavailable(f"{' or '.join(endings)} is missing from the set.")


def _by_key(rows: list[list[str]]) -> dict[str, list[list[str]]]:
    grouped: dict[str, list[list[str]]] = {}
    for row in rows:
        grouped.setdefault(row[0], []).append(row)
    return grouped


def _ofac_entry(row: list[str], aliases: list[list[str]], addresses: list[list[str]]) -> Listed:
    key, name, kind_text, programme, remarks = row[0], row[1], row[2].lower(), row[3], row[11]
    kind = _OFAC_KINDS.get(kind_text, ListedKind.UNKNOWN)
    known = (
        ListedName(_given_first(alias[3], kind), kind=_OFAC_ALIASES.get(alias[2].lower(), NameKind.ALIAS))
        for alias in aliases
    )
    weak = (ListedName(text, NameQuality.LOW, NameKind.ALIAS) for text in _OFAC_WEAK.findall(remarks))
    names = _unique([ListedName(_given_first(name, kind)), *known, *weak])
    if not key or not names:
        raise SourceUnavailable(f"an entry «{key or name}» has no number or no name; the format has changed.")
    return Listed(
        key=key,
        source="",
        kind=kind,
        names=names,
        birth_years=_years(*_OFAC_BORN.findall(remarks)),
        countries=_countries([address[4] for address in addresses] + _OFAC_COUNTRY.findall(remarks)),
        programme=programme.replace("] [", "; ").strip("[]"),
        reference=key,
    )


def _given_first(name: str, kind: ListedKind) -> str:
    """Return «FAMILY, Given» as «Given FAMILY» for persons."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and kind is ListedKind.PERSON else name


# World Bank, JSON -------------------------------------------------------------------------------------------

_WORLD_BANK_KINDS = {"I": ListedKind.PERSON, "F": ListedKind.ORGANISATION}
_KNOWN_AS = re.compile(
    r"\(?\b(?:a\.?k\.?a\.?|f\.?k\.?a\.?|also known as|formerly(?: known as)?)\b[.:,]?", re.IGNORECASE
)
_FOOTNOTE = re.compile(r"\*\d+")


def _read_world_bank(stream: IO[bytes]) -> _Content:
    try:
        rows = json.load(stream)["response"]["ZPROCSUPP"]
        entries = [_world_bank_entry(row) for row in rows]
        refreshed = max((row.get("LAST_REFRESH_DATE") or "" for row in rows), default="")
    except UnicodeDecodeError as exc:
        raise SourceUnavailable("it is not text in UTF-8.") from exc
    except json.JSONDecodeError as exc:
        raise SourceUnavailable(f"the JSON breaks off or is damaged near line {exc.lineno}.") from exc
    except (KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise SourceUnavailable(f"it does not have the fields of the World Bank's answer ({exc}).") from exc
    return _Content(_day(refreshed), entries)


def _world_bank_entry(row: dict[str, Any]) -> Listed:
    name, *others = [
        text for part in _KNOWN_AS.split(_FOOTNOTE.sub("", row["SUPP_NAME"])) for text in _parted(part.strip(" ,()"))
    ] or [""]
    if not name or not row["SUPP_ID"]:
        raise SourceUnavailable("an entry has no SUPP_ID or no SUPP_NAME; the format has changed.")
    return Listed(
        key=str(row["SUPP_ID"]),
        source="",
        kind=_WORLD_BANK_KINDS.get(row["SUPP_TYPE_CODE"], ListedKind.UNKNOWN),
        names=_unique([ListedName(name), *(ListedName(other, kind=NameKind.ALIAS) for other in others)]),
        countries=_countries([row["COUNTRY_NAME"]]),
        programme=row["DEBAR_REASON"] or "",
        reference=str(row["SUPP_ID"]),
        listed_on=_day(row["DEBAR_FROM_DATE"]),
    )


FORMATS: dict[str, ListFormat] = {
    "un_xml": ListFormat("un_sc", "United Nations Security Council Consolidated List", _read_un),
    "plain_csv": ListFormat("own", "The organisation's own list", _read_plain),
    "ofac_csv": ListFormat("ofac_sdn", "OFAC Specially Designated Nationals", _read_ofac, files=_OFAC_FILES),
    "world_bank_json": ListFormat("world_bank", "World Bank ineligible firms and individuals", _read_world_bank),
    "open_sanctions_csv": ListFormat("open_sanctions", "OpenSanctions targets", _read_open_sanctions),
}
"""The formats we read, by the name used in policy and commands."""
