"""What people do with a case at the desk besides its tasks, done by programs."""

from __future__ import annotations

import io
import zipfile

import pytest

from models.case import Stage
from tests.api.calling import ADMINISTRATOR, OFFICER, TheApi
from tests.journeys.conftest import At
from tests.journeys.stories import Story

AUDITOR, LAWYER = "peter.novak@example.org", "claire.martin@example.org"
CASE = "/cases/PA-2026-0001"
CLAUSE = "Suspension and termination"


@pytest.fixture
def story(at: At) -> Story:
    return at(Stage.LEGAL_REVIEW)


@pytest.fixture
def api(story: Story) -> TheApi:
    return TheApi(story.store, story.now)


def test_colleagues_comment_on_a_clause_until_it_is_resolved_and_reopened(api: TheApi) -> None:
    lawyer, officer = api.called_by(LAWYER), api.called_by(OFFICER)

    written = lawyer.sends(f"{CASE}/comments", {"text": "Thirty days?", "clause": CLAUSE, "version": 1}, status=201)
    number = written["number"]
    answered = officer.sends(f"/comments/{number}/answers", {"text": "Agreed."}, status=201)
    seen = officer.gets(f"{CASE}/comments")
    noted = officer.sends(f"{CASE}/comments/noted", {"up_to": seen["newest"]})
    refused = officer.sends(f"/comments/{number}/resolution", status=403)
    resolved = lawyer.sends(f"/comments/{number}/resolution")
    late = officer.sends(f"/comments/{number}/answers", {"text": "One more."}, status=409)
    reopened = lawyer.sends(f"/comments/{number}/reopening")
    half = lawyer.sends(f"{CASE}/comments", {"text": "Which?", "clause": CLAUSE}, status=422)

    assert [one["text"] for one in answered["answers"]] == ["Agreed."]
    assert (seen["open"], seen["new"], noted["new"]) == (1, 1, 0)
    assert refused["type"].endswith("not-allowed")
    assert (resolved["is_open"], resolved["resolved_by"], reopened["is_open"]) == (False, "Claire Martin", True)
    assert "has resolved this comment" in late["detail"]
    assert half["faults"]


def test_a_comment_sent_twice_under_a_key_is_written_once(api: TheApi) -> None:
    officer = api.called_by(OFFICER)

    first, again = (
        officer.sends(f"{CASE}/comments", {"text": "Is it?"}, status=201, Idempotency_Key="c-1") for _ in range(2)
    )

    assert first == again
    assert officer.gets(f"{CASE}/comments")["open"] == 1


def test_the_clock_is_stopped_and_runs_again(api: TheApi) -> None:
    officer = api.called_by(OFFICER)

    held = officer.sends(f"{CASE}/hold", {"reason": "Asked for the accounts.", "partner_asked": True})
    twice = officer.sends(f"{CASE}/hold", {"reason": "Again."}, status=409)
    clock = officer.sends(f"{CASE}/resumption", {"reason": "They came."})

    assert held["kind"] == "partner_asked"
    assert twice["type"].endswith("wrong-stage")
    assert [one["kind"] for one in clock["stops"]] == ["partner_asked"]
    assert clock["stops"][0]["resumed_at"] is not None


def test_an_agreement_is_had_beside_its_translation_and_a_case_as_evidence(api: TheApi) -> None:
    officer, auditor = api.called_by(OFFICER), api.called_by(AUDITOR)

    version = officer.gets(f"{CASE}/agreements")[0]
    other = "fr" if version["language"] != "fr" else "en"
    beside = officer.asks("GET", f"{CASE}/agreements/1/bilingual?beside={other}")
    itself = officer.asks("GET", f"{CASE}/agreements/1/bilingual?beside={version['language']}", status=422)
    bundle = auditor.asks("POST", f"{CASE}/bundle")

    assert zipfile.is_zipfile(io.BytesIO(beside.content))
    assert "cannot stand beside" in itself.json()["faults"][0]["message"]
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as package:
        assert "MANIFEST.sha256" in package.namelist()


def test_the_trail_is_proved_and_exported_and_a_comment_erased(api: TheApi, story: Story) -> None:
    administrator, auditor = api.called_by(ADMINISTRATOR), api.called_by(AUDITOR)
    api.called_by(OFFICER).sends(f"{CASE}/comments", {"text": "Ms Paz has left."}, status=201)
    event = story.events("CommentWritten")[0].seq

    administrator.asks("POST", "/audit/erasures", body={"event": event, "reason": "She asked us to."}, status=204)
    trail = auditor.gets("/audit")
    found = auditor.gets("/audit/verification")
    export = auditor.asks("POST", "/audit/export", body={"format": "xes"})

    assert trail["head"] > event
    assert found["broken_at"] is None
    assert export.content.startswith(b"<?xml")
    assert auditor.gets(f"{CASE}/comments")["threads"][0]["text"] is None


def test_figures_are_filtered_and_lead_to_the_cases_behind_them(api: TheApi) -> None:
    administrator = api.called_by(ADMINISTRATOR)

    report = administrator.gets("/turnaround?case=new&office=AO-LIMA&since=2026-01-01")
    behind = administrator.gets("/turnaround/cases?key=arrived")
    nothing = administrator.gets("/turnaround/cases?key=weather", status=422)

    assert report
    assert behind["columns"]
    assert nothing["faults"]
