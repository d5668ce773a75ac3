"""Named questions about the lists we screen against."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.event import Event
from models.user import Role, User
from models.watchlist import ListedEntry, WatchlistFetch, WatchlistPart, WatchlistVersion


def lists_in_force(session: Session) -> Sequence[WatchlistVersion]:
    """Return the list versions screenings use, by source; empty when none was imported."""
    query = select(WatchlistVersion).where(col(WatchlistVersion.in_force)).order_by(col(WatchlistVersion.source))
    return session.exec(query).all()


def list_in_force(session: Session, source: str) -> WatchlistVersion | None:
    """Return the version of the list that screenings use, None if none was imported."""
    query = select(WatchlistVersion).where(WatchlistVersion.source == source, col(WatchlistVersion.in_force))
    return session.exec(query).first()


def list_version(session: Session, *, source: str, sha256: str) -> WatchlistVersion | None:
    """Return the version of the list that was read from this file, None if it never was."""
    query = select(WatchlistVersion).where(WatchlistVersion.source == source, WatchlistVersion.sha256 == sha256)
    return session.exec(query).first()


def entries_of(session: Session, lists: Sequence[WatchlistVersion]) -> Iterator[dict[str, Any]]:
    """Yield what the entries of these list versions say, in the order they were kept."""
    query = select(ListedEntry.content).where(col(ListedEntry.version_id).in_([version.id for version in lists]))
    for content in session.exec(query.order_by(col(ListedEntry.id)).execution_options(yield_per=500)):
        yield dict(content)


@dataclass(frozen=True)
class Changes:
    """How many entries came, went, and say something else than before."""

    added: int
    removed: int
    changed: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


# An entry kept before digests were counts as changed, for nobody knows whether it did.
_CHANGES = text("""
    SELECT count(*) FILTER (WHERE before.entry_key IS NULL),
           count(*) FILTER (WHERE after.entry_key IS NULL),
           count(*) FILTER (WHERE before.entry_key = after.entry_key AND
                                  (before.digest = after.digest) IS NOT TRUE)
    FROM (SELECT entry_key, digest FROM listed_entry WHERE version_id = :before) AS before
    FULL JOIN (SELECT entry_key, digest FROM listed_entry WHERE version_id = :after) AS after USING (entry_key)
""")


def changes_between(session: Session, *, before: int | None, after: int | None) -> Changes:
    """Return what changed between two versions of a list, by their numbers; without a version before, all is new."""
    added, removed, changed = session.connection().execute(_CHANGES, {"before": before, "after": after}).one()
    return Changes(added, removed, changed)


def raw_file(session: Session, version: WatchlistVersion) -> Iterator[bytes]:
    """Yield the file the version was read from, in pieces; nothing for versions from before files were kept."""
    query = select(WatchlistPart.content).where(WatchlistPart.version_id == version.id)
    for content in session.exec(query.order_by(col(WatchlistPart.number)).execution_options(yield_per=1)):
        yield zlib.decompress(content)


def last_fetches(session: Session) -> dict[str, WatchlistFetch]:
    """Return how the last fetching of each list ended, by source; empty when none was ever fetched."""
    return {fetch.source: fetch for fetch in session.exec(select(WatchlistFetch))}


def told_of_missing(session: Session, source: str, *, since: datetime) -> bool:
    """Tell whether administrators were told after `since` that the list was never imported."""
    said = (Event.kind == "ListMissing", col(Event.payload)["source"].astext == source, col(Event.at) > since)
    return session.exec(select(Event.seq).where(*said).limit(1)).first() is not None


def administrators(session: Session) -> Sequence[User]:
    """Return the administrators whose account is open, by name."""
    query = select(User).where(col(User.is_active), col(User.roles).contains([str(Role.ADMINISTRATOR)]))
    return session.exec(query.order_by(col(User.name))).all()
