"""The promises I1 to I7 of the house, read from the database alone. docs/reliability.md explains each."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlmodel import Session, SQLModel, col, select

from approvals.casework.rights import may_take
from approvals.casework.separation import EarlierAct, Place, conflict
from approvals.store import queries
from approvals.store.engine import Store
from approvals.store.trail import verify
from models.agreement import Agreement, StoredFile
from models.amendment import Amendment, Handling
from models.case import Case, Stage
from models.decision import Decision, Outcome
from models.event import Event
from models.outbox import Channel, OutboxMessage
from models.proposal import Proposal
from models.reference import ReferenceCounter
from models.screening import Screening, Verdict
from models.substitution import Substitution
from models.task import Task, TaskKind, TaskState
from models.user import User


@dataclass
class Acknowledged:
    """What the system told somebody it had kept. A test notes it the moment an act returns."""

    cases: set[str] = field(default_factory=set)  #: references
    decisions: set[int] = field(default_factory=set)  #: numbers of decisions
    files: set[str] = field(default_factory=set)  #: digests of uploads


NOTHING = Acknowledged()

APPROVING = (Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS, Outcome.LIMITED_SCOPE)
AFTER_THE_DECISION = (
    Stage.DRAFTING,
    Stage.LEGAL_REVIEW,
    Stage.NEGOTIATION,
    Stage.CLEARANCE,
    Stage.SIGNATURE,
    Stage.IN_FORCE,
    Stage.ENDED,
)
STACK_TRACE = ("Traceback (most recent", 'File "', "sqlalchemy.", "psycopg.")


def broken_invariants(store: Store, acknowledged: Acknowledged = NOTHING, *, at_rest: bool = False) -> list[str]:
    """Return a sentence for each broken promise, each led by its number; an empty list when all of them hold.

    `at_rest` asks more of I5: the machine has had its two passes, so nothing may wait for it any more.
    """
    with store.session() as session:
        return [
            *_what_was_acknowledged(session, acknowledged),
            *_one_decision_by_someone_allowed(session),
            *_one_agreement_a_version(session),
            *_trail_and_cases_agree(session),
            *_no_case_is_forgotten(session, at_rest=at_rest),
            *_no_mail_twice(session),
            *_nothing_failed_open(session),
        ]


def _all(session: Session, model: type[SQLModel]) -> Iterable[SQLModel]:
    return session.exec(select(model)).all()


# I1


def _what_was_acknowledged(session: Session, acknowledged: Acknowledged) -> Iterator[str]:
    kept = (
        ("case", acknowledged.cases, set(session.exec(select(Case.reference)))),
        ("decision", acknowledged.decisions, set(session.exec(select(Decision.id)))),
        ("file", acknowledged.files, set(session.exec(select(StoredFile.sha256)))),
    )
    for what, promised, present in kept:
        for lost in sorted(promised - present):  # type: ignore[type-var]
            yield f"I1: {what} {lost} was acknowledged and is lost"
    for case in session.exec(select(Case)):
        if session.get(Proposal, (case.id, case.proposal_version)) is None:
            yield f"I1: {case.reference} has no proposal"
    yield from _references_without_gaps(session)


def _references_without_gaps(session: Session) -> Iterator[str]:
    given = sorted(session.exec(select(Case.reference)))
    expected = [
        f"PA-{counter.year}-{number:04d}"
        for counter in session.exec(select(ReferenceCounter).order_by(col(ReferenceCounter.year)))
        for number in range(1, counter.last_number + 1)
    ]
    if given != sorted(expected):
        yield f"I1: references have gaps or doubles: {sorted(set(expected) ^ set(given))}"


# I2


def _one_decision_by_someone_allowed(session: Session) -> Iterator[str]:
    standing = Counter(session.exec(select(Decision.task_id).where(col(Decision.superseded_by).is_(None))))
    yield from (f"I2: task {task} has {count} standing decisions" for task, count in standing.items() if count > 1)
    for task in session.exec(select(Task).order_by(col(Task.id))):
        if (task.state is TaskState.DECIDED) != (standing[task.id or 0] > 0):
            yield f"I2: task {task.id} is {task.state} with {standing[task.id or 0]} standing decisions"
    earlier: dict[int, list[EarlierAct]] = defaultdict(list)
    for decision, task, case in _decisions_in_order(session):
        fault = _why_not_allowed(session, decision, task, case, earlier[task.case_id])
        if fault:
            yield f"I2: decision {decision.id} on task {task.id}: {fault}"
        people = frozenset(one for one in (decision.decided_by, decision.on_behalf_of) if one is not None)
        earlier[task.case_id].append(EarlierAct(task.kind, people, Place(task.leg, task.slot)))


def _decisions_in_order(session: Session) -> list[tuple[Decision, Task, Case]]:
    query = (
        select(Decision, Task, Case)
        .join(Task, col(Task.id) == col(Decision.task_id))
        .join(Case, col(Case.id) == col(Task.case_id))
        .order_by(col(Decision.id))
    )
    return list(session.exec(query))


def _why_not_allowed(
    session: Session, decision: Decision, task: Task, case: Case, history: Iterable[EarlierAct]
) -> str | None:
    if decision.decided_by is None:
        return None if task.kind is TaskKind.CONSULTATION else f"silence decided a {task.kind}"
    decider = session.get(User, decision.decided_by)
    responsible = session.get(User, decision.on_behalf_of) if decision.on_behalf_of else decider
    if decider is None or responsible is None or not may_take(responsible, task):
        return f"{decider.name if decider else 'nobody'} may not take it"
    if decision.on_behalf_of is not None and not _substituted(session, decision, task):
        return f"{decider.name} was no substitute for {responsible.name}"
    people = [one for one in (decision.decided_by, decision.on_behalf_of) if one is not None]
    return conflict(case, task.kind, people, history, place=Place(task.leg, task.slot))


def _substituted(session: Session, decision: Decision, task: Task) -> bool:
    rules = select(Substitution).where(
        Substitution.absent_id == decision.on_behalf_of, Substitution.substitute_id == decision.decided_by
    )
    return any(
        {task.role, task.also_role} & set(rule.roles)
        and (rule.ended_at is None or rule.ended_at > decision.decided_at)
        for rule in session.exec(rules)
    )


# I3


def _one_agreement_a_version(session: Session) -> Iterator[str]:
    versions: dict[int, list[int]] = defaultdict(list)
    for agreement in session.exec(select(Agreement)):
        versions[agreement.case_id].append(agreement.version)
        file = session.get(StoredFile, agreement.file_hash)
        if file is None or hashlib.sha256(file.content).hexdigest() != agreement.file_hash:
            yield f"I3: agreement {agreement.id} does not have the file its digest names"
    for case_id, numbers in versions.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"I3: case {case_id} has the agreement versions {sorted(numbers)}"


# I4


def _trail_and_cases_agree(session: Session) -> Iterator[str]:
    found = verify(session)
    if found.first_break is not None:
        yield f"I4: event {found.first_break.seq} {found.first_break.what}"
    told = _stages_told(session)
    for case in session.exec(select(Case)):
        if told.get(case.id or 0) != (case.stage, case.leg):
            yield f"I4: {case.reference} is in {case.stage} (leg {case.leg}), its events say {told.get(case.id or 0)}"
    decided = Counter(
        event.payload.get("task")
        for event in session.exec(select(Event).where(col(Event.kind).in_(["DecisionTaken", "SilenceAccepted"])))
    )
    for decision in session.exec(select(Decision)):
        if decided[decision.task_id] < 1:
            yield f"I4: decision {decision.id} has no event"
    for task in session.exec(select(Task.id).where(Task.state == TaskState.DECIDED)):
        if decided[task] != 1:
            yield f"I4: task {task} has {decided[task]} events of decision"
    opened = Counter(event.payload.get("task") for event in _events(session, "TaskOpened"))
    for task in session.exec(select(Task.id)):
        if opened[task] != 1:
            yield f"I4: task {task} was opened {opened[task]} times"
    drafted = Counter((event.case_id, event.payload["version"]) for event in _events(session, "AgreementDrafted"))
    drafted += Counter((event.case_id, event.payload["version"]) for event in _events(session, "AgreementReceived"))
    for agreement in session.exec(select(Agreement)):
        if drafted[agreement.case_id, agreement.version] != 1:
            yield f"I4: version {agreement.version} of case {agreement.case_id} has no event, or more than one"


def _events(session: Session, kind: str) -> Iterable[Event]:
    return session.exec(select(Event).where(Event.kind == kind)).all()


def _stages_told(session: Session) -> dict[int, tuple[str, int]]:
    """Return stage and leg of each case as its events tell them; a broken thread of events ends in its break."""
    told: dict[int, tuple[str, int]] = {}
    for event in session.exec(select(Event).where(col(Event.case_id).is_not(None)).order_by(col(Event.seq))):
        assert event.case_id is not None
        if event.kind == "ProposalSubmitted":
            told[event.case_id] = (event.payload["stage"], 1)
        elif "from" in event.payload:
            stage, leg = told.get(event.case_id, ("nowhere", 0))
            follows = event.payload["from"] == stage and event.payload["leg"] == leg + 1
            told[event.case_id] = (event.payload["to"] if follows else f"broken at event {event.seq}", leg + 1)
    return told


# I5


def _no_case_is_forgotten(session: Session, *, at_rest: bool) -> Iterator[str]:
    waiting = set(
        session.exec(
            select(OutboxMessage.case_id).where(
                OutboxMessage.channel == Channel.ADVANCE, col(OutboxMessage.done_at).is_(None)
            )
        )
    )
    for case in session.exec(select(Case)):
        owed = any(task.is_live for task in queries.tasks_of_leg(session, case))
        if case.is_open and not (owed or case.id in waiting or case.problem):
            yield f"I5: {case.reference} is forgotten in {case.stage}"
        if at_rest and case.id in waiting and not case.problem:
            yield f"I5: {case.reference} still waits for the machine in {case.stage}"
        if not case.is_open and owed:
            yield f"I5: {case.reference} is closed and somebody still owes a task"


# I6


def _no_mail_twice(session: Session) -> Iterator[str]:
    sent = Counter(
        session.exec(
            select(OutboxMessage.event_seq, OutboxMessage.recipient).where(
                OutboxMessage.channel == Channel.MAIL, col(OutboxMessage.done_at).is_not(None)
            )
        )
    )
    for (event, recipient), count in sent.items():
        if count > 1:
            yield f"I6: the mail about event {event} to {recipient} is marked sent {count} times"


# I7, as far as rows can tell


def _nothing_failed_open(session: Session) -> Iterator[str]:
    decisions = _decisions_in_order(session)
    approved = {
        task.case_id for decision, task, _ in decisions if task.kind is TaskKind.DECISION and _approves(decision)
    }
    signed = Counter(
        task.case_id for decision, task, _ in decisions if decision.outcome is Outcome.SIGNED and _stands(decision)
    )
    for case in session.exec(select(Case)):
        screening = queries.latest_screening(session, case)
        if case.stage in AFTER_THE_DECISION and case.id not in approved:
            yield f"I7: {case.reference} is in {case.stage} and nobody approved it"
        # An amendment of nothing that was screened passes screening over; one that was screened must have passed.
        screened = screening is not None or case.amends is not None
        if case.stage in AFTER_THE_DECISION and not (screened and _let_pass(screening)):
            yield f"I7: {case.reference} is in {case.stage} and screening did not let it pass"
        if case.stage is Stage.IN_FORCE and signed[case.id or 0] < 2:
            yield f"I7: {case.reference} is in force with {signed[case.id or 0]} signatures"
        if case.problem and any(mark in case.problem for mark in STACK_TRACE):
            yield f"I7: the problem of {case.reference} is a stack trace"
    yield from _amendments_in_order(session, approved, signed)
    for screening in session.exec(select(Screening)):
        if screening.verdict is Verdict.STOP and _went_on_after(session, screening):
            yield f"I7: case {screening.case_id} went on although screening stopped it"
    for mail in session.exec(select(OutboxMessage).where(col(OutboxMessage.last_error).is_not(None))):
        if any(mark in (mail.last_error or "") for mark in STACK_TRACE):
            yield f"I7: the error of message {mail.id} is a stack trace"


def _let_pass(screening: Screening | None) -> bool:
    return screening is None or screening.verdict is not Verdict.STOP


def _amendments_in_order(session: Session, approved: set[int], signed: Counter[int]) -> Iterator[str]:
    """An amendment took effect as its handling asks, once, and exactly as it was written."""
    made = {
        one.amended_by: one for one in session.exec(select(Proposal).where(col(Proposal.amended_by).is_not(None)))
    }
    for case in session.exec(select(Case).where(col(Case.amends).is_not(None))):
        amendment = session.get_one(Amendment, (case.id, case.proposal_version))
        version = made.pop(case.id, None)
        if (case.stage is Stage.EFFECTIVE) != (version is not None):
            yield f"I7: {case.reference} is {case.stage}, and the agreement says otherwise"
        if case.stage is not Stage.EFFECTIVE or version is None:
            continue
        if version.content_hash != session.get_one(Proposal, (case.id, case.proposal_version)).content_hash:
            yield f"I7: {case.reference} took effect as something else than was decided"
        if amendment.handling is not Handling.RECORD_ONLY and case.id not in approved:
            yield f"I7: {case.reference} took effect and nobody approved it"
        if amendment.handling is Handling.AMENDMENT and signed[case.id or 0] < 2:
            yield f"I7: {case.reference} took effect with {signed[case.id or 0]} signatures"
    yield from (f"I7: version {one.version} of case {one.case_id} names no amendment" for one in made.values())


def _approves(decision: Decision) -> bool:
    return decision.outcome in APPROVING and _stands(decision)


def _stands(decision: Decision) -> bool:
    return decision.superseded_by is None


def _went_on_after(session: Session, screening: Screening) -> bool:
    query = select(Task.id).where(Task.case_id == screening.case_id, col(Task.leg) > screening.leg)
    return session.exec(query).first() is not None
