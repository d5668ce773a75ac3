"""Signing in and what it rests on: sessions, passwords, identities, and how often things may be tried."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from approvals.casework.sign_in_rules import SignInRules, read_sign_in_rules
from approvals.errors import Faulty, NotAllowed, NotFound, SignInRefused, SourceUnavailable, TooManyAttempts
from approvals.rehearsal import People
from approvals.services.password_hashing import PasswordHashing
from approvals.services.passwords import change_password, invite, set_password
from approvals.services.sessions import (
    Browser,
    CurrentSession,
    OpenedSession,
    current_session,
    end_my_other_sessions,
    end_my_session,
    end_sessions_of,
    my_sessions,
    sign_out,
)
from approvals.services.sign_in import (
    ProvidedIdentity,
    sign_in_as_chosen,
    sign_in_from_provider,
    sign_in_with_password,
)
from approvals.services.users import add_user, choose_language, close_account, the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from models.session import SessionEnding
from models.user import Language, Role, User
from tests.conftest import NOW

ROSA = "rosa.quispe@example.org"
PASSWORD = "nine blue kettles sing"
AT_HOME = Browser("192.0.2.7", "Firefox")
ELSEWHERE = Browser("203.0.113.9", "curl")
QUICK = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Door:
    """The way in, with the rules of the house and hashing that takes no time."""

    store: Store
    people: People
    rules: SignInRules
    hashing: PasswordHashing

    @property
    def administrator(self) -> User:
        return self.people.with_role(Role.ADMINISTRATOR)

    def rosa(self) -> User:
        return the_user(self.store, ROSA)

    def invite(self, email: str = ROSA, *, by: User | None = None, now: datetime = NOW) -> str:
        return invite(self.store, email, by=by or self.administrator, rules=self.rules, now=now).code

    def set_password(
        self, code: str, password: str = PASSWORD, *, browser: Browser = AT_HOME, now: datetime = NOW
    ) -> User:
        given: dict[str, Any] = {"browser": browser, "hashing": self.hashing, "rules": self.rules, "now": now}
        return set_password(self.store, code, password, **given)

    def sign_in(
        self,
        password: str = PASSWORD,
        email: str = ROSA,
        *,
        browser: Browser = AT_HOME,
        now: datetime = NOW,
        replaces: str | None = None,
    ) -> OpenedSession:
        given: dict[str, Any] = {"browser": browser, "hashing": self.hashing, "rules": self.rules, "now": now}
        return sign_in_with_password(self.store, email, password, **given, replaces=replaces)

    def comes_from_provider(self, *, now: datetime = NOW, **changes: Any) -> OpenedSession:
        says = {"issuer": "https://id.example.org", "subject": "4711", "email": ROSA, "email_is_verified": True}
        provided = ProvidedIdentity(**{**says, **changes})
        return sign_in_from_provider(self.store, provided, browser=AT_HOME, rules=self.rules, now=now)

    def session(self, opened: OpenedSession | str, *, now: datetime = NOW) -> CurrentSession | None:
        secret = opened if isinstance(opened, str) else opened.secret
        return current_session(self.store, secret, rules=self.rules.sessions, now=now)

    def trail(self) -> list[str]:
        """Kinds of the events since the people were entered, oldest first."""
        with self.store.engine.connect() as connection:
            kinds = connection.execute(text("SELECT kind FROM event ORDER BY seq")).scalars().all()
        return [kind for kind in kinds if kind not in ("UserSaved", "PolicyPublished", "TemplateInstalled")]

    def last_event(self) -> tuple[str, dict[str, Any]]:
        with self.store.engine.connect() as connection:
            return tuple(connection.execute(text("SELECT kind, payload FROM event ORDER BY seq DESC LIMIT 1")).one())  # type: ignore[return-value]


@pytest.fixture
def door(store: Store, people: People) -> Door:
    rules = read_sign_in_rules(Settings().sign_in_file)
    return Door(store, people, rules, PasswordHashing(rules.passwords, QUICK))


@pytest.fixture
def known(door: Door) -> Door:
    """Rosa has set her password."""
    door.set_password(door.invite())
    return door


# Invitations and passwords


def test_nobody_can_sign_in_to_a_fresh_installation(door: Door) -> None:
    with door.store.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM password")).scalar_one() == 0

    for password in ("", "admin", "password", PASSWORD):
        with pytest.raises(SignInRefused):
            door.sign_in(password, "anna.kowalska@example.org", browser=ELSEWHERE)


def test_an_invited_person_sets_a_password_and_signs_in_with_it(door: Door) -> None:
    door.set_password(door.invite())

    opened = door.sign_in()

    current = door.session(opened)
    assert current is not None
    assert current.user.email == ROSA
    assert door.trail()[-3:] == ["InvitationIssued", "PasswordSet", "SignedIn"]


def test_a_code_may_be_typed_in_small_letters_and_without_hyphens(door: Door) -> None:
    typed = door.invite().lower().replace("-", " ")

    assert door.set_password(typed).email == ROSA


def test_only_administrators_invite(door: Door) -> None:
    with pytest.raises(NotAllowed):
        door.invite(by=door.rosa())


def test_nobody_is_invited_to_a_closed_account_or_to_none(door: Door) -> None:
    close_account(door.store, ROSA, by=door.administrator, now=NOW)

    with pytest.raises(Faulty, match="the account of Rosa Quispe is closed"):
        door.invite()
    with pytest.raises(NotFound):
        door.invite("nobody@example.org")


def test_a_code_is_of_use_once(door: Door) -> None:
    code = door.invite()
    door.set_password(code)

    with pytest.raises(Faulty, match="is of no use"):
        door.set_password(code, "another six green kettles")


def test_a_code_expires(door: Door) -> None:
    code = door.invite()
    late = NOW + timedelta(hours=door.rules.passwords.invitation_hours)

    with pytest.raises(Faulty, match="is of no use"):
        door.set_password(code, now=late)


def test_a_later_invitation_replaces_the_earlier(door: Door) -> None:
    earlier = door.invite()
    door.invite()

    with pytest.raises(Faulty, match="is of no use"):
        door.set_password(earlier)


def test_a_code_is_of_no_use_once_the_account_is_closed(door: Door) -> None:
    code = door.invite()
    close_account(door.store, ROSA, by=door.administrator, now=NOW)

    with pytest.raises(Faulty, match="is of no use"):
        door.set_password(code)


def test_codes_are_not_tried_for_long(door: Door) -> None:
    for _ in range(door.rules.limits.code_from_address.at_most):
        with pytest.raises(Faulty):
            door.set_password("AAAAA-AAAAA", browser=ELSEWHERE)

    with pytest.raises(TooManyAttempts, match="too many attempts with codes"):
        door.set_password("AAAAA-AAAAA", browser=ELSEWHERE)


def test_neither_code_nor_password_nor_secret_can_be_read_in_the_database(door: Door) -> None:
    code = door.invite()
    door.set_password(code)
    opened = door.sign_in()

    with door.store.engine.connect() as connection:
        tables = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        everything = "".join(
            str(connection.execute(text(f'SELECT json_agg(t)::text FROM "{table}" t')).scalar()) for table in tables
        )

    assert not [word for word in (code, code.replace("-", ""), PASSWORD, opened.secret) if word in everything]


def test_setting_a_password_ends_the_sessions_there_were(known: Door) -> None:
    before = known.sign_in()

    known.set_password(known.invite(), "seven other quiet kettles")

    assert known.session(before) is None
    assert known.trail()[-1] == "SessionsEnded"


def test_a_changed_password_counts_and_only_this_browser_stays(known: Door) -> None:
    here, there = known.sign_in(), known.sign_in(browser=ELSEWHERE)
    given: dict[str, Any] = {"browser": AT_HOME, "hashing": known.hashing, "rules": known.rules, "now": NOW}

    renewed = change_password(known.store, PASSWORD, "seven other quiet kettles", by=known.rosa(), **given)

    assert [known.session(one) is not None for one in (here, there, renewed)] == [False, False, True]
    with pytest.raises(SignInRefused):
        known.sign_in()
    assert known.sign_in("seven other quiet kettles")


def test_nobody_changes_a_password_without_the_old_one_nor_tries_for_long(known: Door) -> None:
    given: dict[str, Any] = {"browser": AT_HOME, "hashing": known.hashing, "rules": known.rules, "now": NOW}
    for _ in range(known.rules.limits.account_from_address.at_most):
        with pytest.raises(Faulty, match="is not the password you have now"):
            change_password(known.store, "wrong", "seven other quiet kettles", by=known.rosa(), **given)

    with pytest.raises(TooManyAttempts):
        change_password(known.store, PASSWORD, "seven other quiet kettles", by=known.rosa(), **given)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        pytest.param("short words", "is too short", id="fourteen characters or fewer"),
        pytest.param("x" * 257, "is too long", id="longer than anybody types"),
        pytest.param("aaaaaaaaaaaaaaaaaa", "first that others would try", id="one letter"),
        pytest.param("password123456789", "first that others would try", id="the first of all lists"),
        pytest.param("PassWordPassWord!", "first that others would try", id="twice, in capitals"),
        pytest.param("rosa.quispe.2026", "first that others would try", id="the person's name"),
        pytest.param("correcthorsebatterystaple", "first that others would try", id="known from a comic"),
    ],
)
def test_refuses_passwords_anybody_would_try(door: Door, password: str, fault: str) -> None:
    with pytest.raises(Faulty, match=fault):
        door.set_password(door.invite(), password)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("nine blue kettles sing", id="a few words, no digit, no capital"),
        pytest.param("九つの青い薬缶が歌っている朝の窓", id="in another script"),
        pytest.param("🫖" * 1 + " kettles and a spoon", id="a pictogram"),
        pytest.param("  spaces at both ends  ", id="spaces count"),
        pytest.param("abcdefg hijk " * 19, id="a long one"),
    ],
)
def test_asks_for_length_alone(door: Door, password: str) -> None:
    door.set_password(door.invite(), password)

    assert door.sign_in(password)


def test_a_password_is_the_same_from_every_keyboard(door: Door) -> None:
    door.set_password(door.invite(), "neuf the\u0301ie\u0300res bleues")

    assert door.sign_in("neuf théières bleues")


def test_passwords_are_hashed_by_argon2id_with_64_mib() -> None:
    rules = read_sign_in_rules(Settings().sign_in_file)

    kept = PasswordHashing(rules.passwords).hash(PASSWORD)

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_only_some_passwords_are_hashed_at_once() -> None:
    rules = read_sign_in_rules(Settings().sign_in_file).passwords.model_copy(
        update={"hashes_at_once": 1, "wait_seconds": 0.01}
    )
    within, done = threading.Event(), threading.Event()

    class Slow(Argon2Hasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            if password == "slow":
                within.set()
                assert done.wait(10)
            return super().hash(password, salt=salt)

    hashing = PasswordHashing(rules, Slow(time_cost=1, memory_cost=8, parallelism=1))
    busy = threading.Thread(target=hashing.hash, args=("slow",))
    busy.start()
    assert within.wait(10)

    with pytest.raises(SourceUnavailable, match="Too many people sign in just now"):
        hashing.hash("next")

    done.set()
    busy.join()
    assert hashing.matches("next", hashing.hash("next"))


def test_a_hash_of_former_days_is_renewed_when_its_owner_signs_in(known: Door) -> None:
    stronger = PasswordHashing(known.rules.passwords, Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1))
    later = Door(known.store, known.people, known.rules, stronger)

    later.sign_in()

    with known.store.engine.connect() as connection:
        kept = connection.execute(text("SELECT hash FROM password")).scalar_one()
    assert "t=2" in kept
    assert later.sign_in()


# Refusals tell nothing


@pytest.fixture
def refusals(known: Door) -> dict[str, str]:
    """What each kind of wrong visitor is told."""
    lena = "lena.wolf@example.org"
    known.set_password(known.invite(lena))
    second = add_user(
        known.store,
        email="second@example.org",
        name="Second One",
        office_code="HQ",
        roles=[Role.ADMINISTRATOR],
        by=known.administrator,
        now=NOW,
    )
    close_account(known.store, lena, by=second, now=NOW)
    told = {}
    for email, password in {
        ROSA: "wrong",
        "nobody@example.org": PASSWORD,
        lena: PASSWORD,
        "mei.chen@example.org": PASSWORD,
    }.items():
        with pytest.raises(SignInRefused) as refused:
            known.sign_in(password, email)
        told[email] = str(refused.value)
    return told


def test_unknown_people_wrong_passwords_and_closed_accounts_get_one_answer(refusals: dict[str, str]) -> None:
    assert len(refusals) == 4
    assert len(set(refusals.values())) == 1


def test_the_same_work_is_done_for_people_who_do_not_exist(known: Door) -> None:
    class Counting(Argon2Hasher):
        verified = 0

        def verify(self, password: str | bytes, hash: str | bytes) -> bool:
            Counting.verified += 1
            return super().verify(password, hash)

    counting = Door(
        known.store,
        known.people,
        known.rules,
        PasswordHashing(known.rules.passwords, Counting(time_cost=1, memory_cost=8, parallelism=1)),
    )
    work = []
    for email in (ROSA, "nobody@example.org", "mei.chen@example.org"):
        before = Counting.verified
        with pytest.raises(SignInRefused):
            counting.sign_in("wrong", email)
        work.append((Counting.verified - before, counting.trail()[-1]))

    assert work == [(1, "SignInRefused")] * 3


def test_a_refusal_is_in_the_trail_without_what_was_typed(known: Door) -> None:
    with pytest.raises(SignInRefused):
        known.sign_in("wrong", "my secret password@example.org")

    assert known.last_event() == ("SignInRefused", {"user": None, "because": "password"})


def test_nobody_fills_the_trail_from_outside(known: Door) -> None:
    limits = known.rules.limits.model_copy(
        update={"kept_refusals": known.rules.limits.kept_refusals.model_copy(update={"at_most": 2})}
    )
    strict = Door(known.store, known.people, known.rules.model_copy(update={"limits": limits}), known.hashing)
    for number in range(4):
        with pytest.raises(SignInRefused):
            strict.sign_in("wrong", f"nobody{number}@example.org")

    assert strict.trail().count("SignInRefused") == 2


# How often things may be tried


def try_in_vain(door: Door, times: int, *, browser: Browser, email: str = ROSA, now: datetime = NOW) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            door.sign_in("wrong", email, browser=browser, now=now)


@pytest.mark.parametrize("email", [ROSA, "nobody@example.org"], ids=["somebody", "nobody"])
def test_after_some_attempts_the_right_password_must_wait_as_well(known: Door, email: str) -> None:
    try_in_vain(known, known.rules.limits.account_from_address.at_most, browser=AT_HOME, email=email)

    with pytest.raises(TooManyAttempts, match=r"too many attempts to sign in\. Try again in \d+ minutes?\."):
        known.sign_in(email=email)


def test_nobody_is_shut_out_for_ever(known: Door) -> None:
    limit = known.rules.limits.account_from_address
    try_in_vain(known, limit.at_most, browser=AT_HOME)
    with pytest.raises(TooManyAttempts) as held_up:
        known.sign_in()

    assert held_up.value.retry_after <= limit.span
    assert known.sign_in(now=NOW + held_up.value.retry_after)


def test_attempts_while_held_up_do_not_make_it_longer(known: Door) -> None:
    limit = known.rules.limits.account_from_address
    try_in_vain(known, limit.at_most, browser=AT_HOME)
    for minute in range(3):
        with pytest.raises(TooManyAttempts):
            known.sign_in("wrong", now=NOW + timedelta(minutes=minute))

    assert known.sign_in(now=NOW + limit.span)


def test_others_cannot_hold_up_a_person_where_they_usually_are(known: Door) -> None:
    known.sign_in(now=NOW - timedelta(days=3))
    limits = known.rules.limits
    for number in range(limits.account.at_most // limits.account_from_address.at_most):
        try_in_vain(known, limits.account_from_address.at_most, browser=Browser(f"203.0.113.{number}", "bot"))

    with pytest.raises(TooManyAttempts):
        known.sign_in(browser=Browser("203.0.113.200", "bot"))
    assert known.sign_in(browser=AT_HOME)


def test_one_address_cannot_try_everybody(known: Door) -> None:
    for number in range(known.rules.limits.address.at_most):
        try_in_vain(known, 1, browser=ELSEWHERE, email=f"person{number}@example.org")

    with pytest.raises(TooManyAttempts):
        known.sign_in("wrong", "one.more@example.org", browser=ELSEWHERE)


def test_who_signs_in_may_err_again(known: Door) -> None:
    errors = known.rules.limits.account_from_address.at_most - 1
    try_in_vain(known, errors, browser=AT_HOME)
    known.sign_in()

    try_in_vain(known, errors, browser=AT_HOME)


def test_many_attempts_at_once_are_counted_one_by_one(known: Door) -> None:
    told: list[str] = []

    def guess() -> None:
        try:
            known.sign_in("wrong")
        except (SignInRefused, TooManyAttempts) as exc:
            told.append(type(exc).__name__)

    guesses = [threading.Thread(target=guess) for _ in range(12)]
    for one in guesses:
        one.start()
    for one in guesses:
        one.join()

    assert told.count("SignInRefused") == known.rules.limits.account_from_address.at_most
    assert len(told) == 12


# Sessions


def test_a_new_secret_is_made_at_every_sign_in_and_the_one_before_ends(known: Door) -> None:
    first = known.sign_in()

    second = known.sign_in(replaces=first.secret)

    assert first.secret != second.secret
    assert len(first.secret) >= 43
    assert known.session(first) is None
    assert known.session(second) is not None


def test_a_secret_chosen_by_somebody_else_is_nobodys(known: Door) -> None:
    known.sign_in(replaces="chosen-by-the-attacker")

    assert known.session("chosen-by-the-attacker") is None


def test_looking_up_a_session_writes_nothing_into_the_trail(known: Door) -> None:
    opened = known.sign_in()
    before = known.trail()

    for minute in range(0, 50, 10):
        assert known.session(opened, now=NOW + timedelta(minutes=minute)) is not None

    assert known.trail() == before


def test_an_idle_session_ends(known: Door) -> None:
    opened = known.sign_in()

    assert known.session(opened, now=NOW + known.rules.sessions.idle) is None


def test_a_session_in_use_goes_on_to_its_last_hour_and_no_longer(known: Door) -> None:
    opened = known.sign_in()
    halves = range(0, known.rules.sessions.longest_hours * 60, 30)

    in_use = [known.session(opened, now=NOW + timedelta(minutes=minute)) is not None for minute in halves]

    assert all(in_use)
    assert known.session(opened, now=NOW + known.rules.sessions.longest) is None


def test_a_clock_set_back_does_not_sign_people_out(known: Door) -> None:
    opened = known.sign_in()

    assert known.session(opened, now=NOW - timedelta(hours=2)) is not None


def test_signing_out_ends_the_session_for_good(known: Door) -> None:
    opened = known.sign_in()

    sign_out(known.store, opened.secret, now=NOW)
    sign_out(known.store, opened.secret, now=NOW)

    assert known.session(opened) is None
    assert known.trail().count("SignedOut") == 1


def test_a_closed_account_is_signed_out_everywhere_at_once(known: Door) -> None:
    sessions = [known.sign_in(), known.sign_in(browser=ELSEWHERE)]

    close_account(known.store, ROSA, by=known.administrator, now=NOW)

    assert [known.session(one) for one in sessions] == [None, None]
    assert "SessionsEnded" in known.trail()


def test_a_change_of_roles_or_office_ends_the_sessions(known: Door) -> None:
    entry: dict[str, Any] = {"email": ROSA, "name": "Rosa Quispe", "by": known.administrator, "now": NOW}
    for changes in (
        {"office_code": "AO-LIMA", "roles": [Role.OFFICER, Role.FINANCE]},
        {"office_code": "HQ", "roles": [Role.OFFICER, Role.FINANCE]},
    ):
        opened = known.sign_in()
        add_user(known.store, **entry, **changes)

        assert known.session(opened) is None


def test_a_new_name_leaves_the_sessions_alone(known: Door) -> None:
    opened = known.sign_in()
    rosa = known.rosa()

    add_user(
        known.store,
        email=ROSA,
        name="Rosa Quispe Mamani",
        office_code=rosa.office_code,
        roles=[Role(role) for role in rosa.roles],
        by=known.administrator,
        now=NOW,
    )

    assert known.session(opened) is not None


def test_a_person_sees_and_ends_their_own_sessions(known: Door) -> None:
    here, there = known.sign_in(), known.sign_in(browser=ELSEWHERE, now=NOW + timedelta(minutes=1))

    listed = my_sessions(known.store, by=known.rosa(), rules=known.rules.sessions, now=NOW + timedelta(minutes=2))
    end_my_session(known.store, there.session.id or 0, by=known.rosa(), now=NOW)

    assert [one.address for one in listed] == [ELSEWHERE.address, AT_HOME.address]
    assert known.session(there) is None
    assert known.session(here) is not None


def test_nobody_ends_the_session_of_another(known: Door) -> None:
    opened = known.sign_in()

    with pytest.raises(NotFound):
        end_my_session(known.store, opened.session.id or 0, by=known.administrator, now=NOW)
    assert known.session(opened) is not None


def test_all_sessions_but_this_one_can_be_ended(known: Door) -> None:
    others = [known.sign_in(browser=ELSEWHERE) for _ in range(3)]
    here = known.sign_in()

    ended = end_my_other_sessions(known.store, but=here.session.id or 0, by=known.rosa(), now=NOW)

    assert ended == 3
    assert [known.session(one) for one in others] == [None] * 3
    assert known.session(here) is not None


def test_an_administrator_ends_the_sessions_of_a_person(known: Door) -> None:
    opened = known.sign_in()

    assert end_sessions_of(known.store, ROSA, by=known.administrator, now=NOW) == 1

    assert known.session(opened) is None
    assert known.last_event()[1]["because"] == SessionEnding.BY_ADMINISTRATOR
    with pytest.raises(NotAllowed):
        end_sessions_of(known.store, ROSA, by=known.people.named(ROSA), now=NOW)


def test_each_session_has_a_form_token_of_its_own(known: Door) -> None:
    first, second = (known.session(known.sign_in(browser=browser)) for browser in (AT_HOME, ELSEWHERE))

    assert first is not None
    assert second is not None
    assert len({first.csrf, second.csrf, first.session.secret_sha256, second.session.secret_sha256}) == 4


# At the provider


def test_the_first_time_a_person_is_known_by_the_verified_address(door: Door) -> None:
    opened = door.comes_from_provider()

    assert opened.user.email == ROSA
    assert door.trail()[-2:] == ["IdentityLinked", "SignedIn"]


def test_afterwards_by_what_the_provider_calls_them(door: Door) -> None:
    door.comes_from_provider()

    again = door.comes_from_provider(email="another.name@example.org")

    assert again.user.email == ROSA
    assert door.trail().count("IdentityLinked") == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"email_is_verified": False}, "does not confirm your e-mail address", id="unverified"),
        pytest.param({"email": "nobody@example.org"}, "Nobody here has the address", id="unknown"),
    ],
)
def test_nobody_is_let_in_or_added_on_a_claim(door: Door, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SignInRefused, match=sentence):
        door.comes_from_provider(**changes)

    with pytest.raises(NotFound):
        the_user(door.store, "nobody@example.org")
    assert door.trail()[-1] == "SignInRefused"


def test_an_address_that_passed_to_somebody_else_does_not_open_the_account(door: Door) -> None:
    door.comes_from_provider()

    with pytest.raises(SignInRefused, match="belongs to somebody it called otherwise before"):
        door.comes_from_provider(subject="another")


def test_the_same_subject_of_another_provider_is_somebody_else(door: Door) -> None:
    door.comes_from_provider()

    with pytest.raises(SignInRefused, match="Nobody here has the address"):
        door.comes_from_provider(issuer="https://other.example.org", email="stranger@example.org")


@pytest.mark.parametrize("linked", [True, False], ids=["seen before", "never seen"])
def test_a_closed_account_is_not_opened_by_the_provider(door: Door, linked: bool) -> None:
    if linked:
        door.comes_from_provider()
    close_account(door.store, ROSA, by=door.administrator, now=NOW)

    with pytest.raises(SignInRefused, match="Your account here is closed"):
        door.comes_from_provider()


def test_a_chosen_person_must_be_active(door: Door) -> None:
    given: dict[str, Any] = {"browser": AT_HOME, "rules": door.rules, "now": NOW}
    assert sign_in_as_chosen(door.store, ROSA, **given).user.email == ROSA
    close_account(door.store, ROSA, by=door.administrator, now=NOW)

    with pytest.raises(SignInRefused):
        sign_in_as_chosen(door.store, ROSA, **given)


# Language


def test_a_person_chooses_a_language(door: Door) -> None:
    assert door.rosa().language == Language.ENGLISH

    choose_language(door.store, Language.CHINESE, by=door.rosa(), now=NOW)
    choose_language(door.store, Language.CHINESE, by=door.rosa(), now=NOW)

    assert door.rosa().language == Language.CHINESE
    assert door.trail().count("LanguageChosen") == 1
