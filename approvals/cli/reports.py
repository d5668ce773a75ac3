"""`approvals report`: the reports that write themselves, written now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from approvals.cli.door import As, Json, visit
from approvals.cli.output import print_json, say
from approvals.errors import Fault, Faulty
from approvals.services.forecasts import make_forecasts
from approvals.services.reports import ReportKind, write_report
from approvals.services.turnaround import count_up

app = typer.Typer(help="Write the weekly or the yearly report as a Word file.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--out", help="File to write; by default in the folder for documents.")]


@app.command("weekly")
def weekly(
    of: Annotated[
        str | None, typer.Option("--of", help="The week, as 2026-W09; by default the last.", show_default=False)
    ] = None,
    out: Out = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write the administrators' report of a week: where cases lose time, what came and went, who is waited for.

    Example: `approvals report weekly --of 2026-W09 --as anna.kowalska@example.org`
    """
    _write(ReportKind.WEEKLY, of, out, who, as_json=as_json)


@app.command("yearly")
def yearly(
    of: Annotated[
        str | None, typer.Option("--of", help="The year, as 2025; by default the last.", show_default=False)
    ] = None,
    out: Out = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Write the partnership report of a year: what was approved by source of funds, how far cases came, how long.

    Example: `approvals report yearly --of 2025 --as anna.kowalska@example.org`
    """
    _write(ReportKind.YEARLY, of, out, who, as_json=as_json)


def _write(kind: ReportKind, of: str | None, out: Path | None, who: str | None, *, as_json: bool) -> None:
    with visit(who) as at:
        count_up(at.store, now=at.now)
        make_forecasts(at.store, now=at.now)
        written = write_report(at.store, kind, of=of, by=at.by, now=at.now)
        file = out or at.parts.settings.out_folder / written.name
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written.content)
    except OSError as exc:
        fault = Fault("--out", f"{file} cannot be written: {exc.strerror}")
        raise Faulty("No report was written.", [fault]) from exc
    if as_json:
        print_json({"report": written.kind, "of": written.of, "file": file.absolute()})
    else:
        say(f"{file} was written.")
