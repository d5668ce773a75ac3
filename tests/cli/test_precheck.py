"""An officer asks before any contact: may we work with them?"""

from __future__ import annotations

import pytest
from sqlmodel import select

from approvals.store.engine import Store
from models.event import Event
from tests.cli.conftest import ADMINISTRATOR, OFFICER, SCREENING_OFFICER, WATCHLIST, Terminal

SEMILLA = ("precheck", "Semilla Andina", "--kind", "foundation", "--country", "pe", "--sector", "philanthropy")


@pytest.fixture(autouse=True)
def list_in_force(terminal: Terminal) -> None:
    terminal.done("list", "import", WATCHLIST, "--format", "plain_csv", "--source", "un_sc", who=ADMINISTRATOR)


def test_a_harmless_partner_is_acceptable_and_the_way_is_shown(terminal: Terminal) -> None:
    told = terminal.done(*SEMILLA, "--no", "all", who=OFFICER)

    assert "Acceptable. Nothing stands against them" in told
    assert "area director (AO-LIMA)" in told
    assert "At most 18 working days with us" in told
    assert "Foundation deed" in told
    assert "Nothing was kept" in told


def test_a_yes_is_not_acceptable_and_the_rule_is_named(terminal: Terminal) -> None:
    told = terminal.done(*SEMILLA, "--yes", "tobacco", "--no", "all", who=OFFICER)

    assert "Not acceptable. The policy forbids this partnership" in told
    assert "UNDP" in told
    assert "The way a case would take" not in told


def test_an_open_question_is_not_a_no(terminal: Terminal) -> None:
    found = terminal.json(*SEMILLA, "--no", "weapons", who=OFFICER)

    open_ones = [one for one in found["precheck"]["outlook"]["reasons"] if one["ground"] == "criterion_open"]
    assert found["answer"] == "acceptable_with_conditions"
    assert len(open_ones) == 12
    assert all(one["source"] for one in open_ones)


def test_a_listed_name_goes_to_headquarters_with_the_name_it_resembles(terminal: Terminal) -> None:
    named = ("precheck", "Zafir Maritime Holdings", "--kind", "company", "--country", "AE", "--sector", "transport")

    told = terminal.done(*named, "--no", "all", who=OFFICER)

    assert "Needs headquarters. Ask headquarters before you promise anything." in told
    assert "Zafir" in told


def test_everything_the_policy_does_not_know_is_said_at_once(terminal: Terminal) -> None:
    refused = terminal(*SEMILLA, "--yes", "tobaco", "--office", "NOWHERE", who=OFFICER)

    assert refused.exit_code == 2
    assert "the policy knows no criterion «tobaco»" in refused.stderr
    assert "«NOWHERE» is no office" in refused.stderr


@pytest.mark.parametrize("name", ["", "«»", "…"])
def test_a_name_that_nothing_can_be_compared_with_is_refused(terminal: Terminal, name: str) -> None:
    refused = terminal("precheck", name, *SEMILLA[2:], who=OFFICER)

    assert refused.exit_code == 2
    assert "name: holds nothing that could be compared" in refused.stderr


def test_an_amount_that_is_none_is_refused(terminal: Terminal) -> None:
    refused = terminal(*SEMILLA, "--amount", "much", who=OFFICER)

    assert refused.exit_code == 2
    assert "«much» is no amount" in refused.stderr


@pytest.mark.parametrize(("option", "kept"), [([], 0), (["--keep"], 1)])
def test_nothing_is_kept_unless_the_officer_asks(
    terminal: Terminal, store: Store, option: list[str], kept: int
) -> None:
    terminal.done(*SEMILLA, "--no", "all", *option, who=OFFICER)

    with store.session() as session:
        events = session.exec(select(Event).where(Event.kind == "PartnerPrechecked")).all()
    assert len(events) == kept
    assert [event.payload["answer"] for event in events] == ["acceptable"] * kept


def test_it_is_not_for_administrators(terminal: Terminal) -> None:
    refused = terminal(*SEMILLA, who=ADMINISTRATOR)

    assert "may not screen a name" in refused.stderr


# What our register knows


LEI = "5493001KJTIIGC8Y1R12"
EVIDENCE = (
    *("--agency", "UNDP", "--made-on", "2026-01-31", "--reference", "17"),
    *("--outcome", "Cleared", "--why", "Sent by its office"),
)
FLAG = ("--subject", "Unpaid wages", "--reason", "A court order.")
FOUND = (
    "precheck",
    "Fundación Semilla Andina",
    "--kind",
    "foundation",
    "--country",
    "PE",
    "--sector",
    "philanthropy",
)


def test_a_partner_of_the_register_is_named_with_its_flag_and_its_evidence(
    terminal: Terminal, submitted: str
) -> None:
    terminal.done("partner", "flag", "P-1", "observation", *FLAG, who=OFFICER)
    terminal.done("partner", "evidence", "add", "P-1", *EVIDENCE, who=OFFICER)

    told = " ".join(terminal.done(*FOUND, "--no", "all", who=OFFICER).split())

    assert "Acceptable with conditions." in told
    assert "Unpaid wages" in told
    assert "UN Partner Portal" in told
    assert "In the register as P-1 «Fundación Semilla Andina» (PE)." in told
    assert "UNDP, due diligence of 31 Jan 2026" in told


def test_a_red_flag_is_not_acceptable_however_the_name_is_written(terminal: Terminal, submitted: str) -> None:
    terminal.done("partner", "add-number", "P-1", "lei", LEI, who=OFFICER)
    terminal.done("partner", "flag", "P-1", "risk", *FLAG, who=OFFICER)
    terminal.done("partner", "move-flag", 1, "escalated", "--reason", "Three offices.", who=OFFICER)
    terminal.done("partner", "move-flag", 1, "red", "--reason", "True.", who=SCREENING_OFFICER)
    another_name = ("precheck", "Ayllu Norte", *FOUND[2:], "--no", "all")

    without = terminal.json(*another_name, who=OFFICER)
    by_number = terminal.json(*another_name, "--lei", LEI.lower(), who=OFFICER)

    assert (without["answer"], without["precheck"]["acquaintances"]) == ("acceptable", [])
    assert by_number["answer"] == "not_acceptable"
    [reason] = [one for one in by_number["precheck"]["outlook"]["reasons"] if one["ground"] == "flag_red"]
    assert "UN Partner Portal" in reason["rule"]


def test_a_registration_number_finds_the_partner_and_another_one_makes_it_a_namesake(
    terminal: Terminal, submitted: str
) -> None:
    terminal.done("partner", "flag", "P-1", "observation", *FLAG, who=OFFICER)
    number = terminal.json("partner", "show", "P-1", who=OFFICER)["partner"]["registration_number"]

    grounds = {
        given: [
            one["ground"]
            for one in terminal.json(*FOUND, "--no", "all", "--registration", given, who=OFFICER)["precheck"][
                "outlook"
            ]["reasons"]
        ]
        for given in (number, "20999999")
    }

    assert grounds == {number: ["flag_observation"], "20999999": ["flagged_namesake"]}


def test_an_lei_with_a_slip_of_the_pen_is_refused(terminal: Terminal) -> None:
    refused = terminal(*SEMILLA, "--lei", "5493001KJTIIGC8Y1R13", who=OFFICER)

    assert refused.exit_code == 2
    assert "its check digits do not fit" in refused.stderr
