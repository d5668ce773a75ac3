"""Auditors prove the trail and take a case along; administrators note anchors and erase, after looking twice."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import text

from approvals.casework.before_and_after import before_and_after
from approvals.services.restrictions import restrict_case
from models.case import Stage
from models.user import Role
from tests.desk.conftest import ADMINISTRATOR, AUDITOR, OFFICER, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.journeys.conftest import At
from tests.journeys.stories import START, Story


def test_the_trail_is_verified_and_its_head_noted(at: At, desk_over: DeskOver) -> None:
    desk = desk_over(at(Stage.DUE_DILIGENCE).store)
    administrator, auditor = desk.visited_by(ADMINISTRATOR), desk.visited_by(AUDITOR)

    without = auditor.opens("/audit/verification")
    administrator.sends(administrator.opens("/audit"), "/audit/anchor")
    with_one = auditor.opens("/audit/verification")

    assert without.says("The trail holds", "compared with no anchor", "There is no anchor file yet")
    assert with_one.says("The trail holds", "Anchors compared")
    assert "compared with no anchor" not in with_one.text
    assert "Note an anchor now" not in auditor.opens("/audit").text


def test_a_changed_event_is_shown_in_red(at: At, desk_over: DeskOver) -> None:
    store = at(Stage.DUE_DILIGENCE).store
    with store.engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE event SET kind = 'NothingHappened' WHERE seq = 2"))

    page = desk_over(store).visited_by(AUDITOR).opens("/audit/verification")

    assert page.says("The trail is broken", "Broken at event 2")


def test_the_events_are_taken_along(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    auditor = desk_over(story.store).visited_by(AUDITOR)
    sent = auditor.opens("/audit").form("/audit/export")

    answer = auditor.client.post("/audit/export", data={**sent, "format": "ocel"})

    assert answer.headers["content-disposition"] == 'attachment; filename="events.json"'
    assert {"events", "objects"} <= set(json.loads(answer.content))


def test_a_case_shows_event_by_event_and_comes_as_a_bundle(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    address = f"/cases/{story.reference}"
    auditor = desk_over(story.store).visited_by(AUDITOR)

    page = auditor.opens(f"{address}/events")
    answer = auditor.client.post(f"{address}/bundle", data=page.form(f"{address}/bundle"))

    assert page.says("screening → due diligence", "Rosa Quispe")
    assert "HOW-TO-VERIFY.txt" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "bundle" not in desk_over(story.store).visited_by(OFFICER).opens(f"{address}/events").text


def test_erasing_asks_twice_and_is_told(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    event = _with_something_of_persons(story)
    administrator = desk_over(story.store).visited_by(ADMINISTRATOR)
    page = administrator.opens("/audit")

    nothing = administrator.sends(page, "/audit/erasure/check", status=422)
    checked = administrator.sends(page, "/audit/erasure/check", {"event": str(event), "reason": "Asked for."})
    before = administrator.opens("/audit/verification")
    administrator.sends(checked, "/audit/erasure")
    again = administrator.sends(checked, "/audit/erasure", status=422)

    assert nothing.says("Give the number of the event", "Say why")
    assert checked.says("Erase this for good?", "It cannot be had back", "Asked for.")
    assert before.text != administrator.opens("/audit/verification").text
    assert again.says("was erased before")


def _with_something_of_persons(story: Story) -> int:
    """Restrict the case and return the number of the event that says why."""
    by = story.people.with_role(Role.ADMINISTRATOR)
    restrict_case(story.store, story.reference, restricted=True, reason="A name.", by=by, now=START)
    return story.events("CaseRestricted")[-1].seq


def test_readers_of_a_restricted_case_are_told_that_it_is(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    _with_something_of_persons(story)

    page = desk_over(story.store).visited_by(OFFICER).opens(f"/cases/{story.reference}")

    assert page.says("This case is restricted")


@pytest.mark.parametrize(
    ("payload", "pairs"),
    [
        ({"from": "screening", "to": "decision"}, [("screening", "decision")]),
        ({"was": None, "kind": "half"}, [("", "half")]),
        ({"was": 3, "now": 4}, []),  # numbers of people
        ({"task": 3}, []),
    ],
)
def test_old_and_new_are_told_in_pairs(payload: dict[str, object], pairs: list[tuple[str, str]]) -> None:
    assert list(before_and_after(payload)) == pairs


@pytest.mark.parametrize("address", ["/audit", "/audit/verification", "/cases/PA-2026-0001/events"])
def test_these_pages_have_no_hard_coded_text(at: At, desk_over: DeskOver, address: str) -> None:
    administrator = speak_pseudo(desk_over(at(Stage.DUE_DILIGENCE).store)).visited_by(ADMINISTRATOR)

    assert hard_coded(administrator.glances(address)) == []
