"""How far a stage has come: which tasks are owed, which are done. Read from tasks and decisions alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approvals.casework.route import Slot
from models.decision import Decision, Outcome
from models.task import Task

ANSWER_PREFIX = "answer:"
"""Slot of the task by which the officer answers a return: this prefix and the slot that was returned."""


@dataclass(frozen=True)
class Progress:
    """The state of a stage. Exactly one of these is true: something is to be opened, awaited, or all is done."""

    to_open: tuple[Slot, ...]
    to_answer: tuple[Task, ...]
    """Returned tasks for which the officer has no answer task yet."""
    awaited: tuple[Task, ...]
    done: Mapping[str, Decision]
    """The decision that fills each slot of the stage, by slot name."""

    @property
    def has_work(self) -> bool:
        """The machine has tasks to open."""
        return bool(self.to_open or self.to_answer)

    @property
    def is_complete(self) -> bool:
        """Every slot is filled and nobody owes anything."""
        return not (self.has_work or self.awaited)


def stage_progress(slots: Sequence[Slot], tasks: Sequence[Task], decisions: Mapping[int, Decision]) -> Progress:
    """Return how far the stage with these `slots` has come.

    `tasks` are those of the case's present leg in the order they were opened; `decisions` the standing ones by task
    number. A returned slot waits for the officer's answer and is then opened again for the same people.
    """
    latest = {task.slot: task for task in tasks}
    to_open: list[Slot] = []
    to_answer: list[Task] = []
    done: dict[str, Decision] = {}
    for slot in slots:
        task = latest.get(slot.name)
        decision = decisions.get(task.id or 0) if task else None
        if task is None:
            to_open.append(slot)
        elif decision is not None and decision.outcome is not Outcome.RETURN:
            done[slot.name] = decision
        elif decision is not None:
            answer = latest.get(ANSWER_PREFIX + slot.name)
            if answer is None or (answer.id or 0) < (task.id or 0):
                to_answer.append(task)
            elif not answer.is_live:
                to_open.append(slot)
    awaited = tuple(task for task in latest.values() if task.is_live)
    return Progress(tuple(to_open), tuple(to_answer), awaited, done)
