"""Re-screening: when a list has changed, live partners are compared with what is new in it.

Partners are taken in batches. What a batch finds, what follows from it and how far it came are one transaction, so a
run that is cut off goes on where it was, and two runs at a time share the work. A result is kept also when nothing is
found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.screening.lists import Listed
from approvals.screening.matching import NameIndex
from approvals.screening.rescreening import Compare, comparing
from approvals.services.policies import policy_in_force
from approvals.services.questioning import question
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries, rescreening_queries
from approvals.store.engine import Store
from approvals.store.list_queries import list_in_force, lists_in_force
from models.rescreening import Rescreening
from models.user import User
from models.watchlist import WatchlistVersion

BATCH = 1_000
"""Cases looked at in one transaction; memory does not grow with their number."""


@dataclass(frozen=True)
class Rescreened:
    """What comparing live partners with a changed list came to; `found` names each new hit and what followed."""

    source: str
    title: str
    entries: int
    cases: int
    names: int
    hits: int
    found: tuple[dict[str, Any], ...]
    is_finished: bool


def rescreen_due(store: Store, *, now: datetime, by: User | None = None) -> list[Rescreened]:
    """Compare live partners with every list in force that has changed since they last were; return what came of each.

    Empty when no list has changed. Raises `NotAllowed` if `by` imports no lists; None is the machine.
    """
    if by is not None:
        require(by, Right.IMPORT_LIST)
    return [_rescreen(store, source, now) for source in _due(store)]


def _due(store: Store) -> list[str]:
    with store.session() as session:
        return [version.source for version in lists_in_force(session) if not _is_done(session, version)]


def _is_done(session: Session, version: WatchlistVersion) -> bool:
    last = rescreening_queries.last_finished(session, version.source)
    return last is not None and last.version_id == version.id


def _rescreen(store: Store, source: str, now: datetime) -> Rescreened:
    number, changed = _begin(store, source, now)
    with comparing(changed, partners=_left(store, number)) as compare:
        while _next_batch(store, source, number, changed, compare, now):
            pass
    with store.session() as session:
        return _told(session, number)


def _begin(store: Store, source: str, now: datetime) -> tuple[int, NameIndex]:
    """Return the run to go on with, or a new one, and the names that are new since the last that was finished."""
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"rescreening:{source}")
        version = list_in_force(act.session, source)
        assert version is not None
        assert version.id is not None
        last = rescreening_queries.last_finished(act.session, source)
        since = last.version_id if last else None
        contents = rescreening_queries.changed_entries(act.session, since=since, version=version.id)
        entries = [Listed.from_dict(content) for content in contents]
        run = rescreening_queries.cut_off(act.session, version=version.id, since=since)
        if run is None:
            run = Rescreening(version_id=version.id, since_id=since, entries=len(entries), started_at=now)
            act.session.add(run)
            act.session.flush()
            act.record("RescreeningStarted", payload={"source": source, "entries": len(entries)})
        assert run.id is not None
        _, policy = policy_in_force(act.session)
        return run.id, NameIndex(entries, policy.screening.matching)


def _left(store: Store, number: int) -> int:
    """Return how many partners the run has still to look at."""
    with store.session() as session:
        run, _ = _run_and_version(session, number)
        return rescreening_queries.live_partners_left(session, after=run.last_case) if run.entries else 0


def _next_batch(store: Store, source: str, number: int, changed: NameIndex, compare: Compare, now: datetime) -> bool:
    """Look at the next partners and return whether there may be more."""
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"rescreening:{source}")
        run, version = _run_and_version(act.session, number)
        if run.finished_at is not None or not version.in_force:
            return False  # another process came to the end, or a newer version will be compared with
        _, policy = policy_in_force(act.session)
        live = rescreening_queries.live_partners(act.session, after=run.last_case, limit=BATCH) if run.entries else []
        for partner, compared in zip(live, compare([one.partner for one in live]), strict=True):
            run.last_case, run.cases, run.names = partner.case, run.cases + 1, run.names + compared.names
            if compared.is_hit:
                _note(run, question(act, partner.reference, version, changed, policy))
        if len(live) < BATCH:
            _finish(act, run, source)
        return bool(len(live) == BATCH)


def _note(run: Rescreening, followed: list[dict[str, Any]]) -> None:
    run.hits, run.found = run.hits + len(followed), [*run.found, *followed]


def _finish(act: Transaction, run: Rescreening, source: str) -> None:
    run.finished_at = act.now
    counts = {"entries": run.entries, "cases": run.cases, "names": run.names, "hits": run.hits}
    act.record("PartnersRescreened", payload={"source": source, **counts})


def _run_and_version(session: Session, number: int) -> tuple[Rescreening, WatchlistVersion]:
    run = session.get(Rescreening, number)
    assert run is not None
    version = session.get(WatchlistVersion, run.version_id)
    assert version is not None
    return run, version


def _told(session: Session, number: int) -> Rescreened:
    run, version = _run_and_version(session, number)
    return Rescreened(
        source=version.source,
        title=version.title,
        entries=run.entries,
        cases=run.cases,
        names=run.names,
        hits=run.hits,
        found=tuple(run.found),
        is_finished=run.finished_at is not None,
    )
