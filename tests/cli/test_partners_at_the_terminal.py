"""What officers type to use the partner register."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import DUE_DILIGENCE_OFFICER, OFFICER, SCREENING_OFFICER, Terminal


def test_a_partner_is_found_kept_right_and_shown(terminal: Terminal, submitted: str) -> None:
    terminal.done("partner", "add-name", "P-1", "Semilla del Sur", "--until", "2020-12-31", who=OFFICER)
    terminal.done("partner", "add-number", "P-1", "lei", "5493001KJTIIGC8Y1R12", who=OFFICER)
    terminal.done("partner", "add-person", "P-1", "Inés Quilla", "--function", "Treasurer", who=OFFICER)

    (found,) = terminal.json("partner", "find", "semilla del sur", who=OFFICER)
    page = terminal.done("partner", "show", "p-1", who=OFFICER)

    assert (found["reference"], found["likeness"]) == ("P-1", 1.0)
    for said in ("Semilla del Sur", "until 31 Dec 2020", "5493001KJTIIGC8Y1R12", "Inés Quilla", submitted):
        assert said in page


def test_a_flag_is_raised_escalated_and_confirmed(terminal: Terminal, submitted: str) -> None:
    given = ("--subject", "Unpaid wages", "--reason", "A court order.")
    terminal.done("partner", "flag", "P-1", "risk", *given, who=OFFICER)
    terminal.done("partner", "move-flag", 1, "escalated", "--reason", "Three offices say so.", who=OFFICER)
    own = terminal("partner", "move-flag", 1, "red", "--reason", "True.", who=OFFICER)
    terminal.done("partner", "move-flag", 1, "red", "--reason", "True.", who=SCREENING_OFFICER)

    assert own.exit_code == 3
    assert "Flag 1, red: Unpaid wages. True." in terminal.done("partner", "show", "P-1", who=OFFICER)
    assert terminal.json("partner", "find", "Semilla", who=OFFICER)[0]["flag"] == "red"


def test_the_documents_to_ask_for_depend_on_the_way_of_the_money(terminal: Terminal, submitted: str) -> None:
    receiving, giving = (
        {one["key"] for one in terminal.json("partner", "documents", "P-1", "--funds", way, who=OFFICER)}
        for way in ("receiving", "giving")
    )

    assert "source_of_funds" in receiving - giving
    assert "bank_letter" in giving - receiving


def test_what_is_no_partner_is_told_how_to_write_one(terminal: Terminal, submitted: str) -> None:
    result = terminal("partner", "show", "Semilla", who=OFFICER)

    assert result.exit_code == 2
    assert "write it as P-12" in result.output
    assert "no branch" in terminal.done("partner", "set-parent", "P-1", "none", who=OFFICER)


UNDP = (
    *("--agency", "UNDP", "--made-on", "2026-01-31", "--reference", "UNDP/DD/2026/17", "--level", "low"),
    *("--outcome", "Cleared for partnership", "--condition", "Annual report", "--why", "Sent by its country office"),
)  # fmt: skip


def test_evidence_of_another_agency_is_shown_wherever_the_partner_is_looked_at(
    terminal: Terminal, submitted: str
) -> None:
    told = terminal.done("partner", "evidence", "add", "P-1", *UNDP, who=OFFICER)
    (task,) = [one["task"] for one in terminal.json("case", "show", submitted, who=OFFICER)["awaited"]]

    pages = [
        terminal.done("partner", "show", "P-1", who=OFFICER),
        terminal.done("case", "show", submitted, who=OFFICER),
        terminal.done("task", "show", task, who=DUE_DILIGENCE_OFFICER),
        terminal.done("partner", "evidence", "list", "P-1", who=OFFICER),
    ]

    assert "Evidence 1 of UNDP is recorded with P-1, valid until 31 Jan 2028." in told
    for page in pages:
        assert "Evidence of other agencies  a reason one may name; no assessment of ours" in page
        assert "UNDP, due diligence of 31 Jan 2026 [low], valid until 31 Jan 2028: Cleared" in " ".join(page.split())


def test_withdrawn_evidence_is_only_in_the_list(terminal: Terminal, submitted: str) -> None:
    terminal.done("partner", "evidence", "add", "P-1", *UNDP, who=OFFICER)
    terminal.done("partner", "evidence", "withdraw", 1, "--reason", "Taken back", who=OFFICER)

    (listed,) = terminal.json("partner", "evidence", "list", "P-1", who=OFFICER)

    assert listed["standing"] == "withdrawn"
    assert "Evidence of other agencies" not in terminal.done("case", "show", submitted, who=OFFICER)


def test_evidence_has_its_faults_named_at_once(terminal: Terminal, submitted: str) -> None:
    wrong = (*UNDP, "--made-on", "31.1.2026", "--why", "")

    refused = terminal("partner", "evidence", "add", "P-1", *wrong, who=OFFICER)

    assert refused.exit_code == 2
    assert "made_on: «31.1.2026» is not a date" in refused.stderr
    assert "why_believed: is empty" in refused.stderr


def test_a_record_is_written_for_another_agency_and_read_from_one(
    terminal: Terminal, submitted: str, tmp_path: Path
) -> None:
    file = tmp_path / "P-1.json"
    told = terminal.done("partner", "export", "P-1", "--out", file, who=OFFICER)
    printed = terminal.json("partner", "export", "P-1", "--people", who=OFFICER)

    own = terminal("partner", "evidence", "import", file, "--why", "Sent by mail", who=OFFICER)

    assert f"Wrote {file}" in " ".join(told.split())
    assert printed["form"] == "partner-record-1"
    assert printed["people"]
    assert own.exit_code == 2
    assert "is our own; evidence is what other agencies found" in own.stderr
