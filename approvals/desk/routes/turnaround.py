"""Where cases lose time, and whether it is getting better: one page, each figure with the cases behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from approvals.casework.wording import in_words
from approvals.desk.addresses import address, one_of, plain
from approvals.desk.rendering import page, piece
from approvals.desk.typed import day_of
from approvals.desk.visitor import SignedIn, Visit, paced
from approvals.reporting import charts
from approvals.reporting.exports import Sheet, as_csv, as_xlsx
from approvals.reporting.keys import Period, read_key
from approvals.reporting.measuring import Listing
from approvals.reporting.tables import Table, flat, tables
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
    return _file("turnaround.csv", CSV, as_csv(Sheet("turnaround", *flat(tables(_report(visit, _wishes(visit)))))))


@router.get("/turnaround.xlsx", dependencies=[paced("export")])
def as_workbook(visit: SignedIn) -> Response:
    """Give every table as a sheet of one workbook."""
    return _file("turnaround.xlsx", XLSX, as_xlsx(map(_sheet, tables(_report(visit, _wishes(visit))))))


@router.get("/turnaround/cases", name="behind")
def behind(visit: SignedIn) -> Response:
    """Show the cases behind a figure: as many as the figure says."""
    listing = _listing(visit)
    shown = [place for place, name in enumerate(listing.columns) if not name.endswith("seconds")]
    return page(visit, "turnaround_cases.html.jinja", listing=listing, shown=shown)


@router.get("/turnaround/cases.csv", dependencies=[paced("export")])
def behind_as_table(visit: SignedIn) -> Response:
    """Give the cases behind a figure as a table for spreadsheet programs."""
    listing = _listing(visit)
    return _file("cases.csv", CSV, as_csv(Sheet("cases", listing.columns, listing.rows)))


@router.get("/turnaround/cases.xlsx", dependencies=[paced("export")])
def behind_as_workbook(visit: SignedIn) -> Response:
    """Give the cases behind a figure as a workbook."""
    listing = _listing(visit)
    return _file("cases.xlsx", XLSX, as_xlsx([Sheet("cases", listing.columns, listing.rows)]))


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
        pictures=_pictures(report, visit.language.texts.gettext),
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


def _pictures(report: Turnaround, say: Callable[[str], str]) -> dict[str, Markup]:
    """Return a chart for each table that has one, by the name of the table."""
    stages = [(say(in_words(one.label)), one.working_days.median) for one in report.stages if one.working_days]
    came = [(say(in_words(step.stage)), float(step.came.count)) for step in report.funnel]
    drawn = {}
    if stages:
        told = say("Half of the stays were shorter than the bar.")
        drawn["stages"] = charts.bars(say("Working days in each stage"), told, stages)
    if came:
        told = say("How many of the cases submitted came to each stage.")
        drawn["funnel"] = charts.bars(say("How far cases come"), told, came)
    if len(report.flow) > 1:
        told = say("Cases under way, week by week.")
        drawn["weeks"] = charts.sparkline(say("Under way"), told, [float(one.under_way) for one in report.flow])
    if report.control:
        told = say("Half of the cases decided in a week were faster; weeks beyond the limits stand out.")
        drawn["control"] = charts.control_chart(say("Median of each week"), told, report.control)
    return {name: Markup(drawing) for name, drawing in drawn.items()}  # noqa: S704  # our own, escaped where drawn


def _sheet(table: Table) -> Sheet:
    lines: list[tuple[Any, ...]] = [(*line.cells, line.key) for line in table.lines]
    return Sheet(table.name, (*table.columns, "Key"), lines)


def _file(name: str, media_type: str, content: bytes) -> Response:
    return Response(content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
