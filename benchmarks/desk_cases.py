"""Invented cases of an organisation at work, the same in every run.

A fifth of them went their way here, in the last year, each with its trail, tasks and agreement. The others are older:
taken over with their proposal and how they ended.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from approvals.casework.proposal_file import read_proposal
from benchmarks.desk_people import Person
from benchmarks.invented_companies import invented_companies
from benchmarks.turnaround_data import FAMILIES, KINDS, LEVELS, NOW, Tables, live

LIVED_SHARE = 5
"""One case in so many went its way here."""

LIVED_SINCE = NOW - timedelta(days=365)
OLD_DAYS = 2600
CASES_OF_A_PARTNER = 4
EXAMPLES = {
    "company": "company-cash-in-kind",
    "foundation": "foundation",
    "ngo": "ngo-implementing",
    "academic": "ngo-implementing",
    "european_union": "eu-contribution",
    "world_bank": "world-bank-ta",
    "un_agency": "un-transfer-receiving",
    "government": "company-cash-in-kind",
}
OLD_ENDS = ("in_force",) * 8 + ("ended",) * 7 + ("declined", "declined", "withdrawn", "withdrawn", "stopped")
OLD_OFFICES = ("AO-DAKAR", "AO-HANOI", "AO-LIMA", "HQ")
IN_EVERY_CASE = "decent"
"""A word that stands in each proposal."""

WORDS = [
    f"{first}{second}{third}"
    for first in [
        "work",
        "safe",
        "skill",
        "trade",
        "labour",
        "youth",
        "coast",
        "water",
        "craft",
        "farm",
        "mine",
        "fair",
    ]
    for second in ["ing", "shop", "land", "force", "place", "ers", "er"]
    for third in ("", "s", "ly", "ment", "al", "dom", "ship", "wise")
]
_WEIGHTS = [1 / (1 + place) for place in range(len(WORDS))]
"""A few words stand nearly everywhere, and most of them hardly anywhere, as in all texts."""


@dataclass(frozen=True)
class InventedPartner:
    """A partner of the register."""

    number: int
    name: str
    kind: str


@dataclass(frozen=True)
class InventedCases:
    """The cases as rows, and the partner of each in the order of the cases."""

    tables: Tables
    partners: Sequence[InventedPartner]
    partner_of: Sequence[InventedPartner]


def invented_cases(count: int) -> InventedCases:
    """Return so many cases, with about ten times as many events."""
    chance, tables = random.Random(2026), Tables()
    names = invented_companies(max(count // CASES_OF_A_PARTNER, len(KINDS)))
    partners = [
        InventedPartner(number, f"{name} {number}", KINDS[number % len(KINDS)])
        for number, name in enumerate(names, start=1)
    ]
    partner_of = [chance.choice(partners) for _ in range(count)]
    older = count - count // LIVED_SHARE
    _take_over(tables, partner_of[:older], chance)
    _let_live(tables, partner_of[older:], chance)
    return InventedCases(tables, partners, partner_of)


def _take_over(tables: Tables, partner_of: Sequence[InventedPartner], chance: random.Random) -> None:
    """Enter cases of which only beginning and end are known."""
    step = timedelta(days=OLD_DAYS - 400) / len(partner_of)
    for number, partner in enumerate(partner_of, start=1):
        at, end = LIVED_SINCE - timedelta(days=OLD_DAYS) + step * number, chance.choice(OLD_ENDS)
        ended = at + timedelta(days=chance.uniform(20, 200))
        tables.events.append((at, "ProposalSubmitted", number, 1, None, {"stage": "screening"}))
        moved = {"from": "screening", "to": end, "leg": 2}
        tables.events.append((ended, "StagePassed", number, None, None, moved))
        office, level = chance.choice(OLD_OFFICES), chance.choice(LEVELS)
        tables.cases.append((number, office, level, end, 2, at, ended, None))
        tables.proposals.append((number, "", at))
        if end in ("in_force", "ended"):
            tables.agreements.append((number, 1, FAMILIES.get(partner.kind, "private_partnership")))


def _let_live(tables: Tables, partner_of: Sequence[InventedPartner], chance: random.Random) -> None:
    """Let cases go their way, one beginning after the other."""
    first, step = len(tables.cases) + 1, (NOW - LIVED_SINCE) / len(partner_of)
    for place, partner in enumerate(partner_of):
        live(tables, first + place, LIVED_SINCE + step * place, chance, partner.kind, chance.choice(LEVELS))


def proposals(examples: Path, cases: InventedCases) -> Iterator[dict[str, Any]]:
    """Yield the proposal of each case: that of an example, with a partner, a title and an aim of its own."""
    chance = random.Random(7)
    texts = {
        kind: read_proposal((examples / f"{name}.yaml").read_bytes(), name=name).model_dump(mode="json")
        for kind, name in EXAMPLES.items()
    }
    for (_, office, level, *_), partner in zip(cases.tables.cases, cases.partner_of, strict=True):
        form = copy.deepcopy(texts[partner.kind])
        aim = " ".join(chance.choices(WORDS, weights=_WEIGHTS, k=70))
        form |= {"office": office, "level": level, "title": aim[:60].rpartition(" ")[0].capitalize()}
        form["project"] |= {"title": form["title"], "objective": f"For {IN_EVERY_CASE} work: {aim}."}
        form["partner"] |= {"legal_name": partner.name, "short_name": partner.name.split()[0], "kind": partner.kind}
        yield form


class Holders:
    """Finds somebody for each duty."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._found: dict[tuple[str, str | None], list[int]] = {}
        for one in people:
            for role in one.roles:
                self._found.setdefault((role, one.office), []).append(one.number)
                self._found.setdefault((role, None), []).append(one.number)

    def one_of(self, role: str, office: str | None, chance: random.Random) -> int:
        """Return the number of somebody who holds the role there, or anywhere if nobody does."""
        return chance.choice(self._found.get((role, office)) or self._found[role, None])
