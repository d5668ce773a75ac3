"""Tasks: how long they wait and are held, how many are late, and by whom; read in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from approvals.casework.telling import told, worded
from approvals.reporting.measuring import ALL, Asked, Figure, cells, hour_figure
from approvals.reporting.populations import TASKS

TASKS_BY = ("task", "group")
INTERVENTIONS = ("reminded", "let_in", "escalated", "substituted", "reassigned", "silent")


@dataclass(frozen=True)
class Lateness:
    """How many tasks were due, and how many of them late: answered late, or open and overdue."""

    label: str
    due: Figure
    late: Figure

    @property
    def rate(self) -> float:
        """The share of what was due that was late, from 0 to 1."""
        return self.late.count / self.due.count if self.due.count else 0.0


@dataclass(frozen=True)
class TaskCell:
    """What was asked about the tasks of one kind and group, on cases of one office in one stage."""

    task: str
    group: str
    office: str
    stage: str
    found: Mapping[str, Any]


def task_cells(session: Session, asked: Asked) -> list[TaskCell]:
    """Return the times and counts of tasks; the times are in rising order."""
    found = cells(
        session,
        asked,
        TASKS,
        ("t.kind", "t.role", "t.office_code", "c.office_code", "t.stage"),
        {
            "wait": ("wait", "array_agg(t.wait_seconds)"),
            "touch": ("touch", "array_agg(t.touch_seconds)"),
            "answered": ("answered", "count(*)"),
            "lasted": ("answered", "sum(t.halves)"),
            **{name: (name, "array_agg(t.halves)") for name in INTERVENTIONS},
            **{name: (name, "count(*)") for name in ("due", "breach", "due_at_first", "breach_at_first", "return")},
        },
    )
    for cell in found:
        for name in ("wait", "touch"):
            (cell.found[name] or []).sort()
    return [
        TaskCell(kind, f"{role}@{owed_by}" if owed_by else role, office, stage, cell.found)
        for cell in found
        for kind, role, owed_by, office, stage in [cell.labels]
    ]


def task_hours(
    asked: Asked, name: str, tasks: Sequence[TaskCell], smallest_group: int
) -> dict[str, tuple[Figure, ...]]:
    """Return the times of a population of tasks in all and by `TASKS_BY`, without those of small groups."""
    key = asked.key(name)
    parts: dict[str, dict[str, list[list[int]]]] = {dimension: {} for dimension in (ALL, *TASKS_BY)}
    for cell in tasks:
        if cell.found[name]:
            for dimension, label in ((ALL, ALL), ("task", cell.task), ("group", cell.group)):
                parts[dimension].setdefault(label, []).append(cell.found[name])
    figures = {
        dimension: tuple(
            hour_figure(key.but(dimension, label) if dimension else key, label, found)
            for label, found in sorted(labels.items())
        )
        for dimension, labels in parts.items()
    }
    return {**figures, "group": tuple(_unless_small(figure, smallest_group) for figure in figures["group"])}


def _unless_small(figure: Figure, smallest_group: int) -> Figure:
    """Leave out the times of a group so small that they would speak of a person."""
    return replace(figure, hours=None) if figure.count < smallest_group else figure


def added_up(asked: Asked, name: str, tasks: Sequence[TaskCell], by: str) -> tuple[Figure, ...]:
    """Return how many rows of a population of tasks there are by `by`, labels in rising order."""
    key, numbers = asked.key(name), Counter[str]()
    for cell in tasks:
        numbers[getattr(cell, by)] += cell.found[name]
    return tuple(Figure(key.but(by, label), label, number) for label, number in sorted(numbers.items()) if number)


def lateness(asked: Asked, tasks: Sequence[TaskCell], by: str, *, at_first: bool = False) -> tuple[Lateness, ...]:
    """Return how many tasks were due and how many of them late, by `by`; `at_first` by the day first fixed."""
    all_due, all_late = ("due_at_first", "breach_at_first") if at_first else ("due", "breach")
    late = {figure.label: figure for figure in added_up(asked, all_late, tasks, by)}
    none = asked.key(all_late)
    return tuple(
        Lateness(due.label, due, late.get(due.label) or Figure(none.but(by, due.label), due.label, 0))
        for due in added_up(asked, all_due, tasks, by)
    )


def group_in_words(group: str) -> str:
    """Return a group of reviewers as people say it: `legal_reviewer@HQ` as "legal reviewer of HQ"."""
    role, _, office = group.partition("@")
    return told("{role:words} of {office}", role=role, office=office) if office else worded(role)
