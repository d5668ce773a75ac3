"""Sessions at the desk: their cookies, that nobody can give one to another, and that they end when they must."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest

from approvals.casework.sign_in_rules import read_sign_in_rules
from approvals.services.passwords import invite, set_password
from approvals.services.sessions import Browser, end_sessions_of
from approvals.services.users import add_user, close_account, the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from models.user import Role
from tests.desk.conftest import ADMINISTRATOR, OFFICER
from tests.desk.visiting import TheDesk, Visitor
from tests.journeys.stories import START

PASSWORD = "nine blue kettles sing"
HTTPS = Settings(desk_url="https://approvals.example.org")
LOOPBACK = Settings()


def known_at(desk: TheDesk, email: str = OFFICER) -> None:
    """Let the person have a password."""
    by = the_user(desk.store, ADMINISTRATOR)
    code = invite(desk.store, email, by=by, rules=desk.rules, now=desk.now).code
    at = Browser("192.0.2.1", "")
    set_password(desk.store, code, PASSWORD, browser=at, hashing=desk.hashing, rules=desk.rules, now=desk.now)


def signs_in(desk: TheDesk, visitor: Visitor, password: str = PASSWORD, email: str = OFFICER) -> Any:
    """Fill in the form and return the bare answer."""
    form = visitor.opens("/sign-in").form("/sign-in")
    data = {**form, "email": email, "password": password}
    return visitor.client.post("/sign-in", data=data, follow_redirects=False)


def cookies_of(answer: Any) -> dict[str, Morsel[str]]:
    """The cookies an answer gives, by name."""
    given: dict[str, Morsel[str]] = {}
    for header in answer.headers.get_list("set-cookie"):
        given.update(SimpleCookie(header))
    return given


@pytest.fixture
def strict(store: Store) -> TheDesk:
    """The desk with the sessions of the house, which end."""
    return TheDesk(store, START, rules=read_sign_in_rules(Settings().sign_in_file))


# Cookies


@pytest.mark.parametrize("settings", [HTTPS, LOOPBACK], ids=["https", "loopback"])
def test_no_script_and_no_other_site_gets_the_cookies(store: Store, settings: Settings) -> None:
    desk = TheDesk(store, START, settings=settings)
    known_at(desk)
    visitor = desk.stranger()
    before = cookies_of(visitor.client.get("/sign-in"))

    after = cookies_of(signs_in(desk, visitor))

    cookies = {**before, **after}
    assert desk.cookie_name in after
    assert all(one["httponly"] and one["samesite"] == "lax" and one["path"] == "/" for one in cookies.values())
    assert not any(one["domain"] for one in cookies.values())


def test_over_https_the_cookies_belong_to_this_host_alone(store: Store) -> None:
    desk = TheDesk(store, START, settings=HTTPS)
    known_at(desk)
    visitor = desk.stranger()
    cookies = cookies_of(visitor.client.get("/sign-in"))

    cookies |= cookies_of(signs_in(desk, visitor))

    assert cookies
    assert all(one["secure"] for one in cookies.values())
    assert all(name.startswith("__Host-") for name in cookies)


def test_the_cookie_holds_no_more_than_a_random_secret(store: Store) -> None:
    desk = TheDesk(store, START)
    known_at(desk)

    secrets = {cookies_of(signs_in(desk, desk.stranger()))["desk"].value for _ in range(3)}

    assert len(secrets) == 3
    assert all(len(secret) == 43 for secret in secrets)


# Fixation


def test_signing_in_gives_a_new_secret_whatever_the_browser_held(desk: TheDesk) -> None:
    known_at(desk)
    visitor = desk.stranger()
    visitor.client.cookies.set(desk.cookie_name, "chosen-by-somebody-else")

    given = cookies_of(signs_in(desk, visitor))[desk.cookie_name].value
    attacker = desk.stranger()
    attacker.client.cookies.set(desk.cookie_name, "chosen-by-somebody-else")

    assert given != "chosen-by-somebody-else"
    assert attacker.opens("/").heading == "Sign in"


def test_the_session_a_browser_had_ends_when_somebody_else_signs_in(desk: TheDesk) -> None:
    known_at(desk)
    visitor = desk.visited_by(ADMINISTRATOR)
    before = visitor.client.cookies[desk.cookie_name]
    token = desk.stranger()
    form = token.opens("/sign-in").form("/sign-in")
    token.client.cookies.set(desk.cookie_name, before)
    token.client.post("/sign-in", data={**form, "email": OFFICER, "password": PASSWORD})

    assert visitor.opens("/").heading == "Sign in"


# Sessions end


def test_a_session_that_was_signed_out_stays_so(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    kept = officer.client.cookies[desk.cookie_name]

    officer.sends(officer.opens("/"), "/sign-out")
    officer.client.cookies.set(desk.cookie_name, kept)

    assert officer.opens("/").heading == "Sign in"


def test_a_closed_account_is_out_at_once(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    page = officer.opens("/account")

    close_account(desk.store, OFFICER, by=the_user(desk.store, ADMINISTRATOR), now=desk.now)

    assert officer.opens("/").heading == "Sign in"
    assert officer.sends(page, "/account/language", {"language": "fr"}).heading == "Sign in"
    assert the_user(desk.store, OFFICER).language == "en"


def test_other_roles_ask_who_it_is_again(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    by = the_user(desk.store, ADMINISTRATOR)
    rosa: dict[str, Any] = {"email": OFFICER, "name": "Rosa Quispe", "office_code": "AO-LIMA"}

    add_user(desk.store, **rosa, roles=[Role.FINANCE], by=by, now=desk.now)

    assert officer.opens("/").heading == "Sign in"


def test_an_administrator_ends_the_sessions_of_somebody(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)

    end_sessions_of(desk.store, OFFICER, by=the_user(desk.store, ADMINISTRATOR), now=desk.now)

    assert officer.opens("/").heading == "Sign in"


@pytest.mark.parametrize(
    ("steps", "heading"),
    [
        pytest.param([59], "My work", id="used within the hour"),
        pytest.param([61], "Sign in", id="left idle"),
        pytest.param([50] * 14, "My work", id="used all day"),
        pytest.param([50] * 15, "Sign in", id="used for longer than any day"),
    ],
)
def test_a_session_ends_when_idle_and_at_the_end_of_the_day(strict: TheDesk, steps: list[int], heading: str) -> None:
    officer = strict.visited_by(OFFICER)

    for minutes in steps:
        strict.now += timedelta(minutes=minutes)
        seen = officer.opens("/").heading

    assert seen == heading


def test_a_changed_password_leaves_only_the_browser_that_changed_it(desk: TheDesk) -> None:
    known_at(desk)
    here, there = desk.visited_by(OFFICER), desk.visited_by(OFFICER)

    changed = here.sends(
        here.opens("/account"), "/account/password", {"old": PASSWORD, "password": "seven other quiet kettles"}
    )

    assert changed.heading == "My account"
    assert there.opens("/").heading == "Sign in"


# Refusals tell nothing


def test_unknown_people_and_wrong_passwords_get_the_same_page(desk: TheDesk) -> None:
    known_at(desk)
    close_account(desk.store, "lena.wolf@example.org", by=the_user(desk.store, ADMINISTRATOR), now=desk.now)
    told = set()
    for email in (OFFICER, "nobody@example.org", "lena.wolf@example.org"):
        answer = signs_in(desk, desk.stranger(), "wrong", email)
        told.add((answer.status_code, answer.text.replace(email, "").partition("csrf")[0]))

    assert len(told) == 1
    assert next(iter(told))[0] == 403


@pytest.mark.parametrize("typed", ["\x00", OFFICER + "\x00x", "\ud800".encode(errors="surrogatepass"), "x" * 100_000])
def test_nonsense_is_refused_like_anything_wrong(desk: TheDesk, typed: Any) -> None:
    assert signs_in(desk, desk.stranger(), "wrong", typed).status_code == 403


def test_the_password_is_not_shown_again(desk: TheDesk) -> None:
    known_at(desk)

    answer = signs_in(desk, desk.stranger(), "my wrong password")

    assert "my wrong password" not in answer.text
    assert OFFICER in answer.text


def test_too_many_attempts_must_wait_and_are_told_how_long(desk: TheDesk) -> None:
    known_at(desk)
    visitor = desk.stranger()
    answers = [signs_in(desk, visitor, "wrong").status_code for _ in range(6)]

    desk.now += timedelta(minutes=15)
    later = signs_in(desk, visitor)

    assert answers == [403] * 5 + [429]
    assert later.status_code == 303


# Choosing who to be


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(Settings(), id="unless somebody wishes it"),
        pytest.param(Settings(development_sign_in=True, desk_host="0.0.0.0"), id="open to other machines"),
        pytest.param(
            Settings(development_sign_in=True, desk_url="https://approvals.example.org"), id="behind a proxy"
        ),
        pytest.param(Settings(development_sign_in=True, oidc_issuer="https://id.example.org"), id="with a provider"),
    ],
)
def test_nobody_chooses_who_to_be(store: Store, settings: Settings) -> None:
    visitor = TheDesk(store, START, settings=settings).stranger()
    page = visitor.opens("/sign-in")
    held = visitor.client.get("/set-password").text.partition('name="csrf" value="')[2].partition('"')[0]

    answer = visitor.client.post("/sign-in/chosen", data={"csrf": held, "person": ADMINISTRATOR})

    assert "choose who you are" not in page.text
    assert answer.status_code == 404
    assert visitor.opens("/").heading == "Sign in"


def test_with_a_provider_passwords_count_only_if_wished(store: Store) -> None:
    for wished in (False, True):
        settings = Settings(oidc_issuer="https://id.example.org", local_passwords=wished)
        desk = TheDesk(store, START, settings=settings)
        known_at(desk)
        visitor = desk.stranger()
        page = visitor.opens("/sign-in")
        token = visitor.opens("/set-password").form("/set-password")["csrf"]

        answer = visitor.client.post(
            "/sign-in",
            data={"csrf": token, "email": OFFICER, "password": PASSWORD},
            follow_redirects=False,
        )

        assert bool(page.tree.xpath("//form[@action='/sign-in']")) is wished
        assert answer.status_code == (303 if wished else 404)
