"""Who may do what by API: every operation, by every role, in the office of the case and in another one.

Whoever adds an operation adds a row to `DOORS`; without one a test fails. A row says what is sent and what each
person is answered. The case is PA-2026-0001 of AO-LIMA, in due diligence, which its regional office owes.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import docx
import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from approvals.api.app import ROOT
from approvals.casework.rights import Right, may
from approvals.services.users import add_user, the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from models.base import metadata
from models.case import Stage
from models.token import TokenScope
from models.user import Role
from tests.api.calling import ADMINISTRATOR, TheApi
from tests.doors import OFFICES, Answers, Person, everybody, who_has, who_sees_the_case
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START, a_foundation, values_of

CASE, TASK, PARTNER = "/cases/PA-2026-0001", "/tasks/1", "/partners/P-1"
CALENDAR, TEMPLATE = "/offices/AO-LIMA/calendar", "/templates/private_partnership/en/2.0"


def whose_case_it_is(right: Right) -> Answers:
    """Another officer submitted it: those who see it are told so, those of another office that there is none."""
    return lambda person: 404 if may(person.user, right) and not person.sees_the_case else 403


def comment_on_what_they_see(status: int) -> Answers:
    """Whoever has the right and sees the case gets this."""
    return lambda person: 403 if not may(person.user, Right.COMMENT) else status if person.sees_the_case else 404


def administrators_of_those_who_see(status: int) -> Answers:
    """An administrator gets this; others who see the case are refused; for everybody else there is none."""
    return lambda person: 404 if not person.sees_the_case else status if person.role is Role.ADMINISTRATOR else 403


def officers(person: Person) -> int:
    """Officers submit, but only for their own office."""
    return 403 if person.role is not Role.OFFICER else 201 if person.is_of_the_office else 422


def administrators_hand_over(person: Person) -> int:
    """Administrators hand over what others owe, but not to nobody; those who do not owe it do not."""
    return 404 if not person.sees_the_case else 422 if person.role is Role.ADMINISTRATOR else 403


def a_word_file() -> str:
    """A Word document, in base64."""
    content = io.BytesIO()
    docx.Document().save(content)
    return base64.b64encode(content.getvalue()).decode()


@dataclass(frozen=True)
class Door:
    """What is asked for, what is sent, and what people are answered."""

    address: str
    answers: Answers
    sends: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


WHY = {"reason": "No longer wanted."}
KEY = {"Idempotency-Key": "matrix"}
AMENDMENT = {"kind": "correction", "reason": "They moved.", "changes": {"partner": {"website": "https://a.example"}}}
SOMEBODY = {"name": "Somebody New", "office": "XX-NOWHERE", "roles": ["officer"]}
ENQUIRY = {"name": "Nobody Ltd", "kind": "company", "country": "PE", "sector": "textiles", "office": "AO-LIMA"}
EVIDENCE = {
    "agency": "Another agency",
    "kind": "capacity",
    "made_on": "2026-12-31",
    "outcome": "Sound.",
    "reference": "Report 4",
    "why_believed": "We know its author.",
}

DOORS: Mapping[tuple[str, str], Door] = {
    ("GET", "/me"): Door("/me", everybody()),
    ("PATCH", "/me"): Door("/me", everybody(), {}),
    ("GET", "/me/tokens"): Door("/me/tokens", everybody()),
    ("POST", "/me/tokens"): Door("/me/tokens", everybody(422), {"name": "Outlasts it", "days": 3650}),
    ("POST", "/me/tokens/{number}/revocation"): Door("/me/tokens/999999/revocation", everybody(404)),
    ("GET", "/me/sessions"): Door("/me/sessions", everybody()),
    ("POST", "/me/sessions/end"): Door("/me/sessions/end", everybody()),
    ("POST", "/me/sessions/{number}/end"): Door("/me/sessions/999999/end", everybody(404)),
    # Drafts
    ("GET", "/drafts"): Door("/drafts", who_has(Right.SUBMIT_PROPOSAL)),
    ("POST", "/drafts"): Door("/drafts", who_has(Right.SUBMIT_PROPOSAL, 201), {"typed": {"title": "Skills"}}),
    ("GET", "/drafts/{number}"): Door("/drafts/999999", everybody(404)),
    ("PUT", "/drafts/{number}"): Door("/drafts/999999", everybody(404), {"typed": {}}),
    ("DELETE", "/drafts/{number}"): Door("/drafts/999999", everybody(204)),
    # Cases
    ("GET", "/cases"): Door("/cases?words=skills", everybody()),
    ("POST", "/cases"): Door("/cases", officers, values_of(a_foundation()), KEY),
    ("GET", "/cases/{reference}"): Door(CASE, who_sees_the_case()),
    ("GET", "/cases/{reference}/proposal"): Door(f"{CASE}/proposal", who_sees_the_case()),
    ("GET", "/cases/{reference}/timeline"): Door(f"{CASE}/timeline", who_sees_the_case()),
    ("GET", "/cases/{reference}/findings"): Door(f"{CASE}/findings", who_sees_the_case()),
    ("GET", "/cases/{reference}/documents"): Door(f"{CASE}/documents", who_sees_the_case()),
    ("GET", "/cases/{reference}/progress"): Door(f"{CASE}/progress", who_sees_the_case()),
    ("POST", "/cases/{reference}/withdrawal"): Door(f"{CASE}/withdrawal", whose_case_it_is(Right.WITHDRAW_CASE), WHY),
    ("POST", "/cases/{reference}/end"): Door(f"{CASE}/end", whose_case_it_is(Right.END_PARTNERSHIP), WHY),
    ("GET", "/cases/{reference}/amendments"): Door(f"{CASE}/amendments", who_sees_the_case()),
    ("POST", "/cases/{reference}/amendments"): Door(
        f"{CASE}/amendments", whose_case_it_is(Right.AMEND_PARTNERSHIP), AMENDMENT, {"Idempotency-Key": "amends"}
    ),
    ("GET", "/cases/{reference}/agreements"): Door(f"{CASE}/agreements", who_sees_the_case()),
    ("GET", "/cases/{reference}/agreements/{version}/file"): Door(f"{CASE}/agreements/1/file", everybody(404)),
    ("GET", "/cases/{reference}/agreements/{version}/deviations"): Door(
        f"{CASE}/agreements/1/deviations", everybody(404)
    ),
    ("GET", "/cases/{reference}/agreements/{version}/redline"): Door(f"{CASE}/agreements/1/redline", everybody(404)),
    ("GET", "/cases/{reference}/agreements/{version}/pdf"): Door(f"{CASE}/agreements/1/pdf", everybody(404)),
    ("GET", "/cases/{reference}/agreements/{version}/bilingual"): Door(
        f"{CASE}/agreements/1/bilingual?beside=fr", everybody(404)
    ),
    ("GET", "/cases/{reference}/clock"): Door(f"{CASE}/clock", who_sees_the_case()),
    ("POST", "/cases/{reference}/hold"): Door(
        f"{CASE}/hold", administrators_of_those_who_see(422), {"reason": "Elections.", "until_on": "2031-01-01"}
    ),
    ("POST", "/cases/{reference}/resumption"): Door(f"{CASE}/resumption", administrators_of_those_who_see(409), WHY),
    ("POST", "/cases/{reference}/bundle"): Door(f"{CASE}/bundle", who_has(Right.EXPORT_TRAIL)),
    # Tasks
    ("GET", "/tasks"): Door("/tasks?view=all", everybody()),
    ("GET", "/tasks/{number}"): Door(TASK, who_sees_the_case()),
    ("POST", "/tasks/{number}/claim"): Door(f"{TASK}/claim", who_sees_the_case(403)),
    ("POST", "/tasks/{number}/release"): Door(f"{TASK}/release", who_sees_the_case(403)),
    ("POST", "/tasks/{number}/decision"): Door(
        f"{TASK}/decision", who_sees_the_case(403), {"outcome": "assessed", "risk": "low"}, {"If-Match": "*"}
    ),
    ("POST", "/tasks/{number}/hand-over"): Door(
        f"{TASK}/hand-over", administrators_hand_over, {"to": "nobody@example.org", "reason": "On leave."}
    ),
    # Files
    ("GET", "/cases/{reference}/attachments"): Door(f"{CASE}/attachments", who_sees_the_case()),
    ("POST", "/cases/{reference}/attachments"): Door(
        f"{CASE}/attachments",
        whose_case_it_is(Right.SUBMIT_PROPOSAL),
        {"title": "Statutes", "file_name": "statutes.docx", "file": a_word_file()},
    ),
    ("GET", "/cases/{reference}/attachments/{number}/file"): Door(f"{CASE}/attachments/999/file", everybody(404)),
    # Comments
    ("GET", "/cases/{reference}/comments"): Door(f"{CASE}/comments", who_sees_the_case()),
    ("POST", "/cases/{reference}/comments"): Door(f"{CASE}/comments", comment_on_what_they_see(201), {"text": "So?"}),
    ("POST", "/cases/{reference}/comments/noted"): Door(f"{CASE}/comments/noted", who_sees_the_case(), {"up_to": 0}),
    ("POST", "/comments/{number}/answers"): Door(
        "/comments/999999/answers", who_has(Right.COMMENT, 404), {"text": "So."}
    ),
    ("POST", "/comments/{number}/resolution"): Door("/comments/999999/resolution", who_has(Right.COMMENT, 404)),
    ("POST", "/comments/{number}/reopening"): Door("/comments/999999/reopening", who_has(Right.COMMENT, 404)),
    # Partners
    ("POST", "/precheck"): Door("/precheck", who_has(Right.SCREEN_NAME), ENQUIRY),
    ("GET", "/partners"): Door("/partners?name=Semilla", everybody()),
    ("GET", "/partners/{partner}"): Door(PARTNER, everybody()),
    ("GET", "/partners/{partner}/documents"): Door(f"{PARTNER}/documents", everybody()),
    ("POST", "/partners/{partner}/names"): Door(
        f"{PARTNER}/names", who_has(Right.KEEP_PARTNERS, 422), {"name": "!!!", "kind": "alias"}
    ),
    ("POST", "/partners/{partner}/identifiers"): Door(
        f"{PARTNER}/identifiers", who_has(Right.KEEP_PARTNERS, 422), {"kind": "lei", "value": "X"}
    ),
    ("POST", "/partners/{partner}/people"): Door(
        f"{PARTNER}/people", who_has(Right.KEEP_PARTNERS, 201), {"name": "Ana Inventada", "function": "Chair"}
    ),
    ("PUT", "/partners/{partner}/parent"): Door(
        f"{PARTNER}/parent", who_has(Right.KEEP_PARTNERS, 422), {"parent": "P-1"}
    ),
    ("POST", "/partners/{partner}/flags"): Door(
        f"{PARTNER}/flags",
        who_has(Right.RAISE_FLAG, 201),
        {"state": "observation", "subject": "Late reports", "reason": "Two were late."},
    ),
    ("POST", "/flags/{number}/steps"): Door(
        "/flags/999999/steps", everybody(404), {"state": "risk", "reason": "Again."}
    ),
    ("POST", "/partners/{partner}/record"): Door(f"{PARTNER}/record", who_has(Right.EXPORT_PARTNER), {}),
    ("GET", "/partners/{partner}/evidence"): Door(f"{PARTNER}/evidence", everybody()),
    ("POST", "/partners/{partner}/evidence"): Door(
        f"{PARTNER}/evidence", who_has(Right.RECORD_EVIDENCE, 422), {"evidence": EVIDENCE}
    ),
    ("GET", "/evidence/{number}/file"): Door("/evidence/999999/file", everybody(404)),
    ("POST", "/evidence/{number}/withdrawal"): Door(
        "/evidence/999999/withdrawal", who_has(Right.RECORD_EVIDENCE, 404), WHY
    ),
    # People and offices
    ("GET", "/people"): Door("/people?words=rosa", who_has(Right.MANAGE_USERS)),
    ("POST", "/people"): Door("/people", who_has(Right.MANAGE_USERS, 422), SOMEBODY | {"email": "new@example.org"}),
    ("GET", "/people/{number}"): Door("/people/999999", who_has(Right.MANAGE_USERS, 404)),
    ("PUT", "/people/{number}"): Door("/people/999999", who_has(Right.MANAGE_USERS, 404), SOMEBODY),
    ("POST", "/people/{number}/invitation"): Door("/people/999999/invitation", who_has(Right.MANAGE_USERS, 404)),
    ("POST", "/people/{number}/sessions/end"): Door("/people/999999/sessions/end", who_has(Right.MANAGE_USERS, 404)),
    ("POST", "/people/{number}/closing"): Door("/people/999999/closing", who_has(Right.MANAGE_USERS, 404)),
    ("GET", "/substitutions"): Door("/substitutions", everybody()),
    ("POST", "/substitutions"): Door(
        "/substitutions",
        who_has(Right.NAME_SUBSTITUTE, 422),
        {"substitute": "nobody@example.org", "from_on": "2026-10-01", "until_on": "2026-10-02"},
    ),
    ("POST", "/substitutions/{number}/end"): Door("/substitutions/999999/end", everybody(404)),
    ("GET", "/offices"): Door("/offices", everybody()),
    ("GET", "/offices/{code}/calendar"): Door(CALENDAR, everybody()),
    ("PUT", "/offices/{code}/calendar"): Door(
        CALENDAR, who_has(Right.KEEP_CALENDARS, 422), {"time_zone": "Nowhere/Land"}
    ),
    ("PUT", "/offices/{code}/calendar/days/{day}"): Door(
        f"{CALENDAR}/days/2031-01-01", who_has(Right.KEEP_CALENDARS), {"kind": "closed"}
    ),
    ("POST", "/offices/{code}/calendar/holidays"): Door(
        f"{CALENDAR}/holidays", who_has(Right.KEEP_CALENDARS, 422), {"country": "ZZ", "years": [2031]}
    ),
    # The trail
    ("GET", "/audit"): Door("/audit", who_has(Right.VERIFY_TRAIL)),
    ("GET", "/audit/verification"): Door("/audit/verification", who_has(Right.VERIFY_TRAIL)),
    ("POST", "/audit/anchors"): Door("/audit/anchors", who_has(Right.NOTE_ANCHOR)),
    ("POST", "/audit/erasures"): Door(
        "/audit/erasures", who_has(Right.ERASE_PERSONAL_DATA, 404), {"event": 999999, "reason": "Asked to."}
    ),
    ("POST", "/audit/export"): Door("/audit/export", who_has(Right.EXPORT_TRAIL), {}),
    # Rules, lists and figures
    ("POST", "/lists"): Door(
        "/lists",
        who_has(Right.IMPORT_LIST, 422),
        {"format": "plain_csv", "files": [{"name": "own.csv", "content": "bm9ucw=="}]},
    ),
    ("POST", "/policies"): Door(
        "/policies", who_has(Right.PUBLISH_POLICY, 422), {"reason": "Tidier.", "content": {"criteria": {}}}
    ),
    ("GET", "/policies/{number}/consequences"): Door("/policies/1/consequences", who_has(Right.PUBLISH_POLICY)),
    ("POST", "/policies/{number}/publication"): Door(
        "/policies/999999/publication", who_has(Right.PUBLISH_POLICY, 404)
    ),
    ("GET", "/turnaround/cases"): Door("/turnaround/cases?key=lead", who_has(Right.SEE_TURNAROUND)),
    ("GET", "/templates"): Door("/templates", who_has(Right.PROPOSE_TEMPLATE)),
    ("POST", "/templates"): Door(
        "/templates",
        who_has(Right.PROPOSE_TEMPLATE, 409),
        {"language": "fr", "manifest": "family: none", "file": a_word_file()},
    ),
    ("GET", "/templates/older-agreements"): Door("/templates/older-agreements", who_has(Right.PROPOSE_TEMPLATE)),
    ("GET", "/templates/{family}/{language}/{release}"): Door(TEMPLATE, who_has(Right.PROPOSE_TEMPLATE)),
    ("GET", "/templates/{family}/{language}/{release}/file"): Door(
        f"{TEMPLATE}/file", who_has(Right.PROPOSE_TEMPLATE)
    ),
    ("GET", "/templates/{family}/{language}/{release}/manifest"): Door(
        f"{TEMPLATE}/manifest", who_has(Right.PROPOSE_TEMPLATE)
    ),
    ("POST", "/templates/{family}/{language}/{release}/publication"): Door(
        "/templates/private_partnership/en/999.0/publication", who_has(Right.PUBLISH_TEMPLATE, 404)
    ),
    ("GET", "/lists"): Door("/lists", everybody()),
    ("GET", "/policies"): Door("/policies", everybody()),
    ("GET", "/policies/in-force"): Door("/policies/in-force", everybody()),
    ("GET", "/policies/{number}"): Door("/policies/1", everybody()),
    ("GET", "/engine"): Door("/engine", who_has(Right.SEE_HEALTH)),
    ("GET", "/deviations"): Door("/deviations?grade=substance", who_has(Right.SEE_DEVIATIONS)),
    ("GET", "/turnaround"): Door("/turnaround", who_has(Right.SEE_TURNAROUND)),
}
FOR_ANYBODY = frozenset({("GET", "/openapi.json")})
"""The description itself, which holds nothing of anybody."""

ASKS_ONLY = frozenset({("POST", "/precheck")})
"""What takes a body and yet only looks."""


@pytest.fixture(scope="module")
def api(databases_by_stage: DatabasesByStage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TheApi]:
    """The API over the case in due diligence."""
    with databases_by_stage.story_at(Stage.DUE_DILIGENCE) as story:
        yield TheApi(story.store, START, settings=Settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def tokens(api: TheApi) -> Mapping[str, tuple[Person, str]]:
    """One person for each role and office, with a token for acting, by address."""
    by = the_user(api.store, ADMINISTRATOR)
    people = [
        Person(
            add_user(
                api.store,
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
    return {one.user.email: (one, api.token_of(one.user)) for one in people}


def asked(api: TheApi, method: str, door: Door, token: str) -> Any:
    """What the holder of this token is answered; must be documented."""
    client = api.stranger().client
    headers = {**door.headers, **({"authorization": f"Bearer {token}"} if token else {})}
    return client.request(method, f"{ROOT}{door.address}", json=door.sends, headers=headers)


def test_every_operation_has_a_row_that_says_who_may_do_it(api: TheApi) -> None:
    operations = {
        (method, route.path.removeprefix(ROOT))
        for route in iter_route_contexts(api.app.routes)
        for method in route.methods - {"HEAD"}
    }

    assert operations == {*DOORS, *FOR_ANYBODY}, "add a row to DOORS"


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: part)
def test_is_done_for_those_in_its_row_and_for_nobody_else(
    api: TheApi, tokens: Mapping[str, tuple[Person, str]], method: str, path: str
) -> None:
    door = DOORS[method, path]

    answered = {address: asked(api, method, door, token).status_code for address, (_, token) in tokens.items()}

    assert answered == {address: door.answers(person) for address, (person, _) in tokens.items()}


def test_nothing_is_done_for_strangers(api: TheApi) -> None:
    answers = {way: asked(api, way[0], door, "") for way, door in DOORS.items()}

    assert {answer.status_code for answer in answers.values()} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers.values()} == {'Bearer realm="approvals"'}


def test_a_token_for_looking_changes_nothing(api: TheApi) -> None:
    looking = api.token_of(the_user(api.store, ADMINISTRATOR), TokenScope.READ)
    acts = {way: door for way, door in DOORS.items() if way[0] != "GET" and way not in ASKS_ONLY}

    refused = {asked(api, way[0], door, looking).json()["detail"] for way, door in acts.items()}

    assert refused == {"This token may only look. Issue one with the scope «act» to change something."}


def test_looking_changes_nothing(api: TheApi, tokens: Mapping[str, tuple[Person, str]]) -> None:
    token = tokens["officer.ao-lima@example.org"][1]
    asked(api, "GET", DOORS["GET", "/me"], token)  # that a token was used is noted, to the minute
    before = contents(api.store)

    for way, door in DOORS.items():
        if way[0] == "GET" or way in ASKS_ONLY:
            asked(api, way[0], door, token)

    assert contents(api.store) == before


def contents(store: Store) -> str:
    """A digest of every row of every table."""
    with store.session() as session:
        tables = [
            session.connection().execute(text(f'SELECT t::text FROM "{table.name}" t ORDER BY 1')).all()
            for table in metadata.sorted_tables
        ]
    return hashlib.sha256(repr(tables).encode()).hexdigest()
