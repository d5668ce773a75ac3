"""Telling administrators that a list has grown older than the policy allows, or is missing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from approvals.casework.policy.screening import ListRule
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Letter, Transaction, transaction
from approvals.services.watchlists import as_known
from approvals.store import list_queries, queries
from approvals.store.engine import Store
from models.watchlist import WatchlistVersion


def tell_of_stale_lists(store: Store, *, now: datetime) -> int:
    """Write to the administrators about each list that is too old, and each required one that was never imported.

    Returns how many lists that were. Of one they were told of already they are told again only after the days the
    policy names. Raises `SourceUnavailable` if no policy is in force.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "list alarm")
        _, policy = policy_in_force(act.session)
        told_since = now - timedelta(days=policy.screening.imports.alarm_again_after_days)
        there = {version.source: version for version in list_queries.lists_in_force(act.session)}
        problems = {source: fetch.problem for source, fetch in list_queries.last_fetches(act.session).items()}
        told = 0
        for rule in policy.screening.lists:
            version, problem = there.get(rule.key), problems.get(rule.key)
            if version is None:
                told += _tell_of_missing(act, rule, problem, told_since=told_since)
            else:
                told += _tell_of_old(act, rule, version, problem, told_since=told_since)
        return told


def _tell_of_old(
    act: Transaction, rule: ListRule, version: WatchlistVersion, problem: str | None, *, told_since: datetime
) -> bool:
    age = (act.now.date() - as_known(version).as_of).days
    if age <= rule.maximum_age_days or _was_told(version, told_since):
        return False
    version.alarmed_at = act.now
    payload = {"source": version.source, "version": version.sha256, "age_days": age}
    facts = {
        "title": version.title,
        "age_days": age,
        "allowed_days": rule.maximum_age_days,
        "format": version.list_format,
        **_facts(rule, problem),
    }
    _tell(act, "ListGrewTooOld", payload, message="list_too_old", facts=facts)
    return True


def _tell_of_missing(act: Transaction, rule: ListRule, problem: str | None, *, told_since: datetime) -> bool:
    if not rule.required or list_queries.told_of_missing(act.session, rule.key, since=told_since):
        return False
    facts = {"title": rule.title, "format": None, **_facts(rule, problem)}
    _tell(act, "ListMissing", {"source": rule.key}, message="list_missing", facts=facts)
    return True


def _tell(
    act: Transaction, event: str, payload: Mapping[str, Any], *, message: str, facts: Mapping[str, Any]
) -> None:
    letters = [Letter(one.email, message, facts) for one in list_queries.administrators(act.session)]
    act.record(event, payload=payload, letters=letters)


def _was_told(version: WatchlistVersion, since: datetime) -> bool:
    return version.alarmed_at is not None and version.alarmed_at > since


def _facts(rule: ListRule, problem: str | None) -> dict[str, Any]:
    return {"key": rule.key, "source": rule.source, "problem": problem}
