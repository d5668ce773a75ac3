"""Mails about tasks: who owes what, and where to look. No decision is ever taken by mail."""

from __future__ import annotations

from sqlmodel import Session

from approvals.services.transaction import Letter
from approvals.store import queries
from models.case import Case
from models.task import Task
from models.user import User


def letters_about(session: Session, case: Case, task: Task) -> list[Letter]:
    """Return one mail to each person who may take the task; to the one person assigned, if there is one."""
    if task.assigned_to is not None:
        owner = session.get(User, task.assigned_to)
        people = [owner] if owner else []
    else:
        people = queries.people_for(session, task)
    return [
        Letter(person.email, f"{case.reference}: {task.kind.replace('_', ' ')}", _body(case, task))
        for person in people
    ]


def _body(case: Case, task: Task) -> str:
    due = f"Please answer by {task.due_on:%d %B %Y}.\n" if task.due_on else ""
    return (
        f"«{case.title}» ({case.reference})\n\n{task.prompt}\n{due}\n"
        f"See it with `approvals task show {task.id}`. Decisions are taken there, never by replying to this mail.\n"
    )
