"""How times are spread: never the mean alone, which one long case moves and nobody ever waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

SHARES = (0.5, 0.85, 0.9, 0.95)


@dataclass(frozen=True)
class Spread:
    """Half lies at or below the median; 85, 90 and 95 of 100 lie at or below the others."""

    median: float
    p85: float
    p90: float
    p95: float


def spread(values: Sequence[int], *, per_unit: int = 1) -> Spread | None:
    """Return how `values`, in rising order, are spread; `per_unit` of them make one of what is shown.

    None if there are none.
    """
    if not values:
        return None
    return Spread(*(percentile(values, share) / per_unit for share in SHARES))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of `values` lie, which are in rising order; between two, in proportion.

    The same as `percentile_cont` of PostgreSQL and `quantile` of pandas give.
    """
    place = share * (len(values) - 1)
    below = floor(place)
    if below + 1 >= len(values):
        return float(values[below])
    return values[below] + (values[below + 1] - values[below]) * (place - below)
