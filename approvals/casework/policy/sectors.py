"""`policy/sectors.yaml`: sectors of activity, and which of them call for more care."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from approvals.casework.policy.keys import repeated
from approvals.casework.policy.rule import PolicyFile, Rule


class Sector(Rule):
    """A sector. A high-risk one never excludes by itself: it raises the risk level and so the approver."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    high_risk: bool


class Sectors(PolicyFile):
    """All sectors."""

    sectors: tuple[Sector, ...] = Field(min_length=1)

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together across rules, as sentences."""
        return repeated("sectors", (sector.key for sector in self.sectors))

    def find(self, key: str) -> Sector | None:
        """Return the sector of that key; None if the policy does not know it."""
        return next((sector for sector in self.sectors if sector.key == key), None)
