"""A script carries a proposal to the signed agreement through the API alone."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import docx
import pytest

from approvals.rehearsal import USUAL_ANSWERS, People, advance
from approvals.store.engine import Store
from models.case import Stage
from models.task import Task, TaskKind
from models.user import User
from tests.api.calling import OFFICER, Program, TheApi
from tests.journeys.conftest import At
from tests.journeys.stories import START, a_foundation, put_a_list_in_force, values_of


class Script:
    """Programs of everybody concerned; the machine's work is done between their calls."""

    def __init__(self, api: TheApi, people: People, reference: str) -> None:
        self.api, self.people, self.reference = api, people, reference
        self.officer = api.called_by(OFFICER)
        self.programs: dict[str, Program] = {}
        self.advance()

    def advance(self) -> None:
        advance(self.api.store, self.reference, now=self.api.now)

    @property
    def case(self) -> Any:
        return self.officer.gets(f"/cases/{self.reference}")

    def program_of(self, user: User) -> Program:
        return self.programs.setdefault(user.email, self.api.called_by(user))

    def who_may(self, number: int) -> Program:
        with self.api.store.session() as session:
            task = session.get(Task, number)
            assert task is not None
        return self.program_of(self.people.who_may_decide(task))

    def answer(self, number: int, **changes: Any) -> Any:
        """Let the right person's program look at the task, take it and decide it as usual."""
        program = self.who_may(number)
        program.sends(f"/tasks/{number}/claim")
        looked = program.asks("GET", f"/tasks/{number}")
        decision = {**self.usual(looked.json()), **changes}
        decided = program.sends(f"/tasks/{number}/decision", decision, If_Match=looked.headers["etag"])
        self.advance()
        return decided

    def usual(self, task: Any) -> dict[str, Any]:
        usual = USUAL_ANSWERS[TaskKind(task["kind"])]
        takes = next(one["takes"] for one in task["outcomes"] if one["outcome"] == usual.outcome)
        decision: dict[str, Any] = {"outcome": usual.outcome, "reason": usual.reason}
        if "risk" in takes:
            decision["risk"] = self.case["risk"]
        if "file_hash" in takes:
            versions = self.officer.gets(f"/cases/{self.reference}/agreements")
            decision["file_hash"] = next(one["file_hash"] for one in versions if one["stands"])
        return decision


@pytest.fixture
def script(api: TheApi, store: Store, people: People, tmp_path: Path) -> Script:
    """A proposal just submitted by the officer's program."""
    put_a_list_in_force(store, people, tmp_path)
    made = api.called_by(OFFICER).sends("/cases", values_of(a_foundation()), status=201, Idempotency_Key="crm-4711")
    return Script(api, people, made["reference"])


def test_carries_a_proposal_to_the_signed_agreement(script: Script) -> None:
    while script.case["stage"] != "in_force":
        owed = script.case["awaited"]
        assert owed, script.case
        for one in owed:
            script.answer(one["task"])

    case = script.case
    versions = script.officer.gets(f"/cases/{script.reference}/agreements")
    word = script.officer.asks("GET", f"/cases/{script.reference}/agreements/1/file")
    timeline = script.officer.gets(f"/cases/{script.reference}/timeline")
    assert [one["decided"] for one in case["decisions"]][-2:] == ["signed", "signed"]
    assert case["obligations"]
    assert versions[-1]["stands"]
    assert docx.Document(io.BytesIO(word.content)).paragraphs
    assert timeline[0]["kind"] == "ProposalSubmitted"
    assert [one["payload"]["to"] for one in timeline if "to" in one["payload"]][-1] == "in_force"


def test_sending_a_submission_twice_makes_one_case(script: Script) -> None:
    again = script.officer.asks(
        "POST", "/cases", body=values_of(a_foundation()), status=201, Idempotency_Key="crm-4711"
    )

    assert again.json()["reference"] == script.reference
    assert again.headers["location"] == f"/api/v1/cases/{script.reference}"
    assert len(script.officer.gets("/cases")["items"]) == 1


def test_a_key_belongs_to_one_proposal(script: Script) -> None:
    other = values_of(a_foundation(), title="Something else")

    refusal = script.officer.sends("/cases", other, status=422, Idempotency_Key="crm-4711")

    assert [fault["path"] for fault in refusal["faults"]] == ["key"]


def test_a_submission_without_a_key_is_not_made(script: Script) -> None:
    refusal = script.officer.sends("/cases", values_of(a_foundation()), status=400)

    assert "Idempotency-Key" in refusal["detail"]
    assert len(script.officer.gets("/cases")["items"]) == 1


def test_every_fault_of_a_proposal_is_named_by_its_place(script: Script) -> None:
    faulty = values_of(
        a_foundation(), **{"partner.country": "Norway", "project.end_on": "1999-01-01", "funds": "receiving"}
    )

    refusal = script.officer.sends("/cases", faulty, status=422, Idempotency_Key="crm-4712")

    assert refusal["type"] == "urn:approvals:problem:invalid-proposal"
    assert [fault["path"] for fault in refusal["faults"]] == ["partner.country", "project.end_on", "money"]


def test_a_withdrawn_case_is_read_as_withdrawn(script: Script) -> None:
    script.officer.sends(f"/cases/{script.reference}/withdrawal", {"reason": "The partner has no funds."})

    assert script.case["stage"] == "withdrawn"
    assert script.officer.gets("/cases?view=closed")["items"][0]["reference"] == script.reference
    script.officer.sends(f"/cases/{script.reference}/withdrawal", {"reason": "Once more."}, status=409)


# Decisions


def test_nobody_decides_what_they_have_not_seen(script: Script) -> None:
    number = script.case["awaited"][0]["task"]
    program = script.who_may(number)
    seen = program.asks("GET", f"/tasks/{number}")
    decision = script.usual(seen.json())
    program.sends(f"/tasks/{number}/claim")

    unsaid = program.sends(f"/tasks/{number}/decision", decision, status=428)
    stale = program.sends(f"/tasks/{number}/decision", decision, If_Match=seen.headers["etag"], status=412)
    weak = program.sends(f"/tasks/{number}/decision", decision, If_Match=f"W/{seen.headers['etag']}", status=412)

    assert "If-Match" in unsaid["detail"]
    assert stale["type"] == weak["type"] == "urn:approvals:problem:changed-since-you-looked"
    assert program.gets(f"/tasks/{number}")["state"] == "claimed"


def test_a_decision_sent_twice_is_recorded_once(script: Script) -> None:
    number = script.case["awaited"][0]["task"]
    program = script.who_may(number)
    looked = program.asks("GET", f"/tasks/{number}")
    decision = script.usual(looked.json())

    first, second = (
        program.sends(f"/tasks/{number}/decision", decision, If_Match=looked.headers["etag"]) for _ in range(2)
    )
    other = program.sends(f"/tasks/{number}/decision", {**decision, "reason": "Otherwise."}, If_Match="*", status=409)

    assert first["decision"] == second["decision"]
    assert other["type"] == "urn:approvals:problem:already-decided"
    assert "was decided by" in other["detail"]


def test_a_task_is_given_back(script: Script) -> None:
    number = script.case["awaited"][0]["task"]
    program = script.who_may(number)

    taken = program.sends(f"/tasks/{number}/claim")
    given_back = program.sends(f"/tasks/{number}/release")

    assert (taken["state"], given_back["state"]) == ("claimed", "open")
    assert [one["number"] for one in program.gets("/tasks?view=group")["items"]] == [number]


def test_the_partners_text_comes_back_as_a_word_file(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    api = TheApi(story.store, START)
    script = Script(api, story.people, story.reference)
    number = script.case["awaited"][0]["task"]
    sent = script.officer.asks("GET", f"/cases/{story.reference}/agreements/1/file").content
    text = docx.Document(io.BytesIO(sent))
    text.paragraphs[-1].add_run(" The partner added this.")
    changed = io.BytesIO()
    text.save(changed)

    refused = script.officer.sends(
        f"/tasks/{number}/decision",
        {"outcome": "changed", "file": base64.b64encode(b"no Word file").decode()},
        If_Match="*",
        status=422,
    )
    script.answer(number, outcome="changed", reason="", file=base64.b64encode(changed.getvalue()).decode())

    assert refused["type"] == "urn:approvals:problem:file-refused"
    assert [one["origin"] for one in script.officer.gets(f"/cases/{story.reference}/agreements")] == [
        "drafted",
        "returned",
    ]
    deviations = script.officer.gets(f"/cases/{story.reference}/agreements/2/deviations")
    assert "The partner added this." in str(deviations["clauses"])


def test_an_agreement_in_force_is_amended(at: At) -> None:
    story = at(Stage.IN_FORCE)
    officer = TheApi(story.store, START).called_by(OFFICER)
    amendment = {
        "kind": "correction",
        "reason": "They moved.",
        "changes": {"partner": {"website": "https://new.example"}},
    }

    made = officer.sends(f"/cases/{story.reference}/amendments", amendment, status=201, Idempotency_Key="amendment-1")

    assert made["amendment"]["amends"] == story.reference
    assert [one["reference"] for one in officer.gets(f"/cases/{story.reference}/amendments")] == [made["reference"]]
