"""Mails about tasks: who owes what, and where to look. No decision is ever taken by mail."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from approvals.casework.wording import in_words
from approvals.services.transaction import Letter
from approvals.store import queries
from approvals.store.queries import Candidate
from models.case import Case
from models.task import Task
from models.user import User


def letters_about(session: Session, case: Case, task: Task, *, now: datetime, note: str = "") -> list[Letter]:
    """Return one mail to each person who may take the task at `now`, substitutes among them; `note` opens it."""
    return [letter_to(candidate, case, task, note=note) for candidate in queries.people_for(session, task, now=now)]


def letter_to(candidate: Candidate, case: Case, task: Task, *, note: str = "") -> Letter:
    """Return the mail that asks one person for the task; a substitute reads for whom."""
    acting = f"You are asked as {as_substitute(candidate.absent)}.\n" if candidate.absent else ""
    body = f"{note}\n\n{acting}{_body(case, task)}" if note else f"{acting}{_body(case, task)}"
    return Letter(candidate.person.email, f"{case.reference}: {in_words(task.kind)}", body)


def as_substitute(absent: User) -> str:
    """Return "substitute for Samuel Okafor"."""
    return f"substitute for {absent.name}"


def _body(case: Case, task: Task) -> str:
    due = f"Please answer by {task.due_on:%d %B %Y}.\n" if task.due_on else ""
    return (
        f"«{case.title}» ({case.reference})\n\n{task.prompt}\n{due}\n"
        f"See it with `approvals task show {task.id}`. Decisions are taken there, never by replying to this mail.\n"
    )
