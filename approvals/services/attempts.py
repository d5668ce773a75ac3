"""Attempts are counted before they are made, in the database: for all programs together, and over a restart.

Counting is by fixed spans of time. What is held up is not counted, so every span ends:
nobody is shut out for ever.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from approvals.casework.sign_in_rules import Limit, too_often
from approvals.errors import TooManyAttempts
from approvals.services.secret import digest_of
from approvals.services.transaction import Transaction
from approvals.store import sign_in_queries

KEPT_FOR = timedelta(days=1)

log = logging.getLogger(__name__)


def subject(what: str, *whom: str) -> str:
    """Return under which name attempts of this kind are counted for these; what people typed stays unreadable."""
    return f"{what}:{digest_of(chr(0).join(whom))}"


def count_attempts(act: Transaction, limits: Mapping[str, Limit], *, what: str) -> None:
    """Count one attempt for each subject in `limits`. Raises `TooManyAttempts`, about `what`, if one is full."""
    sign_in_queries.forget_attempts_before(act.session, act.now - KEPT_FOR)
    for name, limit in sorted(limits.items()):
        if not has_room(act, name, limit):
            log.warning("Too many attempts: %s", name)
            wait = span_end(act.now, limit) - act.now
            raise TooManyAttempts(too_often(what, wait), wait)


def has_room(act: Transaction, name: str, limit: Limit) -> bool:
    """Count one more for `name` and return True, or return False if this span is full."""
    ends = span_end(act.now, limit)
    return sign_in_queries.count_attempt(act.session, name, span_ends_at=ends, at_most=limit.at_most, now=act.now)


def span_end(now: datetime, limit: Limit) -> datetime:
    """Return when the span of `limit` in which `now` lies comes to its end."""
    passed = (now - datetime(2000, 1, 1, tzinfo=UTC)) % limit.span
    return now - passed + limit.span
