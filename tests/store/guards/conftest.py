"""A case, and the way to say SQL about it as the owner of the tables would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from approvals.rehearsal import People
from approvals.services.cases import submit
from approvals.store.engine import Store
from tests.journeys.stories import example
from tests.store.guards.speaking import NOW, Sql


@pytest.fixture
def sql(store: Store, people: People) -> Sql:
    """Run one statement as the owner of the tables would, in its own transaction, and return its first value.

    There is one case, PA-2026-0001 of the EU, submitted by Jonas Weber and asked for by Rosa Quispe.
    """
    proposal = example("eu-contribution")
    submit(store, proposal, by=people.named("jonas.weber@example.org"), key="k", now=NOW)

    def run(statement: str, **values: Any) -> Any:
        with store.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return result.scalar() if result.returns_rows else None

    return run


@pytest.fixture
def number_of(people: People) -> Callable[[str], int]:
    """Return a person's number by the first part of the address."""
    return lambda name: people.named(f"{name}@example.org").id or 0
