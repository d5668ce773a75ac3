"""Taking away what is of no use any more: drafts nobody touches, sessions long ended. Neither is part of any case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.services.transaction import transaction
from approvals.store import draft_queries, sign_in_queries
from approvals.store.engine import Store


@dataclass(frozen=True)
class Keeping:
    """For how many days what is of no use is kept."""

    drafts_days: int = 180
    """Counted from when somebody last typed."""
    sessions_days: int = 90
    """Counted from their end."""


KEEPING = Keeping()


def clear_out(store: Store, keeping: Keeping, *, now: datetime) -> tuple[int, int]:
    """Take away what was kept long enough, and return how many drafts and how many sessions that were."""
    with transaction(store, now=now) as act:
        drafts = draft_queries.remove_untouched_since(act.session, now - timedelta(days=keeping.drafts_days))
        sessions = sign_in_queries.remove_ended_before(act.session, now - timedelta(days=keeping.sessions_days))
    return drafts, sessions
