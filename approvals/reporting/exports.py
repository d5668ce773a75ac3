"""Rows as files people open elsewhere: CSV and Excel, in which no cell is ever a formula, and JSON."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it comes without types

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes text that begins so for a formula, and would run what somebody put into a name."""

SHEET_NAME = 31
"""Characters Excel allows in the name of a sheet."""
NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
"""Characters it does not."""
EXCEL_DAY, EXCEL_MOMENT = 14, 22
"""Excel's own formats of a day and a moment, which it shows as its user's country writes them."""


class Format(StrEnum):
    """A form in which figures are handed out."""

    TABLE = "table"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@dataclass(frozen=True)
class Sheet:
    """Rows with a name and a heading for each column."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


def as_csv(sheet: Sheet) -> bytes:
    """Return the sheet as CSV in UTF-8, with a mark by which Excel knows that it is."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_harmless(column) for column in sheet.columns])
    writer.writerows([_harmless(_plain(cell)) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """Return the sheets as an Excel workbook; text stays text, whatever it begins with.

    Days and moments are those of Excel, shown as its user is used to; moments in the time of this place.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        taken: set[str] = set()
        day, moment = (book.add_format({"num_format": number}) for number in (EXCEL_DAY, EXCEL_MOMENT))
        for sheet in sheets:
            page = book.add_worksheet(_free_name(sheet.name, taken))
            page.freeze_panes(1, 0)
            page.write_row(0, 0, list(sheet.columns), bold)
            for number, row in enumerate(sheet.rows, start=1):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        page.write_datetime(number, place, cell.astimezone().replace(tzinfo=None), moment)
                    elif isinstance(cell, date):
                        page.write_datetime(number, place, cell, day)
                    else:
                        _write(page, number, place, cell)
            page.autofit()
    return file.getvalue()


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name as Excel allows it, unlike all that are `taken`, and take it: titles may begin alike."""
    allowed = name.translate(NOT_IN_A_NAME).strip("' ") or "-"
    numbered = (f" {number}" for number in itertools.count(2))
    ends = itertools.chain([""], numbered)
    free = next(
        each for end in ends if (each := allowed[: SHEET_NAME - len(end)].rstrip() + end).casefold() not in taken
    )
    taken.add(free.casefold())
    return free


def json_bytes(value: object) -> bytes:
    """Return plain values as JSON."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def _write(page: Any, row: int, column: int, cell: Any) -> None:
    value = _plain(cell)
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    elif value is not None:
        page.write_string(row, column, value)


def _plain(cell: Any) -> str | int | float | bool | None:
    """Return a cell as every program understands it: times in UTC, amounts and half days as numbers."""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return float(cell)
    if cell is None or isinstance(cell, int | float):
        return cell
    return str(cell)


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS) else cell
