"""Where cases lose time, and whether it is getting better: one page, each figure with the cases behind it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from approvals.casework.telling import Voice, told, worded
from approvals.desk.addresses import address, one_of, plain
from approvals.desk.rendering import page, piece
from approvals.desk.typed import day_of
from approvals.desk.visitor import SignedIn, Visit, paced
from approvals.reporting import charts
from approvals.reporting.exports import Sheet, as_csv, as_xlsx
from approvals.reporting.keys import Period, read_key
from approvals.reporting.measuring import Listing
from approvals.reporting.tables import SHARES, Table, as_said, flat, tables
from approvals.reporting.turnaround import Turnaround
from approvals.services import worklist
from approvals.services.kept_reports import KeptReport
from approvals.services.turnaround import cases_behind, kept_turnaround_report
from models.case import Level

router = APIRouter()

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST = ("lead", "stages", "ageing", "late_by_task", "quality", "funnel", "weeks", "control")
"""The tables that answer the question, in the order of the page; the rest follows folded."""
CASES = ("new", "amendment")
CODED = (
    "stage",
    "task",
    "ending",
    "ended",
    "outcome",
    "level",
    "partner",
    "role",
    "family",
    "case",
    "left_for",
    "basis",
)
"""Columns of lists that hold a word of the house."""


@router.get("/turnaround", name="turnaround")
def show(visit: SignedIn) -> Response:
    """Show the bottleneck first, then every figure; the filters stand in the address."""
    wishes = _wishes(visit)
    kept = _kept(visit, wishes)
    return page(
        visit,
        "turnaround.html.jinja",
        report=kept.report,
        figures=kept.made(("page", visit.language.tag), lambda: _figures(kept.report, visit)),
        wishes=wishes,
        offices=worklist.offices(visit.store),
        levels=list(Level),
        address=lambda path, **more: address(path, {**wishes, **more}),
    )


@router.get("/turnaround.csv", dependencies=[paced("export")])
def as_one_table(visit: SignedIn) -> Response:
    """Give every figure as one long table, each with its key."""
    return _file("turnaround.csv", CSV, as_csv(_long(visit)))


@router.get("/turnaround.xlsx", dependencies=[paced("export")])
def as_workbook(visit: SignedIn) -> Response:
    """Give every table as a sheet of one workbook."""
    return _file(
        "turnaround.xlsx", XLSX, as_xlsx(_sheet(number, table, visit) for number, table in enumerate(_said(visit), 1))
    )


@router.get("/turnaround/cases", name="behind")
def behind(visit: SignedIn) -> Response:
    """Show the cases behind a figure: as many as the figure says."""
    listing = _listing(visit)
    shown = [place for place, name in enumerate(listing.columns) if not name.endswith("seconds")]
    return page(visit, "turnaround_cases.html.jinja", listing=listing, shown=shown, coded=CODED)


@router.get("/turnaround/cases.csv", dependencies=[paced("export")])
def behind_as_table(visit: SignedIn) -> Response:
    """Give the cases behind a figure as a table for spreadsheet programs."""
    listing = _listing(visit)
    return _file("cases.csv", CSV, as_csv(_cases(listing, visit)))


@router.get("/turnaround/cases.xlsx", dependencies=[paced("export")])
def behind_as_workbook(visit: SignedIn) -> Response:
    """Give the cases behind a figure as a workbook."""
    listing = _listing(visit)
    return _file("cases.xlsx", XLSX, as_xlsx([_cases(listing, visit)]))


def _wishes(visit: Visit) -> dict[str, str]:
    asked = visit.request.query_params
    level = one_of(Level, asked.get("level", ""))
    return {
        "case": asked.get("case", "") if asked.get("case") in CASES else "new",
        "office": plain(asked.get("office", "")),
        "level": str(level) if level else "",
        "since": str(day_of(asked.get("since", "")) or ""),
        "until": str(day_of(asked.get("until", "")) or ""),
    }


def _figures(report: Turnaround, visit: Visit) -> Markup:
    """Return all tables and pictures as they stand on the page; it says nothing about who looks at it."""
    every = {table.name: table for table in tables(report)}
    return piece(
        visit,
        "parts/turnaround.html.jinja",
        first=[every[name] for name in FIRST if name in every],
        rest=[table for name, table in every.items() if name not in FIRST],
        shares=SHARES,
        pictures=_pictures(report, visit.language.voice),
    )


def _report(visit: Visit, wishes: dict[str, str]) -> Turnaround:
    return _kept(visit, wishes).report


def _kept(visit: Visit, wishes: dict[str, str]) -> KeptReport:
    where = [(name, wishes[name]) for name in ("case", "office", "level") if wishes[name]]
    period = Period(day_of(wishes["since"]), day_of(wishes["until"]))
    return kept_turnaround_report(visit.store, by=visit.by, now=visit.now, period=period, where=where)


def _listing(visit: Visit) -> Listing:
    key = read_key(plain(visit.request.query_params.get("key", "")) or "lead")
    return cases_behind(visit.store, key, by=visit.by, now=visit.now)


def _pictures(report: Turnaround, voice: Voice) -> dict[str, Markup]:
    """Return a chart for each table that has one, by the name of the table."""
    say = voice.says
    stages = [(say(worded(one.label)), one.working_days.median) for one in report.stages if one.working_days]
    came = [(say(worded(step.stage)), float(step.came.count)) for step in report.funnel]
    drawn = {}
    if stages:
        about = say(told("Half of the stays were shorter than the bar."))
        drawn["stages"] = charts.bars(say(told("Working days in each stage")), about, stages, voice=voice)
    if came:
        about = say(told("How many of the cases submitted came to each stage."))
        drawn["funnel"] = charts.bars(say(told("How far cases come")), about, came, voice=voice)
    if len(report.flow) > 1:
        about = say(told("Cases under way, week by week."))
        drawn["weeks"] = charts.sparkline(
            say(told("Under way")), about, [float(one.under_way) for one in report.flow]
        )
    if report.control:
        about = say(told("Half of the cases decided in a week were faster; weeks beyond the limits stand out."))
        drawn["control"] = charts.control_chart(say(told("Median of each week")), about, report.control, voice=voice)
    return {name: Markup(drawing) for name, drawing in drawn.items()}  # noqa: S704  # our own, escaped where drawn


def _said(visit: Visit) -> list[Table]:
    """Return the tables of the report in the words of whoever takes them along."""
    return [as_said(table, visit.language.voice) for table in tables(_report(visit, _wishes(visit)))]


def _long(visit: Visit) -> Sheet:
    columns, lines = flat(_said(visit))
    return Sheet("turnaround", [visit.language.voice.says(column) for column in columns], lines)


def _sheet(number: int, table: Table, visit: Visit) -> Sheet:
    lines: list[tuple[Any, ...]] = [(*line.cells, line.key) for line in table.lines]
    return Sheet(f"{number} {table.title}", (*table.columns, visit.language.voice.says(told("Key"))), lines)


def _cases(listing: Listing, visit: Visit) -> Sheet:
    """Return the rows behind a figure with headings, stages and kinds in words; what people wrote stays as it is."""
    says = visit.language.voice.says
    columns = [says(worded(name)) for name in listing.columns]
    coded = [name in CODED for name in listing.columns]
    rows = [
        tuple(says(worded(cell)) if is_code and cell else cell for is_code, cell in zip(coded, row, strict=True))
        for row in listing.rows
    ]
    return Sheet(says(told("Cases")), columns, rows)


def _file(name: str, media_type: str, content: bytes) -> Response:
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
