"""`policy/service_levels.yaml`: how long each task may take, and what silence means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from approvals.casework.policy.rule import PolicyFile, Rule
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import TaskKind

WorkingDays = Annotated[int, Field(ge=1, le=260)]


class ServiceLevel(Rule):
    """The working days a kind of task may take, and what follows when nobody answers."""

    task: TaskKind
    working_days: WorkingDays
    by_risk: Mapping[RiskLevel, WorkingDays] = Field(default_factory=dict, description="Where risk changes it")
    silence_means: Outcome | None = Field(
        default=None, description="Recorded by the machine when the time is up; left out: the task stays open"
    )
    lapse_after_working_days: WorkingDays | None = Field(
        default=None, description="The case lapses so long after the due date; left out: never"
    )

    def days(self, risk: RiskLevel | None) -> int:
        """Return the working days allowed at this level of risk."""
        return self.by_risk.get(risk, self.working_days) if risk else self.working_days


class ServiceLevels(PolicyFile):
    """Every kind of task has exactly one service level."""

    tasks: tuple[ServiceLevel, ...]

    def level(self, kind: TaskKind) -> ServiceLevel:
        """Return the service level of `kind`; `faults` made sure that there is one."""
        return next(level for level in self.tasks if level.task is kind)

    def faults(self) -> list[str]:
        """Return what is missing or doubled, as sentences."""
        named = [level.task for level in self.tasks]
        counts = [
            f"tasks: «{kind}» has {named.count(kind)} entries, needs one"
            for kind in TaskKind
            if named.count(kind) != 1
        ]
        return counts + [
            f"tasks: silence on «{level.task}» cannot mean «{level.silence_means}»; only a consultation may end "
            f"unanswered, as {' or '.join(_SILENT)}"
            for level in self.tasks
            if level.silence_means is not None
            and (level.task is not TaskKind.CONSULTATION or level.silence_means not in _SILENT)
        ]


_SILENT = (Outcome.NO_VIEW, Outcome.SUPPORT)
"""What nobody may be taken to have said. Everything else is decided by a person, or needs a reason."""
