"""How the engine is."""

from __future__ import annotations

from approvals.api.forms.base import Given
from approvals.services.health import Condition, EngineHealth


class PartForm(Given):
    """A part that was looked at; `number` is what was counted, null where nothing is."""

    name: str
    condition: Condition
    said: str
    number: int | None


class ProblemForm(Given):
    """A case the machine cannot carry on, and why."""

    reference: str
    problem: str | None


class EngineForm(Given):
    """Everything that was looked at; `condition` is the worst there is."""

    condition: Condition
    parts: list[PartForm]
    problems: list[ProblemForm]

    @classmethod
    def of(cls, health: EngineHealth) -> EngineForm:
        """Return what was found."""
        return cls.model_validate(health)
