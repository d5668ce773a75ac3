"""Files of a case and drafts, at the terminal as at the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import docx

from approvals.rehearsal import People
from approvals.services.drafts import begin_draft
from approvals.store.engine import Store
from models.draft import DraftPurpose
from tests.cli.conftest import OFFICER, Terminal
from tests.journeys.stories import Story, a_foundation

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


def test_a_file_is_added_listed_and_had_again(
    terminal: Terminal, store: Store, people: People, tmp_path: Path
) -> None:
    reference = Story(store, people, a_foundation()).reference
    file = tmp_path / "statutes.docx"
    docx.Document().save(str(file))

    added = terminal.json("case", "attach", reference, file, "--title", "Statutes", "--kind", "statute", who=OFFICER)
    told = terminal.done("case", "files", reference, who=OFFICER)
    terminal.done("case", "file", reference, added["file"], "--out", tmp_path / "out.docx", who=OFFICER)

    assert "Statutes" in told
    assert (tmp_path / "out.docx").read_bytes() == file.read_bytes()


def test_a_file_that_is_none_of_ours_is_refused(
    terminal: Terminal, store: Store, people: People, tmp_path: Path
) -> None:
    reference = Story(store, people, a_foundation()).reference
    (tmp_path / "a.exe").write_bytes(b"MZ")

    refused = terminal("case", "attach", reference, tmp_path / "a.exe", "--title", "A program", who=OFFICER)

    assert refused.exit_code != 0
    assert terminal.json("case", "files", reference, who=OFFICER) == []


def test_drafts_are_listed_shown_and_discarded(terminal: Terminal, store: Store, people: People) -> None:
    officer = people.named(OFFICER)
    draft = begin_draft(store, DraftPurpose.PROPOSAL, {"title": "Skills"}, by=officer, now=NOW)

    listed = terminal.done("draft", "list", who=OFFICER)
    shown = terminal.done("draft", "show", draft.id, who=OFFICER)
    terminal.done("draft", "discard", draft.id, who=OFFICER)

    assert "Skills" in listed
    assert "title" in shown
    assert terminal.json("draft", "list", who=OFFICER) == []
