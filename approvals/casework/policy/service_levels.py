"""`policy/service_levels.yaml`: how long each task may take, how people are reminded, and what silence means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from approvals.casework.policy.routes import Circumstances, When
from approvals.casework.policy.rule import PolicyFile, PolicyPart, Rule
from models.agreement import Grade
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import TaskKind
from models.user import Role

WorkingDays = Annotated[int, Field(ge=1, le=260)]
DaysLate = Annotated[int, Field(ge=0, le=260)]
"""Working days after the last day, all of which must be over."""


class EscalateTo(StrEnum):
    """To whom a task is opened when nobody has answered."""

    LEVEL_ABOVE = "level_above"
    OFFICE_ABOVE = "office_above"
    COLLEAGUES = "colleagues"
    ROLE = "role"
    ADMINISTRATORS = "administrators"


class Escalation(PolicyPart):
    """When a task is escalated, and to whom.

    Administrators are only told, as they are whenever there is nobody above; no task is opened to them.
    """

    days_late: DaysLate
    to: EscalateTo
    role: Role | None = Field(default=None, description="With `to: role` alone: which")


class Exceptional(Rule):
    """Cases in which a task may take another time than usual."""

    when: When
    working_days: WorkingDays


class ServiceLevel(Rule):
    """The working days a kind of task may take, and what follows when nobody answers."""

    task: TaskKind
    working_days: WorkingDays
    by_risk: Mapping[RiskLevel, WorkingDays] = Field(default_factory=dict, description="Where risk changes it")
    by_deviation: Mapping[Grade, WorkingDays] = Field(
        default_factory=dict,
        description="Of legal review alone, by the gravest change in the partner's text",
    )
    exceptions: tuple[Exceptional, ...] = Field(
        default=(), description="The first that fits the case wins over both: level, amount, kind of partner …"
    )
    silence_means: Outcome | None = Field(
        default=None, description="Recorded by the machine when the time is up; left out: the task stays open"
    )
    lapse_after_working_days: WorkingDays | None = Field(
        default=None, description="The case lapses so long after the due date; left out: never"
    )
    escalation: Escalation | None = Field(default=None, description="Left out: the task is never escalated")

    def days(
        self, risk: RiskLevel | None, case: Circumstances | None = None, *, deviation: Grade | None = None
    ) -> int:
        """Return the working days allowed at this level of risk, in these circumstances if they are known.

        `deviation` is the gravest change in the text before the reviewer; None if the text is ours.
        """
        exception = next((one for one in self.exceptions if case is not None and one.when.fits(case)), None)
        if exception is not None:
            return exception.working_days
        if deviation is not None and deviation in self.by_deviation:
            return self.by_deviation[deviation]
        return self.by_risk.get(risk, self.working_days) if risk else self.working_days


class Chasing(Rule):
    """What the sweep does about a task whose last day is near or over. Each in working days after the last day."""

    at_risk_working_days: Annotated[int, Field(ge=0, le=30)] = Field(
        default=1, description="A task is at risk when so many working days or fewer are left"
    )
    reminders_after_working_days: tuple[DaysLate, ...] = Field(
        default=(0,), description="Reminders; several that became due while the sweep was away are one mail"
    )
    substitutes_after_working_days: DaysLate | None = Field(
        default=None, description="Standing substitutes may act from then on; left out: never"
    )
    lapse_grace_working_days: DaysLate = Field(
        default=0, description="No case lapses before so many working days are over since the last reminder"
    )


class Holds(Rule):
    """How long the clock of a case may stand still, in working days of its office; then the sweep lets it run."""

    partner_asked_working_days: WorkingDays = 10
    on_hold_working_days: WorkingDays = 20


class ServiceLevels(PolicyFile):
    """Every kind of task has exactly one service level."""

    tasks: tuple[ServiceLevel, ...]
    chasing: Chasing = Chasing(source="One reminder when a task is overdue, as before there were rules for it")
    holds: Holds = Holds(source="As before there were rules for it")

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
        return [*counts, *self._silences(), *self._deviations(), *self._escalations(), *self._reminders()]

    def _silences(self) -> Iterator[str]:
        for level in self.tasks:
            if level.silence_means is not None and (
                level.task is not TaskKind.CONSULTATION or level.silence_means not in _SILENT
            ):
                yield (
                    f"tasks: silence on «{level.task}» cannot mean «{level.silence_means}»; only a consultation may "
                    f"end unanswered, as {' or '.join(_SILENT)}"
                )

    def _deviations(self) -> Iterator[str]:
        for level in self.tasks:
            if level.by_deviation and level.task is not TaskKind.LEGAL_REVIEW:
                yield f"tasks: «{level.task}» has times by deviation; only a legal review looks at a changed text"

    def _escalations(self) -> Iterator[str]:
        for level in self.tasks:
            to = level.escalation
            if to is None:
                continue
            if (to.to is EscalateTo.ROLE) != (to.role is not None):
                yield f"tasks: the escalation of «{level.task}» names a role with «to: role», and only then"
            if to.to is EscalateTo.LEVEL_ABOVE and level.task is not TaskKind.DECISION:
                yield f"tasks: «{level.task}» has no level above; only a decision goes to «level_above»"
            if to.role in (Role.ADMINISTRATOR, Role.AUDITOR):
                yield f"tasks: «{level.task}» cannot be opened to the {to.role}, who decides no case"

    def _reminders(self) -> Iterator[str]:
        days = self.chasing.reminders_after_working_days
        if list(days) != sorted(set(days)):
            yield "chasing: reminders_after_working_days must rise"


_SILENT = (Outcome.NO_VIEW, Outcome.SUPPORT)
"""What nobody may be taken to have said. Everything else is decided by a person, or needs a reason."""
