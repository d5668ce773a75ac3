"""Lists as their authorities published them, read in place where they are at hand. Nothing of them is kept here."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from approvals.screening.lists import ImportedList, NameKind, NameQuality, read_list
from benchmarks.screening_data import data_folder


@pytest.fixture(scope="module")
def folder() -> Path:
    found = data_folder()
    if found is None:
        pytest.skip("no real lists in APPROVALS_SCREENING_DATA or in shared/screening beside the checkout")
    return found


COUNTS = (
    # format, path, entries, names of low quality at least, entries with a birth date at least, numbers at least
    ("un_xml", "un/un_consolidated_2026-02-27.xml", 1_003, 600, 670, 440),
    ("ofac_xml", "ofac/ofac_consolidated_non_sdn_2020-12-14.xml", 376, 32, 75, 600),
    ("ofac_csv", "ofac/sdn_2024-01", 8_976, 2_400, 4_400, 5_900),
    ("ofac_csv", "ofac/cons", 442, 70, 70, 500),
    ("world_bank_json", "worldbank/wb_debarred_2026-02-21.json", 1_370, 0, 0, 0),
    ("open_sanctions_json", "opensanctions/zala.entities.ftm.json", 14, 7, 6, 60),
)


@pytest.mark.parametrize(("list_format", "path", "entries", "low", "born", "numbers"), COUNTS)
def test_a_real_list_gives_all_its_entries_and_no_less_of_each_kind_of_fact(
    folder: Path, list_format: str, path: str, entries: int, low: int, born: int, numbers: int
) -> None:
    imported = read_list(list_format, folder / path)

    assert len(imported.entries) == entries
    assert sum(name.quality is NameQuality.LOW for entry in imported.entries for name in entry.names) >= low
    assert sum(bool(entry.birth_dates) for entry in imported.entries) >= born
    assert sum(len(entry.identifiers) for entry in imported.entries) >= numbers


def test_the_real_un_list_has_names_in_original_script(folder: Path) -> None:
    imported = read_list("un_xml", folder / "un/un_consolidated_2026-02-27.xml")
    originals = [n for e in imported.entries for n in e.names if n.kind is NameKind.ORIGINAL_SCRIPT]

    assert len(originals) > 300
    assert sum(name.script != "latin" for name in originals) > 0.95 * len(originals)


def test_the_eu_excerpt_is_read_once_its_doubled_key_is_mended(folder: Path) -> None:
    excerpt = (folder / "eu/eu_fsf_sample_2020-04-15.xml").read_bytes()
    before, doubled, after = excerpt.rpartition(b'logicalId="5468"')

    imported = read_list("eu_xml", io.BytesIO(before + doubled.replace(b"5468", b"1") + after))

    assert len(imported.entries) == 7
    assert all(entry.programmes and entry.reference for entry in imported.entries)


# The full lists of the EU and the UK are at hand only as converted by others. Written back in the shape in which they
# are published, they show whether the readers hold a whole list, though not whether the shape is right.

EU_PARTS = {
    "regulations": "regulation",
    "name_aliases": "nameAlias",
    "birthdates": "birthdate",
    "citizenships": "citizenship",
    "addresses": "address",
    "identifications": "identification",
}
UK_WORDS = {"unique_id": "UniqueID", "ofsi_group_id": "OFSIGroupID", "un_reference_number": "UNReferenceNumber"}


def records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def eu_element(tag: str, record: dict[str, Any]) -> etree._Element:
    """Return the record with its plain values as attributes and its lists as elements."""
    plain = {camel(name): value for name, value in record.items() if isinstance(value, str | bool | int)}
    element = etree.Element(tag, {name: str(value).lower() if isinstance(value, bool) else str(value)
                                  for name, value in plain.items()})  # fmt: skip
    for name, part in EU_PARTS.items():
        element.extend(eu_element(part, one) for one in record.get(name, ()))
    if "subject_type" in record:
        element.append(eu_element("subjectType", record["subject_type"]))
    return element


def uk_element(tag: str, value: Any) -> etree._Element:
    """Return the record with each value as an element named as the list names it."""
    element = etree.Element(tag)
    if not isinstance(value, dict):
        element.text = "" if value is None else str(value)
        return element
    for name, part in value.items():
        word = UK_WORDS.get(name) or camel(name)[0].upper() + camel(name)[1:]
        parts = part if isinstance(part, list) else [part]
        element.extend(uk_element("Name" if word == "Names" and tag == "Names" else word, one) for one in parts)
    return element


def test_the_whole_list_of_the_eu_is_held(folder: Path) -> None:
    root = etree.Element("export", {"generationDate": "2026-05-01T00:00:00"})
    root.extend(
        eu_element("sanctionEntity", one) for one in records(folder / "eu/eu_fsf_records_2026-05-01.jsonl.gz")
    )

    imported = read_list("eu_xml", io.BytesIO(etree.tostring(root)))

    assert len(imported.entries) == 5_860
    assert sum(len(entry.names) for entry in imported.entries) > 28_000
    assert sum(bool(entry.birth_dates) for entry in imported.entries) > 3_000
    assert sum(len(entry.identifiers) for entry in imported.entries) > 2_000


def test_the_whole_list_of_the_united_kingdom_is_held(folder: Path) -> None:
    root = etree.Element("Designations")
    for one in records(folder / "uk/uk_sanctions_list_records_2026-08-22.jsonl.gz"):
        root.append(uk_element("Designation", one))

    imported = read_list("uk_xml", io.BytesIO(etree.tostring(root)))

    assert len(imported.entries) == 6_349
    assert sum(name.quality is NameQuality.LOW for entry in imported.entries for name in entry.names) > 600
    assert sum(bool(entry.other_keys) for entry in imported.entries) > 5_000


def changes(before: ImportedList, after: ImportedList) -> tuple[int, int]:
    """Return how many keys came, and how many went."""
    old, new = ({entry.key for entry in one.entries} for one in (before, after))
    return len(new - old), len(old - new)


def test_two_real_versions_share_their_keys_and_much_of_their_content(folder: Path) -> None:
    before = read_list("un_xml", folder / "un/un_consolidated_2021-01-18.xml")
    after = read_list("un_xml", folder / "un/un_consolidated_2026-02-27.xml")

    assert changes(before, after) == (92, 92)
    assert {e.digest for e in before.entries} & {e.digest for e in after.entries}
