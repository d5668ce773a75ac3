"""Signing in: by a password, at the organisation's provider, or chosen from a list on a developer's own machine.

Whoever is refused learns only that they were: an unknown address, a wrong password and a closed account get the same
answer after the same work.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.casework.sign_in_rules import SignInRules
from approvals.casework.telling import told
from approvals.errors import SignInRefused
from approvals.services.attempts import count_attempts, has_room, subject
from approvals.services.password_hashing import PasswordHashing
from approvals.services.sessions import Browser, OpenedSession, open_session
from approvals.services.transaction import Transaction, transaction
from approvals.store import queries, sign_in_queries
from approvals.store.engine import Store
from models.account import Identity, Password
from models.session import SignInMethod
from models.user import User

REFUSED = told(
    "This address and this password do not belong together, or the account is closed. Nobody was signed in."
)
HELD_UP = told("There were too many attempts to sign in.")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProvidedIdentity:
    """What a provider says, and has signed, about the person who comes from it."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool


def sign_in_with_password(
    store: Store,
    email: str,
    password: str,
    *,
    browser: Browser,
    hashing: PasswordHashing,
    rules: SignInRules,
    now: datetime,
    replaces: str | None = None,
) -> OpenedSession:
    """Open a session for the person with this address and password, and return it.

    `replaces` is the secret of the session the browser had before. Raises `SignInRefused` if the two do not belong
    together, `TooManyAttempts` if somebody tries too often.
    """
    claimed, kept = _counted_attempt(store, email, browser=browser, rules=rules, now=now)
    is_right = hashing.matches(password[: rules.passwords.longest + 1], kept)
    renewed = hashing.hash(password) if is_right and kept and hashing.is_outdated(kept) else None
    with transaction(store, now=now) as act:
        user = _still_the_same(act, claimed, kept) if is_right else None
        if user is not None:
            sign_in_queries.forget_attempts(act.session, _of_account_from_address(email, browser))
            if renewed:
                _password_of(act, user).hash = renewed
            return open_session(
                act, user, SignInMethod.PASSWORD, browser=browser, rules=rules.sessions, replaces=replaces
            )
        _record_refusal(act, claimed, "password", rules)
    raise SignInRefused(REFUSED)


def sign_in_from_provider(
    store: Store,
    provided: ProvidedIdentity,
    *,
    browser: Browser,
    rules: SignInRules,
    now: datetime,
    replaces: str | None = None,
) -> OpenedSession:
    """Open a session for the person the provider vouches for, and return it.

    The first time, the person is found by the verified address; from then on only by what the provider calls them.
    Raises `SignInRefused` if the address is not verified, belongs to nobody here, or to somebody the provider calls
    otherwise. Nobody is added.
    """
    with transaction(store, now=now) as act:
        user, why_not = _person_of(act, provided)
        if user is not None:
            return open_session(
                act, user, SignInMethod.PROVIDER, browser=browser, rules=rules.sessions, replaces=replaces
            )
        _record_refusal(act, None, why_not, rules)
    raise SignInRefused(PROVIDER_REFUSALS[why_not])


PROVIDER_REFUSALS = {
    "unverified": told(
        "Your provider does not confirm your e-mail address. Have it confirmed there, and sign in again."
    ),
    "unknown": told("Nobody here has the address your provider names. Ask your administrators to add you."),
    "other_identity": told(
        "The address your provider names belongs to somebody it called otherwise before. "
        "Ask your administrators whose it is now."
    ),
    "closed": told("Your account here is closed. Ask your administrators if that is a mistake."),
}


def sign_in_as_chosen(
    store: Store, email: str, *, browser: Browser, rules: SignInRules, now: datetime, replaces: str | None = None
) -> OpenedSession:
    """Open a session for the person chosen from the list, without any proof: for development alone.

    The desk offers this only where `Settings.development_sign_in_is_offered`. Raises `SignInRefused` if nobody active
    has the address.
    """
    with transaction(store, now=now) as act:
        user = queries.user_by_email(act.session, email)
        if user is None or not user.is_active:
            raise SignInRefused(told("Nobody with an open account has this address."))
        return open_session(
            act, user, SignInMethod.DEVELOPMENT, browser=browser, rules=rules.sessions, replaces=replaces
        )


def _counted_attempt(
    store: Store, email: str, *, browser: Browser, rules: SignInRules, now: datetime
) -> tuple[User | None, str | None]:
    """Count the attempt, and return the person who has the address, with the hash of the password, if any."""
    limits = rules.limits
    with transaction(store, now=now) as act:
        user = queries.user_by_email(act.session, email)
        user_id = (user.id or 0) if user else 0
        password = sign_in_queries.password_of(act.session, user_id)
        since = now - timedelta(days=rules.address_known_for_days)
        knows_address = sign_in_queries.has_signed_in_from(act.session, user_id, browser.address, since=since)
        counted = {
            _of_account_from_address(email, browser): limits.account_from_address,
            subject("sign-in from address", browser.address): limits.address,
        }
        if not knows_address:  # so that others cannot hold up a person where they usually are
            counted[subject("sign-in of account", _known_as(email))] = limits.account
        count_attempts(act, counted, what=HELD_UP)
    return user, password.hash if password is not None else None


def _still_the_same(act: Transaction, claimed: User | None, kept: str | None) -> User | None:
    """Return the person as they are now, unless account or password changed while the hash was compared."""
    if claimed is None:
        return None
    user = sign_in_queries.locked_user(act.session, claimed.id or 0)
    return user if user.is_active and _password_of(act, user).hash == kept else None


def _password_of(act: Transaction, user: User) -> Password:
    password = sign_in_queries.password_of(act.session, user.id)
    assert password is not None
    return password


def _person_of(act: Transaction, provided: ProvidedIdentity) -> tuple[User | None, str]:
    """Return whom the provider means, or None and why not. Links the two the first time."""
    known = sign_in_queries.identity(act.session, issuer=provided.issuer, subject=provided.subject)
    if known is not None:
        user = sign_in_queries.locked_user(act.session, known.user_id)
        return (user, "") if user.is_active else (None, "closed")
    if not provided.email_is_verified:
        return None, "unverified"
    named = queries.user_by_email(act.session, provided.email)
    if named is None:
        return None, "unknown"
    if not named.is_active:
        return None, "closed"
    if sign_in_queries.identity_of(act.session, named.id or 0, issuer=provided.issuer) is not None:
        return None, "other_identity"
    act.session.add(
        Identity(user_id=named.id or 0, issuer=provided.issuer, subject=provided.subject, linked_at=act.now)
    )
    act.record("IdentityLinked", by=named.id, payload={"user": named.id, "issuer": provided.issuer})
    return named, ""


def _record_refusal(act: Transaction, user: User | None, why: str, rules: SignInRules) -> None:
    """Record that somebody was refused; beyond a number, nobody shall fill the trail from outside."""
    if has_room(act, subject("kept refusals"), rules.limits.kept_refusals):
        act.record("SignInRefused", payload={"user": user.id if user else None, "because": why})
    else:
        log.warning("Sign-in refused (%s) for person %s", why, user.id if user else None)


def _of_account_from_address(email: str, browser: Browser) -> str:
    return subject("sign-in of account from address", _known_as(email), browser.address)


def _known_as(email: str) -> str:
    return email.strip().lower()
