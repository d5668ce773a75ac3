"""Somebody is away, hands over, or waits for the partner: each at the desk, without a terminal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from approvals.desk.languages import OWN_NAMES, read_languages
from approvals.desk.rendering import counted
from approvals.services.tasks import claim
from approvals.settings import Settings
from models.case import Stage
from tests.desk.conftest import ADMINISTRATOR, OFFICER, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.journeys.conftest import At
from tests.journeys.stories import START

CARMEN, SAMUEL = "carmen.diaz@example.org", "samuel.okafor@example.org"
LAST_DAY = (START + timedelta(days=6)).date().isoformat()


def test_the_tasks_of_the_absent_stand_in_the_list_of_the_substitute(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    task = story.task("due_diligence")
    desk = desk_over(story.store)
    carmen, samuel = desk.visited_by(CARMEN), desk.visited_by(SAMUEL)
    assert "/tasks/" not in str(samuel.opens("/?view=group").links())

    named = carmen.sends(
        carmen.opens("/substitutes"), "/substitutes", {"substitute": SAMUEL, "until_on": LAST_DAY, "reason": "Leave"}
    )
    listed = samuel.opens("/")
    taken = samuel.sends(listed, f"/tasks/{task.id}/claim")

    assert named.says("Samuel Okafor", "In force", "Leave")
    assert listed.says("for Carmen Díaz, absent until 27 Sept 2026", story.case.title)
    assert taken.says("You have taken this task")
    assert samuel.opens("/?view=mine").says("for Carmen Díaz")


def test_what_the_absent_person_had_taken_is_there_for_the_substitute(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    task = story.task("due_diligence")
    desk = desk_over(story.store)
    claim(story.store, task.id or 0, by=story.people.named(CARMEN), now=START)
    administrator = desk.visited_by(ADMINISTRATOR)

    administrator.sends(
        administrator.opens("/substitutes"),
        "/substitutes",
        {"absent": CARMEN, "substitute": SAMUEL, "until_on": LAST_DAY},
    )

    assert desk.visited_by(SAMUEL).opens("/").says("for Carmen Díaz")
    assert desk.visited_by(CARMEN).opens("/?view=mine").says(story.case.title)


def test_a_rule_that_cannot_be_comes_back_with_its_faults(at: At, desk_over: DeskOver) -> None:
    carmen = desk_over(at(Stage.DUE_DILIGENCE).store).visited_by(CARMEN)

    page = carmen.sends(
        carmen.opens("/substitutes"), "/substitutes", {"substitute": CARMEN, "until_on": "2026-01-01"}, status=422
    )

    assert page.says("Nobody substitutes for themselves", "Please mend this")
    assert page.form("/substitutes")["substitute"] == [CARMEN]


def test_a_rule_is_ended_before_its_last_day(at: At, desk_over: DeskOver) -> None:
    desk = desk_over(at(Stage.DUE_DILIGENCE).store)
    carmen = desk.visited_by(CARMEN)
    page = carmen.sends(carmen.opens("/substitutes"), "/substitutes", {"substitute": SAMUEL, "until_on": LAST_DAY})

    after = carmen.sends(page, "/substitutes/1/end")

    assert after.says("Nobody is away")
    assert carmen.opens("/substitutes?view=all").says("Ended")
    assert desk.visited_by(SAMUEL).opens("/").says("Nothing to do here")


def test_a_task_is_handed_over_with_a_reason(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    address = f"/tasks/{story.task('due_diligence').id}/handover"
    carmen = desk_over(story.store).visited_by(CARMEN)

    refused = carmen.sends(carmen.opens(address), address, {"to": OFFICER, "reason": ""}, status=422)

    assert refused.says("Say why; the colleague will read it", "Rosa Quispe is no due diligence officer")


def test_the_clock_is_stopped_and_runs_again(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    rosa = desk_over(story.store).visited_by(OFFICER)
    clock = f"/cases/{story.reference}/clock"

    nothing_said = rosa.sends(rosa.opens(clock), f"/cases/{story.reference}/hold", status=422)
    held = rosa.sends(
        rosa.opens(clock),
        f"/cases/{story.reference}/hold",
        {"why": "partner_asked", "reason": "We asked for the statutes."},
    )
    case = rosa.opens(f"/cases/{story.reference}")
    going_on = rosa.sends(held, f"/cases/{story.reference}/resume", {"reason": "They came."})

    assert nothing_said.says("Say why")
    assert held.says("The clock stands still", "We asked for the statutes.", "It runs again by itself")
    assert case.says("The clock stands still", "We asked for the statutes.")
    assert "The clock stands still" not in going_on.text
    assert going_on.says("When it stood still", "By stage", "First last day")


@pytest.mark.parametrize("language", OWN_NAMES)
def test_half_a_day_takes_a_form_of_the_noun_in_every_language(language: str) -> None:
    spoken = read_languages(Settings().translation_folder)[language]

    assert [counted(value, spoken) for value in (0, 1, 4.0)] == [0, 1, 4]
    assert spoken.locale.plural_form(counted(3.5, spoken)) == spoken.locale.plural_form(3.5)


@pytest.mark.parametrize("address", ["/substitutes", "/tasks/1/handover", "/cases/PA-2026-0001/clock"])
def test_these_pages_have_no_hard_coded_text(at: At, desk_over: DeskOver, address: str) -> None:
    desk = speak_pseudo(desk_over(at(Stage.DUE_DILIGENCE).store))

    assert hard_coded(desk.visited_by(ADMINISTRATOR).glances(address)) == []
