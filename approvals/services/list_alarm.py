"""Telling administrators that a list has grown older than the policy allows."""

from __future__ import annotations

from datetime import datetime, timedelta

from approvals.casework.policy.screening import ListRule
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Letter, transaction
from approvals.services.watchlists import as_known
from approvals.store import list_queries, queries
from approvals.store.engine import Store
from models.watchlist import WatchlistVersion


def tell_of_stale_lists(store: Store, *, now: datetime) -> int:
    """Write to the administrators about each list that is too old, and return how many lists that were.

    Of a version they were told of already they are told again only after the days the policy names. Raises
    `SourceUnavailable` if no policy is in force.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "list alarm")
        _, policy = policy_in_force(act.session)
        rules = {rule.key: rule for rule in policy.screening.lists}
        again_after = timedelta(days=policy.screening.imports.alarm_again_after_days)
        fetches = list_queries.last_fetches(act.session)
        told = 0
        for version in list_queries.lists_in_force(act.session):
            rule, age = rules.get(version.source), (now.date() - as_known(version).as_of).days
            if rule is None or age <= rule.maximum_age_days or _was_told(version, now - again_after):
                continue
            version.alarmed_at = now
            fetch = fetches.get(version.source)
            body = _body(version, rule, age, fetch.problem if fetch else None)
            letters = [
                Letter(one.email, f"The list {version.source} is too old", body)
                for one in list_queries.administrators(act.session)
            ]
            payload = {"source": version.source, "version": version.sha256, "age_days": age}
            act.record("ListGrewTooOld", payload=payload, letters=letters)
            told += 1
        return told


def _was_told(version: WatchlistVersion, since: datetime) -> bool:
    return version.alarmed_at is not None and version.alarmed_at > since


def _body(version: WatchlistVersion, rule: ListRule, age: int, problem: str | None) -> str:
    why = f"The last fetching from its publisher failed: {problem}\n" if problem else ""
    return (
        f"The list «{version.title}» is {age} days old; {rule.maximum_age_days} are allowed ({rule.source}).\n"
        f"Until it is renewed or confirmed, no screening is clear.\n{why}\n"
        f"Fetch it with `approvals list fetch {version.source}`, or get the newest file from its publisher and type\n"
        f"`approvals list import FILE --format {version.list_format or 'FORMAT'} --source {version.source}`.\n"
    )
