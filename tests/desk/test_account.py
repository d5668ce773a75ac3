"""One's own account at the desk, and setting the first password."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chromium
from sqlalchemy import text

from approvals.errors import TokenRefused
from approvals.services.passwords import invite
from approvals.services.sessions import Browser
from approvals.services.sign_in import sign_in_as_chosen
from approvals.services.tokens import bearer_of
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from tests.desk.browser import needs_a_browser, reading
from tests.desk.conftest import ADMINISTRATOR, OFFICER
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.test_security_sessions import PASSWORD, known_at
from tests.desk.visiting import TheDesk
from tests.journeys.stories import START


def test_an_invited_person_sets_a_password_and_comes_in(desk: TheDesk) -> None:
    by = the_user(desk.store, ADMINISTRATOR)
    code = invite(desk.store, OFFICER, by=by, rules=desk.rules, now=desk.now).code
    visitor = desk.stranger()

    asked = visitor.opens("/sign-in").links()["Set a password with a code"]
    signing_in = visitor.sends(visitor.opens(asked), "/set-password", {"code": code, "password": PASSWORD})
    inside = visitor.sends(signing_in, "/sign-in", {"email": OFFICER, "password": PASSWORD})

    assert inside.heading == "My work"


def test_a_mistake_is_told_and_the_code_stays(desk: TheDesk) -> None:
    visitor = desk.stranger()

    page = visitor.sends(
        visitor.opens("/set-password"), "/set-password", {"code": "AAAAA-BBBBB", "password": "short"}, status=422
    )

    assert page.says("Is of no use", "Is too short; use 15 characters or more")
    assert page.form("/set-password")["code"] == ["AAAAA-BBBBB"]
    assert page.form("/set-password")["password"] == [""]


def test_a_person_sees_where_they_are_signed_in_and_ends_it(desk: TheDesk) -> None:
    browser = Browser("203.0.113.9", "<img src=x onerror=alert(1)>")
    sign_in_as_chosen(desk.store, OFFICER, browser=browser, rules=desk.rules, now=desk.now)
    officer = desk.visited_by(OFFICER)
    account = officer.opens("/account")
    ends = account.tree.xpath("//form[contains(@action, '/account/sessions/')]/@action")

    left = officer.sends(account, ends[0])

    assert account.says("203.0.113.9", "<img src=x onerror=alert(1)>", "this one")
    assert "203.0.113.9" not in left.text
    assert len(ends) == 2


def test_all_other_sessions_end_at_once(desk: TheDesk) -> None:
    others = [desk.visited_by(OFFICER) for _ in range(2)]
    officer = desk.visited_by(OFFICER)

    officer.sends(officer.opens("/account"), "/account/sessions/others/end")

    assert officer.opens("/").heading == "My work"
    assert [other.opens("/").heading for other in others] == ["Sign in", "Sign in"]


def test_a_token_is_shown_once_works_and_is_revoked(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    issued = officer.sends(
        officer.opens("/account"), "/account/tokens", {"name": "Figures", "scope": "read", "days": "30"}, status=201
    )
    secret = issued.tree.xpath("//main//code")[0].text
    bearer = bearer_of(desk.store, secret, now=desk.now)
    account = officer.opens("/account")

    after = officer.sends(account, f"/account/tokens/{bearer.token_id}/revoke")

    assert bearer.user.email == OFFICER
    assert account.says("Figures", secret[:9])
    assert secret not in account.source
    assert "Figures" not in after.text
    with pytest.raises(TokenRefused):
        bearer_of(desk.store, secret, now=desk.now)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "", "scope": "read", "days": "30"}, "Say in up to 80 characters"),
        ({"name": "x", "scope": "everything", "days": "30"}, "Choose one of the list"),
        ({"name": "x", "scope": "act", "days": "many"}, "Is no number of days"),
        ({"name": "x", "scope": "act", "days": "1000"}, "A token lasts from 1 to 365 days"),
        ({"name": "x", "scope": "act", "days": "²"}, "Is no number of days"),
    ],
)
def test_what_is_wrong_about_a_token_is_told(desk: TheDesk, values: dict[str, str], words: str) -> None:
    officer = desk.visited_by(OFFICER)

    page = officer.sends(officer.opens("/account"), "/account/tokens", values, status=422)

    assert page.says(words)
    assert page.form("/account/tokens")["days"] == [values["days"]]


def test_the_chosen_language_is_kept_for_the_person(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)

    officer.sends(officer.opens("/account"), "/account/language", {"language": "es"})

    assert officer.opens("/").tree.get("lang") == "es"
    assert the_user(desk.store, OFFICER).language == "es"


def test_another_browser_speaks_the_language_of_the_person(store: Store) -> None:
    desk = TheDesk(store, START, settings=Settings(development_sign_in=True))
    officer = desk.visited_by(OFFICER)
    officer.sends(officer.opens("/account"), "/account/language", {"language": "zh"})
    another = desk.stranger()

    inside = another.sends(another.opens("/sign-in"), "/sign-in/chosen", {"person": OFFICER})

    assert inside.tree.get("lang") == "zh"


def test_who_has_no_password_is_not_asked_for_one(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    without = officer.opens("/account")
    known_at(desk)

    assert not without.tree.xpath("//input[@type='password']")
    assert desk.visited_by(OFFICER).opens("/account").form("/account/password")


def test_a_wrong_old_password_is_told(desk: TheDesk) -> None:
    known_at(desk)
    officer = desk.visited_by(OFFICER)

    page = officer.sends(
        officer.opens("/account"), "/account/password", {"old": "wrong", "password": "rosa quispe rosa"}, status=422
    )

    assert page.says("Is not the password you have now", "Is among the first that others would try")
    assert officer.opens("/").heading == "My work"


def test_reading_pages_writes_no_events(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)
    count = text("SELECT count(*) FROM event")
    with desk.store.engine.connect() as connection:
        before = connection.execute(count).scalar_one()

    for address in ("/", "/account", "/help"):
        officer.opens(address)

    with desk.store.engine.connect() as connection:
        assert connection.execute(count).scalar_one() == before


@pytest.mark.parametrize("address", ["/account", "/set-password", "/signed-out", "/sign-in/provider/back"])
def test_no_page_about_signing_in_has_hard_coded_text(desk: TheDesk, address: str) -> None:
    known_at(desk)
    officer = speak_pseudo(desk).visited_by(OFFICER)

    assert hard_coded(parsed(officer.client.get(address).text)) == []


def test_the_way_in_has_no_hard_coded_text(store: Store) -> None:
    desk = speak_pseudo(TheDesk(store, START, settings=Settings(development_sign_in=True)))

    assert hard_coded(parsed(desk.stranger().client.get("/sign-in").text)) == []


@needs_a_browser
def test_the_pages_of_signing_in_are_accessible_and_no_browser_reports_anything(
    store: Store, chromium: Chromium, caplog: pytest.LogCaptureFixture
) -> None:
    desk = TheDesk(store, START, settings=Settings(development_sign_in=True))
    known_at(desk)
    with reading(desk, OFFICER, using=chromium) as officer:
        for address in ("/account", "/set-password", "/signed-out"):
            officer.opens(address)
            officer.looks()
        officer.context.clear_cookies()
        page = officer.opens("/sign-in?next=/account")
        officer.sees("light")
        officer.sees("dark", "narrow")
        page.get_by_label("E-mail address").fill(OFFICER)
        page.get_by_label("Password").fill(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")

        assert page.get_by_role("heading", level=1).inner_text() == "My account"
    assert "held up" not in caplog.text
