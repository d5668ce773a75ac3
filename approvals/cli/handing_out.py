"""Handing figures out as files people open elsewhere: the options of the commands, and the writing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.output import say
from approvals.errors import Fault, Faulty
from approvals.reporting.exports import Format

InForm = Annotated[Format, typer.Option("--format", help="One of table, csv, xlsx and json.")]
OutFile = Annotated[
    Path | None, typer.Option("--out", help="File to write instead of the screen.", show_default=False)
]


def hand_out(content: bytes, form: Format, out: Path | None, *, example: str) -> None:
    """Write to the file `out`, or print. Raises `Faulty` if that is not possible; `example` is a name to try."""
    if out is None:
        if form is Format.XLSX:
            raise Faulty("Nothing was written.", [Fault("--out", f"say which file to write, as in --out {example}")])
        typer.echo(content, nl=False)
        return
    try:
        out.write_bytes(content)
    except OSError as exc:
        raise Faulty("Nothing was written.", [Fault("--out", f"{out} cannot be written: {exc.strerror}")]) from exc
    say(f"{out} was written.")
