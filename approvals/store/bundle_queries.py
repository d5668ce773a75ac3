"""Everything the database holds about one case, and its part of the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, text
from sqlmodel import Session, SQLModel, col, select

from approvals.store.event_hash import CONTENT, in_utc
from models.agreement import Agreement
from models.anchor import Anchor
from models.assessment import EntityAssessment
from models.case import Case
from models.decision import Decision
from models.event import Event, PersonalPart
from models.partner import Partner
from models.policy import PolicyPublication
from models.restriction import CaseReading
from models.screening import Finding, Screening
from models.task import Task
from models.template import TemplateVersion

APART = frozenset({"event", "event_personal", "outbox", CaseReading.__tablename__})
"""Tables that name a case but are no facts about it: the trail is shown as such."""


class Segment(NamedTuple):
    """A part of the trail, from one event to another, both included."""

    first: int
    last: int


def read_at_one_moment(session: Session) -> None:
    """Let everything the session reads be as of one moment. Call it before the first question."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def rows_of(session: Session, case: Case) -> list[SQLModel]:
    """Return every row about the case, by table and key; a table that names a case is found by itself."""
    tasks = select(Task.id).where(Task.case_id == case.id)
    decisions = select(Decision).where(col(Decision.task_id).in_(tasks))
    numbers = select(Decision.id).where(col(Decision.task_id).in_(tasks))
    screenings = select(Screening.id).where(Screening.case_id == case.id)
    questions: list[Select[Any]] = [
        *(select(model).where(model.case_id == case.id) for model in _models_of_cases()),
        decisions,
        select(Finding).where(col(Finding.screening_id).in_(screenings)),
        select(EntityAssessment).where(col(EntityAssessment.decision_id).in_(numbers)),
        select(Partner).where(Partner.id == case.partner_id),
        select(PolicyPublication).where(PolicyPublication.policy_hash == case.policy_hash),
    ]
    found = [case, *(row for question in questions for row in session.exec(question)), *_templates(session, case)]  # type: ignore[call-overload]  # any model
    return list(found)


def _models_of_cases() -> Iterator[Any]:
    for mapper in sorted(SQLModel._sa_registry.mappers, key=lambda one: one.local_table.name):  # type: ignore[attr-defined]
        if "case_id" in mapper.columns and mapper.local_table.description not in APART:
            yield mapper.class_


def _templates(session: Session, case: Case) -> Sequence[TemplateVersion]:
    """Return the versions of templates the case's agreements were drafted from, by number."""
    query = (
        select(TemplateVersion)
        .join(
            Agreement,
            (col(Agreement.family) == col(TemplateVersion.family))
            & (col(Agreement.language) == col(TemplateVersion.language))
            & (col(Agreement.template_version) == col(TemplateVersion.version)),
        )
        .where(Agreement.case_id == case.id)
    )
    return session.exec(query.distinct().order_by(col(TemplateVersion.id))).all()


def segment_of(session: Session, case: Case) -> Segment:
    """Return the part of the trail from the first event of the case to the first anchor after its last event.

    Without such an anchor it ends with the last event.
    """
    numbers = session.exec(select(Event.seq).where(Event.case_id == case.id).order_by(col(Event.seq))).all()
    after = select(Anchor.event_seq).where(col(Anchor.event_seq) >= numbers[-1]).order_by(col(Anchor.event_seq))
    return Segment(numbers[0], session.exec(after).first() or numbers[-1])


def anchors_in(session: Session, segment: Segment) -> Sequence[Anchor]:
    """Return the anchors noted of events in this part of the trail, oldest first."""
    within = col(Anchor.event_seq).between(segment.first, segment.last)
    return session.exec(select(Anchor).where(within).order_by(col(Anchor.event_seq))).all()


LINKS = text(
    "SELECT seq, content_digest, previous_hash, hash, case_id IS NOT DISTINCT FROM :case AS own FROM event "
    "WHERE seq BETWEEN :first AND :last ORDER BY seq"
)


def links_of(session: Session, case: Case, segment: Segment) -> Iterator[dict[str, Any]]:
    """Yield the events of that part of the trail in order: those of the case whole, of others the digests alone."""
    own = {event.seq: event for event in session.exec(select(Event).where(Event.case_id == case.id))}
    parts = {part.event_seq: part for part in _personal_parts(session, case)}
    rows = (
        session.connection().execution_options(yield_per=2000).execute(LINKS, {"case": case.id, **segment._asdict()})
    )
    for row in rows:
        link = {
            "seq": row.seq,
            "content_digest": row.content_digest,
            "previous_hash": row.previous_hash,
            "hash": row.hash,
        }
        yield {**link, **_said(own[row.seq], parts.get(row.seq))} if row.own else link


def _personal_parts(session: Session, case: Case) -> Sequence[PersonalPart]:
    query = select(PersonalPart).join(Event, col(Event.seq) == col(PersonalPart.event_seq))
    return session.exec(query.where(Event.case_id == case.id)).all()


def _said(event: Event, part: PersonalPart | None) -> dict[str, Any]:
    said = {**{name: getattr(event, name) for name in CONTENT}, "at": in_utc(event.at)}
    return said | ({"personal": {"salt": part.salt, "content": part.content}} if part else {})
