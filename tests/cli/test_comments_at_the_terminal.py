"""Comments at the terminal: written, answered, read, resolved and reopened."""

from __future__ import annotations

from approvals.rehearsal import People
from approvals.store.engine import Store
from models.case import Stage
from tests.cli.conftest import OFFICER, Terminal
from tests.journeys.stories import Story, a_foundation

REGION = "samuel.okafor@example.org"


def test_colleagues_comment_on_a_case_and_each_sees_what_is_new(
    terminal: Terminal, store: Store, people: People
) -> None:
    reference = Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE).reference

    number = terminal.json("case", "comment", "add", reference, "Is the budget final?", who=OFFICER)["comment"]
    read = terminal.done("case", "comment", "list", reference, who=REGION)
    terminal.done("case", "comment", "answer", number, "It is.", who=REGION)
    terminal.done("case", "comment", "noted", reference, who=REGION)
    terminal.done("case", "comment", "resolve", number, who=OFFICER)
    nothing = terminal.json("case", "comment", "list", reference, "--open", who=REGION)
    terminal.done("case", "comment", "reopen", number, who=OFFICER)
    everything = terminal.json("case", "comment", "list", reference, "--open", who=OFFICER)

    assert "1 open, 1 new to you" in read
    assert "Is the budget final?" in read
    assert (nothing["open"], nothing["new"], nothing["threads"]) == (0, 0, [])
    [thread] = everything["threads"]
    assert (everything["new"], thread["answers"][0]["text"]) == (1, "It is.")


def test_a_comment_on_no_clause_is_refused(terminal: Terminal, store: Store, people: People) -> None:
    reference = Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE).reference

    refused = terminal("case", "comment", "add", reference, "Why?", "--clause", "Budget", who=OFFICER)

    assert "is no clause" in " ".join(refused.stderr.split())
