"""The lists we screen against: importing a version, putting it in force, searching for a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from sqlalchemy import insert
from sqlmodel import Session, col, select

from approvals.casework.policy import Policy
from approvals.casework.policy.screening import ListRule
from approvals.casework.rights import Right, require
from approvals.errors import SourceUnavailable
from approvals.screening.checks import ListInForce
from approvals.screening.lists import ImportedList, Listed, ListedKind, check_shrinkage, read_list
from approvals.screening.matching import Match, NameIndex
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries
from approvals.store.engine import Store
from models.user import User
from models.watchlist import ListedEntry, WatchlistVersion


def import_list(
    store: Store,
    file: Path,
    *,
    list_format: str,
    by: User,
    now: datetime,
    source: str | None = None,
    title: str | None = None,
) -> WatchlistVersion:
    """Read the list in `file` and put it in force, in place of the version of the same source before it.

    Importing a file again changes nothing. Raises `NotAllowed` if `by` imports no lists, `SourceUnavailable` if the
    file cannot be used or lost more entries than policy believes; then the version before stays in force.
    """
    require(by, Right.IMPORT_LIST)
    received = read_list(list_format, file, source=source, title=title)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, f"list:{received.source}")
        before = next((v for v in lists_in_force(act.session) if v.source == received.source), None)
        if before is not None and before.sha256 == received.sha256:
            return before
        _, policy = policy_in_force(act.session)
        check_shrinkage(
            received.title,
            before=before.entry_count if before else 0,
            now=len(received.entries),
            largest_share=policy.screening.imports.largest_shrinkage,
        )
        version = _put_in_force(act, received, before)
        payload = {"source": version.source, "file": version.sha256, "entries": version.entry_count}
        act.record("ListImported", by=by.id, payload=payload)
    return version


def _put_in_force(act: Transaction, received: ImportedList, before: WatchlistVersion | None) -> WatchlistVersion:
    if before is not None:
        before.in_force = False
        act.session.flush()
    earlier = select(WatchlistVersion).where(
        WatchlistVersion.source == received.source, WatchlistVersion.sha256 == received.sha256
    )
    version = act.session.exec(earlier).first()
    if version is not None:
        version.in_force, version.imported_at = True, act.now
        return version
    version = WatchlistVersion(
        source=received.source,
        title=received.title,
        dated_on=received.dated_on,
        sha256=received.sha256,
        entry_count=len(received.entries),
        imported_at=act.now,
    )
    act.session.add(version)
    act.session.flush()
    rows = [
        {"version_id": version.id, "entry_key": entry.key, "content": entry.as_dict()} for entry in received.entries
    ]
    act.session.connection().execute(insert(ListedEntry), rows)
    return version


def lists_in_force(session: Session) -> Sequence[WatchlistVersion]:
    """Return the list versions screenings use, by source; empty when none was imported."""
    query = select(WatchlistVersion).where(col(WatchlistVersion.in_force)).order_by(col(WatchlistVersion.source))
    return session.exec(query).all()


@dataclass(frozen=True)
class ListStatus:
    """A list the policy names, or one that is in force without being named, and whether screenings can rely on it."""

    source: str
    title: str
    required: bool
    entries: int | None
    as_of: date | None
    age_days: int | None
    """None if no version was ever imported."""
    maximum_age_days: int | None

    @property
    def is_fit(self) -> bool:
        """It is in force and not too old."""
        return self.age_days is not None and (self.maximum_age_days is None or self.age_days <= self.maximum_age_days)

    @property
    def verdict(self) -> str:
        """What people should know about it, in a word or two."""
        if self.age_days is None:
            return "missing, but required" if self.required else "not imported"
        return "current" if self.is_fit else f"too old: at most {self.maximum_age_days} days"


def known_lists(store: Store, *, today: date) -> list[ListStatus]:
    """Return each list the policy names, then those in force besides. Raises `SourceUnavailable` without a policy."""
    with store.session() as session:
        _, policy = policy_in_force(session)
        versions = {version.source: as_known(version) for version in lists_in_force(session)}
    named = {rule.key: rule for rule in policy.screening.lists}
    return [
        _status(source, named.get(source), versions.get(source), today)
        for source in dict.fromkeys([*named, *versions])
    ]


def _status(source: str, rule: ListRule | None, version: ListInForce | None, today: date) -> ListStatus:
    title = version.title if version else rule.title if rule else source
    return ListStatus(
        source=source,
        title=title,
        required=rule.required if rule else False,
        entries=version.entry_count if version else None,
        as_of=version.as_of if version else None,
        age_days=(today - version.as_of).days if version else None,
        maximum_age_days=rule.maximum_age_days if rule else None,
    )


def as_known(version: WatchlistVersion) -> ListInForce:
    """Return the version as screenings know it."""
    return ListInForce(
        source=version.source,
        title=version.title,
        dated_on=version.dated_on,
        imported_on=version.imported_at.date(),
        sha256=version.sha256,
        entry_count=version.entry_count,
    )


# The index of the lists in force, kept as long as they and the policy's thresholds are the same: building one takes
# seconds when the lists are long, and every screening needs it.
_kept_index: tuple[tuple[object, ...], NameIndex] | None = None
_building = Lock()


def name_index(session: Session, lists: Sequence[WatchlistVersion], policy: Policy) -> NameIndex:
    """Return the names of `lists`, ready to be searched with the thresholds of `policy`."""
    global _kept_index  # one index a process, see above
    wanted = (tuple(version.sha256 for version in lists), policy.screening.matching)
    with _building:
        if _kept_index is None or _kept_index[0] != wanted:
            rows = session.exec(
                select(ListedEntry.content)
                .where(col(ListedEntry.version_id).in_([version.id for version in lists]))
                .order_by(col(ListedEntry.id))
            )
            entries = [Listed.from_dict(content) for content in rows]
            _kept_index = wanted, NameIndex(entries, policy.screening.matching)
        return _kept_index[1]


def screen_name(
    store: Store,
    name: str,
    *,
    by: User,
    kind: ListedKind | None = None,
    country: str | None = None,
    birth_year: int | None = None,
) -> tuple[list[Match], list[ListInForce]]:
    """Return the listed entries that need a look, best first, and the lists that were searched. Nothing is kept.

    Raises `NotAllowed` if `by` screens no names, `SourceUnavailable` if no list is in force: no list is no answer.
    """
    require(by, Right.SCREEN_NAME)
    with store.session() as session:
        lists = lists_in_force(session)
        if not lists:
            raise SourceUnavailable("No list is in force, so nothing can be screened; see `approvals list import`.")
        _, policy = policy_in_force(session)
        matches = name_index(session, lists, policy).search(name, kind=kind, country=country, birth_year=birth_year)
        return matches, [as_known(version) for version in lists]
