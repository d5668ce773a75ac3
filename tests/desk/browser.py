"""A real browser on the desk: Chromium from the system, axe for accessibility, pictures on demand.

`DESK_PICTURES=FOLDER pytest tests/desk` keeps a picture of every page that is looked at, to be looked at by people.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from approvals.desk.serving import served
from approvals.services.users import the_user
from models.user import User
from tests.desk.visiting import TheDesk

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = {"narrow": 320, "wide": 1280}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

needs_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; install `chromium`")


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a Chromium."""
    with sync_playwright() as playwright:
        # Containers run tests as root, where Chromium refuses its own sandbox.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Reader:
    """Somebody who looks at the desk with a browser."""

    context: BrowserContext
    page: Page
    home: str
    script: bool = True

    def opens(self, address: str) -> Page:
        """Open a page of the desk."""
        self.page.goto(self.home + address)
        return self.page

    def sees(self, scheme: Scheme = "light", width: str = "wide") -> None:
        """Look at the page in this scheme and width: axe finds nothing, nothing sticks out, and a picture is kept."""
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        self._keep_a_picture(scheme, width)
        if not self.script:
            return  # axe is a script, too
        assert self.complaints() == []
        assert self.sticks_out() == 0, f"the page is {self.sticks_out()} pixels wider than the screen"

    def complaints(self) -> list[str]:
        """What axe finds wrong with the page as it is shown."""
        found = Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]
        ]

    def sticks_out(self) -> int:
        """How many pixels the page is wider than the screen."""
        measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(measure))

    def _keep_a_picture(self, scheme: str, width: str) -> None:
        if folder := os.environ.get("DESK_PICTURES"):
            name = re.sub(r"\W+", "-", self.page.url.removeprefix(self.home)).strip("-") or "first"
            self.page.screenshot(path=Path(folder) / f"{name}-{scheme}-{width}.png", full_page=True)


@contextmanager
def reading(
    desk: TheDesk, who: User | str, *, language: str = "en", script: bool = True, using: Browser | None = None
) -> Iterator[Reader]:
    """Give a person with a browser, signed in at `desk`, which is served meanwhile; without `script` if so wished."""
    user = the_user(desk.store, who) if isinstance(who, str) else who
    secret = desk.signs_in(user)
    with served(desk.app, host="127.0.0.1", port=0) as home, _a_browser(using) as chromium:
        context = chromium.new_context(locale=language, java_script_enabled=script)
        cookie: Any = {"name": desk.cookie_name, "value": secret, "url": home}
        context.add_cookies([cookie])
        context.set_default_timeout(10_000)
        yield Reader(context, context.new_page(), home, script)
        context.close()


@contextmanager
def _a_browser(using: Browser | None) -> Iterator[Browser]:
    if using is not None:
        yield using
        return
    with browser() as started:
        yield started
