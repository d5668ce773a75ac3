"""How risky a partnership is."""

from __future__ import annotations

from enum import StrEnum


class RiskLevel(StrEnum):
    """Four levels, from UNDP's scale of August 2023 (low, moderate, substantial, high)."""

    LOW = "low"
    MODERATE = "moderate"
    SUBSTANTIAL = "substantial"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for high."""
        return list(RiskLevel).index(self)
