"""Real parts for every test: one embedded PostgreSQL for the whole run, a fresh copy of a ready database for each."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text

from approvals import embedded
from approvals.casework.policy import read_policy
from approvals.rehearsal import People, enter_people
from approvals.runner.server import prefect_server, prefect_settings_env
from approvals.services.policies import install_policy
from approvals.services.templates import install_templates
from approvals.settings import Settings
from approvals.store import schema
from approvals.store.engine import Store, open_store

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def databases() -> Iterator[embedded.Databases]:
    """A PostgreSQL server for the whole run, without the care for power cuts that real ones need.

    Not in pytest's own folder: for root, another pytest that starts meanwhile shuts that folder to the account the
    server runs as.
    """
    with (
        tempfile.TemporaryDirectory(prefix="approvals-test-", dir="/tmp") as home,
        embedded.databases(Path(home), durable=False) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def ready_database(databases: embedded.Databases) -> str:
    """A database with schema, policy and people, from which each test takes its copy."""
    store = open_store(databases.app_url)
    schema.upgrade(store)
    settings = Settings()
    install_policy(store, read_policy(settings.policy_folder), now=NOW)
    install_templates(store, settings.template_folder, now=NOW)
    enter_people(store, settings.example_folder / "cast" / "people.yaml", now=NOW)
    store.close()
    return databases.app_url


@pytest.fixture
def database_url(ready_database: str) -> Iterator[str]:
    """A database of the test's own."""
    admin = open_store(ready_database.replace("/approvals?", "/postgres?"))
    name = f"test_{next(_numbers)}"
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE approvals"))
        yield ready_database.replace("/approvals?", f"/{name}?")
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.close()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """The way to the test's own database."""
    store = open_store(database_url)
    yield store
    store.close()


@pytest.fixture
def people(store: Store) -> People:
    """The people of `examples/cast/people.yaml`, found by role."""
    return People(store)


@dataclass(frozen=True)
class PrefectApi:
    """A running Prefect server, and what a process must have in its environment to talk to it alone."""

    url: str
    environment: Mapping[str, str]


@pytest.fixture(scope="session")
def prefect_api(databases: embedded.Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectApi]:
    """A Prefect server for the whole run. Only child processes talk to it: ours must not import Prefect before."""
    home = tmp_path_factory.mktemp("prefect")
    with prefect_server(databases.prefect_url, home=home, port=0) as url:
        yield PrefectApi(url, prefect_settings_env(url, home))


@pytest.fixture
def examples() -> Path:
    """The folder of example proposals."""
    return Settings().example_folder


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the redline engine is unpacked, once for the whole run."""
    return tmp_path_factory.mktemp("redline-engine")
