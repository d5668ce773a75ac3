"""The legal reviewers' rooms in a real browser: accessible in light and dark, whole on a narrow screen."""

from __future__ import annotations

from playwright.sync_api import Browser

from approvals.services.comments import answer_comment, comment
from models.case import Stage
from models.decision import Outcome
from tests.desk.browser import needs_a_browser, reading
from tests.desk.conftest import LEGAL_REVIEWER, DeskOver
from tests.journeys.conftest import At
from tests.journeys.stories import Story, rewritten
from tests.services.test_templates import FAMILY

pytestmark = needs_a_browser

NOTICE = ("sixty days’ written notice", "thirty days’ written notice")
IMMUNE = ("any of the privileges and immunities", "any of the privileges")


def changed_and_commented(at: At) -> Story:
    """The partner changed two clauses, and two people talk about one of them."""
    story = at(Stage.NEGOTIATION)
    content = rewritten(rewritten(story.file(), *NOTICE), *IMMUNE)
    story.answer("negotiation", Outcome.CHANGED, content=content)
    lawyer = story.people.named(LEGAL_REVIEWER)
    first = comment(
        story.store,
        story.reference,
        "Thirty days is our second fallback. Can the programme live with it?",
        clause="Suspension and termination",
        version=2,
        by=lawyer,
        now=story.now,
    )
    answer_comment(story.store, first.id or 0, "It can, if staff contracts allow.", by=story.officer, now=story.now)
    comment(story.store, story.reference, "The board meets on Friday.", by=story.officer, now=story.now)
    return story


def test_the_rooms_of_legal_reviewers_are_accessible_and_whole_at_every_width(
    at: At, desk_over: DeskOver, chromium: Browser
) -> None:
    story = changed_and_commented(at)
    desk = desk_over(story.store, story.now)
    case = f"/cases/{story.reference}"

    with reading(desk, LEGAL_REVIEWER, using=chromium) as reviewer:
        for address in (
            f"{case}/agreement",
            f"{case}/comments",
            "/deviations",
            "/templates",
            f"/templates/{FAMILY}/en/2.0",
        ):
            reviewer.opens(address)
            reviewer.looks()


def test_without_script_a_change_is_found_and_a_comment_resolved(
    at: At, desk_over: DeskOver, chromium: Browser
) -> None:
    story = changed_and_commented(at)

    with reading(desk_over(story.store, story.now), LEGAL_REVIEWER, script=False, using=chromium) as reviewer:
        page = reviewer.opens(f"/cases/{story.reference}/agreement")
        page.locator(".deviations a").first.click()
        assert page.url.endswith("#note-2")
        page.get_by_text("Our position: Privileges and immunities").click()
        assert page.locator("#note-2 dt", has_text="Never").is_visible()
        with page.expect_navigation():
            page.locator(".passage .comment").get_by_role("button", name="Resolve").click()

        assert page.locator(".comment.resolved").count() == 1
