"""What the clock brings about: work left behind, reminders, silence, lapses. Safe to run at any time, twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from approvals.casework.calendar import add_working_days
from approvals.casework.lifecycle import UNDER_WAY, Act, destination
from approvals.casework.policy.service_levels import ServiceLevel
from approvals.services.letters import letters_about
from approvals.services.machine import closed_days, machine_has_work
from approvals.services.moves import move_case
from approvals.services.policies import policy_of
from approvals.services.substitutes import release_stranded
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Case
from models.decision import Decision
from models.task import Task, TaskState

LOST_AFTER = timedelta(minutes=2)
"""A run that has not done its work by then is taken for lost; the work is asked for again, under a new key."""


@dataclass(frozen=True)
class Swept:
    """How many things a sweep brought about."""

    asked_again: int
    reminded: int
    silent: int
    lapsed: int
    released: int = 0
    """Tasks that substitutes held when their days were over."""


def sweep(store: Store, *, now: datetime, lost_after: timedelta = LOST_AFTER) -> Swept:
    """Do what the clock has made due and return how much it was."""
    overdue = _overdue_tasks(store, now)
    return Swept(
        asked_again=ask_again(store, now=now, lost_after=lost_after),
        silent=_each(store, overdue, _accept_silence, now),
        lapsed=_each(store, overdue, _lapse, now),
        reminded=_each(store, overdue, _remind, now),
        released=release_stranded(store, now=now),
    )


def ask_again(store: Store, *, now: datetime, lost_after: timedelta = LOST_AFTER) -> int:
    """Put back on offer what a runner was asked for but has not done, and return how many messages that were."""
    with transaction(store, now=now) as act:
        lost = queries.left_behind(act.session, asked_before=now - lost_after)
        for message in lost:
            message.asked_at = None
    return len(lost)


def _overdue_tasks(store: Store, now: datetime) -> Sequence[tuple[int, str]]:
    """Return number and case reference of every live task whose last day is over, oldest first."""
    with store.session() as session:
        return queries.overdue_tasks(session, today=now.date())


Deed = Callable[[Transaction, Case, Task, ServiceLevel], bool]


def _each(store: Store, overdue: Sequence[tuple[int, str]], deed: Deed, now: datetime) -> int:
    """Do `deed` for each overdue task that is still live, each in its own transaction; return how often it acted."""
    done = 0
    for number, reference in overdue:
        with transaction(store, now=now) as act:
            case = queries.locked_case(act.session, reference)
            task = act.session.get(Task, number)
            if task is not None and task.is_live:
                done += deed(act, case, task, _service_level(act.session, case, task))
    return done


def _service_level(session: Session, case: Case, task: Task) -> ServiceLevel:
    return policy_of(session, case.policy_hash).service_levels.level(task.kind)


def _accept_silence(act: Transaction, case: Case, task: Task, level: ServiceLevel) -> bool:
    """Where policy says what silence means, record it as the decision of nobody."""
    if level.silence_means is None:
        return False
    assert task.id is not None
    reason = f"No answer by {task.due_on}; {level.source}"
    act.session.add(Decision(task_id=task.id, outcome=level.silence_means, reason=reason, decided_at=act.now))
    task.state, task.closed_at = TaskState.DECIDED, act.now
    act.session.flush()
    payload = {"task": task.id, "slot": task.slot, "outcome": level.silence_means}
    act.record("SilenceAccepted", case, payload=payload, advance=machine_has_work(act.session, case))
    return True


def _lapse(act: Transaction, case: Case, task: Task, level: ServiceLevel) -> bool:
    """Where policy limits the wait, end the case when the limit is over."""
    if level.lapse_after_working_days is None or task.due_on is None or case.stage not in UNDER_WAY:
        return False
    closed = closed_days(policy_of(act.session, case.policy_hash), task.office_code or case.office_code)
    if act.now.date() <= add_working_days(task.due_on, level.lapse_after_working_days, closed):
        return False
    to = destination(case.stage, Act.LAPSE)
    move_case(act, case, to, event="CaseLapsed", payload={"task": task.id, "slot": task.slot})
    return True


def _remind(act: Transaction, case: Case, task: Task, level: ServiceLevel) -> bool:
    """Tell those who owe the task that it is overdue, once, however long the sweep was away."""
    if task.reminded_at is not None:
        return False
    task.reminded_at = act.now
    payload = {"task": task.id, "slot": task.slot, "due_on": task.due_on.isoformat() if task.due_on else None}
    act.record("TaskOverdue", case, payload=payload, letters=letters_about(act.session, case, task, now=act.now))
    return True
