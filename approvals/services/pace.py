"""How often somebody may do what costs much: counted in this process, which is what it protects.

Unlike attempts to sign in, which are counted in the database: these counts may be lost with the process, and looking
must never write.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from approvals.casework.sign_in_rules import Limit, too_often
from approvals.errors import TooManyAttempts

MOST_COUNTS = 10_000


class Pace:
    """Counts by span of time who did what, and says when it was too often."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._counts: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._lock = Lock()

    def keep(self, what: str, whom: str, limit: Limit, *, said: str) -> None:
        """Count `what` once more for `whom`. Raises `TooManyAttempts`, which begins with `said`, beyond the limit."""
        now = self._clock()
        with self._lock:
            ends, count = self._counts.get((what, whom), (now, 0))
            if ends <= now:
                ends, count = now + limit.span, 0
            if count >= limit.at_most:
                raise TooManyAttempts(too_often(said, ends - now), ends - now)
            if len(self._counts) >= MOST_COUNTS:
                self._counts = {key: value for key, value in self._counts.items() if value[0] > now}
            self._counts[what, whom] = (ends, count + 1)
