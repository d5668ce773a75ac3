"""People at the desk, in tests: they open pages, fill in forms as a browser would, and read what they are shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher

from approvals.casework.sign_in_rules import SignInRules, read_sign_in_rules
from approvals.desk.app import build_app
from approvals.desk.assets import read_assets
from approvals.desk.languages import Languages, read_languages
from approvals.desk.rendering import Pages, read_pages
from approvals.desk.visitor import SESSION_COOKIE
from approvals.notify.mail import NullSender
from approvals.services.password_hashing import PasswordHashing
from approvals.services.sessions import Browser
from approvals.services.sign_in import sign_in_as_chosen
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from approvals.wiring import Parts
from models.user import User
from tests.desk.page_checker import check_page, parsed

HOME = "http://127.0.0.1:8000"


def lasting(rules: SignInRules) -> SignInRules:
    """Return rules by which sessions last for years, for tests in which time passes."""
    sessions = rules.sessions.model_copy(update={"idle_minutes": 10**7, "longest_hours": 10**6})
    return rules.model_copy(update={"sessions": sessions})


Values = Mapping[str, str | Sequence[str]]


@cache
def the_languages() -> Languages:
    """The languages of the desk, read once for all tests."""
    return read_languages(Settings().translation_folder)


@cache
def the_pages() -> Pages:
    """The pages of the desk, compiled once for all tests: that takes longer than most of them."""
    return read_pages(Settings().page_folder, the_languages(), read_assets())


@dataclass
class TheDesk:
    """The desk over the database of a test, at a time the test chooses."""

    __test__ = False

    store: Store
    now: datetime
    languages: Languages | None = None
    settings: Settings = field(default_factory=Settings)

    rules: SignInRules = field(default_factory=lambda: lasting(read_sign_in_rules(Settings().sign_in_file)))

    def __post_init__(self) -> None:
        parts = Parts(self.settings, self.store, NullSender(), None)
        self.hashing = PasswordHashing(self.rules.passwords, Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        self.app: FastAPI = build_app(
            parts,
            clock=lambda: self.now,
            languages=self.languages or the_languages(),
            rules=self.rules,
            hashing=self.hashing,
        )
        if self.languages is None:
            self.app.state.pages = the_pages()

    def visited_by(self, who: User | str, *, language: str = "en") -> Visitor:
        """Return a person who is signed in, by their address or themselves."""
        user = the_user(self.store, who) if isinstance(who, str) else who
        visitor = self.stranger(language=language)
        visitor.client.cookies.set(self.cookie_name, self.signs_in(user))
        return visitor

    def signs_in(self, user: User) -> str:
        """Open a session for a person and return the secret their browser holds."""
        browser = Browser("192.0.2.7", "a test")
        return sign_in_as_chosen(self.store, user.email, browser=browser, rules=self.rules, now=self.now).secret

    @property
    def cookie_name(self) -> str:
        """What the cookie of a session is called at this desk."""
        name: str = self.app.state.desk.security.cookie_name(SESSION_COOKIE)
        return name

    def stranger(self, *, language: str = "en") -> Visitor:
        """Return somebody who is not signed in."""
        home = self.settings.desk_url or HOME
        client = TestClient(self.app, base_url=home, headers={"accept-language": language})
        return Visitor(client)


@dataclass
class Visitor:
    """A person with a browser."""

    client: TestClient

    def opens(self, address: str, *, status: int = 200) -> Page:
        """Open a page, led on where it leads, and return it checked."""
        return self._read(self.client.get(address), status)

    def glances(self, address: str) -> Any:
        """Open a page of whatever status and return it unchecked, as when it is printed in no language."""
        return parsed(self.client.get(address).text)

    def fetches(self, address: str, *, status: int = 200) -> Any:
        """Download what is no page, and return the answer."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer

    def sends(
        self,
        page: Page,
        action: str,
        values: Values | None = None,
        *,
        files: Mapping[str, tuple[str, bytes]] | Sequence[tuple[str, tuple[str, bytes]]] | None = None,
        status: int = 200,
    ) -> Page:
        """Fill the form of `page` that goes to `action`, send it and return the page it leads to, checked."""
        filled: dict[str, Any] = {**page.form(action), **(values or {})}
        return self._read(self.client.post(action, data=filled, files=files), status)

    def _read(self, answer: Any, status: int) -> Page:
        assert answer.status_code == status, f"{answer.status_code}: {answer.text}"
        return Page(answer.url.path, answer.text, check_page(answer.text))


@dataclass
class Page:
    """A page as its reader has it."""

    path: str
    source: str
    tree: Any

    @property
    def heading(self) -> str:
        """What the page says it is."""
        return _words(self.tree.xpath("//h1")[0])

    @property
    def text(self) -> str:
        """What stands in the main part, in reading order."""
        return _words(self.tree.xpath("//main")[0])

    def says(self, *words: str) -> bool:
        """The main part has every one of `words`."""
        missing = [one for one in words if one not in self.text]
        assert not missing, f"{missing} not in: {self.text}"
        return True

    def links(self) -> dict[str, str]:
        """The addresses of the links in the main part, by their words."""
        return {_words(link): link.get("href") for link in self.tree.xpath("//main//a[@href]")}

    def form(self, action: str) -> dict[str, list[str]]:
        """The values a browser would send with the form that goes to `action`, if nobody typed anything."""
        forms = self.tree.xpath("//form[@method='post'][@action=$action]", action=action)
        assert forms, f"no form to {action}, but {self.tree.xpath('//form/@action')}"
        values: dict[str, list[str]] = {}
        for one in forms[0].xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
            for value in _sent(one):
                values.setdefault(one.get("name"), []).append(value)
        return values


def _sent(one: Any) -> list[str]:
    if one.tag == "textarea":
        return [(one.text or "").removeprefix("\n")]
    if one.tag == "select":
        chosen = one.xpath("./option[@selected]") or one.xpath("./option")[:1]
        return [option.get("value", "") for option in chosen]
    kind = one.get("type", "text")
    if kind in ("radio", "checkbox"):
        return [one.get("value", "on")] if one.get("checked") is not None else []
    return [] if kind == "file" else [one.get("value", "")]


def _words(element: Any) -> str:
    return re.sub(r"\s+", " ", " ".join(element.itertext())).strip()
