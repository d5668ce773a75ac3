"""An administrator looks where the time goes, fetches the cases behind a figure, and takes both elsewhere."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from approvals.reporting.exports import Sheet, as_csv, as_xlsx
from tests.cli.conftest import ADMINISTRATOR, AUDITOR, OFFICER, Terminal

DIRECTOR = "grace.mensah@example.org"


def test_an_administrator_sees_where_cases_are_and_fetches_them(terminal: Terminal, submitted: str) -> None:
    shown = terminal.json("turnaround", who=ADMINISTRATOR)["tables"]
    (here,) = shown["ageing"]["lines"]

    behind = terminal.json("turnaround", "list", here["key"], who=ADMINISTRATOR)

    assert (here["Stage"], here["There now"]) == ("due diligence", 1)
    assert [row["reference"] for row in behind["rows"]] == [submitted]
    assert behind["count"] == here["There now"]


def test_a_list_is_readable_on_the_screen(terminal: Terminal, submitted: str) -> None:
    shown = terminal.done("turnaround", "list", "here", who=AUDITOR)

    assert "1 cases in a stage now" in shown
    assert submitted in shown


def test_a_key_that_means_nothing_is_refused_with_what_there_is(terminal: Terminal) -> None:
    unknown = terminal("turnaround", "list", "nonsense", who=AUDITOR)
    no_condition = terminal("turnaround", "list", "lead/office", who=AUDITOR)
    no_dimension = terminal("turnaround", "list", "lead/colour=red", who=AUDITOR)

    assert (unknown.exit_code, no_condition.exit_code, no_dimension.exit_code) == (2, 2, 2)
    assert "lead" in unknown.stderr
    assert "office=AO-DAKAR" in no_condition.stderr
    assert "month" in no_dimension.stderr


def test_an_officer_does_not_see_turnaround(terminal: Terminal, submitted: str) -> None:
    assert (
        terminal("turnaround", "list", "here", who=OFFICER).exit_code == terminal("turnaround", who=OFFICER).exit_code
    )
    assert terminal("turnaround", "list", "here", who=OFFICER).exit_code != 0


def test_the_same_figures_leave_as_csv_json_and_a_workbook(
    terminal: Terminal, submitted: str, tmp_path: Path
) -> None:
    book = tmp_path / "turnaround.xlsx"
    plain = terminal.done("turnaround", "--format", "csv", who=AUDITOR)
    terminal.done("turnaround", "--format", "xlsx", "--out", book, who=AUDITOR)
    values = json.loads(terminal.done("turnaround", "--format", "json", who=AUDITOR))

    lines = list(csv.DictReader(io.StringIO(plain.removeprefix("\ufeff"))))
    (there,) = [line for line in lines if (line["table"], line["figure"]) == ("ageing", "There now")]
    assert (there["line"], there["value"]) == ("due diligence", "1")
    assert values["tables"]["ageing"]["lines"][0]["There now"] == 1
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(book).namelist()


def test_a_workbook_needs_a_file_to_go_to(terminal: Terminal, submitted: str) -> None:
    refused = terminal("turnaround", "--format", "xlsx", who=AUDITOR)

    assert refused.exit_code == 2
    assert "--out" in refused.stderr


@pytest.mark.parametrize("by", ["stage", "office", "level", "partner", "family", "group", "ending", "month"])
def test_figures_are_told_apart_by_what_is_asked(terminal: Terminal, submitted: str, by: str) -> None:
    assert terminal.json("turnaround", "--by", by, who=AUDITOR)["tables"]


def test_sheets_whose_titles_begin_alike_have_names_of_their_own() -> None:
    titles = ("Late by the day first fixed, by task", "Late by the day first fixed, by group", "Où : / [*]?", "où")

    book = as_xlsx([Sheet(title, ("What",), [("this",)]) for title in titles])

    named = zipfile.ZipFile(io.BytesIO(book)).read("xl/workbook.xml").decode()
    assert re.findall(r'<sheet name="([^"]*)"', named) == [
        "Late by the day first fixed, by", "Late by the day first fixed, 2", "Où", "où 2",
    ]  # fmt: skip


def test_days_in_a_workbook_are_days_and_its_sheets_have_names_excel_takes() -> None:
    sheet = Sheet("Office: a/b", ("due on",), [(date(2026, 9, 3),)])

    book = zipfile.ZipFile(io.BytesIO(as_xlsx([sheet])))

    assert "<v>46268</v>" in book.read("xl/worksheets/sheet1.xml").decode()  # days since 1900
    assert 'name="Office  a b"' in book.read("xl/workbook.xml").decode()


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_an_export_is_a_formula(begins: str) -> None:
    sheet = Sheet("cases", ("name",), [(begins,)])

    (_, (cell,)) = csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig")))
    inside = zipfile.ZipFile(io.BytesIO(as_xlsx([sheet]))).read("xl/worksheets/sheet1.xml").decode()

    assert cell == f"'{begins}"
    assert "<f>" not in inside


def test_funds_are_handed_out_as_turnaround_is(terminal: Terminal, submitted: str, tmp_path: Path) -> None:
    book = tmp_path / "funds.xlsx"

    plain = terminal.done("funds", "--format", "csv", who=AUDITOR)
    without_a_file = terminal("funds", "--format", "xlsx", who=AUDITOR)
    terminal.done("funds", "--format", "xlsx", "--out", book, who=AUDITOR)

    assert plain.lstrip("\ufeff").startswith("Part,Year,Partnerships,Amount in USD,Share of the year")
    assert "--out funds.xlsx" in without_a_file.stderr
    assert zipfile.is_zipfile(book)
