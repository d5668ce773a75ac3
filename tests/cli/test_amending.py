"""An agreement in force changed by people who type commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from approvals.rehearsal import People
from approvals.store.engine import Store
from models.case import Stage
from tests.cli.conftest import AUDITOR, Advance, Terminal
from tests.cli.test_a_case_at_the_terminal import task_of
from tests.journeys.stories import Story, example, put_a_list_in_force

OFFICER, DIRECTOR = "aminata.diallo@example.org", "moussa.ndiaye@example.org"


@pytest.fixture
def in_force(terminal: Terminal, store: Store, people: People, tmp_path: Path) -> str:
    """Reference of the textile company's partnership, in force."""
    put_a_list_in_force(store, people, tmp_path)
    story = Story(store, people, example("company-cash-in-kind"))
    assert story.finish() is Stage.IN_FORCE
    return story.reference


def file(examples: Path, name: str) -> Path:
    return examples / "amendments" / f"{name}.yaml"


def test_an_amendment_tells_what_it_needs_and_every_change(terminal: Terminal, in_force: str, examples: Path) -> None:
    told = terminal.done("case", "amend", in_force, file(examples, "company-no-cost-extension"), who=OFFICER)

    assert f"Submitted as PA-2026-0002, an amendment of {in_force}." in told
    assert "a decision, and a document that both sides sign" in told
    assert "31 December 2028" in told
    assert "31 May 2029" in told


def test_the_same_file_again_makes_no_second_amendment(terminal: Terminal, in_force: str, examples: Path) -> None:
    words = ("case", "amend", in_force, file(examples, "company-no-cost-extension"))
    first = terminal.json(*words, who=OFFICER)

    again = terminal.json(*words, who=OFFICER)

    assert (first["is_new"], again["is_new"], again["reference"]) == (True, False, first["reference"])


def test_whoever_decides_sees_before_and_after(
    terminal: Terminal, machine: Advance, in_force: str, examples: Path
) -> None:
    made = terminal.json("case", "amend", in_force, file(examples, "company-no-cost-extension"), who=OFFICER)
    machine(made["reference"])
    task = task_of(terminal, made["reference"], DIRECTOR)

    told = terminal.done("task", "show", task, who=DIRECTOR)

    assert "Decide whether the agreement is amended as proposed." in told
    assert f"Amendment of {in_force}  no-cost extension" in told
    assert "End of the Project" in told
    changes = terminal.json("task", "show", task, who=DIRECTOR)["amendment"]["changes"]
    assert {"provision": "End of the Project", "before": "31 December 2028", "after": "31 May 2029"} in changes


def test_the_case_lists_its_amendments_and_the_list_marks_them(
    terminal: Terminal, machine: Advance, in_force: str, examples: Path
) -> None:
    made = terminal.json("case", "amend", in_force, file(examples, "company-budget-shift"), who=OFFICER)
    machine(made["reference"])

    shown = terminal.done("case", "show", in_force, who=AUDITOR)
    amendment = terminal.json("case", "show", made["reference"], who=AUDITOR)

    assert "amended by PA-2026-0002 (budget change, record only)" in shown
    assert [one["reference"] for one in terminal.json("case", "show", in_force, who=AUDITOR)["amendments"]] == [
        "PA-2026-0002"
    ]
    assert [one["stage"] for one in amendment["route"]] == ["screening", "effective"]
    assert "amends PA-2026-0001" in terminal.done("case", "list", who=AUDITOR)
    assert [one["amends"] for one in terminal.json("case", "list", who=AUDITOR)] == ["PA-2026-0001", None]


def test_part_of_an_amendment_is_not_offered(
    terminal: Terminal, machine: Advance, in_force: str, examples: Path
) -> None:
    made = terminal.json("case", "amend", in_force, file(examples, "company-no-cost-extension"), who=OFFICER)
    machine(made["reference"])

    sheet = terminal.json("task", "show", task_of(terminal, made["reference"], DIRECTOR), who=DIRECTOR)

    assert [one["outcome"] for one in sheet["outcomes"]] == [
        "approve", "approve_with_conditions", "return", "refer_up", "decline",
    ]  # fmt: skip


def test_amendments_are_timed_apart_from_new_partnerships(
    terminal: Terminal, machine: Advance, in_force: str, examples: Path
) -> None:
    assert "No amendment was submitted yet" in terminal.done("turnaround", "--amendments", who=AUDITOR)
    terminal.done("case", "amend", in_force, file(examples, "company-budget-shift"), who=OFFICER)
    machine("PA-2026-0002")

    new = terminal.json("turnaround", "--by", "ending", who=AUDITOR)["tables"]["lead_by_ending"]["lines"]
    changed = terminal.json("turnaround", "--by", "ending", "--amendments", who=AUDITOR)["tables"]["lead_by_ending"]

    assert [(one["Ending"], one["Cases"]) for one in new] == [("in force", 1)]
    assert [(one["Ending"], one["Cases"]) for one in changed["lines"]] == [("effective", 1)]


def test_an_ordinary_case_is_no_amendment(terminal: Terminal, in_force: str) -> None:
    shown = terminal.json("case", "show", in_force, who=AUDITOR)

    assert (shown["amendment"], shown["amendments"]) == (None, [])
    assert shown["route"][-1]["stage"] == "in_force"


def test_faults_of_the_file_are_told_by_their_fields(terminal: Terminal, in_force: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("kind: longer\nchanges: {office: HQ}\n", encoding="utf-8")

    refused = terminal("case", "amend", in_force, wrong, who=OFFICER)

    assert refused.exit_code == 2
    assert "kind: «longer» is not one of: 'no_cost_extension'" in refused.stderr
    assert "reason: is missing" in refused.stderr
