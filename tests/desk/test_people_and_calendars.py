"""Administrators let people in, change what they may do, see them off, and keep the calendars of offices."""

from __future__ import annotations

import pytest

from approvals.services.handover import hand_over
from approvals.services.users import add_user, everybody, the_user
from models.case import Stage
from models.user import Role, User
from tests.desk.conftest import ADMINISTRATOR, OFFICER, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At
from tests.journeys.stories import START, Story

CARMEN = "carmen.diaz@example.org"
CALENDAR = "/offices/AO-LIMA/calendar"


def test_a_person_is_added_changed_and_invited(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)
    entry = {"email": "new@example.org", "name": "Nora New", "office_code": "HQ", "roles": ["legal_reviewer"]}

    person = administrator.sends(administrator.opens("/people"), "/people", entry)
    changed = administrator.sends(person, person.path, {"roles": ["legal_reviewer", "executive"]})
    invited = administrator.sends(changed, f"{person.path}/invite", status=201)

    assert person.says("Nora New", "Legal reviewer")
    assert changed.says("Executive and legal reviewer")
    assert invited.says("A code for Nora New", "shown only now")
    assert administrator.opens("/people?role=executive&words=nora").says("Nora New")


def test_whoever_is_known_is_shown_not_overwritten(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)
    entry = {"email": OFFICER, "name": "Somebody Else", "office_code": "HQ", "roles": ["auditor"]}

    page = administrator.sends(administrator.opens("/people"), "/people", entry)

    assert page.heading == "Rosa Quispe"
    assert the_user(desk.store, OFFICER).roles == ["officer"]


def test_a_faulty_entry_comes_back_as_it_was_typed(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)

    page = administrator.sends(administrator.opens("/people"), "/people", {"email": "nobody"}, status=422)

    assert page.says("«nobody» is no e-mail address", "Is empty")


def test_closing_an_account_shows_what_waits_for_nobody(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    task = story.task("due_diligence")
    second = _added(story, "second@example.org")
    hand_over(
        story.store, task.id or 0, to=second.email, reason="She knows.", by=the_user(story.store, CARMEN), now=START
    )
    administrator = desk_over(story.store).visited_by(ADMINISTRATOR)

    page = administrator.sends(administrator.opens(f"/people/{second.id}"), f"/people/{second.id}/close")

    assert page.says("This account is closed", "wait for this person alone", "Hand over", story.reference)


def _added(story: Story, email: str) -> User:
    """Add a second officer of due diligence beside Carmen."""
    return add_user(
        story.store,
        email=email,
        name="Sandra Second",
        office_code=the_user(story.store, CARMEN).office_code,
        roles=[Role.DUE_DILIGENCE_OFFICER],
        by=the_user(story.store, ADMINISTRATOR),
        now=START,
    )


def test_the_last_administrator_cannot_be_closed(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)
    address = f"/people/{the_user(desk.store, ADMINISTRATOR).id}"
    for other in everybody(desk.store):
        if Role.ADMINISTRATOR in other.roles and other.email != ADMINISTRATOR:
            administrator.sends(administrator.opens(f"/people/{other.id}"), f"/people/{other.id}/close")

    page = administrator.sends(administrator.opens(address), f"{address}/close", status=422)

    assert page.says("Nobody would be left to manage people")


def test_holidays_are_entered_and_a_day_is_half(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)
    page = administrator.opens(f"{CALENDAR}?month=2026-12")

    administrator.sends(page, f"{CALENDAR}/seed", {"country": "pe", "years": "2026"})
    after = administrator.sends(page, f"{CALENDAR}/day", {"day": "2026-12-24", "kind": "half", "name": "Eve"})

    assert after.says("December 2026", "Eve", "Half a day", "24 December 2026", "Closed")


def test_a_wrong_time_zone_and_a_year_without_work_are_refused(desk: TheDesk) -> None:
    administrator = desk.visited_by(ADMINISTRATOR)
    page = administrator.opens(CALENDAR)
    week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    zone = administrator.sends(page, f"{CALENDAR}/zone", {"zone": "Lima"}, status=422)
    weekend = administrator.sends(page, f"{CALENDAR}/weekend", {"weekend": week}, status=422)

    assert zone.says("«Lima» is no time zone")
    assert weekend.says("Leaves no day to work on")


def test_officers_see_the_calendar_and_no_form(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    page = officer.opens(f"{CALENDAR}?month=nonsense")

    assert officer.opens(f"{CALENDAR}?month=9999-12").says("September 2026")
    assert page.says("September 2026", "Time zone")
    assert "Enter a day" not in page.text


@pytest.mark.parametrize("address", ["/people", "/people/1", CALENDAR])
def test_these_pages_have_no_hard_coded_text(desk: TheDesk, address: str) -> None:
    administrator = speak_pseudo(desk).visited_by(ADMINISTRATOR)

    assert hard_coded(administrator.glances(address)) == []
