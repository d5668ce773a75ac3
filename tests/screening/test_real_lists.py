"""Lists as their authorities published them, read in place where they are at hand. Nothing of them is kept here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

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


def changes(before: ImportedList, after: ImportedList) -> tuple[int, int]:
    """Return how many keys came, and how many went."""
    old, new = ({entry.key for entry in one.entries} for one in (before, after))
    return len(new - old), len(old - new)


def test_two_real_versions_share_their_keys_and_much_of_their_content(folder: Path) -> None:
    before = read_list("un_xml", folder / "un/un_consolidated_2021-01-18.xml")
    after = read_list("un_xml", folder / "un/un_consolidated_2026-02-27.xml")

    assert changes(before, after) == (92, 92)
    assert {e.digest for e in before.entries} & {e.digest for e in after.entries}
