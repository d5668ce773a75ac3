"""Named questions about partners that are compared again because a list has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.case import ENDS, Case, Stage
from models.proposal import Proposal
from models.rescreening import Rescreening
from models.watchlist import ListedEntry, WatchlistVersion


def last_finished(session: Session, source: str) -> Rescreening | None:
    """Return the newest re-screening against a version of this list that came to its end, None before the first."""
    query = (
        select(Rescreening)
        .join(WatchlistVersion, col(WatchlistVersion.id) == col(Rescreening.version_id))
        .where(WatchlistVersion.source == source, col(Rescreening.finished_at).is_not(None))
        .order_by(col(Rescreening.id).desc())
    )
    return session.exec(query).first()


def cut_off(session: Session, *, version: int, since: int | None) -> Rescreening | None:
    """Return the re-screening of this version since that one that has not come to its end, None if there is none."""
    query = select(Rescreening).where(
        Rescreening.version_id == version,
        col(Rescreening.since_id).is_not_distinct_from(since),
        col(Rescreening.finished_at).is_(None),
    )
    return session.exec(query).first()


def changed_entries(session: Session, *, since: int | None, version: int) -> Iterator[dict[str, Any]]:
    """Yield what the entries say that the list `version` has and the one `since` had not, or not so.

    All of them if `since` is None. One that was kept before digests were counts as changed.
    """
    before = aliased(ListedEntry)
    same_key = and_(col(before.version_id) == since, col(before.entry_key) == col(ListedEntry.entry_key))
    is_new = col(before.digest).is_distinct_from(col(ListedEntry.digest))
    query = (
        select(ListedEntry.content)
        .join(before, same_key, isouter=True)
        .where(ListedEntry.version_id == version, or_(is_new, col(ListedEntry.digest).is_(None)))
        .order_by(col(ListedEntry.id))
    )
    for content in session.exec(query.execution_options(yield_per=500)):
        yield dict(content)


class LivePartner(NamedTuple):
    """The partner of a case that has not come to an end, as its proposal in force describes it."""

    case: int
    reference: str
    partner: dict[str, Any]


_IS_LIVE = col(Case.stage).not_in([*ENDS, Stage.DRAFT])


def live_partners_left(session: Session, *, after: int) -> int:
    """Return how many live cases there are behind the case of number `after`."""
    return session.exec(select(func.count()).select_from(Case).where(col(Case.id) > after, _IS_LIVE)).one()


def live_partners(session: Session, *, after: int, limit: int) -> list[LivePartner]:
    """Return the partners of the next `limit` live cases behind the case of number `after`, by number of the case."""
    in_force = and_(col(Proposal.case_id) == col(Case.id), col(Proposal.version) == col(Case.proposal_version))
    query = (
        select(Case.id, Case.reference, col(Proposal.content)["partner"])
        .join(Proposal, in_force)
        .where(col(Case.id) > after, _IS_LIVE)
        .order_by(col(Case.id))
        .limit(limit)
    )
    return [LivePartner(number or 0, reference, partner) for number, reference, partner in session.exec(query)]
