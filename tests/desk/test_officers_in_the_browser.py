"""An officer's pages in a real browser, without a script and with one, in both schemes.

The whole way with a script is in `test_the_whole_way.py`.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from approvals.services.cases import submit
from approvals.services.drafts import begin_draft, my_drafts
from approvals.services.users import the_user
from models.case import Stage
from models.decision import Outcome
from models.draft import DraftPurpose
from tests.desk.browser import needs_a_browser, reading
from tests.desk.conftest import OFFICER, DeskOver
from tests.desk.test_precheck_at_the_desk import CHECKED
from tests.desk.typing_a_proposal import typed_in, types_a_proposal
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At
from tests.journeys.stories import a_foundation

pytestmark = needs_a_browser


def test_a_proposal_is_typed_checked_and_sent_without_a_script(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, OFFICER, script=False, using=chromium) as officer:
        types_a_proposal(officer.opens("/proposals"), typed_in("foundation"))

        assert "PA-2026-0001" in officer.page.locator("main").inner_text()


def begun(desk: TheDesk, name: str, *, seen: tuple[str, ...] = ()) -> str:
    """Let the officer of an example have typed all of it into a draft, and return the draft's address."""
    typed = typed_in(name)
    officer = the_user(desk.store, typed["focal_point.email"])
    draft = begin_draft(desk.store, DraftPurpose.PROPOSAL, typed, by=officer, now=desk.now, seen=seen)
    return f"/proposals/{draft.id}"


def test_every_page_of_a_proposal_is_accessible_and_whole(desk: TheDesk, chromium: Browser) -> None:
    draft = begun(desk, "world-bank-outputs", seen=("partner", "people", "purpose"))
    pages = ["partner", "people", "purpose", "our_side", "activities", "money", "contribution", "instalments",
             "in_kind", "world_bank", "outputs", "terms", "criteria", "risk_factors", "documents"]  # fmt: skip
    with reading(desk, "aminata.diallo@example.org", using=chromium) as officer:
        for key in pages:
            officer.opens(f"{draft}/{key}")
            officer.looks()
        for address in (draft, f"{draft}/check", f"{draft}/discard", "/proposals"):
            officer.opens(address)
            officer.looks()


def test_pages_of_a_kind_and_mistakes_are_accessible_and_whole(desk: TheDesk, chromium: Browser) -> None:
    submit(desk.store, a_foundation(), by=the_user(desk.store, OFFICER), key="first", now=desk.now)
    european = begun(desk, "eu-contribution")
    with reading(desk, "jonas.weber@example.org", using=chromium) as officer:
        officer.opens(f"{european}/eu")
        officer.looks()
        officer.opens("/proposals/new")
        officer.looks()
        officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla+Andina&partner.country=PE")
        officer.looks()
        page = officer.opens("/proposals/new?partner.legal_name=Office+of+Trades&partner.country=GM")
        page.get_by_role("button", name="Start the proposal").click()
        page.get_by_role("button", name="Save and continue").last.click()
        officer.looks()


def test_the_check_and_the_register_are_accessible_and_whole(desk: TheDesk, chromium: Browser) -> None:
    submit(desk.store, a_foundation(), by=the_user(desk.store, OFFICER), key="first", now=desk.now)
    with reading(desk, OFFICER, using=chromium) as officer:
        page = officer.opens("/partners/P-1/flag")
        page.get_by_label("Risk").check()
        page.get_by_label("What is it about?").fill("Unpaid wages")
        page.get_by_label("Why?").fill("A court order of May.")
        page.get_by_role("button", name="Put the flag").click()
        for address in ("/precheck", CHECKED, "/partners?q=semilla", "/partners/P-1", "/partners/P-1/number",
                        "/partners/P-1/flags/1"):  # fmt: skip
            officer.opens(address)
            officer.looks()


def test_the_pages_of_past_cases_are_accessible_and_whole(at: At, desk_over: DeskOver, chromium: Browser) -> None:
    story = at(Stage.DECISION)
    story.answer("decision", Outcome.RETURN, "Which workshops are meant?")
    task = story.task("answer:decision").id
    with reading(desk_over(story.store, story.now), OFFICER, using=chromium) as officer:
        case = f"/cases/{story.reference}"
        for address in (f"/answers/{task}", f"{case}/withdraw", f"{case}/again", f"{case}/documents",
                        case):  # fmt: skip
            officer.opens(address)
            officer.looks()
        officer.opens(f"/answers/{task}").get_by_role("button", name="Answer").click()
        officer.opens("/proposals/1/answer")
        officer.looks()


def test_enter_in_a_field_takes_no_entry_out(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, OFFICER, using=chromium) as officer:
        page = officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla")
        page.get_by_role("button", name="Start the proposal").click()
        page = officer.opens("/proposals/1/activities")
        page.locator("[name='activities[1].title']").fill("Map the districts")
        page.locator("button[value='add:activities']").click()
        page.locator("[name='activities[1].title']").press("Enter")

        assert page.locator("[name='activities[1].title']").input_value() == "Map the districts"


def test_what_is_typed_is_kept_while_one_types(desk: TheDesk, chromium: Browser) -> None:
    with reading(desk, OFFICER, using=chromium) as officer:
        page = officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla")
        page.get_by_role("button", name="Start the proposal").click()
        page.get_by_label("Short name").fill("Semilla")
        page.locator("#kept:not(:empty)").wait_for()

    [(draft, _)] = my_drafts(desk.store, by=the_user(desk.store, OFFICER))
    assert draft.typed["partner.short_name"] == "Semilla"
