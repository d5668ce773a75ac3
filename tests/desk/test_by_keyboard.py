"""Each role goes its way with the keys Tab, Enter, Space and the arrows alone; whoever decides is in another file."""

from __future__ import annotations

from playwright.sync_api import Browser
from playwright.sync_api import Page as Shown

from models.case import Stage
from models.decision import Outcome
from tests.desk.browser import needs_a_browser, reading
from tests.desk.conftest import ADMINISTRATOR, AUDITOR, LEGAL_REVIEWER, OFFICER, DeskOver
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At

pytestmark = needs_a_browser

FURTHEST = 60
"""More presses of Tab than this nobody should need."""
NAME_OF_FOCUS = """() => {
    const here = document.activeElement, label = here.labels?.[0];
    return (label ?? here).innerText.trim() || here.value || "";
}"""


def walks_to(page: Shown, words: str) -> None:
    """Press Tab until what is in focus is called so."""
    passed = []
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(NAME_OF_FOCUS))
        if passed[-1].startswith(words):
            return
    raise AssertionError(f"no way to «{words}» past {passed}")


def goes_through(page: Shown, words: str) -> None:
    """Press Tab until a link or button of that name is in focus, press it, and skip to the content that comes."""
    walks_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def answers(page: Shown, question: str, text: str) -> None:
    """Press Tab until the question is in focus, and type."""
    walks_to(page, question)
    page.keyboard.type(text)


def test_an_officer_begins_a_proposal(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, OFFICER, using=chromium) as officer:
        page = officer.opens("/")
        goes_through(page, "Start a proposal")
        answers(page, "Legal name", "Fundación Nueva Aurora")
        answers(page, "Kind of organisation", "Foundation")
        answers(page, "Country of law", "Peru")
        goes_through(page, "Look in the register")
        goes_through(page, "Start the proposal")
        answers(page, "Short name", "Aurora")
        goes_through(page, "Save and see all pages")
        officer.is_pictured()

        assert page.locator(".task-list > li").first.inner_text().split("\n") == ["The partner", "Mistakes"]


def test_a_legal_reviewer_reads_the_text_and_clears_it(at: At, desk_over: DeskOver, chromium: Browser) -> None:
    story = at(Stage.LEGAL_REVIEW)
    with reading(desk_over(story.store, story.now), LEGAL_REVIEWER, using=chromium) as reviewer:
        page = reviewer.opens("/?view=group")
        goes_through(page, "Legal review")
        goes_through(page, "Read the agreement")
        reviewer.is_pictured()
        goes_through(page, "Legal review")
        walks_to(page, "Cleared")
        page.keyboard.press("Space")
        answers(page, "Reason", "Standard text, no deviation.")
        goes_through(page, "Check your answer")
        goes_through(page, "Record it")
        reviewer.is_pictured()

    assert story.decisions("legal_review")[0].outcome is Outcome.CLEARED


def test_an_administrator_adds_a_person(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, ADMINISTRATOR, using=chromium) as administrator:
        page = administrator.opens("/")
        walks_to(page, "People and absences")
        page.keyboard.press("Enter")
        goes_through(page, "People")
        walks_to(page, "Add a person")
        page.keyboard.press("Enter")
        answers(page, "E-mail address", "noor.visser@example.org")
        answers(page, "Name", "Noor Visser")
        answers(page, "Office", "HQ")
        walks_to(page, "Auditor")
        page.keyboard.press("Space")
        goes_through(page, "Add the person")
        administrator.is_pictured()

        assert page.locator("h1").inner_text() == "Noor Visser"
        assert "Auditor" in page.locator(".summary").first.inner_text()


def test_an_auditor_verifies_the_trail(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, AUDITOR, using=chromium) as auditor:
        page = auditor.opens("/")
        walks_to(page, "Oversight")
        page.keyboard.press("Enter")
        goes_through(page, "Audit")
        goes_through(page, "Verify the whole trail")
        auditor.is_pictured()

        assert page.locator("h1").inner_text() == "The trail holds"
