"""Pairs of names from a table, compared one by one: anybody can measure the matching on names of their own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from approvals.casework.policy.screening import MatchingRule
from approvals.errors import Fault, Faulty
from approvals.screening.lists import ListedKind
from approvals.screening.matching import name_score

KINDS = {
    "person": ListedKind.PERSON,
    "company": ListedKind.ORGANISATION,
    "organization": ListedKind.ORGANISATION,
    "organisation": ListedKind.ORGANISATION,
    "vessel": ListedKind.VESSEL,
}
"""What the third column may say; anything else, and nothing, means that the bearer may be of any kind."""

MOST_FAULTS = 20
"""Faults of one file that are told at once."""


@dataclass(frozen=True)
class Pair:
    """Two names, and what kind of bearer they would have."""

    left: str
    right: str
    kind: ListedKind = ListedKind.UNKNOWN


@dataclass(frozen=True)
class ComparedPair:
    """A pair, how alike its names are from 0 to 1, and whether that is alike enough for somebody to look."""

    left: str
    right: str
    score: float
    alert: bool


def compare_pairs(pairs: Iterable[Pair], *, rule: MatchingRule) -> Iterator[ComparedPair]:
    """Yield each pair with its score, in the order given; from the review threshold of `rule` on it is an alert."""
    for pair in pairs:
        score = name_score(pair.left, pair.right, kind=pair.kind, rule=rule.names)
        yield ComparedPair(pair.left, pair.right, round(score, 4), alert=score >= rule.review_from)


def read_pairs(file: Path) -> list[Pair]:
    """Return the pairs of a CSV file in UTF-8 with the columns left, right and, if it likes, schema.

    Raises `Faulty` if it cannot be read, lacks a column, or a line lacks a name; every such line is told, up to
    `MOST_FAULTS`.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return _pairs_in(csv.DictReader(stream, strict=True), str(file))
    except OSError as exc:
        raise _unread(file, f"cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise _unread(file, "is not UTF-8; save it as CSV in UTF-8") from exc
    except csv.Error as exc:
        raise _unread(file, f"is no CSV table: {exc}") from exc


def _pairs_in(table: csv.DictReader[str], file: str) -> list[Pair]:
    missing = [column for column in ("left", "right") if column not in (table.fieldnames or ())]
    if missing:
        raise Faulty(
            "No pair was compared.",
            [Fault(file, f"has no column «{column}»; the first line must be left,right or left,right,schema")
             for column in missing],
        )  # fmt: skip
    faults, pairs = list[Fault](), list[Pair]()
    for row in table:
        if row["left"] is None or row["right"] is None or None in row:
            faults.append(Fault(f"{file}, line {table.line_num}", "has too few or too many cells"))
        else:
            kind = KINDS.get((row.get("schema") or "").strip().lower(), ListedKind.UNKNOWN)
            pairs.append(Pair(row["left"], row["right"], kind))
    if faults:
        raise Faulty("No pair was compared.", faults[:MOST_FAULTS])
    return pairs


def _unread(file: Path, why: str) -> Faulty:
    return Faulty("No pair was compared.", [Fault(str(file), why)])
