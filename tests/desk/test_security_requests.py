"""What the desk refuses before anybody is asked, and what every answer tells the browser to refuse."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.desk.gate import HEADERS
from approvals.desk.routes.signing_in import stranger_form
from approvals.desk.security import browser_of
from approvals.desk.serving import served
from approvals.desk.visitor import SignedIn, paced, safe_next, sent_form
from approvals.settings import Settings
from approvals.store.engine import Store
from tests.desk.conftest import OFFICER
from tests.desk.visiting import TheDesk
from tests.journeys.stories import START

NO_TOKEN_NEEDED = {
    "/language": "keeps a cookie of this browser and changes nothing of ours",
    "/csp-report": "browsers send it by themselves; it is only logged",
}
DEAR = ("/search", ".csv", ".xlsx", ".zip", "/export", "/bundle")
"""What the address of a route that searches or exports has in it: such a route must keep a pace."""


def routes(app: FastAPI) -> list[RouteContext]:
    """The routes of all rooms."""
    found = [route for route in iter_route_contexts(app.routes) if route.path is not None]
    assert {"/", "/sign-out", "/search"} <= {route.path for route in found}
    return found


def depends_on(route: RouteContext) -> set[Any]:
    """The functions a route depends on, however deep."""
    found, waiting = set(), [route.dependant]
    while waiting:
        one = waiting.pop()
        found.add(one.call)
        waiting += one.dependencies
    return found


# Forms


def test_every_route_that_changes_something_asks_for_the_token(desk: TheDesk) -> None:
    careless = [
        route.path
        for route in routes(desk.app)
        if not (route.methods or set()) <= {"GET", "HEAD"}
        and not depends_on(route) & {sent_form, stranger_form}
        and route.path not in NO_TOKEN_NEEDED
    ]

    assert careless == [], "let the handler take `sent: Sent`"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 303, id="a browser that says nothing, with the token"),
        pytest.param({"origin": "http://127.0.0.1:8000"}, 303, id="our own page"),
        pytest.param({"sec-fetch-site": "same-origin"}, 303, id="our own page, newer browsers"),
        pytest.param({"sec-fetch-site": "none"}, 303, id="typed by the person"),
        pytest.param({"origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"origin": "http://127.0.0.1:9000"}, 403, id="another program on this machine"),
        pytest.param({"origin": "null"}, 403, id="a page that hides where it is from"),
        pytest.param({"sec-fetch-site": "cross-site"}, 403, id="another site, newer browsers"),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="a sister of our host"),
        pytest.param(
            {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, 403, id="one of the two is enough"
        ),
    ],
)
def test_a_form_counts_only_from_a_page_of_ours(desk: TheDesk, headers: dict[str, str], status: int) -> None:
    officer = desk.visited_by(OFFICER)
    form = officer.opens("/").form("/sign-out")

    answer = officer.client.post("/sign-out", data=form, headers=headers, follow_redirects=False)

    assert answer.status_code == status


def test_behind_a_proxy_the_page_must_be_of_the_address_people_use(store: Store) -> None:
    desk = TheDesk(store, START, settings=Settings(desk_url="https://approvals.example.org"))
    officer = desk.visited_by(OFFICER)
    form = officer.opens("/").form("/sign-out")

    plain, ours = (
        officer.client.post("/sign-out", data=form, headers={"origin": origin}, follow_redirects=False).status_code
        for origin in ("http://approvals.example.org", "https://approvals.example.org")
    )

    assert (plain, ours) == (403, 303)


@pytest.mark.parametrize("token", [None, "", "guessed", "a" * 43], ids=["none", "empty", "guessed", "of its length"])
@pytest.mark.parametrize("action", ["/sign-out", "/account/language", "/account/tokens"])
def test_without_the_token_of_the_session_nothing_is_done(desk: TheDesk, action: str, token: str | None) -> None:
    officer = desk.visited_by(OFFICER)

    answer = officer.client.post(action, data={} if token is None else {"csrf": token})

    assert answer.status_code == 409
    assert officer.opens("/").heading == "My work"


def test_the_token_of_one_session_is_of_no_use_in_another(desk: TheDesk) -> None:
    one, another = desk.visited_by(OFFICER), desk.visited_by(OFFICER)
    token = one.opens("/").form("/sign-out")

    assert another.client.post("/sign-out", data=token).status_code == 409


@pytest.mark.parametrize("action", ["/sign-in", "/set-password", "/sign-in/chosen"])
def test_nobody_is_signed_in_as_somebody_else_from_outside(store: Store, action: str) -> None:
    desk = TheDesk(store, START, settings=Settings(development_sign_in=True))
    attackers = desk.stranger().opens("/sign-in").form("/sign-in")["csrf"]
    victim = desk.stranger()

    answer = victim.client.post(action, data={"csrf": attackers, "person": OFFICER, "email": OFFICER})

    assert answer.status_code == 409


def test_choosing_a_language_from_elsewhere_does_nothing(desk: TheDesk) -> None:
    answer = desk.stranger().client.post(
        "/language", data={"language": "fr"}, headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


# Where people are led


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "///evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
    "/\x00/evil.example",
    "http:evil.example",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_away_after_signing_in(store: Store, wanted: str) -> None:
    desk = TheDesk(store, START, settings=Settings(development_sign_in=True))
    led = []
    for changed in ({}, {"next": wanted}):
        visitor = desk.stranger()
        form = visitor.opens(f"/sign-in?next={quote(wanted)}").form("/sign-in/chosen")
        data = {**form, "person": OFFICER, **changed}
        led.append(visitor.client.post("/sign-in/chosen", data=data, follow_redirects=False).headers["location"])

    assert led == ["/", "/"]


@given(st.text(alphabet="/\\:@?#.%\t\n\r evil\x00\u2028", max_size=12))
@settings(max_examples=200)
def test_wherever_people_are_led_is_ours(wanted: str) -> None:
    led = safe_next(wanted)

    assert led.startswith("/")
    assert not led.startswith(("//", "/\\"))
    assert "\\" not in led
    assert led.isprintable()


def test_whoever_is_signed_in_is_not_led_away_either(desk: TheDesk) -> None:
    officer = desk.visited_by(OFFICER)

    answer = officer.client.get("/sign-in?next=//evil.example", follow_redirects=False)

    assert answer.headers["location"] == "/"


# Headers


ANSWERS = [
    pytest.param("GET", "/", id="a page"),
    pytest.param("GET", "/sign-in", id="the way in"),
    pytest.param("GET", "/nowhere", id="no page"),
    pytest.param("GET", "/broken", id="a fault of ours"),
    pytest.param("POST", "/sign-out", id="a refusal"),
    pytest.param("PUT", "/", id="a method we do not know"),
    pytest.param("POST", "/csp-report", id="no page at all"),
]


@pytest.mark.parametrize(("method", "address"), ANSWERS)
@pytest.mark.parametrize("inside", [True, False], ids=["signed in", "a stranger"])
def test_every_answer_tells_the_browser_what_to_refuse(
    desk: TheDesk, method: str, address: str, inside: bool
) -> None:
    @desk.app.get("/broken")
    def broken() -> None:
        raise RuntimeError

    visitor = desk.visited_by(OFFICER) if inside else desk.stranger()

    headers = visitor.client.request(method, address, follow_redirects=False).headers

    assert {name: headers.get(name) for name in HEADERS} == dict(HEADERS)
    assert not {"server", "x-powered-by", "access-control-allow-origin"} & set(headers)


def test_a_page_can_be_neither_framed_nor_made_to_run_what_is_not_ours(desk: TheDesk) -> None:
    policy = dict(
        part.split(" ", 1)
        for part in desk.stranger().client.get("/help").headers["content-security-policy"].split("; ")
    )

    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in policy.values())


def test_only_over_https_browsers_are_told_to_stay_there(store: Store) -> None:
    kept = [
        TheDesk(store, START, settings=Settings(desk_url=url)).stranger().client.get("/help").headers
        for url in ("https://approvals.example.org", None)
    ]

    assert ["strict-transport-security" in headers for headers in kept] == [True, False]


def test_no_page_is_kept_by_browsers_but_style_and_script_are(desk: TheDesk) -> None:
    page = desk.visited_by(OFFICER).opens("/")
    style = page.tree.xpath("//link[@rel='stylesheet']/@href")[0]

    assert desk.visited_by(OFFICER).fetches("/").headers["cache-control"] == "no-store"
    assert "immutable" in desk.stranger().fetches(style).headers["cache-control"]


@pytest.mark.parametrize("address", ["/docs", "/redoc", "/openapi.json", "/.env", "/static/../settings.py"])
def test_nothing_is_shown_that_is_not_meant_to_be(desk: TheDesk, address: str) -> None:
    assert desk.visited_by(OFFICER).client.get(address).status_code == 404


# Reports


@pytest.mark.parametrize(
    "report",
    [
        {"csp-report": {"document-uri": "http://127.0.0.1:8000/", "violated-directive": "script-src"}},
        [
            {
                "type": "csp-violation",
                "body": {"documentURL": "http://127.0.0.1:8000/", "effectiveDirective": "img-src"},
            }
        ],
    ],
    ids=["the older form", "the newer form"],
)
def test_what_browsers_report_is_in_the_log(desk: TheDesk, report: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        answer = desk.stranger().client.post("/csp-report", content=json.dumps(report))

    assert answer.status_code == 204
    assert "http://127.0.0.1:8000/" in caplog.text


@pytest.mark.parametrize("body", [b"", b"no json", b"[1, null]", b'"text"', b"\xff\xfe", b'{"csp-report": "text"}'])
def test_what_is_no_report_is_passed_over(desk: TheDesk, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert desk.stranger().client.post("/csp-report", content=body).status_code == 204
    assert "held up" not in caplog.text


def test_a_report_forges_no_line_of_the_log(desk: TheDesk, caplog: pytest.LogCaptureFixture) -> None:
    forged = {"csp-report": {"document-uri": "x\nERROR everything is lost"}}

    desk.stranger().client.post("/csp-report", content=json.dumps(forged))

    assert not [record for record in caplog.records if "\n" in record.getMessage()]


def test_reports_do_not_fill_the_log(desk: TheDesk) -> None:
    visitor = desk.stranger()
    answers = [visitor.client.post("/csp-report", content=b"{}").status_code for _ in range(31)]

    assert answers == [204] * 30 + [429]


# Host and origin of a request


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "approvals.example.org"])
def test_a_desk_is_only_asked_for_by_its_own_name(desk: TheDesk, host: str) -> None:
    answer = desk.visited_by(OFFICER).client.get("/", headers={"host": host})

    assert answer.status_code == 400
    assert "APPROVALS_DESK_URL" in answer.text


@pytest.mark.parametrize(
    "host", ["approvals.example.org", "APPROVALS.example.org:443", "localhost:8000", "[::1]:8000"]
)
def test_its_own_names_are_the_one_entered_and_those_of_this_machine(store: Store, host: str) -> None:
    desk = TheDesk(store, START, settings=Settings(desk_url="https://approvals.example.org"))

    assert desk.stranger().client.get("/help", headers={"host": host}).status_code == 200


def test_what_a_request_says_about_itself_is_not_believed(desk: TheDesk) -> None:
    visitor = desk.stranger()
    forged = {
        "x-forwarded-for": "203.0.113.1",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-user": OFFICER,
        "x-remote-user": OFFICER,
        "authorization": "Basic cm9zYTpyb3Nh",
    }

    answer = visitor.client.get("/", headers=forged, follow_redirects=False)

    assert answer.headers["location"] == "/sign-in?next=%2F"


@pytest.mark.parametrize(("proxies", "address"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.1")])
def test_only_a_trusted_proxy_is_believed_about_the_visitors_address(
    desk: TheDesk, proxies: str, address: str
) -> None:
    @desk.app.get("/where")
    def where(request: Request) -> str:
        return browser_of(request).address

    with served(desk.app, host="127.0.0.1", port=0, trusted_proxies=proxies) as home:
        seen = httpx.get(f"{home}/where", headers={"x-forwarded-for": "203.0.113.1"}).json()

    assert seen == address


# Sizes


@pytest.fixture
def small(store: Store) -> TheDesk:
    """A desk that takes forms of 2,000 bytes, and 4,000 with files."""
    desk = TheDesk(store, START)
    bodies = desk.rules.bodies.model_copy(update={"form_bytes": 2000, "upload_bytes": 4000})
    return TheDesk(store, START, rules=desk.rules.model_copy(update={"bodies": bodies}))


def test_a_form_that_is_too_large_is_refused_unread(small: TheDesk) -> None:
    answer = small.visited_by(OFFICER).client.post("/account/tokens", data={"name": "x" * 3000})

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_whoever_does_not_say_how_much_comes_is_stopped_as_well(small: TheDesk) -> None:
    officer = small.visited_by(OFFICER)
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b"csrf="
        while taken < 100:
            taken += 1
            yield b"x" * 500

    answer = officer.client.post(
        "/account/tokens", content=endless(), headers={"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status_code == 413


def test_only_forms_with_files_may_be_larger(small: TheDesk) -> None:
    officer = small.visited_by(OFFICER)
    files = {size: {"file": ("a.docx", b"x" * size)} for size in (3000, 5000)}

    answers = [officer.client.post("/account/tokens", files=file).status_code for file in files.values()]

    assert answers == [409, 413]


@pytest.mark.parametrize("length", ["-1", "x", "1e9", "99999999999999999999"])
def test_a_size_that_is_none_is_refused(desk: TheDesk, length: str) -> None:
    answer = desk.stranger().client.post("/language", content=b"", headers={"content-length": length})

    assert answer.status_code == 413


# Pace


def test_whatever_searches_or_exports_keeps_a_pace(desk: TheDesk) -> None:
    hasty = [
        route.path
        for route in routes(desk.app)
        if any(part in route.path for part in DEAR)
        and not any(getattr(one, "__qualname__", "").startswith(f"{paced.__name__}.") for one in depends_on(route))
    ]

    assert hasty == [], "give the route `dependencies=[paced('search')]` or `paced('export')`"


@pytest.mark.parametrize("what", ["search", "export"])
def test_searching_and_exporting_too_often_must_wait(desk: TheDesk, what: Any) -> None:
    @desk.app.get("/dear", dependencies=[paced(what)])
    def dear(visit: SignedIn) -> str:
        return "done"

    officer, colleague = desk.visited_by(OFFICER), desk.visited_by("linh.tran@example.org")
    limit = getattr(desk.rules.limits, what)

    answers = [officer.client.get("/dear") for _ in range(limit.at_most + 1)]

    assert [one.status_code for one in answers] == [200] * limit.at_most + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= limit.span.total_seconds()
    assert colleague.client.get("/dear").status_code == 200
    desk.now += timedelta(minutes=limit.within_minutes)
    assert officer.client.get("/dear").status_code == 200
