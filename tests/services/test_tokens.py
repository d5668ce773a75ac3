"""API tokens: what they are good for, how long, and how they come to their end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from approvals.casework.rights import Right, may
from approvals.casework.sign_in_rules import TokenRules, read_sign_in_rules
from approvals.errors import Faulty, NotAllowed, NotFound, TokenRefused
from approvals.rehearsal import People
from approvals.services.tokens import (
    PREFIX,
    IssuedToken,
    bearer_of,
    issue_token,
    my_tokens,
    require_scope,
    revoke_token,
)
from approvals.services.users import add_user, close_account
from approvals.settings import Settings
from approvals.store.engine import Store
from models.token import TokenScope
from models.user import Role, User
from tests.conftest import NOW

ROSA = "rosa.quispe@example.org"


@pytest.fixture
def rules() -> TokenRules:
    return read_sign_in_rules(Settings().sign_in_file).tokens


@pytest.fixture
def rosa(people: People) -> User:
    return people.named(ROSA)


@pytest.fixture
def issued(store: Store, rosa: User, rules: TokenRules) -> IssuedToken:
    return issue(store, rosa, rules)


def issue(store: Store, by: User, rules: TokenRules, **changes: Any) -> IssuedToken:
    given = {"name": "Figures", "scope": TokenScope.READ, "days": 30}
    return issue_token(store, **{**given, **changes}, by=by, rules=rules, now=NOW)


def works(store: Store, token: IssuedToken, *, now: datetime = NOW) -> bool:
    try:
        bearer_of(store, token.secret, now=now)
    except TokenRefused:
        return False
    return True


def last_event(store: Store) -> tuple[str, dict[str, Any]]:
    with store.engine.connect() as connection:
        kind, payload = connection.execute(text("SELECT kind, payload FROM event ORDER BY seq DESC LIMIT 1")).one()
    return kind, payload


def test_a_token_stands_for_its_owner(store: Store, rosa: User, issued: IssuedToken) -> None:
    bearer = bearer_of(store, issued.secret, now=NOW)

    assert (bearer.user.id, bearer.scope, bearer.token_id) == (rosa.id, TokenScope.READ, issued.token.id)
    assert last_event(store)[0] == "TokenIssued"


def test_a_token_is_long_random_and_known_by_its_beginning(store: Store, rosa: User, rules: TokenRules) -> None:
    secrets = {issue(store, rosa, rules).secret for _ in range(5)}

    assert len(secrets) == 5
    assert all(secret.startswith(PREFIX) and len(secret) == len(PREFIX) + 43 for secret in secrets)
    assert {one.beginning for one in my_tokens(store, by=rosa)} == {secret[:9] for secret in secrets}


def test_only_a_digest_is_kept(store: Store, issued: IssuedToken) -> None:
    with store.engine.connect() as connection:
        kept = connection.execute(text("SELECT json_agg(t)::text FROM api_token t")).scalar_one()
        told = connection.execute(text("SELECT json_agg(e)::text FROM event e")).scalar_one()

    assert issued.secret not in kept + told
    assert issued.secret[len(PREFIX) :] not in kept + told


def test_a_token_expires(store: Store, issued: IssuedToken) -> None:
    assert works(store, issued, now=NOW + timedelta(days=30) - timedelta(seconds=1))
    assert not works(store, issued, now=NOW + timedelta(days=30))


def test_a_revoked_token_is_of_no_use(store: Store, rosa: User, issued: IssuedToken) -> None:
    revoke_token(store, issued.token.id or 0, by=rosa, now=NOW)
    revoke_token(store, issued.token.id or 0, by=rosa, now=NOW)

    assert not works(store, issued)
    assert my_tokens(store, by=rosa) == []
    with store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM event WHERE kind = 'TokenRevoked'")).scalar_one() == 1


@pytest.mark.parametrize("secret", ["", "pa_", "pa_" + "A" * 43, "Figures"])
def test_what_nobody_issued_is_no_token(store: Store, issued: IssuedToken, secret: str) -> None:
    with pytest.raises(TokenRefused, match="unknown, revoked or has expired"):
        bearer_of(store, secret, now=NOW)


def test_a_closed_account_has_no_tokens_even_when_it_is_opened_again(
    store: Store, people: People, rosa: User, issued: IssuedToken
) -> None:
    close_account(store, ROSA, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    closed = works(store, issued)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE user_account SET is_active = true"))

    assert (closed, works(store, issued)) == (False, False)


def test_a_role_taken_away_is_gone_for_the_token_at_once(store: Store, people: People, issued: IssuedToken) -> None:
    before = bearer_of(store, issued.secret, now=NOW).user
    add_user(
        store,
        email=ROSA,
        name="Rosa Quispe",
        office_code="AO-LIMA",
        roles=[Role.FINANCE],
        by=people.with_role(Role.ADMINISTRATOR),
        now=NOW,
    )
    after = bearer_of(store, issued.secret, now=NOW).user

    assert [may(one, Right.SUBMIT_PROPOSAL) for one in (before, after)] == [True, False]


def test_a_token_for_looking_does_not_act(store: Store, rosa: User, rules: TokenRules) -> None:
    looks, acts = (bearer_of(store, issue(store, rosa, rules, scope=one).secret, now=NOW) for one in TokenScope)

    for bearer in (looks, acts):
        require_scope(bearer, TokenScope.READ)
    require_scope(acts, TokenScope.ACT)
    with pytest.raises(NotAllowed, match="may only look"):
        require_scope(looks, TokenScope.ACT)


def test_nobody_revokes_the_token_of_another_but_administrators(
    store: Store, people: People, issued: IssuedToken
) -> None:
    with pytest.raises(NotFound):
        revoke_token(store, issued.token.id or 0, by=people.with_role(Role.AUDITOR), now=NOW)
    assert works(store, issued)

    revoke_token(store, issued.token.id or 0, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    assert not works(store, issued)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "  "}, "what the token is for"),
        ({"name": "x" * 81}, "what the token is for"),
        ({"days": 0}, "lasts from 1 to 365 days"),
        ({"days": 366}, "lasts from 1 to 365 days"),
    ],
)
def test_a_token_says_what_it_is_for_and_does_not_last_for_ever(
    store: Store, rosa: User, rules: TokenRules, changes: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Faulty, match=fault):
        issue(store, rosa, rules, **changes)


def test_a_person_has_only_so_many(store: Store, rosa: User, rules: TokenRules) -> None:
    few = rules.model_copy(update={"most": 2})
    for _ in range(2):
        issue(store, rosa, few)

    with pytest.raises(Faulty, match="you have 2 tokens already"):
        issue(store, rosa, few)


def test_the_last_use_is_noted_without_a_word_in_the_trail(store: Store, rosa: User, issued: IssuedToken) -> None:
    before = last_event(store)
    later = NOW + timedelta(hours=3)

    bearer_of(store, issued.secret, now=later)

    assert my_tokens(store, by=rosa)[0].last_used_at == later
    assert last_event(store) == before
