"""The texts partners returned, and what legal review said to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from approvals.store.queries import agreement_version, visible_to
from models.agreement import Agreement, Grade, Origin
from models.case import Case
from models.decision import Decision, Outcome
from models.partner import Partner, PartnerKind
from models.task import Task, TaskKind
from models.user import User


@dataclass(frozen=True)
class Answered:
    """The standing decision of legal review on a text."""

    outcome: Outcome
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReturnedText:
    """One version of an agreement as a partner returned it."""

    reference: str
    version: int
    family: str
    language: str
    partner_kind: PartnerKind
    returned_at: datetime
    comparison: dict[str, Any]
    edits: dict[str, Any] | None
    """How the version that legal review made from it differs from it; None if there is none."""
    answer: Answered | None
    """None as long as there is no decision, and for ever if the case went another way."""


def returned_texts(session: Session, *, seen_by: User, family: str | None = None) -> Sequence[ReturnedText]:
    """Return the texts partners returned in cases `seen_by` may see, of one `family` if it is named, oldest first."""
    query = (
        select(Agreement, Case.reference, Partner.kind)
        .join(Case, col(Case.id) == col(Agreement.case_id))
        .join(Partner, col(Partner.id) == col(Case.partner_id))
        .where(Agreement.origin == Origin.RETURNED, visible_to(session, seen_by))
        .order_by(col(Agreement.created_at), col(Agreement.id))
    )
    if family is not None:
        query = query.where(Agreement.family == family)
    found = session.exec(query).all()
    cases = {agreement.case_id for agreement, _, _ in found}
    answers, edits = _answers(session, cases), _edits(session, cases)
    return [
        ReturnedText(
            reference=reference,
            version=text.version,
            family=text.family,
            language=text.language,
            partner_kind=PartnerKind(kind),
            returned_at=text.created_at,
            comparison=text.comparison or {"changes": []},
            edits=edits.get((text.case_id, text.version + 1)),
            # What comes back in one leg is looked at in the next.
            answer=answers.get((text.case_id, text.leg + 1)),
        )
        for text, reference, kind in found
    ]


def gravest_deviation(session: Session, case: Case) -> Grade | None:
    """Return the gravest change in the newest text of the agreement; None if there is none, or the text is ours."""
    newest = agreement_version(session, case)
    if newest is None or newest.origin is not Origin.RETURNED:
        return None
    grade = (newest.comparison or {}).get("grade")
    return Grade(grade) if grade else None


def _answers(session: Session, cases: Collection[int]) -> dict[tuple[int, int], Answered]:
    """Return what legal review said, by case and leg; a question back to the officer is no answer."""
    query = (
        select(Task, Decision, User.name)
        .join(Decision, col(Decision.task_id) == col(Task.id))
        .join(User, col(User.id) == col(Decision.decided_by))
        .where(
            col(Task.case_id).in_(cases),
            Task.kind == TaskKind.LEGAL_REVIEW,
            col(Decision.superseded_by).is_(None),
            Decision.outcome != Outcome.RETURN,
        )
    )
    return {
        (task.case_id, task.leg): Answered(decision.outcome, decision.reason, name, decision.decided_at)
        for task, decision, name in session.exec(query)
    }


def _edits(session: Session, cases: Collection[int]) -> dict[tuple[int, int], dict[str, Any]]:
    """Return how each version edited by legal review differs from the one before, by case and version."""
    query = select(Agreement).where(col(Agreement.case_id).in_(cases), Agreement.origin == Origin.EDITED)
    return {(one.case_id, one.version): one.comparison for one in session.exec(query) if one.comparison}
