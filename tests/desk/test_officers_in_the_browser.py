"""An officer's way through the desk in a real browser, without a script and with one, by keyboard, in both schemes.

`DESK_PICTURES=FOLDER` keeps the pictures that `docs/for-officers.md` shows.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page as Shown

from approvals.casework.proposal_file import read_proposal
from approvals.desk.proposing.questions import Rows, entries
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.typed import typed_of
from approvals.services.cases import submit
from approvals.services.drafts import begin_draft, my_drafts
from approvals.services.users import the_user
from approvals.settings import Settings
from models.case import Stage
from models.decision import Outcome
from models.draft import DraftPurpose
from tests.desk.browser import SCHEMES, Reader, needs_a_browser, reading
from tests.desk.conftest import OFFICER, DeskOver
from tests.desk.test_precheck_at_the_desk import CHECKED
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At
from tests.journeys.stories import a_foundation

pytestmark = needs_a_browser

EXAMPLES = Settings().example_folder


def looks(reader: Reader, *, narrow: bool = True) -> None:
    """Look at the page as it is in both schemes, and on a narrow screen."""
    for scheme in SCHEMES:
        reader.sees(scheme)
    if narrow:
        reader.sees("light", "narrow")
        reader.sees("light")


def types(page: Shown, path: str, text: str) -> None:
    """Answer the question of that path as a person would."""
    field = page.locator(f"main [name='{path}']").first
    if field.get_attribute("type") == "radio":
        page.locator(f"main [name='{path}'][value='{text}']").check()
    elif field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(text)
    elif field.get_attribute("type") != "hidden":
        field.fill(text)


def fills(page: Shown, typed: dict[str, str]) -> None:
    """Fill the page that is open, adding entries of lists one by one, and go on."""
    section = next(one for one in SECTIONS if one.key == page.url.partition("?")[0].rpartition("/")[2])
    for rows in (part for part in section.parts if isinstance(part, Rows)):
        wanted = entries(rows.path, typed)
        while wanted and page.locator(f"main [name='{rows.entry(wanted)[0].path}']").count() == 0:
            for path in (one for one in typed if section.owns(one) and page.locator(f"main [name='{one}']").count()):
                types(page, path, typed[path])
            page.locator(f"button[value='add:{rows.path}']").click()
    for path in (one for one in typed if section.owns(one)):
        types(page, path, typed[path])
    page.get_by_role("button", name="Save and continue").last.click()


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_a_proposal_is_typed_checked_and_sent(desk: TheDesk, script: bool) -> None:
    proposal = read_proposal((EXAMPLES / "foundation.yaml").read_bytes(), name="foundation")
    typed = typed_of(proposal.model_dump(mode="json"))
    with reading(desk, OFFICER, script=script) as officer:
        page = officer.opens("/proposals")
        page.get_by_role("link", name="Start a proposal").click()
        for path in ("partner.legal_name", "partner.kind", "partner.country", "partner.registration_number"):
            types(page, path, typed[path])
        page.get_by_role("button", name="Look in the register").click()
        page.get_by_role("button", name="Start the proposal").click()
        for _ in range(20):
            if page.url.count("/") == 5:
                fills(page, typed)
        page.get_by_role("link", name="Check your answers").click()
        page.get_by_role("button", name="Submit").click()

        assert page.locator("h1").inner_text() == "Proposal submitted"
        looks(officer, narrow=not script)
        assert "PA-2026-0001" in page.locator("main").inner_text()


def begun(desk: TheDesk, name: str, *, seen: tuple[str, ...] = ()) -> str:
    """Let the officer of an example have typed all of it into a draft, and return the draft's address."""
    proposal = read_proposal((EXAMPLES / f"{name}.yaml").read_bytes(), name=name)
    officer = the_user(desk.store, proposal.focal_point.email or "")
    typed = typed_of(proposal.model_dump(mode="json"))
    draft = begin_draft(desk.store, DraftPurpose.PROPOSAL, typed, by=officer, now=desk.now, seen=seen)
    return f"/proposals/{draft.id}"


def test_every_page_of_a_proposal_is_accessible_and_whole(desk: TheDesk) -> None:
    draft = begun(desk, "world-bank-outputs", seen=("partner", "people", "purpose"))
    pages = ["partner", "people", "purpose", "our_side", "activities", "money", "contribution", "instalments",
             "in_kind", "world_bank", "outputs", "terms", "criteria", "risk_factors", "documents"]  # fmt: skip
    with reading(desk, "aminata.diallo@example.org", script=False) as officer:
        for key in pages:
            officer.opens(f"{draft}/{key}")
            looks(officer, narrow=key in ("partner", "people", "contribution", "documents", "risk_factors"))
        for address in (draft, f"{draft}/check", f"{draft}/discard", "/proposals"):
            officer.opens(address)
            looks(officer)


def test_pages_of_a_kind_and_mistakes_are_accessible_and_whole(desk: TheDesk) -> None:
    submit(desk.store, a_foundation(), by=the_user(desk.store, OFFICER), key="first", now=desk.now)
    european = begun(desk, "eu-contribution")
    with reading(desk, "jonas.weber@example.org", script=False) as officer:
        officer.opens(f"{european}/eu")
        looks(officer)
        officer.opens("/proposals/new")
        looks(officer)
        officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla+Andina&partner.country=PE")
        looks(officer)
        page = officer.opens("/proposals/new?partner.legal_name=Office+of+Trades&partner.country=GM")
        page.get_by_role("button", name="Start the proposal").click()
        page.get_by_role("button", name="Save and continue").last.click()
        looks(officer)


def test_the_check_and_the_register_are_accessible_and_whole(desk: TheDesk) -> None:
    submit(desk.store, a_foundation(), by=the_user(desk.store, OFFICER), key="first", now=desk.now)
    with reading(desk, OFFICER) as officer:
        page = officer.opens("/partners/P-1/flag")
        page.get_by_label("Risk").check()
        page.get_by_label("What is it about?").fill("Unpaid wages")
        page.get_by_label("Why?").fill("A court order of May.")
        page.get_by_role("button", name="Put the flag").click()
        for address in ("/precheck", CHECKED, "/partners?q=semilla", "/partners/P-1", "/partners/P-1/number",
                        "/partners/P-1/flags/1"):  # fmt: skip
            officer.opens(address)
            looks(officer)


def test_the_pages_of_past_cases_are_accessible_and_whole(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    story.answer("decision", Outcome.RETURN, "Which workshops are meant?")
    task = story.task("answer:decision").id
    with reading(desk_over(story.store, story.now), OFFICER) as officer:
        case = f"/cases/{story.reference}"
        for address in (f"/answers/{task}", f"{case}/withdraw", f"{case}/again", f"{case}/documents",
                        case):  # fmt: skip
            officer.opens(address)
            looks(officer)
        officer.opens(f"/answers/{task}").get_by_role("button", name="Answer").click()
        officer.opens("/proposals/1/answer")
        looks(officer)


def test_enter_in_a_field_takes_no_entry_out(desk: TheDesk) -> None:
    with reading(desk, OFFICER) as officer:
        page = officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla")
        page.get_by_role("button", name="Start the proposal").click()
        page = officer.opens("/proposals/1/activities")
        page.locator("[name='activities[1].title']").fill("Map the districts")
        page.locator("button[value='add:activities']").click()
        page.locator("[name='activities[1].title']").press("Enter")

        assert page.locator("[name='activities[1].title']").input_value() == "Map the districts"


def test_what_is_typed_is_kept_while_one_types(desk: TheDesk) -> None:
    with reading(desk, OFFICER) as officer:
        page = officer.opens("/proposals/new?partner.legal_name=Fundacion+Semilla")
        page.get_by_role("button", name="Start the proposal").click()
        page.get_by_label("Short name").fill("Semilla")
        page.locator("#kept:not(:empty)").wait_for()

    [(draft, _)] = my_drafts(desk.store, by=the_user(desk.store, OFFICER))
    assert draft.typed["partner.short_name"] == "Semilla"
