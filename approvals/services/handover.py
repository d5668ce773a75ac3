"""Handing over a task to a named colleague: by whoever owes it, or by an administrator when somebody has left."""

from __future__ import annotations

from datetime import datetime

from approvals.casework.plain_text import faults_of_text
from approvals.casework.rights import Right, may, require
from approvals.casework.separation import Place, conflict
from approvals.casework.telling import told
from approvals.errors import DutiesConflict, Fault, Faulty, NotAllowed
from approvals.services.letters import letter_to
from approvals.services.tasks import absent_people, refuse_closed, task_of
from approvals.services.transaction import Transaction
from approvals.store import queries
from approvals.store.engine import Store
from approvals.store.queries import Candidate
from models.case import Case
from models.task import Task, TaskState
from models.user import Role, User


def hand_over(store: Store, task_id: int, *, to: str, reason: str, by: User, now: datetime) -> Task:
    """Give the task to the colleague with the address `to`, who alone owes it from then on, and return it.

    Raises `NotFound` if `by` may not see the task, `NotAllowed` if `by` neither owes it nor is an administrator,
    `AlreadyDecided` or `WrongStage` if nobody owes it any more, `DutiesConflict` if an earlier act forbids the
    colleague to decide it, `Faulty` if there is no reason or the colleague cannot owe it.
    """
    with task_of(store, task_id, by=by, now=now) as (act, case, task):
        require(by, Right.HAND_OVER_TASK)
        refuse_closed(act.session, case, task)
        on_behalf_of = _in_whose_name(act, task, by)
        colleague = _the_colleague(act, task, to, reason)
        _refuse_by_duty(act, case, task, colleague)
        was = task.assigned_to or task.claimed_by
        task.assigned_to = colleague.id
        task.state, task.claimed_by, task.claimed_at = TaskState.OPEN, None, None
        payload = {
            "task": task.id,
            "slot": task.slot,
            "was": was,
            "now": colleague.id,
            "colleague": colleague.name,
            "reason": reason.strip(),
        }
        said = {"by": by.name, "reason": reason.strip()}
        letters = [letter_to(Candidate(colleague), case, task, "task_handed_over", **said)]
        act.record("TaskHandedOver", case, by=by.id, on_behalf_of=on_behalf_of, payload=payload, letters=letters)
    return task


def _in_whose_name(act: Transaction, task: Task, by: User) -> int | None:
    """Return the absent person for whom `by` hands over, None in their own name or as an administrator."""
    theirs = absent_people(act.session, task, by, now=act.now)
    if theirs:
        return theirs[0].id if theirs[0] is not None else None
    if Role.ADMINISTRATOR not in by.roles:
        raise NotAllowed(
            told("Task {task} is not yours to hand over; whoever owes it can, or an administrator.", task=task.id)
        )
    return None


def _the_colleague(act: Transaction, task: Task, to: str, reason: str) -> User:
    colleague = queries.user_by_email(act.session, to)
    faults = faults_of_text("reason", reason, if_empty=told("say why; the colleague will read it"))
    if colleague is None:
        faults.append(Fault("to", told("nobody has the address {to}", to=to)))
    elif not may(colleague, Right.DECIDE_TASKS) or task.role not in colleague.roles:
        faults.append(
            Fault(
                "to",
                told(
                    "{name} is no {role:words}; choose somebody who is",
                    name=colleague.name,
                    role=task.role,
                ),
            )
        )
    elif task.office_code not in (None, colleague.office_code):
        faults.append(
            Fault(
                "to",
                told(
                    "{name} is not of {office_code}, which must act",
                    name=colleague.name,
                    office_code=task.office_code,
                ),
            )
        )
    elif task.assigned_to == colleague.id:
        faults.append(Fault("to", told("{name} has it already", name=colleague.name)))
    if faults or colleague is None:
        raise Faulty(told("The task was not handed over."), faults)
    return colleague


def _refuse_by_duty(act: Transaction, case: Case, task: Task, colleague: User) -> None:
    history = queries.decision_history(act.session, case)
    forbidden = conflict(case, task.kind, [colleague.id or 0], history, place=Place(task.leg, task.slot))
    if forbidden:
        raise DutiesConflict(
            told(
                "{name} cannot decide task {task}: {forbidden}. Choose somebody else.",
                name=colleague.name,
                task=task.id,
                forbidden=forbidden,
            )
        )
