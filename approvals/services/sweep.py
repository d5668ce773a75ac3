"""What the clock brings about: work left behind, late tasks, holds that end, digests. Safe to run twice, any time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.casework.chasing import Deed
from approvals.services.chasing import chase_late_tasks
from approvals.services.clearing_out import KEEPING, Keeping, clear_out
from approvals.services.clocks import end_overlong_hold
from approvals.services.digests import write_digests
from approvals.services.substitutes import release_stranded
from approvals.services.transaction import transaction
from approvals.store import outbox_queries
from approvals.store.calendar_queries import holds
from approvals.store.engine import Store

LOST_AFTER = timedelta(minutes=2)
"""A run that has not done its work by then is taken for lost; the work is asked for again, under a new key."""


@dataclass(frozen=True)
class Digests:
    """Whether people who did not choose get one mail a day instead of reminders, and from which hour of their day."""

    for_all: bool = False
    hour: int = 7


@dataclass(frozen=True)
class Swept:
    """How many things a sweep brought about."""

    asked_again: int
    reminded: int
    silent: int
    lapsed: int
    let_in: int = 0
    """Tasks that standing substitutes may take from now on."""
    escalated: int = 0
    released: int = 0
    """Tasks that substitutes held when their days were over."""
    resumed: int = 0
    """Cases whose clock runs again, as the last day of a stop was over."""
    digests: int = 0
    drafts: int = 0
    """Drafts nobody touched that were taken away."""
    sessions: int = 0
    """Sessions long ended of which nothing is kept any more."""


def sweep(
    store: Store,
    *,
    now: datetime,
    lost_after: timedelta = LOST_AFTER,
    digests: Digests = Digests(),
    keeping: Keeping = KEEPING,
) -> Swept:
    """Do what the clock has made due and return how much it was."""
    drafts, sessions = clear_out(store, keeping, now=now)
    asked_again = ask_again(store, now=now, lost_after=lost_after)
    resumed = _end_overlong_holds(store, now=now)
    released = release_stranded(store, now=now)
    done = chase_late_tasks(store, digest=digests.for_all, now=now)
    return Swept(
        asked_again=asked_again,
        reminded=done[Deed.REMIND],
        silent=done[Deed.ACCEPT_SILENCE],
        lapsed=done[Deed.LAPSE],
        let_in=done[Deed.LET_SUBSTITUTES_IN],
        escalated=done[Deed.ESCALATE],
        released=released,
        resumed=resumed,
        digests=write_digests(store, installation=digests.for_all, hour=digests.hour, now=now),
        drafts=drafts,
        sessions=sessions,
    )


def ask_again(store: Store, *, now: datetime, lost_after: timedelta = LOST_AFTER) -> int:
    """Put back on offer what a runner was asked for but has not done, and return how many messages that were."""
    with transaction(store, now=now) as act:
        lost = outbox_queries.left_behind(act.session, asked_before=now - lost_after)
        for message in lost:
            message.asked_at = None
    return len(lost)


def _end_overlong_holds(store: Store, *, now: datetime) -> int:
    with store.session() as session:
        held = holds(session)
    return sum(end_overlong_hold(store, number, reference, now=now) for number, reference in held)
