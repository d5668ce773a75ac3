"""An officer who types a proposal into the pages of a browser."""

from __future__ import annotations

from playwright.sync_api import Page as Shown

from approvals.casework.proposal_file import read_proposal
from approvals.desk.proposing.questions import Rows, entries
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.typed import typed_of
from approvals.settings import Settings

EXAMPLES = Settings().example_folder
WHO_IT_IS = ("partner.legal_name", "partner.kind", "partner.country", "partner.registration_number")


def typed_in(name: str) -> dict[str, str]:
    """Return what an officer would type to get the example proposal of that name."""
    return typed_of(read_proposal((EXAMPLES / f"{name}.yaml").read_bytes(), name=name).model_dump(mode="json"))


def types_a_proposal(page: Shown, typed: dict[str, str]) -> None:
    """From the list of one's proposals on, type a new one, page by page, and submit it."""
    page.get_by_role("link", name="Start a proposal").click()
    for path in WHO_IT_IS:
        types(page, path, typed[path])
    page.get_by_role("button", name="Look in the register").click()
    page.get_by_role("button", name="Start the proposal").click()
    page.get_by_role("button", name="Save and continue").last.wait_for()
    while page.get_by_role("button", name="Save and continue").count():
        fills(page, typed)
    page.get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("heading", name="Proposal submitted").wait_for()


def fills(page: Shown, typed: dict[str, str]) -> None:
    """Fill the page that is open, adding entries of lists one by one, and go on."""
    section = next(one for one in SECTIONS if one.key == page.url.partition("?")[0].rpartition("/")[2])
    left = [path for path in typed if section.owns(path)]
    for rows in (part for part in section.parts if isinstance(part, Rows)):
        wanted = entries(rows.path, typed)
        while wanted and page.locator(f"main [name='{rows.entry(wanted)[0].path}']").count() == 0:
            left = [path for path in left if not types(page, path, typed[path])]
            with page.expect_navigation():
                page.locator(f"button[value='add:{rows.path}']").click()
    for path in left:
        types(page, path, typed[path])
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").last.click()


def types(page: Shown, path: str, text: str) -> bool:
    """Answer the question of that path as a person would, and say whether the page asks it."""
    field = page.locator(f"main [name='{path}']").first
    if field.count() == 0:
        return False
    sort = field.evaluate("one => one.type")
    if sort == "radio":
        page.locator(f"main [name='{path}'][value='{text}']").check()
    elif sort.startswith("select"):
        field.select_option(text)
    elif sort != "hidden":
        field.fill(text)
    return True
