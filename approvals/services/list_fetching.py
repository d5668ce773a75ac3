"""Fetching lists from their publishers. Whatever comes of it is written down; what was in force stays meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.errors import ApprovalError, SourceUnavailable
from approvals.screening.fetch import Limits, Marks, fetch, shown
from approvals.screening.lists import open_list
from approvals.services.list_import import confirm, take_in
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction, transaction
from approvals.services.watchlists import known_title
from approvals.settings import ListAddress
from approvals.store import list_queries, queries
from approvals.store.engine import Store
from models.user import User
from models.watchlist import FetchOutcome, WatchlistFetch, WatchlistVersion


@dataclass(frozen=True)
class FetchResult:
    """What came of fetching a list, with a sentence for people."""

    source: str
    outcome: FetchOutcome
    said: str


def due_lists(store: Store, addresses: Mapping[str, ListAddress], *, now: datetime, every: timedelta) -> list[str]:
    """Return the lists to be fetched now: never fetched, failed the last time, or not fetched for `every`."""
    with store.session() as session:
        fetches = list_queries.last_fetches(session)
    return [source for source in addresses if _is_due(fetches.get(source), now - every)]


def _is_due(last: WatchlistFetch | None, before: datetime) -> bool:
    return last is None or last.outcome is FetchOutcome.FAILED or last.tried_at <= before


def fetch_list(
    store: Store, source: str, address: ListAddress, *, now: datetime, by: User | None = None
) -> FetchResult:
    """Fetch the list from its publisher, put it in force or confirm what is, and return what came of it.

    `by` is None for the machine. A publisher that cannot be reached, or sends what cannot be used, is a result like
    others: the version before stays in force. Raises `NotAllowed` if `by` imports no lists.
    """
    if by is not None:
        require(by, Right.IMPORT_LIST)
    who = by.id if by else None
    try:
        with tempfile.TemporaryDirectory(prefix="approvals-list-") as folder:
            marks = _fetch_files(store, source, address, Path(folder))
            if marks is None:
                return _confirmed(store, source, now=now, by=who)
            file = Path(folder) if len(address.addresses) > 1 else next(Path(folder).iterdir())
            with open_list(address.format, file, source=source, title=known_title(store, source)) as received:
                version = take_in(store, received, by=who, now=now, from_publisher=True)
    except ApprovalError as exc:
        note_failure(store, source, str(exc), now=now)
        return FetchResult(source, FetchOutcome.FAILED, str(exc))
    with transaction(store, now=now) as act:
        return _note_success(act, version, marks=marks, address=shown(address.addresses[0]))


def note_failure(store: Store, source: str, problem: str, *, now: datetime) -> None:
    """Write down why the list was not fetched. The same problem again is no new event."""
    with transaction(store, now=now) as act:
        last = _last_fetch(act, source)
        if last.problem != problem:
            act.record("ListFetchFailed", payload={"source": source, "problem": problem})
        last.tried_at, last.outcome, last.problem = now, FetchOutcome.FAILED, problem


def _fetch_files(store: Store, source: str, address: ListAddress, folder: Path) -> Marks | None:
    """Fetch every file of the list and return the marks of the first; None if it is the one in force already."""
    with store.session() as session:
        _, policy = policy_in_force(session)
        rule = policy.screening.imports
        limits = Limits(rule.fetch_within_seconds, rule.largest_file_mb * 1_000_000)
        known = _known_marks(session, source, address)
    first: Marks | None = None
    for one in address.addresses:
        marks = fetch(one, _place_for(one, folder), limits=limits, known=known)
        if marks is None:
            return None
        first = first or marks
    return first


def _known_marks(session: Session, source: str, address: ListAddress) -> Marks:
    """Return the marks of the file in force; none if another is in force by now, or the list has several files."""
    last = session.get(WatchlistFetch, source)
    in_force = list_queries.list_in_force(session, source)
    if last is None or in_force is None or last.version_id != in_force.id or len(address.addresses) > 1:
        return Marks()
    return (
        Marks(last.etag or "", last.last_modified or "") if last.address == shown(address.addresses[0]) else Marks()
    )


def _place_for(address: str, folder: Path) -> Path:
    """Return where the file of this address goes. Raises `SourceUnavailable` if two of a list bear one name."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name.lstrip(".") or "list"
    place = folder / name
    if place.exists():
        raise SourceUnavailable(f"Two addresses of the list end with «{name}»; give each file its own.")
    return place


def _confirmed(store: Store, source: str, *, now: datetime, by: int | None) -> FetchResult:
    with transaction(store, now=now) as act:
        version = list_queries.list_in_force(act.session, source)
        assert version is not None  # its marks were asked for
        confirm(act, version, by=by, sha256=version.sha256)
        return _note_success(act, version)


def _note_success(
    act: Transaction, version: WatchlistVersion, *, marks: Marks | None = None, address: str | None = None
) -> FetchResult:
    """Write down that the publisher has `version`; without `marks`, those known before still hold."""
    last = _last_fetch(act, version.source)
    last.tried_at = last.succeeded_at = act.now
    last.problem, last.version_id = None, version.id
    last.outcome = FetchOutcome.IMPORTED if version.imported_at == act.now else FetchOutcome.CONFIRMED
    if marks is not None:
        last.etag, last.last_modified, last.address = marks.etag or None, marks.last_modified or None, address
    what = "a new version is in force" if last.outcome is FetchOutcome.IMPORTED else "nothing has changed"
    return FetchResult(version.source, last.outcome, f"«{version.title}»: {what}, {version.entry_count} entries.")


def _last_fetch(act: Transaction, source: str) -> WatchlistFetch:
    """Return the row of the list, a new one if it was never fetched."""
    queries.lock_key(act.session, f"list:{source}")
    last = act.session.get(WatchlistFetch, source)
    if last is None:
        last = WatchlistFetch(source=source, tried_at=act.now, outcome=FetchOutcome.FAILED)
        act.session.add(last)
    return last
