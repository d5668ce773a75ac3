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
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from approvals.desk.serving import served
from approvals.services.users import the_user
from models.user import User
from tests.desk.visiting import TheDesk

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = {"narrow": 320, "wide": 1280}
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
TIMEOUT_MS = 10_000
"""How long a page may take on a busy machine. Nobody waits that long for one that is right."""

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

    def looks(self) -> None:
        """Look at the page in both schemes and at both widths: axe finds nothing, nothing sticks out.

        What axe finds depends on the scheme for colours and on the width for sizes, so light is looked at wide and
        dark narrow.
        """
        self.sees("light", "wide")
        self.sees("dark", "narrow")
        self._turns("light", "wide", keep=False)
        self.is_pictured()

    def is_pictured(self) -> None:
        """Keep pictures of the page in both schemes and at both widths, if `DESK_PICTURES` names a folder."""
        if _kept_in() is not None:
            for scheme, width in product(SCHEMES, WIDTHS):
                self._turns(scheme, width)
            self._turns("light", "wide", keep=False)

    def sees(self, scheme: Scheme = "light", width: str = "wide") -> None:
        """Look at the page in this scheme and width: axe finds nothing, nothing sticks out, and a picture is kept."""
        self._turns(scheme, width)
        if not self.script:
            return  # axe is a script, too
        assert self.complaints() == []
        assert self.sticks_out() == 0, f"the page is {self.sticks_out()} pixels wider than the screen"

    def complaints(self) -> list[str]:
        """What axe finds wrong with the page as it is shown."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", AXE_OPTIONS)
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]
        ]

    def sticks_out(self) -> int:
        """How many pixels the page is wider than the screen."""
        measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(measure))

    def _turns(self, scheme: Scheme, width: str, *, keep: bool = True) -> None:
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.page.set_viewport_size({"width": WIDTHS[width], "height": 900})
        if keep and (folder := _kept_in()) is not None:
            name = re.sub(r"\W+", "-", self.page.url.removeprefix(self.home)).strip("-") or "first"
            self.page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)


def _kept_in() -> Path | None:
    folder = os.environ.get("DESK_PICTURES")
    return Path(folder) if folder else None


@dataclass(frozen=True)
class OpenDesk:
    """A desk that is served, to people with browsers."""

    desk: TheDesk
    home: str
    chromium: Browser

    def reader(self, who: User | str, *, language: str = "en", script: bool = True) -> Reader:
        """Return a person with a browser of their own, signed in; without `script` if so wished."""
        user = the_user(self.desk.store, who) if isinstance(who, str) else who
        context = self.chromium.new_context(locale=language, java_script_enabled=script)
        cookie: Any = {"name": self.desk.cookie_name, "value": self.desk.signs_in(user), "url": self.home}
        context.add_cookies([cookie])
        context.set_default_timeout(TIMEOUT_MS)
        return Reader(context, context.new_page(), self.home, script)


@contextmanager
def opened(desk: TheDesk, using: Browser) -> Iterator[OpenDesk]:
    """Serve `desk` meanwhile."""
    with served(desk.app, host="127.0.0.1", port=0) as home:
        before = len(using.contexts)
        yield OpenDesk(desk, home, using)
        for context in using.contexts[before:]:
            context.close()


@contextmanager
def reading(
    desk: TheDesk, who: User | str, *, using: Browser, language: str = "en", script: bool = True
) -> Iterator[Reader]:
    """Give a person with a browser, signed in at `desk`, which is served meanwhile; without `script` if so wished."""
    with opened(desk, using) as open_desk:
        yield open_desk.reader(who, language=language, script=script)
