"""`approvals turnaround`: where the time goes, and the cases behind every figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from approvals.cli.door import As, Json, visit
from approvals.cli.handing_out import InForm, OutFile, hand_out
from approvals.cli.output import heading, rows, say
from approvals.reporting.exports import Format, Sheet, as_csv, as_xlsx, json_bytes
from approvals.reporting.keys import Period, read_key
from approvals.reporting.measuring import Listing
from approvals.reporting.tables import Table, as_values, flat, tables
from approvals.reporting.turnaround import Turnaround
from approvals.services.turnaround import cases_behind, count_up, turnaround_report

app = typer.Typer(invoke_without_command=True)


class By(StrEnum):
    """What figures are told apart by."""

    STAGE = "stage"
    OFFICE = "office"
    LEVEL = "level"
    PARTNER = "partner"
    FAMILY = "family"
    GROUP = "group"
    ENDING = "ending"
    MONTH = "month"


Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], help="First day that counts.", show_default=False),
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="Last day that counts.", show_default=False),
]
ON_SCREEN = ("lead", "stages", "late_by_task", "quality", "funnel", "ageing", "interventions")
"""What a terminal shows when nothing particular is asked for; all the rest is too long to read there."""


@app.callback()
def turnaround(
    context: typer.Context,
    by: Annotated[By | None, typer.Option("--by", help="Tell figures apart by this.", show_default=False)] = None,
    amendments: Annotated[
        bool, typer.Option("--amendments", help="Amendments, whose way is shorter, instead of new partnerships.")
    ] = False,
    since: Since = None,
    until: Until = None,
    keys: Annotated[bool, typer.Option("--keys", help="Show the key of each figure as well.")] = False,
    form: InForm = Format.TABLE,
    out: OutFile = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show where cases lose time, in working days, and whether it is getting better.

    Half of the cases are faster than the median; 85, 90 and 95 of 100 are faster than p85, p90 and p95. Amendments
    are counted apart, with `--amendments`. Every figure has a key (`--keys`) by which
    `approvals turnaround list KEY` shows the cases behind it.

    Example: `approvals turnaround --by office --since 2026-01-01 --as grace.mensah@example.org`
    """
    if context.invoked_subcommand is not None:
        return
    with visit(who) as at:
        count_up(at.store, now=at.now)
        report = turnaround_report(
            at.store,
            by=at.by,
            now=at.now,
            period=Period(since.date() if since else None, until.date() if until else None),
            where=[("case", "amendment" if amendments else "new")],
        )
    shown = tables(report, by=by)
    form = Format.JSON if as_json else form
    if form is not Format.TABLE:
        hand_out(_report_as(form, report, shown), form, out, example="turnaround.xlsx")
    elif not report.flow:
        what = "amendment" if amendments else "case"
        say(f"No {what} was submitted yet, so there is nothing to measure.")
    else:
        _print(report, shown if by else [table for table in shown if table.name in ON_SCREEN], keys=keys)


@app.command("list")
def list_cases(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the figure.", show_default=False)],
    form: InForm = Format.TABLE,
    out: OutFile = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show the cases behind a figure: as many as the figure says.

    Example: `approvals turnaround list stage/stage=consultation/office=AO-DAKAR --as grace.mensah@example.org`
    """
    with visit(who) as at:
        count_up(at.store, now=at.now)
        listing = cases_behind(at.store, read_key(key), by=at.by, now=at.now)
    form = Format.JSON if as_json else form
    if form is not Format.TABLE:
        hand_out(_listing_as(form, listing), form, out, example="cases.xlsx")
        return
    say(f"{len(listing.rows)} {listing.title}")
    shown = [name for name in listing.columns if name in _IN_A_LIST]
    places = [listing.columns.index(name) for name in shown]
    rows(
        [name.replace("_", " ") for name in shown], [[_short(row[place]) for place in places] for row in listing.rows]
    )


_IN_A_LIST = (
    "reference", "office", "partner", "stage", "task", "ending", "entered_at", "closed_at", "ended_at",
    "working_days", "age_working_days", "wait_hours", "touch_hours", "outcome", "returns",
)  # fmt: skip


def _short(cell: object) -> object:
    return f"{cell:,.1f}" if hasattr(cell, "as_tuple") or isinstance(cell, float) else cell


def _print(report: Turnaround, shown: Sequence[Table], *, keys: bool) -> None:
    if report.bottleneck is not None:
        say(report.bottleneck.sentence)
    if report.control is not None:
        say(report.control.verdict)
    if report.efficiency is not None:
        say(f"In {report.efficiency:.0%} of the time of decided cases somebody of ours had them in hand.")
    for table in shown:
        if table.lines:
            heading(table.title, beside=table.note)
            rows(
                table.columns,
                [tuple(map(_cell, table.columns, line.cells)) for line in table.lines],
                right=table.columns[1:],
            )
            for line in table.lines if keys else ():
                say(f"{line.cells[0]}: {line.key}")


def _cell(column: str, cell: object) -> object:
    if isinstance(cell, float):
        return f"{cell:.0%}" if column == "Share" else f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _report_as(form: Format, report: Turnaround, shown: tuple[Table, ...]) -> bytes:
    if form is Format.CSV:
        return as_csv(Sheet("turnaround", *flat(shown)))
    if form is Format.XLSX:
        return as_xlsx(
            Sheet(table.name, (*table.columns, "Key"), [(*line.cells, line.key) for line in table.lines])
            for table in shown
        )
    counted = report.counted_up_to
    return json_bytes(
        {
            "counted_up_to": {"event": counted.seq, "at": counted.at} if counted else None,
            "since": report.asked.period.since,
            "until": report.asked.period.until,
            "bottleneck": report.bottleneck.sentence if report.bottleneck else None,
            "control_chart": report.control.verdict if report.control else None,
            "flow_efficiency": report.efficiency,
            "tables": {table.name: as_values(table) for table in shown},
        }
    )


def _listing_as(form: Format, listing: Listing) -> bytes:
    sheet = Sheet("cases", listing.columns, listing.rows)
    if form is Format.CSV:
        return as_csv(sheet)
    if form is Format.XLSX:
        return as_xlsx([sheet])
    found = [dict(zip(listing.columns, row, strict=True)) for row in listing.rows]
    return json_bytes({"key": str(listing.key), "what": listing.title, "count": len(found), "rows": found})
