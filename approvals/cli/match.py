"""`approvals match`: how well does the matching tell my own names apart?"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TextIO

import typer

from approvals.casework.policy import read_policy
from approvals.cli.door import Json
from approvals.cli.output import print_json, say
from approvals.errors import Fault, Faulty
from approvals.screening.pairs import ComparedPair, compare_pairs, read_pairs
from approvals.settings import Settings


def match(
    pairs: Annotated[
        Path,
        typer.Option("--pairs", metavar="FILE.csv", help="Table with the columns left, right and, perhaps, schema."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE.csv", help="Where to write; by default to the terminal.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare pairs of names as screening would, at the threshold of the policy files. Needs no database.

    Writes the columns left, right, score (0 to 1) and alert: 1 if a person would have to look, 0 if not. The column
    schema may say Person, Company, Organization or Vessel; without it either may bear the names.

    Example: `approvals match --pairs past-partners.csv --output scores.csv`
    """
    rule = read_policy(Settings().policy_folder).screening.matching
    compared = list(compare_pairs(read_pairs(pairs), rule=rule))
    if as_json:
        print_json(compared)
    elif output is None:
        _write(compared, sys.stdout)
    else:
        _write_file(compared, output)
        say(f"{len(compared)} pairs compared, {sum(one.alert for one in compared)} alerts: {output}")


def _write(compared: Sequence[ComparedPair], stream: TextIO) -> None:
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("left", "right", "score", "alert"))
    table.writerows((one.left, one.right, f"{one.score:.4f}", int(one.alert)) for one in compared)


def _write_file(compared: Sequence[ComparedPair], file: Path) -> None:
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            _write(compared, stream)
    except OSError as exc:
        raise Faulty("Nothing was written.", [Fault("--output", f"{file}: {exc.strerror}")]) from exc
