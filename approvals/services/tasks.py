"""Acts on tasks: claim, release, decide."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.hits import as_judged, misjudged
from approvals.casework.outcomes import NEEDS_HASH, NOT_OF_AMENDMENTS, Answer, check_answer
from approvals.casework.progress import ANSWER_PREFIX
from approvals.casework.rights import may_take
from approvals.casework.route import level_above
from approvals.casework.second_look import SECOND, lowest_level
from approvals.casework.separation import Place, conflict
from approvals.casework.task_mark import refuse_unless_seen
from approvals.casework.telling import told
from approvals.documents.gate import MAX_BYTES
from approvals.errors import (
    AlreadyDecided,
    ApprovalError,
    DutiesConflict,
    Fault,
    Faulty,
    NotAllowed,
    NotFound,
    RefusedFile,
    WrongStage,
)
from approvals.services.agreements import check_returned_text, keep_returned_text
from approvals.services.answers import keep_answer
from approvals.services.clearing import hits_to_judge, open_hits
from approvals.services.clocks import keep_partner_clock
from approvals.services.machine import machine_has_work
from approvals.services.policies import policy_of
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.engine import Store
from approvals.store.substitute_queries import stand_ins_of
from models.case import Case
from models.decision import Decision, Outcome
from models.risk import RiskLevel
from models.task import Task, TaskKind, TaskState
from models.user import User


def claim(store: Store, task_id: int, *, by: User, now: datetime) -> Task:
    """Take the task, so that colleagues see it is being worked on, and return it. Taking it twice changes nothing.

    Raises `NotFound` if `by` may not see it, `NotAllowed` if it is not theirs to take, `DutiesConflict` if an earlier
    act forbids it, `AlreadyDecided` or `WrongStage` if nobody owes it any more.
    """
    with task_of(store, task_id, by=by, now=now) as (act, case, task):
        absent = _whose_duty(act.session, case, task, by, now=now)
        if task.claimed_by != by.id:
            payload: dict[str, Any] = {"task": task.id, "slot": task.slot}
            if task.claimed_by is not None:
                payload["taken_over_from"] = task.claimed_by
            task.state, task.claimed_by, task.claimed_at = TaskState.CLAIMED, by.id, now
            act.record("TaskClaimed", case, by=by.id, on_behalf_of=absent, payload=payload)
    return task


def release(store: Store, task_id: int, *, by: User, now: datetime) -> Task:
    """Give a claimed task back to its group and return it.

    Raises `NotFound` as `claim` does, `NotAllowed` if `by` does not hold it.
    """
    with task_of(store, task_id, by=by, now=now) as (act, case, task):
        if task.state is not TaskState.CLAIMED or task.claimed_by != by.id:
            raise NotAllowed(told("You do not hold task {task_id}, so you cannot give it back.", task_id=task_id))
        task.state, task.claimed_by, task.claimed_at = TaskState.OPEN, None, None
        act.record("TaskReleased", case, by=by.id, payload={"task": task.id, "slot": task.slot})
    return task


def decide(
    store: Store, task_id: int, answer: Answer, *, by: User, now: datetime, seen: Collection[str] | None = None
) -> Decision:
    """Record `answer` as the decision on the task and return it; the machine goes on if nothing more is awaited.

    With `seen`, the marks (`casework.task_mark`) of what `by` looked at, nothing is decided that has changed since:
    raises `StaleForm` then. Raises `NotFound` if `by` may not see the task, `AlreadyDecided` if somebody was first,
    `WrongStage` if the case went another way, `NotAllowed` or `DutiesConflict` if it is not for `by` to decide,
    `Faulty` with everything that is wrong with the answer, `RefusedFile` if its file does not pass the gate; the
    trail then keeps what was refused.
    """
    try:
        return _decide(store, task_id, answer, by=by, now=now, seen=seen)
    except RefusedFile as refusal:
        note_refusal(store, task_id, answer, refusal, by=by, now=now)
        raise


def check(store: Store, task_id: int, answer: Answer, *, by: User, now: datetime) -> None:
    """Raise whatever `decide` would raise of this answer now, and change nothing: for looking before it binds."""
    with store.session() as session:
        task, case = queries.task_seen_by(session, task_id, by)
        _whose_duty(session, case, task, by, now=now)
        check_answer(task.kind, answer)
        _check_against_the_case(session, case, task, answer)
        if answer.content is not None:
            check_returned_text(session, case, task, answer.content)


def why_not(store: Store, task_id: int, *, by: User, now: datetime) -> ApprovalError | None:
    """Return why `by` may not decide the task now, as `decide` would say it; None if they may.

    Raises `NotFound` if there is no such task that `by` may see.
    """
    with store.session() as session:
        task, case = queries.task_seen_by(session, task_id, by)
        try:
            _whose_duty(session, case, task, by, now=now)
        except (NotAllowed, WrongStage) as refusal:
            return refusal
    return None


def _decide(
    store: Store, task_id: int, answer: Answer, *, by: User, now: datetime, seen: Collection[str] | None
) -> Decision:
    with task_of(store, task_id, by=by, now=now) as (act, case, task):
        absent = _whose_duty(act.session, case, task, by, now=now)
        refuse_unless_seen(task, case, seen)
        check_answer(task.kind, answer)
        _check_against_the_case(act.session, case, task, answer)
        decision = _record(act, case, task, answer, by, absent)
        _keep_what_came_with_it(act, case, task, answer, by)
        act.session.flush()
        keep_partner_clock(act, case)
        act.record(
            "DecisionTaken",
            case,
            by=by.id,
            on_behalf_of=absent,
            payload={
                "decision": decision.id,
                "task": task.id,
                "slot": task.slot,
                "outcome": decision.outcome,
                "details": decision.details,
            },
            advance=machine_has_work(act.session, case),
        )
    return decision


def note_refusal(
    store: Store, task_id: int, answer: Answer, refusal: RefusedFile, *, by: User, now: datetime
) -> None:
    """Record that the gate refused the file, in a transaction of its own: the act that brought it left no trace.

    Only digest and size are kept: what is not safe to open is not safe to store either.
    """
    content = answer.content or b""
    with task_of(store, task_id, by=by, now=now) as (act, case, task):
        act.record(
            "FileRefused",
            case,
            by=by.id,
            payload={
                "task": task.id,
                "slot": task.slot,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size_bytes": len(content),
                # Of a file above the limit the doors read only so much as to see that it is too large.
                "whole": len(content) <= MAX_BYTES,
                "reason": str(refusal),
            },
        )


@contextmanager
def task_of(store: Store, task_id: int, *, by: User, now: datetime) -> Iterator[tuple[Transaction, Case, Task]]:
    """Give the task and its case, the case locked. Raises `NotFound` if `by` may not see the case."""
    missing = NotFound(
        told("There is no task {task_id} that you may see; look at the list of yours.", task_id=task_id)
    )
    with transaction(store, now=now) as act:
        known = act.session.get(Task, task_id)
        case = act.session.get(Case, known.case_id) if known else None
        if case is None:
            raise missing
        try:
            case = queries.locked_case(act.session, case.reference, seen_by=by)
        except NotFound:
            raise missing from None
        # Only after the lock is what we read about case and task the last word.
        act.session.refresh(case)
        task = act.session.get(Task, task_id, populate_existing=True)
        assert task is not None
        yield act, case, task


def _whose_duty(session: Session, case: Case, task: Task, by: User, *, now: datetime) -> int | None:
    """Return the number of the absent person whose duty `by` does with this task, None if it is their own.

    Raises what `claim` and `decide` raise. With several absent people, the first counts for whom nothing forbids it.
    """
    refuse_closed(session, case, task)
    theirs = absent_people(session, task, by, now=now)
    if not theirs:
        raise NotAllowed(_for_whom(task))
    _refuse_if_held(session, task, by, [absent.id for absent in theirs if absent is not None])
    history = queries.decision_history(session, case)
    place = Place(task.leg, task.slot)
    refusals = []
    for absent in theirs:
        people = [one.id or 0 for one in (by, absent) if one is not None]
        forbidden = conflict(case, task.kind, people, history, place=place)
        if forbidden is None:
            return absent.id if absent is not None else None
        refusals.append(_forbidden(task, absent, forbidden))
    raise DutiesConflict(refusals[0])


def _for_whom(task: Task) -> str:
    if task.office_code is None:
        return told("Task {task} is for the {role:words}, which you are not.", task=task.id, role=task.role)
    return told(
        "Task {task} is for the {role:words} of {office}, which you are not.",
        task=task.id, role=task.role, office=task.office_code,
    )  # fmt: skip


def _forbidden(task: Task, absent: User | None, why: str) -> str:
    if absent is None:
        return told("You cannot decide task {task}: {why}. A colleague must.", task=task.id, why=why)
    return told(
        "You cannot decide task {task} as substitute for {absent}: {why}. A colleague must.",
        task=task.id, absent=absent.name, why=why,
    )  # fmt: skip


def refuse_closed(session: Session, case: Case, task: Task) -> None:
    """Raise `AlreadyDecided` or `WrongStage` if nobody owes the task any more."""
    if task.state is TaskState.DECIDED:
        raise AlreadyDecided(_who_decided(session, task))
    if task.state is TaskState.CANCELLED:
        raise WrongStage(
            told(
                "Task {task} is no longer needed: {reference} is now in stage «{stage:code}».",
                task=task.id,
                reference=case.reference,
                stage=case.stage,
            )
        )


def absent_people(session: Session, task: Task, by: User, *, now: datetime) -> list[User | None]:
    """Return for whom `by` may take the task at `now`: None alone for their own duty; empty if it is not theirs."""
    if may_take(by, task):
        return [None]
    return [one.absent for one in stand_ins_of(session, by, now=now) if one.covers(task)]


def _refuse_if_held(session: Session, task: Task, by: User, absent: Sequence[int | None]) -> None:
    """Raise `NotAllowed` if somebody else holds the task; what the absent hold, their substitute takes over."""
    if task.state is not TaskState.CLAIMED or task.claimed_by in (by.id, *absent):
        return
    holder = session.get(User, task.claimed_by)
    assert holder is not None
    raise NotAllowed(
        told(
            "{name} holds task {task} since {claimed_at:day}; ask for its release.",
            name=holder.name,
            task=task.id,
            claimed_at=task.claimed_at,
        )
    )


def _who_decided(session: Session, task: Task) -> str:
    decision = queries.standing_decisions(session, [task])[task.id or 0]
    decider = session.get(User, decision.decided_by) if decision.decided_by else None
    absent = session.get(User, decision.on_behalf_of) if decision.on_behalf_of else None
    facts = {"task": task.id, "day": decision.decided_at, "outcome": decision.outcome}
    if decider is None:
        return told(
            "Task {task} was decided by silence, as nobody answered in time, on {day:day}: {outcome:code}.", **facts
        )
    if absent is None:
        return told("Task {task} was decided by {name} on {day:day}: {outcome:code}.", name=decider.name, **facts)
    return told(
        "Task {task} was decided by {name}, as substitute for {absent}, on {day:day}: {outcome:code}.",
        name=decider.name, absent=absent.name, **facts,
    )  # fmt: skip


def _check_against_the_case(session: Session, case: Case, task: Task, answer: Answer) -> None:
    """Raise `Faulty` if the answer names a risk below the screening's, another document's digest, or no level."""
    faults: list[Fault] = []
    lowest, from_where = _lowest_level(session, case, task)
    if answer.risk is not None and lowest is not None and answer.risk.rank < lowest.rank:
        faults.append(
            Fault(
                "risk", told("may not be below «{lowest:code}», {from_where}", lowest=lowest, from_where=from_where)
            )
        )
    if task.kind in NEEDS_HASH and answer.outcome is Outcome.SIGNED:
        agreement = queries.standing_agreement(session, case)
        if agreement is None or answer.file_hash != agreement.file_hash:
            faults.append(
                Fault("hash", told("is not that of the version to be signed; look at the list of versions"))
            )
    if answer.outcome in NOT_OF_AMENDMENTS and case.amends is not None:
        faults.append(
            Fault("outcome", told("an amendment is approved as it is written; return it, saying what to leave out"))
        )
    if answer.outcome is Outcome.REFER_UP and level_above(policy_of(session, case.policy_hash), task.role) is None:
        faults.append(Fault("outcome", told("there is no level above yours; approve, return or decline it")))
    if task.kind is TaskKind.SCREENING_REVIEW:
        policy = policy_of(session, case.policy_hash)
        hits = hits_to_judge(session, case, policy, slot=task.slot)
        faults += misjudged(answer.outcome, answer.judgements, hits, policy.screening.clearing)
    if faults:
        raise Faulty(told("The decision was not recorded."), faults)


def _lowest_level(session: Session, case: Case, task: Task) -> tuple[RiskLevel | None, str]:
    first = queries.decision_in_slot(session, case, task.slot.removesuffix(SECOND))
    return lowest_level(policy_of(session, case.policy_hash), task.slot, first, risk=case.risk)


def _record(act: Transaction, case: Case, task: Task, answer: Answer, by: User, absent: int | None) -> Decision:
    assert task.id is not None
    assert by.id is not None
    decision = Decision(
        task_id=task.id,
        outcome=answer.outcome,
        reason=answer.reason.strip(),
        details=answer.details() | _judged(act.session, case, answer),
        decided_by=by.id,
        on_behalf_of=absent,
        decided_at=act.now,
    )
    act.session.add(decision)
    task.state, task.closed_at = TaskState.DECIDED, act.now
    if task.claimed_by != by.id:
        task.claimed_by, task.claimed_at = by.id, act.now
    return decision


def _judged(session: Session, case: Case, answer: Answer) -> dict[str, Any]:
    return as_judged(answer.judgements, open_hits(session, case)) if answer.judgements else {}


def _keep_what_came_with_it(act: Transaction, case: Case, task: Task, answer: Answer, by: User) -> None:
    if answer.risk is not None and (case.risk is None or answer.risk.rank > case.risk.rank):
        case.risk = answer.risk  # a lower one counts when a second person has looked, see `machine`
    if answer.conditions:
        set_by = task.role.replace("_", " ")
        case.conditions = [*case.conditions, *({"text": text, "set_by": set_by} for text in answer.conditions)]
    if answer.content is not None:
        keep_returned_text(act, case, task, answer.content, by=by)
    if task.kind is TaskKind.ANSWER and answer.outcome is Outcome.ANSWERED:
        keep_answer(act, case, task.slot.removeprefix(ANSWER_PREFIX), answer, by=by)
