"""Where the benchmarks of screening find names: a folder of real lists, or invented names if there is none.

`APPROVALS_SCREENING_DATA` names the folder. It holds `un/`, `ofac/`, `worldbank/`, `eu/`, `uk/`, `names/` and
`pairs_dev.csv`; docs/screening.md says where such files come from. Lists name real people, so nothing of them is
kept in this project.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

from approvals.screening.lists import Listed, ListedKind, ListedName, NameQuality, read_list

OFFICIAL = (
    ("un_xml", "un/un_consolidated_2026-02-27.xml", "un_sc"),
    ("ofac_csv", "ofac/sdn_2024-01", "ofac_sdn"),
    ("ofac_csv", "ofac/cons", "ofac_other"),
    ("world_bank_json", "worldbank/wb_debarred_2026-02-21.json", "world_bank"),
)
"""Format, path and source of the lists read as published."""


BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / "shared" / "screening"


def data_folder() -> Path | None:
    """Return the folder of real lists: the one named, or `shared/screening` beside the checkout; None if absent."""
    folder = Path(os.environ.get("APPROVALS_SCREENING_DATA", BESIDE_THE_CHECKOUT))
    return folder if (folder / "pairs_dev.csv").is_file() else None


def official_entries(folder: Path) -> list[Listed]:
    """Return the entries of the lists we read as published."""
    lists = (read_list(kind, folder / path, source=source) for kind, path, source in OFFICIAL)
    return [entry for one in lists for entry in one.entries]


def converted_entries(folder: Path) -> Iterator[Listed]:
    """Yield the entries of the EU and UK lists from their conversions to JSON lines, names and kinds only."""
    for row in _json_lines(folder / "eu/eu_fsf_records_2026-05-01.jsonl.gz"):
        names = tuple(ListedName(alias["whole_name"]) for alias in row["name_aliases"] if alias.get("whole_name"))
        person = row["subject_type"]["code"] == "person"
        if names:
            kind = ListedKind.PERSON if person else ListedKind.ORGANISATION
            yield Listed(row["logical_id"], "eu", kind, names)
    kinds = {"Individual": ListedKind.PERSON, "Ship": ListedKind.VESSEL}
    for row in _json_lines(folder / "uk/uk_sanctions_list_records_2026-08-22.jsonl.gz"):
        names = tuple(_uk_names(row))
        if names:
            kind = kinds.get(row["individual_entity_ship"], ListedKind.ORGANISATION)
            yield Listed(row["unique_id"], "uk", kind, names)


def _uk_names(row: dict) -> Iterator[ListedName]:
    for name in (row.get("names") or {}).get("names", []):
        text = " ".join(name[part] for n in range(1, 7) if name.get(part := f"name{n}"))
        low = "low" in (name.get("alias_strength") or "").lower()
        yield ListedName(text, NameQuality.LOW if low else NameQuality.GOOD)
    for name in (row.get("non_latin_names") or {}).get("names", []):
        if name.get("name_non_latin_script"):
            yield ListedName(name["name_non_latin_script"])


def _json_lines(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def invented_entries(count: int) -> list[Listed]:
    """Return `count` entries with names of no meaning, the same in every run, a third of them organisations."""
    chance = random.Random(count)
    syllables = ["".join(pair) for pair in itertools.product("bdfgklmnprstvz", "aeiou")]

    def word() -> str:
        return "".join(chance.choices(syllables, k=chance.choice((2, 3, 4)))).title()

    def entry(number: int) -> Listed:
        words = [word() for _ in range(chance.choice((2, 3, 4)))]
        if number % 3:
            return Listed(str(number), "invented", ListedKind.PERSON, (ListedName(" ".join(words)),))
        words.append(chance.choice(("Ltd", "GmbH", "S.A.", "LLC")))
        return Listed(str(number), "invented", ListedKind.ORGANISATION, (ListedName(" ".join(words)),))

    return [entry(number) for number in range(count)]
