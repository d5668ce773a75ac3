"""Taking in a list: its entries are read and kept one by one, and all of them or none are put in force.

One transaction holds the whole import, so that a file which shows only at its last line that it cannot be trusted
leaves nothing behind, and the version before stays in force meanwhile and afterwards.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert

from approvals.casework.policy.screening import ImportRule
from approvals.errors import SourceUnavailable
from approvals.screening.lists import Listed, ListFile, check_shrinkage
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction, transaction
from approvals.store import list_queries, queries
from approvals.store.engine import Store
from approvals.store.list_queries import Changes
from models.watchlist import ListedEntry, WatchlistPart, WatchlistVersion

BATCH = 500
"""Entries kept at a time; memory does not grow with the list."""


def take_in(
    store: Store,
    received: ListFile,
    *,
    by: int | None,
    now: datetime,
    from_publisher: bool = False,
    although_smaller: bool = False,
    although_older: str = "",
) -> WatchlistVersion:
    """Put `received` in force in place of the version of the same list before it, and return the version in force.

    If nothing in the list has changed since, the version in force is confirmed instead: its age counts from `now`. So
    it does for a list that comes straight `from_publisher`. Raises `SourceUnavailable` if the file cannot be used, or
    lost more entries or names than policy believes and nobody said that it is right `although_smaller`, or is older
    than the version in force and nobody gave a reason why it is right `although_older`.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"list:{received.source}")
        before = list_queries.list_in_force(act.session, received.source)
        if before is not None and before.sha256 == received.sha256:
            return confirm(act, before, by=by, sha256=received.sha256)
        seen_before = list_queries.list_version(act.session, source=received.source, sha256=received.sha256)
        savepoint = act.session.begin_nested()
        version = seen_before or _kept(act, received)
        if before is not None and not although_older:
            _refuse_what_is_older(before, version, was_replaced=seen_before is not None and not from_publisher)
        changes = list_queries.changes_between(act.session, before=before.id if before else None, after=version.id)
        if before is not None and not changes:
            savepoint.rollback()
            return confirm(act, before, by=by, sha256=received.sha256)
        savepoint.commit()
        if before is not None and not although_smaller:
            _, policy = policy_in_force(act.session)
            _refuse_what_shrank(before, version, policy.screening.imports)
        _put_in_force(act, before, version, from_publisher=from_publisher)
        said = {"although_smaller": although_smaller, "although_older": although_older}
        _record_import(act, version, changes, by=by, said=said)
    return version


def confirm(act: Transaction, version: WatchlistVersion, *, by: int | None, sha256: str) -> WatchlistVersion:
    """Note that the list was looked at, in the file of that digest, and had not changed; return its version."""
    version.confirmed_at, version.alarmed_at = act.now, None
    payload = {"source": version.source, "version": version.sha256, "file": sha256}
    act.record("ListConfirmed", by=by, payload=payload)
    return version


def _kept(act: Transaction, received: ListFile) -> WatchlistVersion:
    """Keep the entries of the list and its file, and return the version, which is not yet in force."""
    version = WatchlistVersion(
        source=received.source,
        title=received.title,
        sha256=received.sha256,
        list_format=received.list_format,
        entry_count=0,
        in_force=False,
        imported_at=act.now,
    )
    act.session.add(version)
    act.session.flush()
    entries = names = 0
    for batch in _batches(received.entries(), BATCH):
        rows = [
            {
                "version_id": version.id,
                "entry_key": entry.key,
                "content": entry.as_dict(),
                "digest": entry.digest,
            }
            for entry in batch
        ]
        act.session.connection().execute(insert(ListedEntry), rows)
        entries, names = entries + len(batch), names + sum(len(entry.names) for entry in batch)
    for number, piece in enumerate(received.pieces(), start=1):
        row = {"version_id": version.id, "number": number, "content": zlib.compress(piece)}
        act.session.connection().execute(insert(WatchlistPart), row)
    version.entry_count, version.name_count, version.dated_on = entries, names, received.dated_on
    act.session.flush()
    return version


def _batches(entries: Iterable[Listed], size: int) -> Iterator[list[Listed]]:
    entries = iter(entries)
    while batch := list(itertools.islice(entries, size)):
        yield batch


def _refuse_what_shrank(before: WatchlistVersion, now: WatchlistVersion, rule: ImportRule) -> None:
    counts = ((before.entry_count, now.entry_count, "entries"), (before.name_count, now.name_count, "names"))
    for earlier, later, what in counts:
        check_shrinkage(now.title, before=earlier or 0, now=later or 0, of=what, largest_share=rule.largest_shrinkage)


def _refuse_what_is_older(before: WatchlistVersion, now: WatchlistVersion, *, was_replaced: bool) -> None:
    """Raise `SourceUnavailable` if the authority dated `now` before; without dates, if it was replaced already."""
    advice = "Get the newest file; if the authority did take one back, say so with --older-is-right and the reason."
    if now.dated_on and before.dated_on:
        if now.dated_on < before.dated_on:
            raise SourceUnavailable(
                f"The file of «{now.title}» is dated {now.dated_on}, the list in force {before.dated_on}. {advice}"
            )
    elif was_replaced:
        replaced = f"was in force from {now.imported_at:%Y-%m-%d} and was replaced"
        raise SourceUnavailable(f"The file of «{now.title}» {replaced}. {advice}")


def _put_in_force(
    act: Transaction, before: WatchlistVersion | None, version: WatchlistVersion, *, from_publisher: bool
) -> None:
    if before is not None:
        before.in_force = False
        act.session.flush()
    version.in_force, version.imported_at, version.alarmed_at = True, act.now, None
    version.confirmed_at = act.now if from_publisher else None


def _record_import(
    act: Transaction, version: WatchlistVersion, changes: Changes, *, by: int | None, said: Mapping[str, object]
) -> None:
    payload = {
        "source": version.source,
        "file": version.sha256,
        "dated_on": version.dated_on.isoformat() if version.dated_on else None,
        "entries": version.entry_count,
        **asdict(changes),
        **{name: value for name, value in said.items() if value},
    }
    act.record("ListImported", by=by, payload=payload)
