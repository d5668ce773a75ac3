"""Passwords: an administrator invites, the person sets one by the code, and changes it later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.casework.rights import Right, require
from approvals.casework.sign_in_rules import SignInRules
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty, NotFound, SignInRefused
from approvals.services.attempts import count_attempts, subject
from approvals.services.password_hashing import PasswordHashing
from approvals.services.secret import digest_of_code, new_code
from approvals.services.sessions import Browser, OpenedSession, end_all_sessions, open_session
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries, sign_in_queries
from approvals.store.engine import Store
from models.account import Invitation, Password
from models.session import SessionEnding, SignInMethod
from models.user import User

TOO_MANY_CODES = told("There were too many attempts with codes.")
TOO_MANY_CHANGES = told("There were too many attempts to change the password.")
WRONG_CODE = told("is of no use: it was mistyped, used, replaced or has expired. Ask an administrator for a new one")


@dataclass(frozen=True)
class IssuedInvitation:
    """An invitation just issued. Only the administrator sees `code`, and only now."""

    user: User
    code: str
    expires_at: datetime


def invite(store: Store, email: str, *, by: User, rules: SignInRules, now: datetime) -> IssuedInvitation:
    """Issue a code by which the person with this address may set a password, and return it. Earlier codes end.

    Raises `NotAllowed` if `by` does not manage people, `NotFound` if nobody has the address, `Faulty` if the account
    is closed.
    """
    require(by, Right.MANAGE_USERS)
    with transaction(store, now=now) as act:
        user = queries.user_by_email(act.session, email)
        if user is None:
            raise NotFound(told("Nobody has the address {email}; add the person first.", email=email))
        if not user.is_active:
            raise Faulty(
                told("Nobody was invited."), [Fault("email", told("the account of {name} is closed", name=user.name))]
            )
        for earlier in sign_in_queries.unused_invitations(act.session, user.id or 0):
            earlier.used_at = now
        code = new_code()
        expires_at = now + timedelta(hours=rules.passwords.invitation_hours)
        act.session.add(
            Invitation(
                user_id=user.id or 0,
                code_sha256=digest_of_code(code),
                issued_by=by.id,
                issued_at=now,
                expires_at=expires_at,
            )
        )
        act.record("InvitationIssued", by=by.id, payload={"user": user.id})
        return IssuedInvitation(user, code, expires_at)


def set_password(
    store: Store,
    code: str,
    password: str,
    *,
    browser: Browser,
    hashing: PasswordHashing,
    rules: SignInRules,
    now: datetime,
) -> User:
    """Set the password of the person who was invited by this code, end all their sessions, and return them.

    Raises `Faulty` if the code is of no use or the password not good enough, `TooManyAttempts` if codes are
    tried too often.
    """
    with transaction(store, now=now) as act:
        limit = {subject("code from address", browser.address): rules.limits.code_from_address}
        count_attempts(act, limit, what=TOO_MANY_CODES)
    with store.session() as session:
        invitation = sign_in_queries.usable_invitation(session, digest_of_code(code), now=now)
        user = session.get(User, invitation.user_id) if invitation else None
    faults = [] if user is not None and user.is_active else [Fault("code", WRONG_CODE)]
    faults += _faults_of(password, user, rules)
    if faults or user is None:
        raise Faulty(told("No password was set."), faults)
    hashed = hashing.hash(password)
    with transaction(store, now=now) as act:
        invitation = sign_in_queries.usable_invitation(act.session, digest_of_code(code), now=now)
        user = sign_in_queries.locked_user(act.session, user.id or 0)
        if invitation is None or not user.is_active:
            raise Faulty(told("No password was set."), [Fault("code", WRONG_CODE)])
        invitation.used_at = now
        _keep(act, user, hashed)
        end_all_sessions(act, user, SessionEnding.PASSWORD_CHANGED, by=user)
        return user


def change_password(
    store: Store,
    old: str,
    new: str,
    *,
    by: User,
    browser: Browser,
    hashing: PasswordHashing,
    rules: SignInRules,
    now: datetime,
) -> OpenedSession:
    """Change one's own password, end all sessions of it, and return a new one for this browser.

    Raises `Faulty` if the old one is wrong or the new one not good enough, `TooManyAttempts` if the old one is tried
    too often, `SignInRefused` if the account was closed meanwhile.
    """
    with transaction(store, now=now) as act:
        limit = {subject("change of password", str(by.id)): rules.limits.account_from_address}
        count_attempts(act, limit, what=TOO_MANY_CHANGES)
        kept = sign_in_queries.password_of(act.session, by.id)
        kept_hash = kept.hash if kept is not None else None
    faults = [] if hashing.matches(old, kept_hash) else [Fault("old", told("is not the password you have now"))]
    faults += _faults_of(new, by, rules)
    if faults:
        raise Faulty(told("The password was not changed."), faults)
    hashed = hashing.hash(new)
    with transaction(store, now=now) as act:
        user = sign_in_queries.locked_user(act.session, by.id or 0)
        if not user.is_active:
            raise SignInRefused(told("Your account is closed. Nothing was changed."))
        _keep(act, user, hashed)
        end_all_sessions(act, user, SessionEnding.PASSWORD_CHANGED, by=user)
        return open_session(act, user, SignInMethod.PASSWORD, browser=browser, rules=rules.sessions)


def has_password(store: Store, user: User) -> bool:
    """Tell whether the person has a password here."""
    with store.session() as session:
        return sign_in_queries.password_of(session, user.id) is not None


def _faults_of(password: str, user: User | None, rules: SignInRules) -> list[Fault]:
    about = (user.name, user.email) if user else ()
    return [Fault("password", fault) for fault in rules.passwords.faults(password, about=about)]


def _keep(act: Transaction, user: User, hashed: str) -> None:
    act.session.merge(Password(user_id=user.id or 0, hash=hashed, set_at=act.now))
    act.record("PasswordSet", by=user.id, payload={"user": user.id})
