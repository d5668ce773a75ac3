"""Anybody can measure the matching on pairs of names of their own, without a database."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from approvals.cli.app import app

PAIRS = """left,right,schema
"Belkadimov, Tariq",Tariq Belkadimov,Person
Tariq Belkadimov,Olenka Montserrano,Person
Zeferreti Trading LLC,ООО Zeferreti Trading,Company
"""


@pytest.fixture(autouse=True)
def no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that cannot be reached, so that a command that wants one fails."""
    monkeypatch.setenv("APPROVALS_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    monkeypatch.chdir(tmp_path)


def match(text: str | bytes, *options: str) -> Result:
    """Type the command on a file of this content."""
    Path("pairs.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return CliRunner().invoke(app, ["match", "--pairs", "pairs.csv", *options])


def test_pairs_are_written_with_score_and_alert_in_the_order_given() -> None:
    result = match(PAIRS)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "left,right,score,alert"
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [row["left"] for row in rows] == ["Belkadimov, Tariq", "Tariq Belkadimov", "Zeferreti Trading LLC"]
    assert [row["alert"] for row in rows] == ["1", "0", "1"]
    assert [float(row["score"]) > 0.9 for row in rows] == [True, False, True]


def test_a_file_can_be_written_and_says_how_many_alerts() -> None:
    result = match(PAIRS, "--output", "scores.csv")

    assert "3 pairs compared, 2 alerts" in result.stdout
    assert Path("scores.csv").read_text(encoding="utf-8").startswith("left,right,score,alert\n")


def test_programs_get_json() -> None:
    (first, *_) = json.loads(match(PAIRS, "--json").stdout)

    assert first == {"left": "Belkadimov, Tariq", "right": "Tariq Belkadimov", "score": 1.0, "alert": True}


def test_the_kind_may_be_left_out() -> None:
    result = match("left,right\nTariq Belkadimov,Tarik Belkadimov\nZeferreti AG,Zeferreti Aktiengesellschaft\n")

    assert [row["alert"] for row in csv.DictReader(result.stdout.splitlines())] == ["1", "1"]


def test_a_table_as_excel_saves_it_is_read() -> None:
    assert match(b"\xef\xbb\xbf" + PAIRS.replace("\n", "\r\n").encode()).exit_code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name,other\na,b\n", "has no column «left»"),
        ("", "has no column «left»"),
        ("left;right\na;b\n", "the first line must be left,right"),
        ("left,right\na,b\nonly one\n", "line 3: has too few or too many cells"),
        ("left,right\na,b,c,d\n", "line 2: has too few or too many cells"),
        ('left,right\n"a,b\n', "is no CSV table"),
        (b"left,right\n\xff\xfe,b\n", "is not UTF-8"),
    ],
)
def test_a_bad_table_gives_one_clear_message(content: str | bytes, told: str) -> None:
    result = match(content)

    assert result.exit_code == 2
    assert "No pair was compared." in result.stderr
    assert told in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_not_there_gives_one_clear_message() -> None:
    result = CliRunner().invoke(app, ["match", "--pairs", "nowhere.csv"])

    assert result.exit_code == 2
    assert "nowhere.csv: cannot be read" in result.stderr


def test_a_place_that_cannot_be_written_gives_one_clear_message() -> None:
    result = match(PAIRS, "--output", "no/such/folder.csv")

    assert result.exit_code == 2
    assert "Nothing was written." in result.stderr
