"""`approvals funds`: what was approved, by source of funds, region or level, year by year."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import typer

from approvals.casework.wording import in_words
from approvals.cli.door import As, Json, visit
from approvals.cli.handing_out import InForm, OutFile, hand_out
from approvals.cli.output import heading, plain, rows, say
from approvals.reporting.exports import Format, as_csv, as_xlsx, json_bytes
from approvals.reporting.funds import Approved, Cell, FundsTable, approvals_by, approved_sheet, figures_sheet
from approvals.services.funds import approved_partnerships


class FundsBy(StrEnum):
    """What approvals are told apart by."""

    SOURCE = "source"
    REGION = "region"
    LEVEL = "level"


def funds(
    by: Annotated[FundsBy, typer.Option("--by", help="Tell approvals apart by this.")] = FundsBy.SOURCE,
    form: InForm = Format.TABLE,
    out: OutFile = None,
    who: As = None,
    as_json: Json = False,
) -> None:
    """Show what was approved year by year: number and amount in US dollars, share of the year, and trend.

    Counted is each new partnership in the year of its approval, with the amount of the proposal as it was then.

    Example: `approvals funds --by region --format xlsx --out funds.xlsx --as grace.mensah@example.org`
    """
    with visit(who) as at:
        approved, policy = approved_partnerships(at.store, by=at.by)
    sources = [one.source_of_funds for one in policy.figures.sources_of_funds]
    table = approvals_by(approved, by, parts=sources if by is FundsBy.SOURCE else ())
    title = policy.figures.title_of if by is FundsBy.SOURCE else in_words if by is FundsBy.LEVEL else str
    titles = {part: title(part) for part in table.parts}
    form = Format.JSON if as_json else form
    if form is not Format.TABLE:
        hand_out(_funds_as(form, by, table, titles, approved), form, out, example="funds.xlsx")
    elif not approved:
        say("Nothing was approved yet.")
    else:
        _print(table, titles, approved)


def _funds_as(
    form: Format, by: FundsBy, table: FundsTable, titles: dict[str, str], approved: list[Approved]
) -> bytes:
    if form is Format.JSON:
        return json_bytes(plain({"by": by, "years": table.years, "parts": _plain(table), "cases": approved}))
    figures = figures_sheet(table, titles)
    return as_csv(figures) if form is Format.CSV else as_xlsx([figures, approved_sheet(approved)])


def _plain(table: FundsTable) -> list[dict[str, object]]:
    return [
        {"part": part, "trend": table.trend(part), "years": {year: table.cells[part, year] for year in table.years}}
        for part in table.parts
    ]


def _print(table: FundsTable, titles: dict[str, str], approved: list[Approved]) -> None:
    heading("Approved, in US dollars", beside="number of partnerships, and share of the year")
    columns = ("", *map(str, table.years), "Trend")
    lines = [
        (titles[part], *(_cell(table.cells[part, year]) for year in table.years), _percent(table.trend(part)))
        for part in table.parts
    ]
    whole = ("All", *(_cell(table.totals[year]) for year in table.years), _percent(table.trend()))
    rows(columns, [*lines, whole], right=columns[1:])
    say(f"{len(approved)} partnerships were approved; `--json` and `--format xlsx` name them.")


def _cell(cell: Cell) -> str | None:
    if cell.amount is None or not cell.number:
        return None
    share = f", {cell.share:.0%}" if cell.share is not None else ""
    return f"{cell.amount:,.0f} ({cell.number}{share})"


def _percent(trend: Decimal | None) -> str | None:
    return f"{trend:+.0%}" if trend is not None else None
