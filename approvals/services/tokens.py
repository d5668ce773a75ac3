"""API tokens: issued by their owner, shown once, of use until they expire or are revoked, and never beyond the scope.

A token stands for its owner as they are at the moment of the call: a role taken away is gone for the token as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from approvals.casework.rights import Right, may
from approvals.casework.sign_in_rules import TokenRules
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty, NotAllowed, NotFound, TokenRefused
from approvals.services.secret import digest_of, new_secret
from approvals.services.transaction import Transaction, transaction
from approvals.store import sign_in_queries
from approvals.store.engine import Store
from models.token import ApiToken, TokenScope
from models.user import User

PREFIX = "pa_"
"""By which scanners of published code, and people, know what they have before them."""

SHOWN = len(PREFIX) + 6
NOTED_EVERY = timedelta(minutes=1)
LONGEST_NAME = 80


@dataclass(frozen=True)
class IssuedToken:
    """A token just issued. Its owner sees `secret` only now."""

    token: ApiToken
    secret: str


@dataclass(frozen=True)
class Bearer:
    """Whoever calls the API with a token: the owner as they are now, and what the token may be used for."""

    user: User
    scope: TokenScope
    token_id: int
    expires_at: datetime
    """From when on the token is of no use."""


def issue_token(
    store: Store, name: str, scope: TokenScope, *, days: int, by: User, rules: TokenRules, now: datetime
) -> IssuedToken:
    """Issue a token of `by` that is of use for `days` days, and return it with its secret.

    Raises `Faulty` if it has no name, would last too long, or `by` has too many.
    """
    with transaction(store, now=now) as act:
        owner = sign_in_queries.locked_user(act.session, by.id or 0)
        if not owner.is_active:
            raise NotAllowed(told("The account of {name} is closed.", name=owner.name))
        faults = list(_faults(act, name, days, owner, rules))
        if faults:
            raise Faulty(told("No token was issued."), faults)
        secret = PREFIX + new_secret()
        token = ApiToken(
            user_id=owner.id or 0,
            name=name.strip(),
            beginning=secret[:SHOWN],
            secret_sha256=digest_of(secret),
            scope=scope,
            issued_at=now,
            expires_at=now + timedelta(days=days),
        )
        act.session.add(token)
        act.session.flush()
        payload = {"token": token.id, "scope": str(scope), "expires_at": token.expires_at.isoformat()}
        act.record("TokenIssued", by=owner.id, payload=payload)
        return IssuedToken(token, secret)


def my_tokens(store: Store, *, by: User) -> Sequence[ApiToken]:
    """Return the tokens of `by` that were not revoked, the newest first, those that have expired as well."""
    with store.session() as session:
        return sign_in_queries.tokens_of(session, by.id)


def revoke_token(store: Store, number: int, *, by: User, now: datetime) -> ApiToken:
    """Make the token of no use any more, and return it. Administrators revoke those of others, too.

    Raises `NotFound` if `by` may revoke none of that number; one revoked already stays as it is.
    """
    with transaction(store, now=now) as act:
        token = act.session.get(ApiToken, number, with_for_update=True)
        if token is None or (token.user_id != by.id and not may(by, Right.MANAGE_USERS)):
            raise NotFound(
                told(
                    "There is no token {number} that you may revoke; look at the list of yours.",
                    number=number,
                )
            )
        if token.revoked_at is None:
            _revoke(act, token, by)
        return token


def revoke_all_tokens(act: Transaction, user: User, *, by: User | None) -> None:
    """Revoke all tokens of `user` in the caller's transaction."""
    for token in sign_in_queries.tokens_of(act.session, user.id):
        _revoke(act, token, by)


def bearer_of(store: Store, secret: str, *, now: datetime) -> Bearer:
    """Return who calls with this token, and note its use to the minute; nothing goes into the trail.

    Raises `TokenRefused` if the token is unknown, revoked or has expired, or the account of its owner is closed.
    """
    with store.session() as session:
        found = sign_in_queries.token_by_secret(session, digest_of(secret), now=now)
    if found is None:
        raise TokenRefused(told("This token is unknown, revoked or has expired. Issue another on your account page."))
    token, owner = found
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        with transaction(store, now=now) as act:
            sign_in_queries.note_use_of_token(act.session, token.id or 0, now=now)
    return Bearer(owner, TokenScope(token.scope), token.id or 0, token.expires_at)


def require_scope(bearer: Bearer, scope: TokenScope) -> None:
    """Raise `NotAllowed` if the token may not be used for this."""
    if scope is TokenScope.ACT and bearer.scope is not TokenScope.ACT:
        raise NotAllowed(told("This token may only look. Issue one with the scope «act» to change something."))


def _faults(act: Transaction, name: str, days: int, owner: User, rules: TokenRules) -> Sequence[Fault]:
    faults = []
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        faults.append(
            Fault(
                "name",
                told("say in up to {most} characters what the token is for", most=LONGEST_NAME),
            )
        )
    if not 0 < days <= rules.longest_days:
        faults.append(Fault("days", told("a token lasts from 1 to {days} days", days=rules.longest_days)))
    tokens = sign_in_queries.tokens_of(act.session, owner.id)
    if sum(token.expires_at > act.now for token in tokens) >= rules.most:
        faults.append(Fault("name", told("you have {most} tokens already; revoke one first", most=rules.most)))
    return faults


def _revoke(act: Transaction, token: ApiToken, by: User | None) -> None:
    token.revoked_at = act.now
    payload = {"token": token.id, "user": token.user_id}
    act.record("TokenRevoked", by=by.id if by else None, payload=payload)
