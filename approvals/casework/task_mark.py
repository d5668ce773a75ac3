"""The mark of a task: another one whenever the task, or what it is about, is no longer as it was seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from approvals.casework.telling import told
from approvals.errors import StaleForm
from models.case import Case
from models.task import Task


def mark_of(task: Task, case: Case) -> str:
    """Return the mark: 32 hexadecimal digits made of the task's state and holder and of the versions it is about."""
    moments = (task.claimed_at, task.closed_at)
    stands = [
        task.id,
        task.state,
        task.claimed_by,
        *(moment.timestamp() if moment else None for moment in moments),
        case.leg,
        case.proposal_version,
        case.agreement_version,
    ]
    return hashlib.sha256(json.dumps(stands).encode()).hexdigest()[:32]


def refuse_unless_seen(task: Task, case: Case, seen: Collection[str] | None) -> None:
    """Raise `StaleForm` if the mark is none of `seen`; for None nothing need have been seen."""
    if seen is not None and mark_of(task, case) not in seen:
        raise StaleForm(
            told(
                "Task {task} is no longer as you saw it, so nothing was decided. Look at it again, then decide.",
                task=task.id,
            )
        )
