"""What a reader of a list may wish: whose, which, due when, with which words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from models.case import Stage
from models.task import TaskKind


class TaskView(StrEnum):
    """Whose tasks are listed."""

    MINE = "mine"  #: taken by the person, or theirs alone
    GROUP = "group"  #: nobody has taken them, and the person may
    ALL = "all"  #: whatever is owed on cases the person may see
    DONE = "done"  #: decided by the person


class Due(StrEnum):
    """When a task is due."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"  #: within seven days from today


class CaseView(StrEnum):
    """Which cases are listed."""

    MINE = "mine"  #: submitted by the person
    OPEN = "open"  #: under way
    IN_FORCE = "in_force"
    CLOSED = "closed"  #: come to an end


@dataclass(frozen=True)
class TaskWish:
    """Which tasks a reader wants to see. What is empty wishes nothing."""

    view: TaskView = TaskView.MINE
    kind: TaskKind | None = None
    office: str = ""
    due: Due | None = None
    words: str = ""


@dataclass(frozen=True)
class CaseWish:
    """Which cases a reader wants to see. What is empty wishes nothing."""

    view: CaseView = CaseView.OPEN
    stage: Stage | None = None
    office: str = ""
    words: str = ""
    partner: int | None = None


def reference_like(words: str) -> str | None:
    """Return the reference of a case that was typed, however it was typed; None if it is none."""
    found = re.fullmatch(r"\s*PA[\s-]*(\d{4})[\s-]*(\d{1,9})\s*", words, re.IGNORECASE)
    return f"PA-{found[1]}-{int(found[2]):04d}" if found else None
