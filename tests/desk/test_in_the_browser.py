"""The desk in a real browser: accessible in light and dark, whole on a narrow screen, usable without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from approvals.casework.outcomes import Answer
from approvals.services.tasks import decide
from models.case import Stage
from models.decision import Outcome
from models.risk import RiskLevel
from tests.desk.browser import Reader, needs_a_browser, reading
from tests.desk.conftest import AUDITOR, OFFICER, DeskOver
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import a_foundation

pytestmark = needs_a_browser


def look_at(reader: Reader, *addresses: str) -> None:
    """Look at pages in both schemes and at both widths."""
    for address in addresses:
        reader.opens(address)
        reader.looks()


def test_the_frame_is_accessible_and_whole_at_every_width(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, OFFICER, using=chromium) as officer:
        look_at(officer, "/", "/help", "/nowhere", "/search?q=nothing", "/cases")


def test_lists_and_case_are_accessible_and_whole(at: At, desk_over: DeskOver, chromium: Browser) -> None:
    story = at(Stage.NEGOTIATION)
    with reading(desk_over(story.store, story.now), AUDITOR, using=chromium) as auditor:
        look_at(auditor, "/?view=all", "/cases", f"/cases/{story.reference}", "/search?q=semilla")


@pytest.mark.parametrize("stage", [Stage.DECISION, Stage.DUE_DILIGENCE, Stage.NEGOTIATION])
def test_the_page_of_a_task_is_accessible_and_whole(
    at: At, desk_over: DeskOver, chromium: Browser, stage: Stage
) -> None:
    story = at(stage)
    task = story.owed()[0]
    with reading(desk_over(story.store, story.now), story.people.who_may_decide(task), using=chromium) as person:
        look_at(person, f"/tasks/{task.id}")


def test_judging_names_is_accessible_and_whole(tell: Tell, desk_over: DeskOver, chromium: Browser) -> None:
    story = tell(a_foundation(**{"partner.people.0.name": "Ibragim Vydumannyj"}))
    task = story.task("screening_review")
    with reading(desk_over(story.store, story.now), story.people.who_may_decide(task), using=chromium) as person:
        look_at(person, f"/tasks/{task.id}")


@pytest.mark.parametrize("script", [True, False])
def test_a_decision_is_taken_by_keyboard_alone(at: At, desk_over: DeskOver, chromium: Browser, script: bool) -> None:
    story = at(Stage.DUE_DILIGENCE)
    task = story.task("due_diligence")
    desk = desk_over(story.store, story.now)
    with reading(desk, story.people.who_may_decide(task), script=script, using=chromium) as person:
        page = person.opens("/?view=group")
        page.get_by_role("link", name="Due diligence").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Check your answer").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Choose an outcome.").focus()
        person.sees("light")
        page.keyboard.press("Enter")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.get_by_role("radio", name="Low").is_checked()
        for _ in range(2):
            page.keyboard.press("Tab")
        page.get_by_label("Reason").focus()
        page.keyboard.type("Documents complete.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Check your answer").wait_for()
        person.sees("dark")
        person.sees("light", "narrow")
        page.get_by_role("button", name="Record it").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Recorded: assessed").wait_for()
        person.sees("light")

    assert story.decisions("due_diligence")[0].outcome is Outcome.ASSESSED


def test_what_was_typed_is_guarded_and_counted(at: At, desk_over: DeskOver, chromium: Browser) -> None:
    story = at(Stage.DECISION)
    task = story.task("decision")
    with reading(desk_over(story.store, story.now), story.people.who_may_decide(task), using=chromium) as person:
        page = person.opens(f"/tasks/{task.id}")
        page.get_by_label("Reason").press_sequentially("abc")
        assert page.get_by_text("Characters left: 9,997").is_visible()

        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.get_by_role("link", name="My work").first.click()
        page.get_by_role("heading", name="My work").wait_for()

        assert asked == ["beforeunload"]


def test_work_of_the_machine_shows_without_a_reload(at: At, desk_over: DeskOver, chromium: Browser) -> None:
    story = at(Stage.DUE_DILIGENCE)
    desk = desk_over(story.store, story.now)
    with reading(desk, AUDITOR, using=chromium) as auditor:
        task = story.task("due_diligence")
        answer = Answer(Outcome.ASSESSED, "Sound.", risk=RiskLevel.MODERATE)
        decide(story.store, task.id or 0, answer, by=story.people.who_may_decide(task), now=story.now)
        page = auditor.opens(f"/cases/{story.reference}")
        page.get_by_text("The machine is at work on it").first.wait_for()

        story.advance()

        page.get_by_role("heading", name="On whom it waits").wait_for()
        assert page.get_by_text("The machine is at work on it").count() == 0


def test_a_key_leads_to_the_search_unless_keys_are_switched_off(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, OFFICER, using=chromium) as officer:
        page = officer.opens("/")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"

        page.get_by_text("Keys", exact=True).click()
        page.get_by_label("Use these keys in this browser").uncheck()
        page.reload()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "search"


@pytest.mark.parametrize("script", [True, False])
def test_the_language_is_changed_by_keyboard_alone(desk: TheDesk, chromium: Browser, script: bool) -> None:
    with reading(desk, OFFICER, script=script, using=chromium) as officer:
        page = officer.opens("/help")
        page.locator(".menu > summary").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.url.endswith("/help")
