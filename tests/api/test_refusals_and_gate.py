"""What no operation sees: bodies that are too large or no JSON, addresses that do not exist, too many calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from approvals.api.problems import KINDS, kind_of
from approvals.casework.sign_in_rules import Limit
from approvals.errors import ApprovalError
from approvals.services.tokens import my_tokens, revoke_token
from approvals.services.users import the_user
from approvals.store.engine import Store
from tests.api.calling import HOME, OFFICER, PROBLEM, TheApi, unhurried
from tests.journeys.stories import START


def all_refusals(kind: type[ApprovalError] = ApprovalError) -> list[type[ApprovalError]]:
    return [kind, *(one for child in kind.__subclasses__() for one in all_refusals(child))]


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda one: one.__name__)
def test_every_refusal_has_a_kind(refusal: type[ApprovalError]) -> None:
    kind = kind_of(refusal.__new__(refusal))

    assert 400 <= kind.status < 600


def test_each_kind_has_a_name_of_its_own() -> None:
    assert len({kind.type for kind in KINDS.values()}) == len(KINDS)


SENT: Mapping[str, tuple[dict[str, str], bytes, int]] = {
    "half a JSON": ({"content-type": "application/json"}, b'{"name": ', 400),
    "no UTF-8": ({"content-type": "application/json"}, b'{"name": "\xff"}', 400),
    "very deep JSON": ({"content-type": "application/json"}, b"[" * 100_000, 400),
    "a form": ({"content-type": "application/x-www-form-urlencoded"}, b"name=x", 415),
    "another encoding": ({"content-type": "application/json; charset=latin-1"}, b"{}", 415),
    "no type": ({}, b"{}", 415),
    "too much": ({"content-type": "application/json"}, b" " * 1_000_001, 413),
    "a list": ({"content-type": "application/json"}, b"[]", 422),
    "half a character": ({"content-type": "application/json"}, b'{"name": "\\ud800"}', 422),
}


@pytest.mark.parametrize(("headers", "body", "status"), SENT.values(), ids=SENT)
def test_what_cannot_be_read_is_refused_as_a_problem(
    api: TheApi, headers: dict[str, str], body: bytes, status: int
) -> None:
    program = api.called_by(OFFICER)

    answer = program.client.post("/api/v1/precheck", content=body, headers={**program.headers, **headers})

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == PROBLEM


def test_what_grows_too_large_on_the_way_is_refused(api: TheApi) -> None:
    program = api.called_by(OFFICER)
    headers = {**program.headers, "content-type": "application/json"}

    answer = program.client.post("/api/v1/precheck", content=iter([b" " * 600_000] * 2), headers=headers)

    assert answer.status_code == 413


def test_an_unknown_address_is_not_found(api: TheApi) -> None:
    assert api.stranger().gets("/nothing", status=404)["type"] == "about:blank"


def test_an_unknown_method_names_those_there_are(api: TheApi) -> None:
    assert api.stranger().asks("DELETE", "/me", status=405).headers["allow"] == "GET"


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "1e3", "%00"])
def test_a_number_the_database_cannot_hold_is_faulty(api: TheApi, number: str) -> None:
    refusal = api.called_by(OFFICER).gets(f"/tasks/{number}", status=422)

    assert refusal["faults"][0]["path"] == "number"


def test_a_token_of_no_use_opens_nothing(api: TheApi, store: Store) -> None:
    rosa = the_user(store, OFFICER)
    revoked, lapsed = api.called_by(rosa), api.called_by(rosa)
    revoke_token(store, my_tokens(store, by=rosa)[-1].id or 0, by=rosa, now=START)
    revoked_answer = revoked.asks("GET", "/me", status=401)
    api.now += timedelta(days=31)

    assert lapsed.gets("/me", status=401)["type"] == "urn:approvals:problem:token-refused"
    assert "unknown, revoked or has expired" in revoked_answer.json()["detail"]


def test_a_cookie_says_nothing(api: TheApi) -> None:
    token = api.called_by(OFFICER).headers["authorization"].removeprefix("Bearer ")
    stranger = api.stranger()
    stranger.client.cookies.set("desk", token)

    stranger.gets("/me", status=401)


def test_too_many_calls_are_held_up(store: Store) -> None:
    rules = unhurried()
    few = rules.limits.model_copy(update={"call": Limit(at_most=2, within_minutes=1)})
    api = TheApi(store, START, rules=rules.model_copy(update={"limits": few}))
    program = api.called_by(OFFICER)

    answers = [program.client.get("/api/v1/me", headers=program.headers) for _ in range(3)]
    api.now += timedelta(minutes=1)

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    program.gets("/me")


def test_a_fault_of_ours_tells_a_number_and_no_more(api: TheApi, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> Any:
        raise RuntimeError("secret")

    api.app.add_api_route("/api/v1/breaks", breaks)
    answer = api.stranger().client.get(f"{HOME}/api/v1/breaks")

    number = answer.json()["detail"].split("fault ")[1].rstrip(".")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert number in caplog.text


def test_every_answer_has_the_headers_of_safety(api: TheApi) -> None:
    answers = [api.stranger().client.get(f"{HOME}/api/v1{path}") for path in ("/me", "/openapi.json", "/nothing")]

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


# Lists


def test_pages_are_linked(api: TheApi) -> None:
    program = api.called_by(OFFICER)

    first = program.asks("GET", "/cases?view=mine")
    second = program.asks("GET", "/cases?view=mine&page=2")

    assert "link" not in first.headers
    assert second.headers["link"] == '</api/v1/cases?view=mine&page=1>; rel="prev"'


def test_the_owner_of_the_token_is_told_who_they_are(api: TheApi) -> None:
    me = api.called_by(OFFICER).gets("/me")

    assert (me["email"], me["office"], me["scope"]) == (OFFICER, "AO-LIMA", "act")
    assert "submit a proposal" in me["may"]
