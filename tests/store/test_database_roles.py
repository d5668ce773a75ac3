"""The program runs as a role that cannot rewrite, and whoever has its password cannot either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from approvals.errors import Faulty
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services.anchors import note_anchor, verify_trail
from approvals.services.cases import submit
from approvals.services.erasure import erase_personal_data
from approvals.services.flags import raise_flag
from approvals.services.outbox import deliver_mail
from approvals.services.sweep import sweep
from approvals.services.turnaround import count_up
from approvals.store import schema
from approvals.store.database_roles import role_statements
from approvals.store.engine import Store, open_store
from models.case import Stage
from models.flag import FlagState
from models.user import Role
from tests.journeys.stories import example
from tests.postman import MESSAGES, Postman

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def as_program(store: Store) -> Iterator[Store]:
    """The way to the database for the role `approvals_app`."""
    with store.session() as session:
        statements = role_statements(session, "approvals_app")
    with store.engine.begin() as connection:
        for statement in ["CREATE ROLE approvals_app LOGIN", *statements]:
            connection.execute(text(statement))
    program = open_store(store.engine.url.set(username="approvals_app").render_as_string(hide_password=False))
    yield program
    program.close()
    with store.engine.begin() as connection:
        connection.execute(text("DROP OWNED BY approvals_app"))
        connection.execute(text("DROP ROLE approvals_app"))


def test_the_program_can_do_all_its_work(as_program: Store, people: People) -> None:
    officer, administrator = people.named("rosa.quispe@example.org"), people.with_role(Role.ADMINISTRATOR)
    assert schema.upgrade(as_program) == schema.newest()  # as `approvals up` looks when it starts
    case = submit(as_program, example("foundation"), by=officer, key="k", now=NOW)
    cast = Rehearsal(as_program, people)
    while advance(as_program, case.reference, now=NOW) is not Stage.IN_FORCE:
        cast.answer(cast.owed(case.reference)[0], now=NOW)
    sweep(as_program, now=NOW)
    deliver_mail(as_program, Postman(), write=MESSAGES.write, now=NOW)
    count_up(as_program, now=NOW)
    note_anchor(as_program, by=administrator, now=NOW)
    raise_flag(
        as_program, case.partner_id, FlagState.OBSERVATION, subject="A", reason="Mr B says so.", by=officer, now=NOW
    )
    with as_program.session() as session:
        number = session.connection().execute(text("SELECT max(event_seq) FROM event_personal")).scalar_one()
    erase_personal_data(as_program, number, reason="He asked.", by=administrator, now=NOW)

    assert verify_trail(as_program, by=administrator).first_break is None


REFUSED = (
    "UPDATE event SET kind = 'Other'",
    "DELETE FROM event",
    "TRUNCATE event CASCADE",
    "UPDATE agreement SET title = 'Other'",
    "DELETE FROM decision",
    "DELETE FROM anchor",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TABLE of_my_own (id int)",
    "UPDATE alembic_version SET version_num = '0001'",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_what_the_role_may_not(as_program: Store, statement: str) -> None:
    with as_program.engine.begin() as connection, pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        connection.execute(text(statement))


def test_a_name_that_is_no_name_is_refused(store: Store) -> None:
    with store.session() as session, pytest.raises(Faulty, match="small letters"):
        role_statements(session, "app; DROP TABLE event")
