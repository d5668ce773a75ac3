"""An officer who types a proposal into the pages of a browser."""

from __future__ import annotations

from playwright.sync_api import Locator
from playwright.sync_api import Page as Shown

from approvals.casework.proposal_file import read_proposal
from approvals.desk.proposing.questions import Rows, entries
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.typed import typed_of
from approvals.settings import Settings

EXAMPLES = Settings().example_folder


def typed_in(name: str) -> dict[str, str]:
    """Return what an officer would type to get the example proposal of that name."""
    return typed_of(read_proposal((EXAMPLES / f"{name}.yaml").read_bytes(), name=name).model_dump(mode="json"))


ANSWERED = """typed => Object.keys(typed).filter((name) => {
    const fields = [...document.querySelectorAll(`main [name="${CSS.escape(name)}"]`)];
    for (const field of fields)
        if (field.type === "radio") field.checked = field.value === typed[name];
        else if (field.type !== "hidden") field.value = typed[name];
    return fields.length > 0;
})"""
"""Answers every question of a page at once, as key by key takes most of the time, and gives those the page asks."""


def types_a_proposal(page: Shown, typed: dict[str, str]) -> None:
    """From the list of one's proposals on, type a new one, page by page, and submit it."""
    goes_on(page, page.get_by_role("link", name="Start a proposal"))
    page.evaluate(ANSWERED, typed)
    goes_on(page, page.get_by_role("button", name="Look in the register"))
    goes_on(page, page.get_by_role("button", name="Start the proposal"))
    while page.get_by_role("button", name="Save and continue").count():
        fills(page, typed)
    goes_on(page, page.get_by_role("link", name="Check your answers"))
    goes_on(page, page.get_by_role("button", name="Submit"))
    assert page.locator("h1").inner_text() == "Proposal submitted"


def fills(page: Shown, typed: dict[str, str]) -> None:
    """Fill the page that is open, adding entries of lists one by one, and go on."""
    section = next(one for one in SECTIONS if one.key == page.url.partition("?")[0].rpartition("/")[2])
    left = {path: text for path, text in typed.items() if section.owns(path)}
    for rows in (part for part in section.parts if isinstance(part, Rows)):
        wanted = entries(rows.path, typed)
        while wanted and page.locator(f"main [name='{rows.entry(wanted)[0].path}']").count() == 0:
            for path in page.evaluate(ANSWERED, left):
                del left[path]
            goes_on(page, page.locator(f"button[value='add:{rows.path}']"))
    page.evaluate(ANSWERED, left)
    goes_on(page, page.get_by_role("button", name="Save and continue").last)


def goes_on(page: Shown, way: Locator) -> None:
    """Click where it goes on, and wait for the page that comes."""
    with page.expect_navigation():
        way.click()
