"""The lawyer at the terminal: what the partner changed, what we may offer, and what partners change everywhere."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from approvals.rehearsal import People
from approvals.store.engine import Store
from models.base import now_utc
from models.case import Stage
from models.decision import Outcome
from tests.cli.conftest import AUDITOR, OFFICER, Terminal
from tests.journeys.stories import Story, a_foundation, put_a_list_in_force, rewritten
from tests.word import schema_faults

LAWYER = "claire.martin@example.org"
REFERENCE = "PA-2026-0001"


@pytest.fixture
def came_back(store: Store, people: People, tmp_path: Path) -> Story:
    """The foundation's agreement, come back with a shorter notice and a limit to the immunities."""
    put_a_list_in_force(store, people, tmp_path, now=now_utc())
    story = Story(store, people, a_foundation()).reach(Stage.NEGOTIATION)
    shorter = rewritten(story.file(), "sixty days’ written notice", "thirty days’ written notice")
    limited = rewritten(shorter, "nor shall it be interpreted", "unless the law of Peru says so, nor be interpreted")
    story.answer("negotiation", Outcome.CHANGED, content=limited)
    return story


def test_the_task_names_immunities_first_and_shows_what_we_may_offer(terminal: Terminal, came_back: Story) -> None:
    task = came_back.task("legal_review").id

    told = terminal.done("task", "show", task or 0, who=LAWYER)

    assert told.index("Privileges and immunities  privileges and immunities") < told.index(
        "Suspension and termination"
    )
    words = " ".join(told.split())
    assert "sixty days’ written notice" in words
    assert "thirty days’ written notice" in words
    assert "This is what came back. Notice of thirty days instead of sixty." in words
    assert "Accepted by the legal reviewer." in words
    assert "Any waiver, in general or for one matter." in words
    assert f"approvals agreement redline {REFERENCE}" in words


def test_deviations_are_data_too(terminal: Terminal, came_back: Story) -> None:
    found = terminal.json("agreement", "deviations", REFERENCE, who=LAWYER)

    assert (found["from"], found["to"]) == (1, 2)
    assert [one["clause"]["key"] for one in found["clauses"]] == ["privileges_and_immunities", "termination"]
    assert found["clauses"][1]["clause"]["positions"]["fallbacks"][1]["accepted_by"] == "legal_reviewer"
    assert found["clauses"][1]["changes"][0]["grade"] == "substance"


def test_a_library_that_cannot_be_read_does_not_hide_the_changes(
    terminal: Terminal, came_back: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses" / "broken.yaml").write_text("key: [", encoding="utf-8")
    monkeypatch.setenv("APPROVALS_CLAUSE_FOLDER", str(tmp_path / "clauses"))

    result = terminal("agreement", "deviations", REFERENCE, who=LAWYER)

    assert result.exit_code == 0
    assert "broken.yaml" in result.stderr
    assert "thirty days’ written notice" in " ".join(result.stdout.split())


def test_a_redline_is_written_for_word(terminal: Terminal, came_back: Story, tmp_path: Path) -> None:
    told = terminal.done("agreement", "redline", REFERENCE, "--output", tmp_path / "redline.docx", who=OFFICER)

    assert "version 2 as tracked changes in version 1" in " ".join(told.split())
    assert schema_faults((tmp_path / "redline.docx").read_bytes(), tmp_path) == []


def test_the_text_is_a_page_for_the_browser_with_what_changed_in_it(
    terminal: Terminal, came_back: Story, tmp_path: Path
) -> None:
    terminal.done("agreement", "view", REFERENCE, "--output", tmp_path / "now.html", who=LAWYER)
    terminal.done("agreement", "view", REFERENCE, "--to", 1, "--output", tmp_path / "first.html", who=OFFICER)

    now, first = ((tmp_path / name).read_text(encoding="utf-8") for name in ("now.html", "first.html"))
    assert "<del>sixty</del><ins>thirty</ins> days’ written notice" in now
    assert "Version 2 (returned), compared with version 1 (drafted)" in now
    assert "This is our fallback 2." in now
    assert "<ins>" not in first
    assert "no earlier one is compared with it" in first


def test_the_register_shows_figures_with_the_cases_behind_them(terminal: Terminal, came_back: Story) -> None:
    told = terminal.done("agreement", "register", who=AUDITOR)
    counted = json.loads(terminal.done("agreement", "register", "--format", "json", who=LAWYER))

    assert f"{REFERENCE} v2" in " ".join(told.split())
    assert [(one["clause"], one["times"], one["replies"]) for one in counted] == [
        ("privileges_and_immunities", 1, {"not_decided": 1}),
        ("termination", 1, {"not_decided": 1}),
    ]


def test_the_register_is_a_table_for_a_spreadsheet_without_formulas_in_it(
    terminal: Terminal, came_back: Story
) -> None:
    came_back.answer("legal_review", Outcome.REFUSE, '=HYPERLINK("http://example.org")')

    lines = list(csv.DictReader(io.StringIO(terminal.done("agreement", "register", "--format", "csv", who=LAWYER))))

    assert [(one["clause"], one["reply"], one["decided_by"]) for one in lines] == [
        ("privileges_and_immunities", "refused", "Claire Martin"),
        ("termination", "refused", "Claire Martin"),
    ]
    assert {one["reason"][:2] for one in lines} == {"'="}


def test_the_register_is_not_for_officers(terminal: Terminal, came_back: Story) -> None:
    result = terminal("agreement", "register", who=OFFICER)

    assert result.exit_code == 3
    assert "administrator, auditor, legal reviewer" in result.stderr


def test_an_empty_register_says_so(terminal: Terminal) -> None:
    assert "No partner has changed a text yet." in terminal.done("agreement", "register", who=LAWYER)
