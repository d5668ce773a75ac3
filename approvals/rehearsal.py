"""Scripted people who carry a case through its life, for the demonstration, the tests and the benchmarks.

They use the same services as real people, so they can do nothing a real person could not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import yaml
from sqlmodel import col, select

from approvals.casework.outcomes import NEEDS_HASH, Answer
from approvals.casework.rights import may_take
from approvals.casework.separation import EarlierAct, Place, conflict
from approvals.services import machine, tasks
from approvals.services.agreements import draft_agreement
from approvals.services.machine import Step
from approvals.services.screening import screen_case
from approvals.services.users import add_user
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Case, Stage
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import LIVE, Task, TaskKind
from models.user import Role, User


def advance(store: Store, reference: str, *, now: datetime) -> Stage:
    """Do all the machine can do for the case, without Prefect, and return the stage where it stopped."""
    perform: dict[Step, Callable[[], object]] = {
        Step.SCREEN: lambda: screen_case(store, reference, now=now),
        Step.DRAFT: lambda: draft_agreement(store, reference, now=now),
    }
    while (carried := machine.carry_on(store, reference, now=now)).step is not None:
        perform[carried.step]()
    return carried.stage


def enter_people(store: Store, file: Path, *, now: datetime) -> None:
    """Enter everybody named in `file`, the administrator first, as only that one may add the others."""
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    entries.sort(key=lambda entry: Role.ADMINISTRATOR not in entry["roles"])
    by = None
    for entry in entries:
        user = add_user(
            store,
            email=entry["email"],
            name=entry["name"],
            office_code=entry["office"],
            roles=[Role(role) for role in entry["roles"]],
            by=by,
            now=now,
        )
        by = by or user


class People:
    """Finds people by what they may do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.session() as session:
            self._all = list(session.exec(select(User).where(col(User.is_active)).order_by(col(User.id))))

    def named(self, email: str) -> User:
        """Return the person with this address."""
        return next(user for user in self._all if user.email == email)

    def with_role(self, role: Role, office: str | None = None) -> User:
        """Return the first person who holds `role`, in `office` if one is named."""
        return next(
            user for user in self._all if role in user.roles and (office is None or user.office_code == office)
        )

    def who_may_decide(self, task: Task) -> User:
        """Return the first person who may decide `task`. Raises `LookupError` if nobody may: the cast lacks one."""
        with self._store.session() as session:
            case = session.get(Case, task.case_id)
            assert case is not None
            history = queries.decision_history(session, case)
        for user in self._all:
            if may_take(user, task) and _is_free(case, task, user, history):
                return user
        raise LookupError(f"nobody may decide {task.slot} of {case.reference} ({task.role}, {task.office_code})")


def _is_free(case: Case, task: Task, user: User, history: list[EarlierAct]) -> bool:
    place = Place(task.leg, task.slot)
    return conflict(case, task.kind, [user.id or 0], history, place=place) is None


USUAL_ANSWERS: Mapping[TaskKind, Answer] = {
    TaskKind.SCREENING_REVIEW: Answer(Outcome.CLEARED, "Another organisation of a similar name; country differs."),
    TaskKind.DUE_DILIGENCE: Answer(Outcome.ASSESSED, "Documents complete and consistent.", risk=RiskLevel.LOW),
    TaskKind.CONSULTATION: Answer(Outcome.SUPPORT, "In line with our priorities."),
    TaskKind.DECISION: Answer(Outcome.APPROVE, "Serves the programme outcome named in the proposal."),
    TaskKind.LEGAL_REVIEW: Answer(Outcome.CLEARED, "Standard text, no deviation."),
    TaskKind.NEGOTIATION: Answer(Outcome.AGREED, "The partner agrees to the text as sent."),
    TaskKind.CLEARANCE: Answer(Outcome.CLEARED, "In order."),
    TaskKind.SIGNATURE: Answer(Outcome.SIGNED),
    TaskKind.PARTNER_SIGNATURE: Answer(Outcome.SIGNED),
    TaskKind.ANSWER: Answer(Outcome.ANSWERED, "The information asked for is attached to the case."),
    TaskKind.MEND_DOCUMENT: Answer(Outcome.REDRAFT, "The template was mended."),
}
"""What people answer when nothing is unusual."""


@dataclass(frozen=True)
class Rehearsal:
    """A cast that answers every task it meets."""

    store: Store
    people: People

    def owed(self, reference: str) -> Sequence[Task]:
        """Return the live tasks of the case, oldest first."""
        with self.store.session() as session:
            case = queries.case_by_reference(session, reference)
            query = select(Task).where(Task.case_id == case.id, col(Task.state).in_(LIVE)).order_by(col(Task.id))
            return session.exec(query).all()

    def answer(self, task: Task, answer: Answer | None = None, *, now: datetime) -> User:
        """Let the right person decide `task`, as usual unless an `answer` is given, and return who it was."""
        person = self.people.who_may_decide(task)
        usual = USUAL_ANSWERS[task.kind]
        tasks.decide(self.store, task.id or 0, self._fitted(task, answer or usual), by=person, now=now)
        return person

    def _fitted(self, task: Task, answer: Answer) -> Answer:
        """Return `answer` with what only the case knows: the digest to sign, the least risk to assess."""
        with self.store.session() as session:
            case = session.get(Case, task.case_id)
            assert case is not None
            if task.kind in NEEDS_HASH and answer.outcome is Outcome.SIGNED:
                agreement = queries.standing_agreement(session, case)
                assert agreement is not None
                return replace(answer, file_hash=agreement.file_hash)
            if answer.risk is not None and case.risk is not None and answer.risk.rank < case.risk.rank:
                return replace(answer, risk=case.risk)
        return answer
