"""The desk in a real browser: accessible in light and dark, whole on a narrow screen, usable without a mouse."""

from __future__ import annotations

import pytest

from tests.desk.browser import SCHEMES, needs_a_browser, reading
from tests.desk.conftest import OFFICER
from tests.desk.visiting import TheDesk

pytestmark = needs_a_browser


def test_the_frame_is_accessible_and_whole_at_every_width(desk: TheDesk) -> None:
    with reading(desk, OFFICER) as officer:
        for address in ("/", "/help", "/nowhere"):
            officer.opens(address)
            for scheme in SCHEMES:
                officer.sees(scheme)
            officer.sees("light", "narrow")


def test_a_key_leads_to_the_search_unless_keys_are_switched_off(desk: TheDesk) -> None:
    with reading(desk, OFFICER) as officer:
        page = officer.opens("/")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"

        page.get_by_text("Keys", exact=True).click()
        page.get_by_label("Use these keys in this browser").uncheck()
        page.reload()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") != "search"


@pytest.mark.parametrize("script", [True, False])
def test_the_language_is_changed_by_keyboard_alone(desk: TheDesk, script: bool) -> None:
    with reading(desk, OFFICER, script=script) as officer:
        page = officer.opens("/help")
        page.locator(".menu > summary").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_load_state()

        assert page.locator("html").get_attribute("lang") == "fr"
        assert page.url.endswith("/help")
