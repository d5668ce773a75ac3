"""Whatever goes wrong, a person reads one clear message and a script gets an exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from approvals import errors
from approvals.cli.refusals import EXIT_CODES, exit_code
from approvals.errors import ApprovalError
from approvals.settings import CHECKOUT
from tests.cli.conftest import ADMINISTRATOR, OFFICER, SCREENING_OFFICER, Terminal

DOCUMENTED = CHECKOUT / "docs" / "using-the-command-line.md"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ApprovalError("…"), 1),
        (errors.Faulty("…", []), 2),
        (errors.InvalidProposal("…", []), 2),
        (errors.PolicyError("…", []), 2),
        (errors.RefusedFile("…"), 2),
        (errors.NotAllowed("…"), 3),
        (errors.DutiesConflict("…"), 3),
        (errors.NotFound("…"), 4),
        (errors.WrongStage("…"), 5),
        (errors.AlreadyDecided("…"), 5),
        (errors.StaleForm("…"), 5),
        (errors.TemplateError("…"), 6),
        (errors.SourceUnavailable("…"), 69),
        (ValueError("…"), 70),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert exit_code(error) == code


def test_every_exit_code_is_documented() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.+?) \|", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE))

    assert set(map(str, EXIT_CODES.values())) | {"0", "70", "130", "141"} == set(table)


def test_a_refusal_is_one_message_on_standard_error(terminal: Terminal) -> None:
    result = terminal("case", "show", "PA-2026-0099", who=OFFICER)

    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr.startswith("Not found: There is no case PA-2026-0099")
    assert "Traceback" not in result.stderr


def test_with_json_a_refusal_is_json_as_well(terminal: Terminal) -> None:
    result = terminal("case", "show", "PA-2026-0099", "--json", who=OFFICER)

    told = json.loads(result.stderr)
    assert (told["error"], told["exit_code"], result.exit_code) == ("NotFound", 4, 4)


def test_all_faults_of_a_proposal_are_told_at_once(terminal: Terminal, examples: Path, tmp_path: Path) -> None:
    text = (examples / "foundation.yaml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(text.replace("country: PE", "country: Peru", 1).replace("level: country", "level: moon"))

    result = terminal("submit", broken, who=OFFICER)

    assert result.exit_code == 2
    assert "level: " in result.stderr
    assert "partner.country: " in result.stderr
    assert terminal.json("case", "list", who=OFFICER) == []


def test_all_faults_of_a_decision_are_told_at_once(terminal: Terminal, submitted: str) -> None:
    result = terminal("task", "decide", 1, "assessed", "--condition", "x", who="elena.rojas@example.org")

    assert result.exit_code == 2
    assert "reason: «assessed» needs a reason" in result.stderr
    assert "risk: give the level" in result.stderr


def test_who_may_not_do_something_is_told_who_may(terminal: Terminal, examples: Path) -> None:
    result = terminal("submit", examples / "foundation.yaml", who=SCREENING_OFFICER)

    assert result.exit_code == 3
    assert "that is for: officer" in result.stderr


def test_nobody_acts_without_a_name(terminal: Terminal) -> None:
    result = terminal("case", "list")

    assert result.exit_code == 2
    assert "--as: say who you are" in result.stderr


def test_an_unknown_person_may_do_nothing(terminal: Terminal) -> None:
    result = terminal("case", "list", who="nobody@example.org")

    assert result.exit_code == 3
    assert "Nobody has the address nobody@example.org" in result.stderr


def test_a_closed_account_may_not_even_look(terminal: Terminal) -> None:
    terminal.done("user", "close", OFFICER, who=ADMINISTRATOR)

    result = terminal("case", "list", who=OFFICER)

    assert result.exit_code == 3
    assert "closed" in result.stderr


def test_a_misspelt_command_points_to_the_help(terminal: Terminal) -> None:
    result = terminal("cases", "list")

    assert result.exit_code == 2
    assert "No such command 'cases'" in result.stderr
    assert "--help" in result.stderr


def test_an_unreachable_database_is_said_in_a_sentence(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVALS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    result = terminal("case", "list", who=OFFICER)

    assert result.exit_code == 69
    assert "The database did not answer" in result.stderr
    assert "Traceback" not in result.output


def test_an_empty_database_names_the_command_that_fills_it(
    terminal: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVALS_DATABASE_URL", re.sub(r"/test_\d+\?", "/postgres?", database_url))

    result = terminal("case", "list", who=OFFICER)

    assert result.exit_code == 69
    assert "approvals db upgrade" in result.stderr


def test_a_setting_with_a_wrong_value_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVALS_PREFECT_PORT", "many")

    result = terminal("case", "list", who=OFFICER)

    assert result.exit_code == 2
    assert "APPROVALS_PREFECT_PORT: " in result.stderr


def test_the_unforeseen_is_kept_in_a_file_and_not_shown(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVALS_DATABASE_URL", "postgresql://host:port-that-is-no-number/name")

    result = terminal("case", "list", who=OFFICER)

    assert result.exit_code == 70
    assert "Traceback" not in result.output
    (kept,) = (tmp_path / "home" / "faults").iterdir()
    assert kept.name in result.stderr.replace("\n", "")
    assert "Traceback" in kept.read_text()


@pytest.mark.parametrize("size", [1_000_001, 50_000_000])
def test_a_huge_file_is_refused_before_it_is_read(terminal: Terminal, tmp_path: Path, size: int) -> None:
    huge = tmp_path / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(size)

    result = terminal("submit", huge, who=OFFICER)

    assert result.exit_code == 2
    assert "at most 1 MB" in result.stderr


def test_a_reader_that_goes_away_is_no_fault(terminal: Terminal, submitted: str) -> None:
    script = f"{sys.executable} -m approvals case show {submitted} --as {OFFICER} | true; echo ${{PIPESTATUS[0]}}"

    ended = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, env=os.environ, cwd=CHECKOUT
    )

    assert ended.stderr == ""
    assert ended.stdout.strip() in ("0", "141")


def test_an_error_that_is_not_ours_keeps_its_class_name_out_of_the_table() -> None:
    assert all(issubclass(kind, ApprovalError) for kind in EXIT_CODES)
