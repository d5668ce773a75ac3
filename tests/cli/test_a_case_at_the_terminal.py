"""A case carried from proposal to signed agreement by people who type commands."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from approvals.settings import CHECKOUT
from tests.cli.conftest import ADMINISTRATOR, AUDITOR, OFFICER, SCREENING_OFFICER, WATCHLIST, Advance, Terminal

DUE_DILIGENCE = "elena.rojas@example.org"


def task_of(terminal: Terminal, reference: str, who: str) -> int:
    owed: list[dict[str, Any]] = terminal.json("task", "list", who=who)
    return next(int(one["task"]) for one in owed if one["case"] == reference)


def test_the_same_file_sent_twice_makes_one_case(terminal: Terminal, proposal: Path, submitted: str) -> None:
    told = terminal.done("submit", proposal, who=OFFICER)

    assert f"it is {submitted}. Nothing was added." in told
    assert len(terminal.json("case", "list", who=OFFICER)) == 1


def test_a_case_says_on_whom_it_waits_and_until_when(terminal: Terminal, submitted: str) -> None:
    told = terminal.done("case", "show", submitted, who=OFFICER)

    assert "Waiting for due diligence officer of AO-LIMA" in told
    assert "working days" in told
    assert "nothing was found that a person must judge" in told
    assert "Rosa Quispe" in told


def test_a_task_shows_the_answers_it_allows_and_what_each_needs(terminal: Terminal, submitted: str) -> None:
    sheet = terminal.json("task", "show", 1, who=DUE_DILIGENCE)

    assert {one["outcome"]: one["needs"] for one in sheet["outcomes"]} == {
        "assessed": ["a reason", "the risk level"],
        "return": ["a reason"],
    }
    assert "What is asked" in terminal.done("task", "show", 1, who=DUE_DILIGENCE)


def test_a_claimed_task_can_be_given_back(terminal: Terminal, submitted: str) -> None:
    assert "is yours" in terminal.done("task", "claim", 1, who=DUE_DILIGENCE)
    assert "open to your colleagues" in terminal.done("task", "release", 1, who=DUE_DILIGENCE)


def test_a_decided_task_is_told_by_name_to_who_comes_late(terminal: Terminal, submitted: str) -> None:
    assess = ("task", "decide", 1, "assessed", "--risk", "low", "--reason", "In order.")
    terminal.done(*assess, who=DUE_DILIGENCE)

    late = terminal(*assess, who=DUE_DILIGENCE)

    assert late.exit_code == 5
    assert "was decided by Elena Rojas" in late.stderr


def test_after_a_decision_the_next_step_is_told(terminal: Terminal, submitted: str) -> None:
    told = terminal.done("task", "decide", 1, "assessed", "--risk", "low", "--reason", "In order.", who=DUE_DILIGENCE)

    assert f"Recorded: assessed for {submitted}." in told
    assert "start it with `approvals up`" in told.replace("\n", " ")


def test_an_officer_takes_a_case_back(terminal: Terminal, submitted: str) -> None:
    told = terminal.done("case", "withdraw", submitted, "--reason", "Other funds were found.", who=OFFICER)

    assert "is withdrawn" in told
    assert terminal.json("case", "list", "--open", who=OFFICER) == []


def test_the_whole_way_from_proposal_to_signature(
    terminal: Terminal, machine: Advance, submitted: str, tmp_path: Path
) -> None:
    def decide(who: str, outcome: str, *details: str) -> None:
        terminal.done("task", "decide", task_of(terminal, submitted, who), outcome, *details, who=who)
        machine(submitted)

    decide(DUE_DILIGENCE, "return", "--reason", "Who audits the accounts?")
    decide(OFFICER, "answered", "--reason", "A chartered auditor does.")
    decide(DUE_DILIGENCE, "assessed", "--risk", "low", "--reason", "In order.", "--condition", "Report yearly")
    for consulted in ("marc.dubois", "nadia.benali", "tom.fletcher", "carmen.diaz"):
        decide(f"{consulted}@example.org", "support")
    decide(DUE_DILIGENCE, "approve_with_conditions", "--condition", "No emblem", "--reason", "Serves outcome 6.")
    decide(OFFICER, "agreed")
    decide("omar.haddad@example.org", "cleared")
    (version,) = terminal.json("agreement", "list", submitted, who=OFFICER)
    decide("omar.haddad@example.org", "signed", "--hash", version["file_hash"])
    decide(OFFICER, "signed", "--hash", version["file_hash"])

    exported = terminal.json("agreement", "export", submitted, "--to", tmp_path / "signed", who=OFFICER)
    assert hashlib.sha256(Path(exported["file"]).read_bytes()).hexdigest() == version["file_hash"]
    file = terminal.json("case", "show", submitted, who=AUDITOR)
    assert file["case"]["stage"] == "in_force"
    assert [one["text"] for one in file["case"]["conditions"]] == ["Report yearly", "No emblem"]
    passages = {one["stage"]: one["passage"] for one in file["route"]}
    assert passages["legal_review"] == "passed over"
    assert passages["screening_review"] == "passed over"
    assert passages["consultation"] == "done"
    shown = terminal.done("case", "show", submitted, who=AUDITOR)
    assert "legal review passed over" in shown
    assert "Obligations" in shown
    assert "in force" in terminal.done("turnaround", who=AUDITOR)
    assert "Trail" not in terminal.done("case", "end", submitted, "--reason", "All done.", who=OFFICER)


def test_a_similar_listed_name_is_explained_part_by_part(terminal: Terminal, submitted: str) -> None:
    told = terminal.done("screen", "Nordvik Tekstil", "--country", "no", who=SCREENING_OFFICER)

    assert "Nordvick Tekstil" in told
    assert "nordvik ~ nordvick" in told
    assert "Searched" in told
    found = terminal.json("screen", "Nordvik Tekstil AS", "--country", "NO", who=SCREENING_OFFICER)
    assert found["lists"][0]["age_days"] == 0
    assert found["matches"][0]["band"] == "review"


def test_what_else_is_known_of_a_name_can_be_said(terminal: Terminal, submitted: str) -> None:
    known = ("--kind", "person", "--born-on", "1961-04-05", "--number", "PE-0417336", "--number", "PE-0999999")

    assert "No listed name is like" in terminal.done("screen", "Tuomasina Verrakoski", *known, who=OFFICER)
    assert "1961" in terminal("screen", "Tuomasina Verrakoski", "--born-on", "05.04.1961", who=OFFICER).stderr


def test_a_name_nobody_listed_is_said_to_be_so(terminal: Terminal, submitted: str) -> None:
    assert "No listed name is like" in terminal.done("screen", "Quiet Meadow School", who=OFFICER)


def test_square_brackets_in_a_name_are_printed_as_typed(terminal: Terminal, submitted: str) -> None:
    assert "[bold]School[/bold]" in terminal.done("screen", "[bold]School[/bold]", who=OFFICER)


def test_a_program_in_another_process_does_the_same(terminal: Terminal, examples: Path) -> None:
    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "approvals", *words],
            capture_output=True, text=True, check=False, env=os.environ, cwd=CHECKOUT,
        )  # fmt: skip

    imported = typed("list", "import", str(WATCHLIST), "--format", "plain_csv", "--as", ADMINISTRATOR)
    first = typed("submit", str(examples / "foundation.yaml"), "--as", OFFICER)
    refused = typed("submit", str(examples / "foundation.yaml"), "--as", AUDITOR)

    assert imported.returncode == 0, imported.stderr
    assert first.returncode == 0, first.stderr
    assert "Submitted as PA-" in first.stdout
    assert refused.returncode == 3
