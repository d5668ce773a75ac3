"""The part of `policy/screening.yaml` that says how hits are judged: the reasons to choose from, and by how many."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from approvals.casework.policy.keys import repeated
from approvals.casework.policy.rule import PolicyPart, Rule


class HitReason(PolicyPart):
    """A reason for which a hit is cleared or confirmed."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="What is typed, and kept with the decision")
    title: str = Field(min_length=5, description="The reason as a sentence that follows a colon")


class ClearingRule(Rule):
    """Each hit is cleared or confirmed for a reason of these lists."""

    strong_hits_need_two: bool = Field(description="A cleared strong hit counts when a second officer has agreed")
    reasons: tuple[HitReason, ...] = Field(min_length=1)
    confirming: tuple[HitReason, ...] = Field(min_length=1)

    def faults(self) -> Iterable[str]:
        """Yield a sentence for each key that stands for more than one reason."""
        yield from repeated("clearing", (reason.key for reason in (*self.reasons, *self.confirming)))

    @property
    def titles(self) -> dict[str, str]:
        """Every reason by its key: first those that clear, then those that confirm."""
        return {reason.key: reason.title for reason in (*self.reasons, *self.confirming)}

    def clears(self, key: str) -> bool:
        """Tell whether the reason of this key clears a hit."""
        return any(reason.key == key for reason in self.reasons)

    def confirms(self, key: str) -> bool:
        """Tell whether the reason of this key confirms a hit."""
        return any(reason.key == key for reason in self.confirming)
