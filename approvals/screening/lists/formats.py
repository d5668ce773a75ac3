"""The formats we read, by the name used in settings and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from approvals.screening.lists import (
    eu_csv,
    eu_xml,
    ofac_csv,
    ofac_xml,
    open_sanctions_csv,
    open_sanctions_json,
    plain_csv,
    uk_csv,
    uk_xml,
    un_xml,
    world_bank_json,
)
from approvals.screening.lists.record import Entries


@dataclass(frozen=True)
class ListFormat:
    """A format we read: its usual list, the file in which its authority publishes it, and its reader."""

    source: str
    title: str
    file: str
    read: Callable[[IO[bytes]], Entries]
    files: tuple[str, ...] = ()
    """The list is a folder, or a zip, with files of these endings."""


UN = "United Nations Security Council Consolidated List"
EU = "European Union consolidated list of financial sanctions"
OFAC = "OFAC Specially Designated Nationals"
UK = "UK Sanctions List"
WORLD_BANK = "World Bank ineligible firms and individuals"
OPEN_SANCTIONS = "OpenSanctions targets"

FORMATS: dict[str, ListFormat] = {
    "un_xml": ListFormat("un_sc", UN, "consolidated.xml", un_xml.read),
    "eu_xml": ListFormat("eu_fsf", EU, "xmlFullSanctionsList_1_1.xml", eu_xml.read),
    "eu_csv": ListFormat("eu_fsf", EU, "csvFullSanctionsList_1_1.csv", eu_csv.read),
    "ofac_xml": ListFormat("ofac_sdn", OFAC, "sdn.xml", ofac_xml.read),
    "ofac_csv": ListFormat(
        "ofac_sdn", OFAC, "sdn.csv, alt.csv, add.csv, sdn_comments.csv", ofac_csv.read, files=ofac_csv.FILES
    ),
    "uk_xml": ListFormat("uk_sl", UK, "UK-Sanctions-List.xml", uk_xml.read),
    "uk_csv": ListFormat("uk_sl", UK, "UK-Sanctions-List.csv", uk_csv.read),
    "world_bank_json": ListFormat("world_bank", WORLD_BANK, "answer of the bank's service", world_bank_json.read),
    "open_sanctions_csv": ListFormat("open_sanctions", OPEN_SANCTIONS, "targets.simple.csv", open_sanctions_csv.read),
    "open_sanctions_json": ListFormat(
        "open_sanctions", OPEN_SANCTIONS, "entities.ftm.json", open_sanctions_json.read
    ),
    "plain_csv": ListFormat("own", "The organisation's own list", "a table of your own", plain_csv.read),
}
