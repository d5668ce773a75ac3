"""Migrations and models describe the same database, and upgrading is safe at any time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

import models
from approvals import embedded
from approvals.store import schema
from approvals.store.engine import Store, open_store

CATALOGS = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,
               datetime_precision, is_nullable, column_default, udt_name, identity_generation
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype::text, condeferrable, condeferred, pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 't'
          AND conrelid::regclass::text <> 'alembic_version'""",
    "comments": """
        SELECT c.relname::text, a.attname::text, d.description
        FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND c.relkind = 'r'
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE c.relname <> 'alembic_version'""",
}


@pytest.fixture
def empty(databases: embedded.Databases) -> Iterator[Store]:
    """A database without anything in it."""
    admin = open_store(databases.app_url.replace("/approvals?", "/postgres?"))
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE nothing_yet TEMPLATE template0"))
        store = open_store(databases.app_url.replace("/approvals?", "/nothing_yet?"))
        yield store
        store.close()
        connection.execute(text("DROP DATABASE nothing_yet WITH (FORCE)"))
    admin.close()


def catalog(connection: Connection, name: str) -> set[tuple[object, ...]]:
    return {tuple(row) for row in connection.execute(text(CATALOGS[name]))}


@pytest.mark.parametrize("name", CATALOGS)
def test_migrations_and_models_give_the_same(store: Store, empty: Store, name: str) -> None:
    with empty.engine.begin() as connection:
        models.metadata.create_all(connection)
        by_models = catalog(connection, name)

    with store.engine.connect() as connection:
        by_migrations = catalog(connection, name)

    assert by_migrations - by_models == set()
    assert by_models - by_migrations == set()
    assert len(by_models) > 20


def test_alembic_would_change_nothing(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, models.metadata) == []


def test_every_column_of_ours_says_what_it_means(store: Store) -> None:
    with store.engine.connect() as connection:
        columns = {(table, column) for table, column, *_ in catalog(connection, "columns")}
        explained = {(table, column) for table, column, _ in catalog(connection, "comments")}

    assert columns - explained == set()


def test_an_empty_database_has_no_schema_yet(empty: Store) -> None:
    assert schema.current(empty) is None


def test_upgrading_twice_is_harmless(empty: Store) -> None:
    first = schema.upgrade(empty)
    second = schema.upgrade(empty)

    assert first == second == schema.current(empty) == schema.newest()


def test_two_programs_may_upgrade_at_once(empty: Store) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    program = "import sys; from approvals.store import engine, schema; schema.upgrade(engine.open_store(sys.argv[1]))"

    both = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(2)]

    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert schema.current(empty) == schema.newest()
