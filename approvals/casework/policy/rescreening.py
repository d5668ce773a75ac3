"""The part of `policy/screening.yaml` that says what a hit on a changed list does to a partner in force."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from approvals.casework.policy.rule import Rule


class OnHit(StrEnum):
    """What becomes of a partnership in force while a new hit is being judged."""

    SUSPEND = "suspend"
    TASK = "task"


class RescreeningRule(Rule):
    """What a new hit does to a partnership in force; a case under way starts again at its screening."""

    strong_hit: OnHit = Field(description="What a strong hit does")
    possible_hit: OnHit = Field(description="What any other hit does")

    def follows(self, *, strong: bool) -> OnHit:
        """Return what follows from a hit."""
        return self.strong_hit if strong else self.possible_hit


SUSPEND_WHEN_IN_DOUBT = RescreeningRule(
    strong_hit=OnHit.SUSPEND,
    possible_hit=OnHit.TASK,
    source="This policy says nothing of lists that change: a strong hit suspends, any other is looked at",
)
"""For policies published before partners were compared again."""
