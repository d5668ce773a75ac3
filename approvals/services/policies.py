"""The policy in force: publishing it, and finding the version a case started with."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from approvals.casework.policy import Policy, policy_from_document
from approvals.casework.rights import Right, require
from approvals.errors import SourceUnavailable
from approvals.services.transaction import transaction
from approvals.store.engine import Store
from approvals.store.trail import digest
from models.office import Office
from models.policy import PolicyVersion
from models.user import User


def publish_policy(store: Store, policy: Policy, *, by: User | None, now: datetime) -> str:
    """Put `policy` in force for cases submitted from now on and return its hash.

    `by` is None only at installation, when there is nobody yet. Publishing what is already in force changes nothing.
    Raises `NotAllowed` if `by` may not publish.
    """
    if by is not None:
        require(by, Right.PUBLISH_POLICY)
    document = policy.as_document()
    sha256 = digest(document)
    with transaction(store, now=now) as act:
        newest = _newest(act.session)
        if newest is not None and newest.sha256 == sha256:
            return sha256
        known = act.session.get(PolicyVersion, sha256)
        if known is None:
            version = PolicyVersion(
                sha256=sha256, content=document, published_at=now, published_by=by.id if by else None
            )
            act.session.add(version)
        else:
            known.published_at, known.published_by = now, by.id if by else None
        _keep_offices(act.session, policy)
        act.record("PolicyPublished", by=by.id if by else None, payload={"policy_hash": sha256})
    return sha256


def policy_in_force(session: Session) -> tuple[str, Policy]:
    """Return the newest policy with its hash. Raises `SourceUnavailable` if none was ever published."""
    newest = _newest(session)
    if newest is None:
        raise SourceUnavailable("No policy is in force; publish one with `approvals db upgrade`.")
    return newest.sha256, policy_of(session, newest.sha256)


def in_force(store: Store) -> str | None:
    """Return the hash of the policy in force, None if none was ever published."""
    with store.session() as session:
        newest = _newest(session)
        return newest.sha256 if newest else None


def policy_of(session: Session, sha256: str) -> Policy:
    """Return the policy published under this hash; a case keeps the one it started with."""
    cached = _PARSED.get(sha256)
    if cached is None:
        version = session.get(PolicyVersion, sha256)
        assert version is not None
        cached = _PARSED[sha256] = policy_from_document(version.content)
    return cached


# Published versions never change, so a parsed one stays right for the life of the process.
_PARSED: dict[str, Policy] = {}


def _newest(session: Session) -> PolicyVersion | None:
    return session.exec(select(PolicyVersion).order_by(col(PolicyVersion.published_at).desc())).first()


def _keep_offices(session: Session, policy: Policy) -> None:
    """Enter the policy's offices, parents first; an office that left the policy stays, as old cases name it."""
    waiting = list(policy.organisation.offices)
    while waiting:
        entry = next(office for office in waiting if office.parent not in {other.code for other in waiting})
        waiting.remove(entry)
        office = Office(
            code=entry.code,
            name=entry.name,
            kind=entry.kind,
            parent_code=entry.parent,
            countries=list(entry.countries),
        )
        session.merge(office)
        session.flush()
