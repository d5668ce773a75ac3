"""Who may open what: every route of the desk, by every role, in the office of the case and in another one.

Whoever adds a route adds a row to `DOORS`; without one a test fails. A row says what is asked for and what each
person is answered. The case is PA-2026-0001 of AO-LIMA, in due diligence, which its regional office owes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from approvals.casework.rights import Right, may
from approvals.services.sessions import csrf_of
from approvals.services.tokens import issue_token
from approvals.services.users import add_user, the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from models.case import Stage
from models.token import TokenScope
from models.user import Role, User
from tests.desk.conftest import ADMINISTRATOR, OFFICER
from tests.desk.visiting import TheDesk
from tests.doors import OFFICES, Answers, Person, everybody, who_has, who_sees_the_case
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START

CASE, TASK = "/cases/PA-2026-0001", "/tasks/1"
CALENDAR = "/offices/AO-LIMA/calendar"
DECISION = {"outcome": "return", "reason": "Whose workshops are these?"}
TEMPLATE = "/templates/private_partnership/en/2.0"


def officers_who_see_the_case(status: int = 200) -> Answers:
    """Officers who see the case get this; others are told that it is not theirs, or that there is none."""

    def answers(person: Person) -> int:
        if not may(person.user, Right.SUBMIT_PROPOSAL):
            return 403
        return status if person.sees_the_case else 404

    return answers


def nobody(status: int = 404) -> Answers:
    """Even those who are signed in get this: it is another person's, or not offered here."""
    return lambda person: status


@dataclass(frozen=True)
class Door:
    """What is asked for, what signed-in people are answered, and what strangers are."""

    address: str
    answers: Answers
    stranger: int | str = "asked who they are"
    sends: Mapping[str, str] = field(default_factory=dict)


ADMINISTRATORS_REVOKE: Answers = lambda person: 303 if person.role is Role.ADMINISTRATOR else 404  # noqa: E731


def only_administrators_of_those_who_see(status: int) -> Answers:
    """Administrators get this, whoever else sees the case is told that it is not theirs."""
    return lambda person: (status if person.role is Role.ADMINISTRATOR else 403) if person.sees_the_case else 404


def of_those_who_comment(status: int) -> Answers:
    """Who may not comment is told so; of the others, who sees the case gets this."""

    def answers(person: Person) -> int:
        if not may(person.user, Right.COMMENT):
            return 403
        return status if person.sees_the_case else 404

    return answers


WHO_COMMENTS, WHO_ANSWERS = of_those_who_comment(422), of_those_who_comment(404)  # an empty comment; there is none

DOORS: Mapping[tuple[str, str], Door] = {
    # Work
    ("GET", "/"): Door("/", everybody()),
    ("GET", "/inbox.csv"): Door("/inbox.csv", everybody()),
    ("GET", "/tasks/{number}"): Door(TASK, who_sees_the_case()),
    ("GET", "/tasks/{number}/recorded"): Door(f"{TASK}/recorded", who_sees_the_case(303)),
    ("POST", "/tasks/{number}"): Door(TASK, who_sees_the_case(403), sends=DECISION),
    ("POST", "/tasks/{number}/check"): Door(f"{TASK}/check", who_sees_the_case(403), sends=DECISION),
    ("POST", "/tasks/{number}/change"): Door(f"{TASK}/change", who_sees_the_case()),
    ("POST", "/tasks/{number}/claim"): Door(f"{TASK}/claim", who_sees_the_case(403)),
    ("POST", "/tasks/{number}/release"): Door(f"{TASK}/release", who_sees_the_case(403)),
    # Cases
    ("GET", "/cases"): Door("/cases", everybody()),
    ("GET", "/cases.csv"): Door("/cases.csv", everybody()),
    ("GET", "/cases/{reference}"): Door(CASE, who_sees_the_case()),
    ("GET", "/cases/{reference}/progress"): Door(f"{CASE}/progress", who_sees_the_case()),
    ("GET", "/cases/{reference}/agreements/{version}.docx"): Door(f"{CASE}/agreements/1.docx", nobody()),
    # An officer's own cases
    ("GET", "/cases/{reference}/documents"): Door(f"{CASE}/documents", who_sees_the_case()),
    ("POST", "/cases/{reference}/documents"): Door(f"{CASE}/documents", who_sees_the_case(403)),
    ("GET", "/cases/{reference}/documents/{number}"): Door(f"{CASE}/documents/1", nobody()),
    ("GET", "/cases/{reference}/withdraw"): Door(f"{CASE}/withdraw", who_sees_the_case(403)),
    ("POST", "/cases/{reference}/withdraw"): Door(f"{CASE}/withdraw", who_sees_the_case(403)),
    ("GET", "/cases/{reference}/withdraw/done"): Door(f"{CASE}/withdraw/done", who_sees_the_case(303)),
    ("GET", "/cases/{reference}/end"): Door(f"{CASE}/end", who_sees_the_case(403)),
    ("POST", "/cases/{reference}/end"): Door(f"{CASE}/end", who_sees_the_case(403)),
    ("GET", "/cases/{reference}/end/done"): Door(f"{CASE}/end/done", who_sees_the_case(303)),
    ("GET", "/cases/{reference}/again"): Door(f"{CASE}/again", officers_who_see_the_case()),
    ("POST", "/cases/{reference}/again"): Door(f"{CASE}/again", officers_who_see_the_case(422)),
    ("GET", "/answers/{task}"): Door("/answers/1", nobody()),  # a task, but none that asks for an answer
    ("POST", "/answers/{task}"): Door("/answers/1", nobody()),
    # Proposals: a draft is its writer's alone, and nobody here has one
    ("GET", "/proposals"): Door("/proposals", who_has(Right.SUBMIT_PROPOSAL)),
    ("POST", "/proposals"): Door("/proposals", who_has(Right.SUBMIT_PROPOSAL, 303)),
    ("GET", "/proposals/new"): Door("/proposals/new", who_has(Right.SUBMIT_PROPOSAL)),
    ("GET", "/proposals/{number}"): Door("/proposals/999", nobody()),
    ("GET", "/proposals/{number}/check"): Door("/proposals/999/check", nobody()),
    ("GET", "/proposals/{number}/sent"): Door("/proposals/999/sent?case=PA-2026-0001", who_sees_the_case(303)),
    ("POST", "/proposals/{number}/send"): Door("/proposals/999/send", nobody()),
    ("GET", "/proposals/{number}/discard"): Door("/proposals/999/discard", nobody()),
    ("POST", "/proposals/{number}/discard"): Door("/proposals/999/discard", everybody(303)),
    ("GET", "/proposals/{number}/{key}"): Door("/proposals/999/partner", nobody()),
    ("POST", "/proposals/{number}/{key}"): Door("/proposals/999/partner", nobody()),
    # The two-minute check and the register
    ("GET", "/precheck"): Door("/precheck", who_has(Right.SCREEN_NAME)),
    ("POST", "/precheck"): Door("/precheck", who_has(Right.SCREEN_NAME, 422)),
    ("GET", "/partners"): Door("/partners?q=semilla", everybody()),
    ("GET", "/partners/{reference}"): Door("/partners/P-1", everybody()),
    ("GET", "/partners/{reference}/{what}"): Door("/partners/P-1/name", who_has(Right.KEEP_PARTNERS)),
    ("POST", "/partners/{reference}/{what}"): Door("/partners/P-1/name", who_has(Right.KEEP_PARTNERS, 422)),
    ("GET", "/partners/{reference}/evidence"): Door("/partners/P-1/evidence", who_has(Right.RECORD_EVIDENCE)),
    ("POST", "/partners/{reference}/evidence"): Door("/partners/P-1/evidence", who_has(Right.RECORD_EVIDENCE, 422)),
    ("GET", "/partners/{reference}/evidence/{number}/withdrawal"): Door(
        "/partners/P-1/evidence/999999/withdrawal", who_has(Right.RECORD_EVIDENCE, 404)
    ),
    ("POST", "/partners/{reference}/evidence/{number}/withdrawal"): Door(
        "/partners/P-1/evidence/999999/withdrawal", nobody()
    ),
    ("GET", "/evidence/{number}/file"): Door("/evidence/999999/file", nobody()),
    ("GET", "/partners/{reference}/flags/{flag}"): Door("/partners/P-1/flags/9", nobody()),
    ("POST", "/partners/{reference}/flags/{flag}"): Door("/partners/P-1/flags/9", nobody()),
    # The agreement and the comments; the case has no agreement yet
    ("GET", "/cases/{reference}/agreement"): Door(f"{CASE}/agreement", nobody()),
    ("GET", "/cases/{reference}/agreements/{version}.pdf"): Door(f"{CASE}/agreements/1.pdf", nobody()),
    ("GET", "/cases/{reference}/agreements/{version}/beside-{language}.docx"): Door(
        f"{CASE}/agreements/1/beside-fr.docx", nobody()
    ),
    ("GET", "/cases/{reference}/agreements/{version}/redline-from-{older}.docx"): Door(
        f"{CASE}/agreements/2/redline-from-1.docx", nobody()
    ),
    ("GET", "/cases/{reference}/comments"): Door(f"{CASE}/comments", who_sees_the_case()),
    ("POST", "/cases/{reference}/comments"): Door(f"{CASE}/comments", WHO_COMMENTS),
    ("POST", "/cases/{reference}/comments/noted"): Door(f"{CASE}/comments/noted", who_sees_the_case(303)),
    ("POST", "/cases/{reference}/comments/{number}/answer"): Door(f"{CASE}/comments/1/answer", WHO_ANSWERS),
    ("POST", "/cases/{reference}/comments/{number}/resolve"): Door(f"{CASE}/comments/1/resolve", WHO_ANSWERS),
    ("POST", "/cases/{reference}/comments/{number}/reopen"): Door(f"{CASE}/comments/1/reopen", WHO_ANSWERS),
    ("GET", "/search"): Door("/search?q=skills", everybody()),
    # Substitutes, handing over, clocks
    ("GET", "/substitutes"): Door("/substitutes", everybody()),
    ("POST", "/substitutes"): Door(
        "/substitutes", lambda one: 422 if set(one.user.roles) - {Role.AUDITOR} else 403, sends={"substitute": ""}
    ),
    ("POST", "/substitutes/{number}/end"): Door("/substitutes/1/end", nobody()),
    ("GET", "/tasks/{number}/handover"): Door(f"{TASK}/handover", who_sees_the_case()),
    ("POST", "/tasks/{number}/handover"): Door(f"{TASK}/handover", only_administrators_of_those_who_see(422)),
    ("GET", "/cases/{reference}/clock"): Door(f"{CASE}/clock", who_sees_the_case()),
    ("POST", "/cases/{reference}/hold"): Door(f"{CASE}/hold", only_administrators_of_those_who_see(422)),
    ("POST", "/cases/{reference}/resume"): Door(f"{CASE}/resume", only_administrators_of_those_who_see(409)),
    # People, offices
    ("GET", "/people"): Door("/people", who_has(Right.MANAGE_USERS)),
    ("POST", "/people"): Door("/people", who_has(Right.MANAGE_USERS, 422)),
    ("GET", "/people/{number}"): Door("/people/1", who_has(Right.MANAGE_USERS)),
    ("POST", "/people/{number}"): Door("/people/1", who_has(Right.MANAGE_USERS, 422)),
    ("POST", "/people/{number}/invite"): Door("/people/1/invite", who_has(Right.MANAGE_USERS, 201)),
    ("POST", "/people/{number}/sign-out"): Door("/people/1/sign-out", who_has(Right.MANAGE_USERS, 303)),
    ("POST", "/people/{number}/close"): Door("/people/999/close", who_has(Right.MANAGE_USERS, 404)),
    ("GET", "/offices/{code}/calendar"): Door(CALENDAR, everybody()),
    ("POST", "/offices/{code}/calendar/day"): Door(f"{CALENDAR}/day", who_has(Right.KEEP_CALENDARS, 422)),
    ("POST", "/offices/{code}/calendar/seed"): Door(f"{CALENDAR}/seed", who_has(Right.KEEP_CALENDARS, 422)),
    ("POST", "/offices/{code}/calendar/zone"): Door(f"{CALENDAR}/zone", who_has(Right.KEEP_CALENDARS, 422)),
    ("POST", "/offices/{code}/calendar/weekend"): Door(
        f"{CALENDAR}/weekend", who_has(Right.KEEP_CALENDARS, 303), sends={"weekend": "sunday"}
    ),
    # Audit
    ("GET", "/audit"): Door("/audit", who_has(Right.VERIFY_TRAIL)),
    ("GET", "/audit/verification"): Door("/audit/verification", who_has(Right.VERIFY_TRAIL)),
    ("POST", "/audit/anchor"): Door("/audit/anchor", who_has(Right.NOTE_ANCHOR, 303)),
    ("POST", "/audit/export"): Door("/audit/export", who_has(Right.EXPORT_TRAIL), sends={"format": "xes"}),
    ("POST", "/audit/erasure/check"): Door("/audit/erasure/check", who_has(Right.ERASE_PERSONAL_DATA, 422)),
    ("POST", "/audit/erasure"): Door("/audit/erasure", who_has(Right.ERASE_PERSONAL_DATA, 422)),
    ("GET", "/cases/{reference}/events"): Door(f"{CASE}/events", who_sees_the_case()),
    ("POST", "/cases/{reference}/bundle"): Door(f"{CASE}/bundle", who_has(Right.EXPORT_TRAIL)),
    # Turnaround
    ("GET", "/turnaround"): Door("/turnaround", who_has(Right.SEE_TURNAROUND)),
    ("GET", "/turnaround.csv"): Door("/turnaround.csv", who_has(Right.SEE_TURNAROUND)),
    ("GET", "/turnaround.xlsx"): Door("/turnaround.xlsx", who_has(Right.SEE_TURNAROUND)),
    ("GET", "/turnaround/cases"): Door("/turnaround/cases?key=lead", who_has(Right.SEE_TURNAROUND)),
    ("GET", "/turnaround/cases.csv"): Door("/turnaround/cases.csv", who_has(Right.SEE_TURNAROUND)),
    ("GET", "/turnaround/cases.xlsx"): Door("/turnaround/cases.xlsx", who_has(Right.SEE_TURNAROUND)),
    # Policy, lists, engine
    ("GET", "/policy"): Door("/policy", who_has(Right.SEE_POLICIES)),
    ("POST", "/policy"): Door("/policy", who_has(Right.PUBLISH_POLICY, 422)),
    ("GET", "/policy/{number}"): Door("/policy/1", who_has(Right.SEE_POLICIES)),
    ("GET", "/policy/{number}/page"): Door("/policy/1/page", who_has(Right.SEE_POLICIES)),
    ("GET", "/policy/{number}/consequences"): Door("/policy/1/consequences", who_has(Right.PUBLISH_POLICY)),
    ("POST", "/policy/{number}/publish"): Door("/policy/1/publish", who_has(Right.PUBLISH_POLICY, 303)),
    ("GET", "/lists"): Door("/lists", everybody()),
    ("POST", "/lists"): Door("/lists", who_has(Right.IMPORT_LIST, 422)),
    ("GET", "/health-of-the-engine"): Door("/health-of-the-engine", who_has(Right.SEE_HEALTH)),
    ("GET", "/healthz"): Door("/healthz", everybody(), stranger=200),
    # Deviations and templates
    ("GET", "/deviations"): Door("/deviations", who_has(Right.SEE_DEVIATIONS)),
    ("GET", "/deviations.csv"): Door("/deviations.csv", who_has(Right.SEE_DEVIATIONS)),
    ("GET", "/templates"): Door("/templates", who_has(Right.PROPOSE_TEMPLATE)),
    ("POST", "/templates"): Door("/templates", who_has(Right.PROPOSE_TEMPLATE, 422)),
    ("GET", "/templates/{family}/{language}/{version}"): Door(TEMPLATE, who_has(Right.PROPOSE_TEMPLATE)),
    ("GET", "/templates/{family}/{language}/{version}/template.docx"): Door(
        f"{TEMPLATE}/template.docx", who_has(Right.PROPOSE_TEMPLATE)
    ),
    ("GET", "/templates/{family}/{language}/{version}/manifest.yaml"): Door(
        f"{TEMPLATE}/manifest.yaml", who_has(Right.PROPOSE_TEMPLATE)
    ),
    ("POST", "/templates/{family}/{language}/{version}/publish"): Door(
        f"{TEMPLATE}/publish", who_has(Right.PUBLISH_TEMPLATE, 303)
    ),
    # One's own account
    ("GET", "/account"): Door("/account", everybody()),
    ("POST", "/account/language"): Door("/account/language", everybody(303), sends={"language": "en"}),
    ("POST", "/account/password"): Door("/account/password", everybody(422)),
    ("POST", "/account/tokens"): Door("/account/tokens", everybody(422)),
    ("POST", "/account/tokens/{number}/revoke"): Door("/account/tokens/1/revoke", ADMINISTRATORS_REVOKE),
    ("POST", "/account/sessions/others/end"): Door("/account/sessions/others/end", everybody(303)),
    ("POST", "/account/sessions/{number}/end"): Door("/account/sessions/1/end", nobody()),
    # Coming and going
    ("GET", "/sign-in"): Door("/sign-in", everybody(303), stranger=200),
    ("POST", "/sign-in"): Door("/sign-in", everybody(409), stranger=409),
    ("POST", "/sign-in/chosen"): Door("/sign-in/chosen", everybody(409), stranger=409),
    ("GET", "/sign-in/provider"): Door("/sign-in/provider", nobody(), stranger=404),
    ("GET", "/sign-in/provider/back"): Door("/sign-in/provider/back", nobody(400), stranger=400),
    ("POST", "/sign-out"): Door("/sign-out", everybody(303)),
    ("GET", "/signed-out"): Door("/signed-out", everybody(), stranger=200),
    ("GET", "/set-password"): Door("/set-password", everybody(), stranger=200),
    ("POST", "/set-password"): Door("/set-password", everybody(409), stranger=409),
    # For anybody
    ("GET", "/help"): Door("/help", everybody(), stranger=200),
    ("POST", "/language"): Door("/language", everybody(303), stranger=303, sends={"language": "en"}),
    ("POST", "/csp-report"): Door("/csp-report", everybody(204), stranger=204),
}


def routes_of(desk: TheDesk) -> Iterator[tuple[str, str]]:
    """The routes of the desk, without style and script."""
    for route in iter_route_contexts(desk.app.routes):
        path, methods = route.path or "", route.methods or set()
        assert methods, f"{route.original_route} is no ordinary route; say here who may open it"
        if not path.startswith("/static/"):
            yield from ((method, path) for method in methods - {"HEAD"})


@pytest.fixture(scope="module")
def store(databases_by_stage: DatabasesByStage) -> Iterator[Store]:
    """The case in due diligence, with people of every role in two offices; one session and one token are Rosa's."""
    with databases_by_stage.story_at(Stage.DUE_DILIGENCE) as story:
        yield story.store


@pytest.fixture(scope="module")
def desk(store: Store, tmp_path_factory: pytest.TempPathFactory) -> TheDesk:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    desk = TheDesk(store, START, settings=settings)
    limits = desk.rules.limits.model_copy(
        update=dict.fromkeys(("report", "search", "export"), desk.rules.limits.kept_refusals)
    )
    desk = TheDesk(store, START, settings=settings, rules=desk.rules.model_copy(update={"limits": limits}))
    rosa = the_user(store, OFFICER)
    desk.signs_in(rosa)
    issue_token(store, "Rosa's", TokenScope.READ, days=30, by=rosa, rules=desk.rules.tokens, now=START)
    return desk


@pytest.fixture(scope="module")
def persons(store: Store) -> list[Person]:
    """One person for each role and office."""
    by = the_user(store, ADMINISTRATOR)
    return [
        Person(
            add_user(
                store,
                email=f"{role}.{office.lower()}@example.org",
                name=f"{role} {office}",
                office_code=office,
                roles=[role],
                by=by,
                now=START,
            ),
            role,
            which == "of the case",
        )
        for which, office in OFFICES.items()
        for role in Role
    ]


def asked(desk: TheDesk, method: str, door: Door, who: User | None) -> Any:
    """What this person is answered at the door; whatever is sent brings the token of the person's own session."""
    client, token = desk.stranger().client, ""
    if who is not None:
        secret = desk.signs_in(who)
        client.cookies.set(desk.cookie_name, secret)
        token = csrf_of(secret)
    sent = {"data": {"csrf": token, **door.sends}} if method == "POST" else {}
    return client.request(method, door.address, follow_redirects=False, **sent)


def test_every_route_has_a_row_that_says_who_may_open_it(desk: TheDesk) -> None:
    assert set(routes_of(desk)) == set(DOORS), "add a row to DOORS"


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: part)
def test_opens_to_those_in_its_row_and_to_nobody_else(
    desk: TheDesk, persons: list[Person], method: str, path: str
) -> None:
    door = DOORS[method, path]

    answered = {one.user.email: asked(desk, method, door, one.user).status_code for one in persons}

    assert answered == {one.user.email: door.answers(one) for one in persons}


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: part)
def test_strangers_are_asked_who_they_are(desk: TheDesk, method: str, path: str) -> None:
    door = DOORS[method, path]

    answer = asked(desk, method, door, None)

    if door.stranger == "asked who they are":
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    else:
        assert answer.status_code == door.stranger


def test_people_without_a_role_see_no_case(desk: TheDesk) -> None:
    nobody = add_user(
        desk.store,
        email="no.role@example.org",
        name="No Role",
        office_code="AO-LIMA",
        roles=[],
        by=the_user(desk.store, ADMINISTRATOR),
        now=START,
    )

    assert desk.visited_by(nobody).client.get(CASE).status_code == 403
