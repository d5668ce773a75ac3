"""How long a route should take: its stages one after the other, the people of a stage side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from approvals.casework.policy import Policy
from approvals.casework.policy.routes import Circumstances
from approvals.casework.route import Route, Slot
from models.case import Stage
from models.risk import RiskLevel
from models.task import TaskKind

WITH_THE_PARTNER = frozenset({TaskKind.NEGOTIATION, TaskKind.PARTNER_SIGNATURE})
"""Tasks during which the partner holds the text, so that the time is not ours."""


@dataclass(frozen=True)
class ExpectedStage:
    """A stage of the route: who is asked, and the working days policy gives them, ours and the partner's."""

    stage: Stage
    asked: tuple[Slot, ...]
    our_days: int
    partner_days: int


def timetable(
    policy: Policy, route: Route, risk: RiskLevel, case: Circumstances | None = None
) -> tuple[ExpectedStage, ...]:
    """Return the stages this route asks people in, in order; the review of findings only happens if there are any,
    and is left out. Exceptional times count when the circumstances of the `case` are known.
    """
    return tuple(
        ExpectedStage(stage, slots, *_days(policy, slots, risk, case))
        for stage, slots in route.slots.items()
        if slots and stage is not Stage.SCREENING_REVIEW
    )


def _days(policy: Policy, slots: Iterable[Slot], risk: RiskLevel, case: Circumstances | None) -> tuple[int, int]:
    """Return the longest time of ours and of the partner: people of one stage work side by side."""
    days = [
        (slot.kind in WITH_THE_PARTNER, policy.service_levels.level(slot.kind).days(risk, case)) for slot in slots
    ]
    return (
        max((taken for partners, taken in days if not partners), default=0),
        max((taken for partners, taken in days if partners), default=0),
    )
