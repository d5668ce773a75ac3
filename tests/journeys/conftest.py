"""Stories begin with the cast of the demonstration and a list of names in force."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from approvals.casework.proposal import ProposalForm
from approvals.rehearsal import People
from approvals.store.engine import Store, open_store
from models.case import Stage
from tests.journeys.stories import Story, a_foundation, put_a_list_in_force

Tell = Callable[[ProposalForm], Story]
At = Callable[[Stage], Story]

_numbers = itertools.count(1)


@pytest.fixture
def tell(store: Store, people: People, tmp_path: Path) -> Tell:
    """Submit a proposal, screened against a list in force, and give its story."""
    put_a_list_in_force(store, people, tmp_path)
    return lambda proposal: Story(store, people, proposal)


@pytest.fixture
def tell_in_doubt(store: Store, people: People) -> Tell:
    """Submit a proposal while no list is in force: its screening leaves a doubt that a person must judge."""
    return lambda proposal: Story(store, people, proposal)


@pytest.fixture
def at(databases_by_stage: DatabasesByStage) -> Iterator[At]:
    """Give the story of the foundation's case when it has just come to a stage."""
    with ExitStack() as stack:
        yield lambda stage: stack.enter_context(databases_by_stage.story_at(stage))


@pytest.fixture(scope="session")
def databases_by_stage(ready_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabasesByStage]:
    """Where the foundation's case stands at each stage, lived through once for the whole run."""
    admin = open_store(ready_database.replace("/approvals?", "/postgres?"))
    yield DatabasesByStage(admin, ready_database, tmp_path_factory.mktemp("lists"))
    admin.close()


class DatabasesByStage:
    """Databases in which the usual happened up to a stage; each is made when first asked for, and then copied."""

    def __init__(self, admin: Store, ready_database: str, folder: Path) -> None:
        self._admin, self._ready, self._folder = admin, ready_database, folder
        self._made: set[Stage] = set()

    @contextmanager
    def story_at(self, stage: Stage) -> Iterator[Story]:
        """Give the story in a database of its own."""
        name = f"story_{next(_numbers)}"
        with self.copy_at(stage, name):
            store = open_store(self.address_of(name))
            yield Story(store, People(store), a_foundation(), reference="PA-2026-0001")
            store.close()

    @contextmanager
    def copy_at(self, stage: Stage, name: str) -> Iterator[None]:
        """Let there be a database of that name in which the case has just come to `stage`."""
        if stage not in self._made:
            self._live_through(stage)
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._run(f"CREATE DATABASE {name} TEMPLATE at_{stage}")
        yield
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def address_of(self, name: str) -> str:
        """Return the address of the database of that name."""
        return self._ready.replace("/approvals?", f"/{name}?")

    def _live_through(self, stage: Stage) -> None:
        self._run(f"DROP DATABASE IF EXISTS at_{stage} WITH (FORCE)")
        self._run(f"CREATE DATABASE at_{stage} TEMPLATE approvals")
        store = open_store(self.address_of(f"at_{stage}"))
        people = People(store)
        put_a_list_in_force(store, people, self._folder)
        Story(store, people, a_foundation()).reach(stage)
        store.close()
        self._made.add(stage)

    def _run(self, statement: str) -> None:
        with self._admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
