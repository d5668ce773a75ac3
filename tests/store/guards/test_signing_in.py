"""Nothing is opened for a closed account, and what has ended does not begin again."""

from __future__ import annotations

import pytest

from tests.store.guards.speaking import NOW, Sql, Who, refused

OPEN = (
    "INSERT INTO desk_session "
    "(user_id, secret_sha256, method, address, program, opened_at, last_seen_at, expires_at) "
    "VALUES (:who, 's', 'password', '', '', :at, :at, :at) RETURNING id"
)
ISSUE = (
    "INSERT INTO api_token (user_id, name, beginning, secret_sha256, scope, issued_at, expires_at) "
    "VALUES (:who, 'n', 'pa_', 's', 'read', :at, :at) RETURNING id"
)
INVITE = (
    "INSERT INTO invitation (user_id, code_sha256, issued_at, expires_at) VALUES (:who, 's', :at, :at) RETURNING id"
)


@pytest.mark.parametrize("statement", [OPEN, ISSUE, INVITE], ids=["session", "token", "invitation"])
def test_nothing_is_opened_for_a_closed_account(sql: Sql, number_of: Who, statement: str) -> None:
    sql("UPDATE user_account SET is_active = false WHERE id = :id", id=number_of("rosa.quispe"))

    with refused("The account is closed"):
        sql(statement, who=number_of("rosa.quispe"), at=NOW)


@pytest.mark.parametrize(
    ("statement", "change"),
    [
        (OPEN, "UPDATE desk_session SET expires_at = expires_at + interval '1 day'"),
        (OPEN, "UPDATE desk_session SET user_id = user_id + 1"),
        (ISSUE, "UPDATE api_token SET scope = 'act'"),
        (ISSUE, "UPDATE api_token SET expires_at = expires_at + interval '1 day'"),
        (INVITE, "UPDATE invitation SET expires_at = expires_at + interval '1 day'"),
    ],
)
def test_what_was_opened_grows_no_larger(sql: Sql, number_of: Who, statement: str, change: str) -> None:
    sql(statement, who=number_of("rosa.quispe"), at=NOW)

    with refused("are used and ended, not changed"):
        sql(change)


@pytest.mark.parametrize(
    ("statement", "end", "again"),
    [
        (OPEN, "UPDATE desk_session SET ended_at = :at", "UPDATE desk_session SET ended_at = NULL"),
        (ISSUE, "UPDATE api_token SET revoked_at = :at", "UPDATE api_token SET revoked_at = NULL"),
        (INVITE, "UPDATE invitation SET used_at = :at", "UPDATE invitation SET used_at = NULL"),
    ],
)
def test_what_has_ended_does_not_begin_again(sql: Sql, number_of: Who, statement: str, end: str, again: str) -> None:
    sql(statement, who=number_of("rosa.quispe"), at=NOW)
    sql(end, at=NOW)

    with refused("that have come to their end stay as they are"):
        sql(again)


def test_an_identity_does_not_pass_to_somebody_else(sql: Sql, number_of: Who) -> None:
    sql(
        "INSERT INTO identity (user_id, issuer, subject, linked_at) VALUES (:who, 'i', 's', :at)",
        who=number_of("rosa.quispe"),
        at=NOW,
    )

    with refused("Rows of identity are never changed or removed"):
        sql("UPDATE identity SET user_id = :who", who=number_of("mei.chen"))
