"""What officers type to use the partner register."""

from __future__ import annotations

from tests.cli.conftest import OFFICER, SCREENING_OFFICER, Terminal


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
