"""Sessions: opened when somebody signs in, looked up at every page, ended by whatever takes away the trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from approvals.casework.rights import Right, require
from approvals.casework.sign_in_rules import SessionRules
from approvals.casework.telling import told
from approvals.errors import NotFound
from approvals.services.secret import derived, digest_of, new_secret
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries, sign_in_queries
from approvals.store.engine import Store
from models.session import DeskSession, SessionEnding, SignInMethod
from models.user import User

LONGEST_PROGRAM = 200


@dataclass(frozen=True)
class Browser:
    """From where somebody signs in: the network address, and what the browser calls itself."""

    address: str
    program: str


@dataclass(frozen=True)
class OpenedSession:
    """A session just opened. Only the browser gets `secret`, and only now."""

    secret: str
    session: DeskSession
    user: User


@dataclass(frozen=True)
class CurrentSession:
    """A session in use: whose it is, and what every form of it must bring back."""

    session: DeskSession
    user: User
    csrf: str


def open_session(
    act: Transaction,
    user: User,
    method: SignInMethod,
    *,
    browser: Browser,
    rules: SessionRules,
    replaces: str | None = None,
) -> OpenedSession:
    """Open a session under a new secret, end the one of the same browser, and return it with the secret."""
    if replaces:
        _end_by_secret(act, replaces, SessionEnding.REPLACED)
    secret = new_secret()
    session = DeskSession(
        user_id=user.id or 0,
        secret_sha256=digest_of(secret),
        method=method,
        address=browser.address,
        program=browser.program[:LONGEST_PROGRAM],
        opened_at=act.now,
        last_seen_at=act.now,
        expires_at=act.now + rules.longest,
    )
    act.session.add(session)
    act.session.flush()
    act.record("SignedIn", by=user.id, payload={"session": session.id, "method": str(method)})
    return OpenedSession(secret, session, user)


def current_session(store: Store, secret: str, *, rules: SessionRules, now: datetime) -> CurrentSession | None:
    """Return the open session the secret belongs to; None if there is none any more.

    Writes nothing into the trail. When it was last used is noted every few minutes.
    """
    with store.session() as session:
        found = sign_in_queries.session_by_secret(session, digest_of(secret), now=now, used_since=now - rules.idle)
    if found is None:
        return None
    used, user = found
    if now - used.last_seen_at >= rules.noted_every:
        _note_use(store, used, now)
    return CurrentSession(used, user, csrf_of(secret))


def csrf_of(secret: str) -> str:
    """Return what every form must bring back that is sent in the session of this secret."""
    return derived(secret, "csrf")


def sign_out(store: Store, secret: str, *, now: datetime) -> None:
    """End the session of this secret. One that has ended, or that nobody holds, changes nothing."""
    with transaction(store, now=now) as act:
        _end_by_secret(act, secret, SessionEnding.SIGNED_OUT)


def my_sessions(store: Store, *, by: User, rules: SessionRules, now: datetime) -> Sequence[DeskSession]:
    """Return the sessions in which `by` is signed in, the one used last first."""
    with store.session() as session:
        return sign_in_queries.open_sessions_of(session, by.id or 0, now=now, used_since=now - rules.idle)


def end_my_session(store: Store, number: int, *, by: User, now: datetime) -> None:
    """End one of one's own sessions. Raises `NotFound` if `by` has no open one of that number."""
    with transaction(store, now=now) as act:
        ended = [one for one in _unended(act, by) if one.id == number]
        if not ended:
            raise NotFound(told("There is no such session of yours; it may have ended already."))
        _end(act, ended, SessionEnding.BY_ONESELF, of=by, by=by)


def end_my_other_sessions(store: Store, *, but: int, by: User, now: datetime) -> int:
    """End all of one's own sessions but the one of this number, and return how many."""
    with transaction(store, now=now) as act:
        ended = [one for one in _unended(act, by) if one.id != but]
        return _end(act, ended, SessionEnding.BY_ONESELF, of=by, by=by)


def end_sessions_of(store: Store, email: str, *, by: User, now: datetime) -> int:
    """End all sessions of the person with this address, as an administrator, and return how many.

    Raises `NotAllowed` if `by` does not manage people, `NotFound` if nobody has the address.
    """
    require(by, Right.MANAGE_USERS)
    with transaction(store, now=now) as act:
        user = queries.user_by_email(act.session, email)
        if user is None:
            raise NotFound(told("Nobody has the address {email}; the list of people shows all.", email=email))
        return end_all_sessions(act, user, SessionEnding.BY_ADMINISTRATOR, by=by)


def end_all_sessions(act: Transaction, user: User, because: SessionEnding, *, by: User | None) -> int:
    """End all sessions of `user` in the caller's transaction, and return how many."""
    return _end(act, _unended(act, user), because, of=user, by=by)


def _unended(act: Transaction, user: User) -> Sequence[DeskSession]:
    return sign_in_queries.unended_sessions_of(act.session, user.id or 0)


def _end(
    act: Transaction, sessions: Sequence[DeskSession], because: SessionEnding, *, of: User, by: User | None
) -> int:
    for one in sessions:
        one.ended_at, one.ended_because = act.now, because
    numbers = [one.id for one in sessions if one.expires_at > act.now]
    if numbers:
        payload = {"user": of.id, "sessions": numbers, "because": str(because)}
        act.record("SessionsEnded", by=by.id if by else None, payload=payload)
    return len(numbers)


def _end_by_secret(act: Transaction, secret: str, because: SessionEnding) -> None:
    ended = sign_in_queries.unended_session_by_secret(act.session, digest_of(secret))
    if ended is not None:
        ended.ended_at, ended.ended_because = act.now, because
        act.record("SignedOut", by=ended.user_id, payload={"session": ended.id, "because": str(because)})


def _note_use(store: Store, used: DeskSession, now: datetime) -> None:
    with transaction(store, now=now) as act:
        sign_in_queries.note_use_of_session(act.session, used.id or 0, now=now)
