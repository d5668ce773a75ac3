"""Mails about tasks: who owes what, and where to look. No decision is ever taken by mail."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from approvals.services.transaction import Letter
from approvals.store import queries
from approvals.store.queries import Candidate
from models.case import Case
from models.task import Task


def letters_about(session: Session, case: Case, task: Task, *, now: datetime) -> list[Letter]:
    """Return one mail to each person who may take the new task at `now`, substitutes among them."""
    return [
        letter_to(candidate, case, task, "task_opened") for candidate in queries.people_for(session, task, now=now)
    ]


def letter_to(candidate: Candidate, case: Case, task: Task, message: str, **said: str | None) -> Letter:
    """Return the mail `message` about the task to one person; a substitute reads for whom. `said` is what else it
    tells.
    """
    absent = candidate.absent.name if candidate.absent else None
    return Letter(candidate.person.email, message, {**facts_of(case, task), "absent": absent, **said})


def facts_of(case: Case, task: Task) -> dict[str, str | int | None]:
    """Return what every mail about the task says."""
    return {
        "reference": case.reference,
        "title": case.title,
        "task": task.id,
        "kind": task.kind,
        "prompt": task.prompt,
        "due_on": task.due_on.isoformat() if task.due_on else None,
    }
