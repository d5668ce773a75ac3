"""The policy in force: proposing a version, publishing it as a second person, and finding the one a case keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from approvals.casework.plain_text import faults_of_text
from approvals.casework.policy import Policy, policy_from_document
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import DutiesConflict, Fault, Faulty, NotFound, SourceUnavailable, WrongStage
from approvals.services.transaction import Transaction, transaction
from approvals.store import policy_queries, queries
from approvals.store.engine import Store
from approvals.store.trail import digest
from models.office import Office
from models.policy import PolicyPublication, PolicyVersion
from models.user import User


def install_policy(store: Store, policy: Policy, *, now: datetime) -> str | None:
    """Put `policy` in force where none is yet, and return its hash; None if one is in force already.

    This is how an installation gets its first policy, when there is nobody to propose or publish one.
    """
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "policy")
        if policy_queries.newest_publication(act.session) is not None:
            return None
        entry = PolicyPublication(
            policy_hash=_kept(act.session, policy), reason=told("at installation"), proposed_at=now, published_at=now
        )
        act.session.add(entry)
        _take_effect(act, entry, by=None)
        return entry.policy_hash


def propose_policy(store: Store, policy: Policy, *, reason: str, by: User, now: datetime) -> PolicyPublication:
    """Keep `policy` for another person to publish, and return what waits for them.

    Proposing again what waits already changes nothing. Raises `NotAllowed` if `by` does not publish policies,
    `Faulty` if there is no reason or the policy is in force already.
    """
    require(by, Right.PUBLISH_POLICY)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "policy")
        sha256 = _kept(act.session, policy)
        _refuse_what_needs_no_proposal(act.session, sha256, reason)
        waiting = policy_queries.waiting_publication(act.session, sha256)
        if waiting is not None:
            return waiting
        entry = PolicyPublication(policy_hash=sha256, reason=reason.strip(), proposed_by=by.id, proposed_at=now)
        act.session.add(entry)
        act.session.flush()
        act.record(
            "PolicyProposed", by=by.id, payload={"policy_hash": sha256, "number": entry.id, "reason": entry.reason}
        )
        return entry


def _refuse_what_needs_no_proposal(session: Session, sha256: str, reason: str) -> None:
    faults = []
    faults += faults_of_text("reason", reason, if_empty=told("say why; the person who publishes it will read it"))
    newest = policy_queries.newest_publication(session)
    if newest is not None and newest.policy_hash == sha256:
        faults.append(
            Fault("policy", told("is in force already ({sha256}); change a file first", sha256=sha256[:12]))
        )
    if faults:
        raise Faulty(told("The policy was not proposed."), faults)


def publish_policy(store: Store, number: int, *, by: User, now: datetime) -> PolicyPublication:
    """Put the proposed policy of that number in force for cases submitted from now on, and return its entry.

    Publishing what is in force already changes nothing. Raises `NotAllowed` if `by` does not publish policies,
    `DutiesConflict` if `by` proposed it, `NotFound` if nothing of that number was proposed, `WrongStage` if another
    policy was published since it was proposed: then it rests on rules that are no longer there.
    """
    require(by, Right.PUBLISH_POLICY)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "policy")
        entry = act.session.get(PolicyPublication, number)
        if entry is None:
            raise NotFound(
                told("No policy was proposed under number {number}; look at the list of policies.", number=number)
            )
        newest = policy_queries.newest_publication(act.session)
        if newest is not None and newest.id == entry.id:
            return entry
        _refuse_outdated(entry, newest)
        if entry.proposed_by == by.id:
            raise DutiesConflict(
                told(
                    "{name} proposed policy {number} and cannot also publish it; ask another administrator.",
                    name=by.name,
                    number=number,
                )
            )
        entry.published_by, entry.published_at = by.id, now
        _take_effect(act, entry, by=by)
        return entry


def _refuse_outdated(entry: PolicyPublication, newest: PolicyPublication | None) -> None:
    if entry.published_at is not None:
        raise WrongStage(
            told("Policy {entry} was in force before; propose it again to put it back in force.", entry=entry.id)
        )
    if newest is not None and newest.published_at is not None and newest.published_at > entry.proposed_at:
        raise WrongStage(
            told(
                "Policy {newest} was published after {entry} was proposed, and would be lost; put "
                "both changes into the files and propose them together.",
                newest=newest.id,
                entry=entry.id,
            )
        )


def _take_effect(act: Transaction, entry: PolicyPublication, *, by: User | None) -> None:
    _keep_offices(act.session, policy_of(act.session, entry.policy_hash))
    act.session.flush()
    payload = {"policy_hash": entry.policy_hash, "number": entry.id}
    act.record("PolicyPublished", by=by.id if by else None, payload=payload)


def _kept(session: Session, policy: Policy) -> str:
    """Keep the content of `policy` under its hash, once, and return the hash."""
    document = policy.as_document()
    sha256 = digest(document)
    if session.get(PolicyVersion, sha256) is None:
        session.add(PolicyVersion(sha256=sha256, content=document))
        session.flush()
    return sha256


@dataclass(frozen=True)
class KnownPolicy:
    """A policy that is, was or may come in force, and the people behind it; empty names are the installation."""

    number: int
    policy_hash: str
    reason: str
    proposed_by: str | None
    proposed_at: datetime
    published_by: str | None
    published_at: datetime | None
    in_force: bool


def policies_known(store: Store, *, by: User) -> list[KnownPolicy]:
    """Return every policy proposed or published, newest first. Raises `NotAllowed` if `by` may not see them."""
    require(by, Right.SEE_POLICIES)
    with store.session() as session:
        newest = policy_queries.newest_publication(session)
        return [
            KnownPolicy(
                number=entry.id or 0,
                policy_hash=entry.policy_hash,
                reason=entry.reason,
                proposed_by=proposer,
                proposed_at=entry.proposed_at,
                published_by=publisher,
                published_at=entry.published_at,
                in_force=newest is not None and entry.id == newest.id,
            )
            for entry, proposer, publisher in policy_queries.publications(session)
        ]


def numbered_policy(store: Store, number: int | None, *, by: User) -> Policy:
    """Return the policy proposed or published under `number`; for None the one in force.

    Raises `NotAllowed` if `by` may not see policies, `NotFound` if there is no such number.
    """
    require(by, Right.SEE_POLICIES)
    with store.session() as session:
        if number is None:
            return policy_in_force(session)[1]
        entry = session.get(PolicyPublication, number)
        if entry is None:
            raise NotFound(
                told("No policy was proposed under number {number}; look at the list of policies.", number=number)
            )
        return policy_of(session, entry.policy_hash)


def policy_in_force(session: Session) -> tuple[str, Policy]:
    """Return the newest policy with its hash. Raises `SourceUnavailable` if none was ever published."""
    newest = policy_queries.newest_publication(session)
    if newest is None:
        raise SourceUnavailable("No policy is in force; publish one with `approvals db upgrade`.")
    return newest.policy_hash, policy_of(session, newest.policy_hash)


def in_force(store: Store) -> str | None:
    """Return the hash of the policy in force, None if none was ever published."""
    with store.session() as session:
        newest = policy_queries.newest_publication(session)
        return newest.policy_hash if newest else None


def policy_of(session: Session, sha256: str) -> Policy:
    """Return the policy kept under this hash; a case keeps the one it started with."""
    cached = _PARSED.get(sha256)
    if cached is None:
        version = session.get(PolicyVersion, sha256)
        assert version is not None
        cached = _PARSED[sha256] = policy_from_document(version.content)
    return cached


# Kept versions never change, so a parsed one stays right for the life of the process.
_PARSED: dict[str, Policy] = {}


def _keep_offices(session: Session, policy: Policy) -> None:
    """Enter the policy's offices, parents first; an office that left the policy stays, as old cases name it."""
    waiting = list(policy.organisation.offices)
    while waiting:
        entry = next(office for office in waiting if office.parent not in {other.code for other in waiting})
        waiting.remove(entry)
        office = session.get(Office, entry.code) or Office(code=entry.code, name=entry.name, kind=entry.kind)
        office.name, office.kind = entry.name, entry.kind
        office.parent_code, office.countries = entry.parent, list(entry.countries)
        office.time_zone = office.time_zone or entry.time_zone  # once there, it is kept as the calendar is
        session.add(office)
        session.flush()
