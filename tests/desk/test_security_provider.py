"""Signing in at a provider: everything must fit together, and whatever does not ends with a page."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from approvals.services.users import close_account, the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from tests.desk.conftest import ADMINISTRATOR, OFFICER
from tests.desk.page_checker import check_page
from tests.desk.visiting import HOME, TheDesk, Visitor
from tests.journeys.stories import START

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the mock uses what its library is about to drop
    from oidc_provider_mock import run_server_in_thread

pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

BACK = "/sign-in/provider/back"


@dataclass
class Provider:
    """A provider on this machine, at which anybody can be somebody."""

    address: str

    def knows(self, subject: str, **claims: Any) -> None:
        """Let the provider say this about a person."""
        httpx.put(f"{self.address}/users/{subject}", json=claims).raise_for_status()

    def answers(self, address: str, subject: str = "4711", *, action: str = "authorize") -> str:
        """Sign in there as a person would, and return the address of the desk one is led back to."""
        answer = httpx.post(address, data={"sub": subject, "action": action})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as patch, run_server_in_thread() as server:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the mock speaks http
        yield Provider(f"http://localhost:{server.server_port}")


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider, which knows Rosa as 4711."""
    running.knows("4711", email=OFFICER, email_verified=True)
    return running


def of(provider: Provider, **more: Any) -> Settings:
    """The settings of an organisation with this provider."""
    return Settings(oidc_issuer=provider.address, oidc_client_secret=SecretStr("any"), **more)


@pytest.fixture
def desk(store: Store, provider: Provider) -> TheDesk:
    """The desk of an organisation with this provider."""
    return TheDesk(store, START, settings=of(provider))


def sent_to(visitor: Visitor, wanted: str = "/") -> str:
    """Where the desk sends a visitor who wants to sign in."""
    answer = visitor.client.get(f"/sign-in/provider?next={wanted}", follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def comes_back(visitor: Visitor, address: str) -> Any:
    """Follow the way back to the desk, no further."""
    return visitor.client.get(address.removeprefix(HOME), follow_redirects=False)


def is_refused(visitor: Visitor, answer: Any, *words: str) -> bool:
    """The answer is a page that says why, and nobody is signed in."""
    assert answer.status_code == 400, answer.text
    check_page(answer.text)
    assert all(word in answer.text for word in words), answer.text
    return visitor.opens("/").heading == "Sign in"


def test_a_person_signs_in_at_the_provider_and_is_led_to_the_page_they_wanted(
    desk: TheDesk, provider: Provider
) -> None:
    visitor = desk.stranger()

    answer = comes_back(visitor, provider.answers(sent_to(visitor, "/help?a=b~c")))

    assert (answer.status_code, answer.headers["location"]) == (303, "/help?a=b~c")
    assert visitor.opens("/account").says(OFFICER)


def test_the_page_of_signing_in_leads_to_the_provider(desk: TheDesk) -> None:
    links = desk.stranger().opens("/sign-in?next=/help").links()

    assert links["Sign in with your organisation's account"] == "/sign-in/provider?next=/help"


def test_the_provider_is_asked_with_state_nonce_and_a_challenge(desk: TheDesk) -> None:
    asked = [parse_qs(urlsplit(sent_to(desk.stranger())).query) for _ in range(2)]

    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["code_challenge_method"] == ["S256"]
        assert one["redirect_uri"] == [HOME + BACK]
        assert all(len(one[name][0]) == 43 for name in ("state", "nonce", "code_challenge"))
        assert len({one[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert asked[0]["state"] != asked[1]["state"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda address: address.replace("state=", "state=x"), id="another state"),
        pytest.param(lambda address: address.split("&state=")[0], id="no state"),
        pytest.param(lambda address: BACK, id="nothing at all"),
        pytest.param(lambda address: address.replace("code=", "code=x"), id="another code"),
        pytest.param(lambda address: address.replace("code=", "c="), id="no code"),
        pytest.param(lambda address: address + "&iss=https%3A%2F%2Fevil.example", id="from another provider"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(desk: TheDesk, provider: Provider, change: Any) -> None:
    visitor = desk.stranger()
    address = provider.answers(sent_to(visitor))

    assert is_refused(visitor, comes_back(visitor, change(address)), "belongs to no sign-in of this browser")


def test_an_answer_counts_once(desk: TheDesk, provider: Provider) -> None:
    visitor = desk.stranger()
    address = provider.answers(sent_to(visitor))
    held = visitor.client.cookies["journey"]
    comes_back(visitor, address)
    thief = desk.stranger()
    thief.client.cookies.set("journey", held)

    assert is_refused(thief, comes_back(thief, address), "or came twice")
    assert comes_back(visitor, address).status_code == 400
    assert visitor.opens("/account").heading == "My account"


def test_an_answer_is_of_no_use_in_another_browser(desk: TheDesk, provider: Provider) -> None:
    attacker, victim = desk.stranger(), desk.stranger()
    address = provider.answers(sent_to(attacker))
    sent_to(victim)

    assert is_refused(victim, comes_back(victim, address), "belongs to no sign-in of this browser")


def test_who_is_denied_there_is_told_so_here(desk: TheDesk, provider: Provider) -> None:
    visitor = desk.stranger()
    state = parse_qs(urlsplit(sent_to(visitor)).query)["state"][0]

    answer = comes_back(visitor, f"{BACK}?error=access_denied&state={state}")

    assert is_refused(visitor, answer, "Your provider did not sign you in")


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        pytest.param({"email": OFFICER, "email_verified": False}, "does not confirm your e-mail", id="unverified"),
        pytest.param({"email": OFFICER}, "does not confirm your e-mail", id="not said to be verified"),
        pytest.param({"email": OFFICER, "email_verified": "true"}, "does not confirm your e-mail", id="as a text"),
        pytest.param({"email": "nobody@example.org", "email_verified": True}, "Nobody here has", id="unknown"),
        pytest.param({"email_verified": True}, "Nobody here has", id="no address"),
    ],
)
def test_whom_the_provider_does_not_vouch_for_stays_outside(
    desk: TheDesk, provider: Provider, claims: dict[str, Any], sentence: str
) -> None:
    provider.knows("4711", **claims)
    visitor = desk.stranger()

    assert is_refused(visitor, comes_back(visitor, provider.answers(sent_to(visitor))), sentence)


def test_an_organisation_may_trust_its_addresses(store: Store, provider: Provider) -> None:
    provider.knows("4711", email=OFFICER)
    desk = TheDesk(store, START, settings=of(provider, oidc_mail_is_verified=True))
    visitor = desk.stranger()

    assert comes_back(visitor, provider.answers(sent_to(visitor))).status_code == 303


def test_a_closed_account_stays_closed(desk: TheDesk, provider: Provider) -> None:
    close_account(desk.store, OFFICER, by=the_user(desk.store, ADMINISTRATOR), now=desk.now)
    visitor = desk.stranger()

    answer = comes_back(visitor, provider.answers(sent_to(visitor)))

    assert is_refused(visitor, answer, "Your account here is closed")


def test_the_session_is_a_new_one_and_the_journey_is_forgotten(desk: TheDesk, provider: Provider) -> None:
    visitor = desk.stranger()
    visitor.client.cookies.set(desk.cookie_name, "chosen-by-somebody-else")

    answer = comes_back(visitor, provider.answers(sent_to(visitor)))

    given = " ".join(answer.headers.get_list("set-cookie"))
    assert "desk=chosen" not in given
    assert 'journey="";' in given


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_away_by_the_detour(desk: TheDesk, provider: Provider, wanted: str) -> None:
    visitor = desk.stranger()
    address = provider.answers(sent_to(visitor, wanted))
    secret = visitor.client.cookies["journey"].split("~")[0]
    visitor.client.cookies.delete("journey")
    visitor.client.cookies.set("journey", f"{secret}~{wanted}")

    assert comes_back(visitor, address).headers["location"] == "/"


def test_a_provider_that_does_not_answer_is_told_so(store: Store) -> None:
    desk = TheDesk(store, START, settings=Settings(oidc_issuer="http://localhost:9"))

    page = desk.stranger().opens("/sign-in/provider", status=503)

    assert page.says("Your provider does not answer just now")
    assert desk.stranger().opens("/signed-out").heading == "Signed out"


def test_a_provider_that_calls_itself_otherwise_is_not_believed(store: Store, provider: Provider) -> None:
    by_number = provider.address.replace("localhost", "127.0.0.1")
    desk = TheDesk(store, START, settings=Settings(oidc_issuer=by_number + "/"))

    page = desk.stranger().opens("/sign-in/provider", status=403)

    assert page.says("could not be verified")


def test_after_signing_out_one_is_led_to_sign_out_there(desk: TheDesk, provider: Provider) -> None:
    visitor = desk.visited_by(OFFICER)

    page = visitor.sends(visitor.opens("/"), "/sign-out")
    link = urlsplit(page.links()["Sign out of your organisation's account"])

    assert f"{link.scheme}://{link.netloc}" == provider.address
    assert parse_qs(link.query)["post_logout_redirect_uri"] == [f"{HOME}/signed-out"]
    assert visitor.opens("/").heading == "Sign in"


def test_without_a_provider_there_is_no_such_way(store: Store) -> None:
    visitor = TheDesk(store, START).stranger()

    assert visitor.opens("/sign-in/provider", status=404)
    assert visitor.client.get(BACK, follow_redirects=False).status_code == 400


# What the provider signs


def an_answer(desk: TheDesk, key: Any, header: dict[str, Any], **changes: Any) -> Any:
    """Come back with a statement of the test's own making, as if the provider had handed it out."""
    visitor = desk.stranger()
    asked = parse_qs(urlsplit(sent_to(visitor)).query)
    claims = {
        "iss": desk.settings.oidc_issuer,
        "aud": desk.settings.oidc_client_id,
        "sub": "4711",
        "iat": 1_700_000_000,
        "exp": 4_000_000_000,
        "nonce": asked["nonce"][0],
        "email": OFFICER,
        "email_verified": True,
        **changes,
    }
    statement = jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, key)
    client = desk.app.state.desk.security.provider._client

    async def handed_out(**_: Any) -> dict[str, str]:
        return {"id_token": statement, "token_type": "Bearer"}

    async def keys(force: bool = False) -> dict[str, Any]:
        return {"keys": [SIGNING.as_dict(private=False)]}

    client.fetch_access_token, client.fetch_jwk_set = handed_out, keys
    return comes_back(visitor, f"{BACK}?code=c&state={asked['state'][0]}")


SIGNING = RSAKey.generate_key(2048, {"kid": "1"})
FORGED = RSAKey.generate_key(2048, {"kid": "1"})
SIGNED = {"alg": "RS256", "kid": "1"}


def test_what_the_provider_signed_is_believed(desk: TheDesk) -> None:
    assert an_answer(desk, SIGNING, SIGNED).status_code == 303


@pytest.mark.parametrize(
    ("key", "header", "changes"),
    [
        pytest.param(FORGED, SIGNED, {}, id="signed by somebody else"),
        pytest.param(OctKey.import_key("partnership-approvals"), {"alg": "HS256"}, {}, id="with a shared secret"),
        pytest.param(SIGNING, SIGNED, {"nonce": "another"}, id="for another sign-in"),
        pytest.param(SIGNING, SIGNED, {"nonce": None}, id="for no sign-in"),
        pytest.param(SIGNING, SIGNED, {"aud": "another-program"}, id="for another program"),
        pytest.param(SIGNING, SIGNED, {"aud": None}, id="for no program"),
        pytest.param(SIGNING, SIGNED, {"iss": "https://evil.example"}, id="by another provider"),
        pytest.param(SIGNING, SIGNED, {"exp": 1_700_000_001}, id="long ago"),
        pytest.param(SIGNING, SIGNED, {"exp": None}, id="for ever"),
        pytest.param(SIGNING, SIGNED, {"sub": None}, id="about nobody"),
        pytest.param(SIGNING, SIGNED, {"sub": "47\x0011"}, id="about what is no text"),
        pytest.param(SIGNING, SIGNED, {"email": [OFFICER]}, id="with several addresses"),
        pytest.param(SIGNING, SIGNED, {"iat": 3_999_999_999}, id="in days to come"),
    ],
)
def test_what_it_did_not_sign_for_this_sign_in_is_not_believed(
    desk: TheDesk, key: Any, header: dict[str, str], changes: dict[str, Any]
) -> None:
    answer = an_answer(desk, key, header, **changes)

    assert answer.status_code == 400
    assert "could not be verified" in answer.text


def test_a_statement_without_a_signature_proves_nothing(desk: TheDesk) -> None:
    none = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    visitor = desk.stranger()
    asked = parse_qs(urlsplit(sent_to(visitor)).query)
    signed = jwt.encode(SIGNED, {"sub": "4711", "nonce": asked["nonce"][0]}, SIGNING)
    statement = f"{none}.{signed.split('.')[1]}."
    client = desk.app.state.desk.security.provider._client

    async def handed_out(**_: Any) -> dict[str, str]:
        return {"id_token": statement}

    client.fetch_access_token = handed_out

    assert comes_back(visitor, f"{BACK}?code=c&state={asked['state'][0]}").status_code == 400
