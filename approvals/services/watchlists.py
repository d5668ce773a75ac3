"""The lists we screen against: importing a version, seeing how old they are, searching for a name."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from sqlmodel import Session

from approvals.casework.policy import Policy
from approvals.casework.policy.screening import ListRule
from approvals.casework.rights import Right, require
from approvals.errors import SourceUnavailable
from approvals.screening.checks import ListInForce
from approvals.screening.lists import Identifier, Listed, ListedKind, open_list
from approvals.screening.matching import Match, NameIndex
from approvals.services.list_import import take_in
from approvals.services.policies import policy_in_force
from approvals.store import list_queries
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from models.user import User
from models.watchlist import WatchlistVersion


def import_list(
    store: Store,
    file: Path,
    *,
    list_format: str,
    by: User,
    now: datetime,
    source: str | None = None,
    title: str | None = None,
    although_smaller: bool = False,
    although_older: str = "",
) -> WatchlistVersion:
    """Read the list in `file`, put it in force in place of the version of the same source before it, and return it.

    A list in which nothing has changed is confirmed: its age counts from `now`, and `confirmed_at` says so. Raises
    `NotAllowed` if `by` imports no lists, `SourceUnavailable` if the file cannot be used, or lost more than policy
    believes and `by` does not say that it is right `although_smaller`, or is older than the version in force and `by`
    gives no reason why it is right `although_older`; then the version before stays in force.
    """
    require(by, Right.IMPORT_LIST)
    with open_list(list_format, file, source=source, title=title or known_title(store, source)) as received:
        return take_in(
            store,
            received,
            by=by.id,
            now=now,
            although_smaller=although_smaller,
            although_older=although_older.strip(),
        )


def known_title(store: Store, source: str | None) -> str | None:
    """Return how the policy calls the list `source`, its short name if the policy does not name it, None without."""
    if source is None:
        return None
    with store.session() as session:
        _, policy = policy_in_force(session)
    return next((rule.title for rule in policy.screening.lists if rule.key == source), source)


def export_list(store: Store, source: str, into: Path, *, by: User) -> WatchlistVersion:
    """Write the file the list in force was read from to `into`, as its authority sent it, and return the version.

    Raises `NotAllowed` if `by` imports no lists, `SourceUnavailable` if no such list is in force, its file was not
    kept, or `into` cannot be written.
    """
    require(by, Right.IMPORT_LIST)
    with store.session() as session:
        version = list_queries.list_in_force(session, source)
        if version is None:
            raise SourceUnavailable(f"No list «{source}» is in force; look at the lists there are.")
        digest = hashlib.sha256()
        try:
            with into.open("wb") as file:
                for piece in list_queries.raw_file(session, version):
                    digest.update(piece)
                    file.write(piece)
        except OSError as exc:
            raise SourceUnavailable(f"{into} cannot be written: {exc.strerror or exc}.") from exc
    if digest.hexdigest() != version.sha256:
        into.unlink()
        raise SourceUnavailable(f"The file of «{version.title}» was not kept; it was imported by an earlier version.")
    return version


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
    dated_on: date | None = None
    """The authority's own date, None if the file bears none."""
    confirmed_on: date | None = None
    """The day somebody last looked and the list had not changed."""
    problem: str | None = None
    """Why the last fetching from its publisher failed, None if it did not."""

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
    """Return each list the policy names, then those in force or fetched besides.

    Raises `SourceUnavailable` if no policy is in force.
    """
    with store.session() as session:
        _, policy = policy_in_force(session)
        versions = {version.source: as_known(version) for version in lists_in_force(session)}
        problems = {source: fetch.problem for source, fetch in list_queries.last_fetches(session).items()}
    named = {rule.key: rule for rule in policy.screening.lists}
    return [
        replace(_status(source, named.get(source), versions.get(source), today), problem=problems.get(source))
        for source in dict.fromkeys([*named, *versions, *problems])
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
        dated_on=version.dated_on if version else None,
        confirmed_on=version.confirmed_on if version else None,
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
        confirmed_on=version.confirmed_at.date() if version.confirmed_at else None,
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
            entries = map(Listed.from_dict, list_queries.entries_of(session, lists))
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
    born_on: date | None = None,
    identifiers: tuple[Identifier, ...] = (),
) -> tuple[list[Match], list[ListInForce]]:
    """Return the listed entries that need a look, best first, and the lists that were searched. Nothing is kept.

    Raises `NotAllowed` if `by` screens no names, `SourceUnavailable` if no list is in force: no list is no answer.
    """
    require(by, Right.SCREEN_NAME)
    with store.session() as session:
        lists = lists_in_force(session)
        if not lists:
            raise SourceUnavailable(
                "No list is in force, so nothing can be screened; an administrator must import one."
            )
        _, policy = policy_in_force(session)
        matches = name_index(session, lists, policy).search(
            name, kind=kind, country=country, birth_year=birth_year, born_on=born_on, identifiers=identifiers
        )
        return matches, [as_known(version) for version in lists]
