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
    """The state of a stage: what is to be opened, what is awaited – both, when only some have answered – or done."""

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
        """Nothing is to be opened and nobody owes anything: every slot is filled, or the other side has withdrawn."""
        return not (self.has_work or self.awaited)


def stage_progress(slots: Sequence[Slot], tasks: Sequence[Task], decisions: Mapping[int, Decision]) -> Progress:
    """Return how far the stage with these `slots` has come.

    `tasks` are those of the case's present leg in the order they were opened; `decisions` the standing ones by task
    number. A returned slot waits for the officer's answer and is then opened again for the same people. A withdrawal
    completes the stage at once, whoever else was asked. What ended without a decision is asked for again.
    """
    latest = {task.slot: task for task in tasks}
    decided = {slot: decisions[task.id or 0] for slot, task in latest.items() if (task.id or 0) in decisions}
    withdrawn = {slot: end for slot, end in decided.items() if end.outcome is Outcome.WITHDRAWN}
    if withdrawn:
        return Progress((), (), (), withdrawn)
    to_open: list[Slot] = []
    to_answer: list[Task] = []
    done: dict[str, Decision] = {}
    for slot in slots:
        task, decision = latest.get(slot.name), decided.get(slot.name)
        if task is None or (decision is None and not task.is_live):
            to_open.append(slot)
        elif decision is not None and decision.outcome is Outcome.RETURN:
            answer = latest.get(ANSWER_PREFIX + slot.name)
            if answer is None or (answer.id or 0) < (task.id or 0):
                to_answer.append(task)
            elif answer.slot in decided:
                to_open.append(slot)
            elif not answer.is_live:
                to_answer.append(task)
        elif decision is not None:
            done[slot.name] = decision
    awaited = tuple(task for task in latest.values() if task.is_live)
    return Progress(tuple(to_open), tuple(to_answer), awaited, done)
