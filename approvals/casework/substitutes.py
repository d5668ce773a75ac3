"""Acting for an absent person: the rule adds the substitute to those who may take a task, for the roles it names.

One step and no further: what a substitute may do for somebody, nobody may do for the substitute. A duty is then never
further than one entered name from the person who holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from approvals.casework.rights import Right, duties, may
from models.substitution import Substitution
from models.task import Task
from models.user import User


@dataclass(frozen=True)
class StandIn:
    """A rule in force today, with both people."""

    rule: Substitution
    absent: User
    substitute: User

    def covers(self, task: Task) -> bool:
        """The substitute may take `task` for the absent person."""
        if self.rule.when_overdue and task.substitutes_at is None:
            return False
        return may(self.substitute, Right.DECIDE_TASKS) and not duties(self.absent, task).isdisjoint(self.rule.roles)


def absent_holder(task: Task, stand_ins: Iterable[StandIn]) -> StandIn | None:
    """Return the first of one substitute's `stand_ins` by which they may take `task`; None if by none of them."""
    return next((stand_in for stand_in in stand_ins if stand_in.covers(task)), None)


def overlaps(rule: Substitution, *, first: date, last: date) -> bool:
    """The rule is in force on some day from `first` to `last`. One that was ended is not."""
    return rule.ended_at is None and rule.from_on <= last and first <= rule.until_on
