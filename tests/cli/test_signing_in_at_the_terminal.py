"""Administrators let people in at the terminal, and everybody gets tokens there."""

from __future__ import annotations

from pwdlib.hashers.argon2 import Argon2Hasher

from approvals.casework.sign_in_rules import read_sign_in_rules
from approvals.services.password_hashing import PasswordHashing
from approvals.services.passwords import set_password
from approvals.services.sessions import Browser, current_session
from approvals.services.sign_in import sign_in_as_chosen
from approvals.services.tokens import bearer_of
from approvals.settings import Settings
from approvals.store.engine import Store
from models.base import now_utc
from tests.cli.conftest import ADMINISTRATOR, OFFICER, Terminal

RULES = read_sign_in_rules(Settings().sign_in_file)
AT_HOME = Browser("192.0.2.7", "Firefox")


def test_an_invitation_prints_where_and_with_what_a_password_is_set(terminal: Terminal, store: Store) -> None:
    told = terminal.done("user", "invite", OFFICER, who=ADMINISTRATOR)

    code = told.split()[-1]
    quick = PasswordHashing(RULES.passwords, Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
    user = set_password(
        store, code, "nine blue kettles sing", browser=AT_HOME, hashing=quick, rules=RULES, now=now_utc()
    )
    assert "/set-password" in told
    assert user.email == OFFICER


def test_only_administrators_invite(terminal: Terminal) -> None:
    assert terminal("user", "invite", OFFICER, who=OFFICER).exit_code == 3


def test_an_administrator_signs_somebody_out(terminal: Terminal, store: Store) -> None:
    opened = sign_in_as_chosen(store, OFFICER, browser=AT_HOME, rules=RULES, now=now_utc())

    told = terminal.done("user", "sign-out", OFFICER, who=ADMINISTRATOR)

    assert told == f"1 session of {OFFICER} ended.\n"
    assert current_session(store, opened.secret, rules=RULES.sessions, now=now_utc()) is None


def test_a_token_is_issued_listed_and_revoked(terminal: Terminal, store: Store) -> None:
    issued = terminal.json("token", "issue", "Monthly figures", "--days", 30, who=OFFICER)
    listed = terminal.json("token", "list", who=OFFICER)
    bearer = bearer_of(store, issued["secret"], now=now_utc())

    told = terminal.done("token", "revoke", issued["id"], who=OFFICER)

    assert (bearer.user.email, bearer.scope) == (OFFICER, "read")
    assert [(one["name"], one["beginning"]) for one in listed] == [("Monthly figures", issued["secret"][:9])]
    assert "secret_sha256" not in listed[0]
    assert told == f"Token {issued['id']} (Monthly figures) is revoked.\n"
    assert terminal.json("token", "list", who=OFFICER) == []


def test_a_token_for_too_long_is_refused(terminal: Terminal) -> None:
    result = terminal("token", "issue", "For ever", "--days", 10_000, who=OFFICER)

    assert result.exit_code == 2
    assert "a token lasts from 1 to 365 days" in result.stderr
