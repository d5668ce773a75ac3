"""What process mining asks for: events and the things they are about, in order, few in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text
from sqlmodel import Session

AT_ONCE = 2000


class LoggedEvent(NamedTuple):
    """An event with the things it is about, each None if there is none."""

    seq: int
    at: datetime
    kind: str
    case: str | None
    partner: str | None
    task: int | None
    agreement: int | None
    actor: int | None
    on_behalf_of: int | None
    slot: str | None
    outcome: str | None
    came_from: str | None
    went_to: str | None


class LoggedThing(NamedTuple):
    """Something events are about: kind, name, when it began to be, what is known of it, and what it belongs to."""

    kind: str
    name: str
    at: datetime
    values: dict[str, str]
    belongs_to: dict[str, str]


_EVENTS = """
SELECT e.seq, e.at, e.kind, c.reference, 'P-' || c.partner_id, t.id, a.id, e.actor_id, e.on_behalf_of,
       e.payload ->> 'slot', e.payload ->> 'outcome', e.payload ->> 'from', e.payload ->> 'to'
FROM event e
LEFT JOIN approval_case c ON c.id = e.case_id
LEFT JOIN task t
     ON t.id = CASE WHEN jsonb_typeof(e.payload -> 'task') = 'number' THEN (e.payload ->> 'task')::bigint END
LEFT JOIN agreement a ON e.kind LIKE 'Agreement%' AND a.case_id = e.case_id
     AND a.version::text = e.payload ->> 'version'
WHERE e.at >= coalesce(:since, '-infinity'::timestamptz)
"""
BY_TIME = text(f"{_EVENTS} ORDER BY e.seq")
BY_CASE = text(f"{_EVENTS} AND e.case_id IS NOT NULL ORDER BY e.case_id, e.seq")

_THINGS = (
    text(
        "SELECT 'case', reference, submitted_at, jsonb_build_object('level', level, 'funds', funds, 'office', "
        "office_code, 'amount_usd', amount_usd::text), jsonb_build_object('P-' || partner_id, 'with') "
        "FROM approval_case ORDER BY id"
    ),
    text(
        "SELECT 'partner', 'P-' || p.id, coalesce(min(c.submitted_at), '1970-01-01Z'), "
        "jsonb_build_object('kind', p.kind, 'country', p.country), '{}'::jsonb "
        "FROM partner p LEFT JOIN approval_case c ON c.partner_id = p.id GROUP BY p.id ORDER BY p.id"
    ),
    text(
        "SELECT 'task', 'task-' || t.id, t.opened_at, "
        "jsonb_build_object('kind', t.kind, 'role', t.role, 'slot', t.slot), "
        "jsonb_build_object(c.reference, 'of') FROM task t JOIN approval_case c ON c.id = t.case_id ORDER BY t.id"
    ),
    text(
        "SELECT 'agreement', 'agreement-' || a.id, a.created_at, jsonb_build_object('family', a.family, 'language', "
        "a.language, 'version', a.version::text), jsonb_build_object(c.reference, 'of') "
        "FROM agreement a JOIN approval_case c ON c.id = a.case_id ORDER BY a.id"
    ),
    text(
        "SELECT 'person', 'person-' || id, created_at, jsonb_build_object('office', office_code) "
        "|| CASE WHEN :named THEN jsonb_build_object('name', name) ELSE '{}' END, '{}'::jsonb "
        "FROM user_account ORDER BY id"
    ),
)


def kinds_of_events(session: Session) -> list[str]:
    """Return every kind of event there is, by name."""
    return list(session.connection().execute(text("SELECT DISTINCT kind FROM event ORDER BY kind")).scalars())


def logged_events(session: Session, *, since: datetime | None) -> Iterator[LoggedEvent]:
    """Yield every event since that moment in order; all of them if none is given."""
    return (LoggedEvent(*row) for row in _streamed(session, BY_TIME, since=since))


def logged_by_case(session: Session, *, since: datetime | None) -> Iterator[LoggedEvent]:
    """Yield every event about a case since that moment, case by case in the order they were submitted."""
    return (LoggedEvent(*row) for row in _streamed(session, BY_CASE, since=since))


def logged_things(session: Session, *, named: bool) -> Iterator[LoggedThing]:
    """Yield cases, partners, tasks, agreements and people; people by number, and with `named` by name as well."""
    for question in _THINGS:
        given = {"named": named} if ":named" in question.text else {}
        yield from (LoggedThing(*row) for row in _streamed(session, question, **given))


def _streamed(session: Session, question: TextClause, **given: Any) -> Iterator[Any]:
    return iter(session.connection().execution_options(yield_per=AT_ONCE).execute(question, given))
