"""Parts the fault tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from approvals.store.engine import Store
from tests.conftest import NOW, PrefectApi
from tests.faults.house import House, copy_of
from tests.faults.warm import Warm, warm_process


@pytest.fixture
def house(store: Store) -> House:
    """A house of the test's own, with people and policy and no case."""
    return House(store)


@pytest.fixture(scope="session")
def warm_flows(prefect_api: PrefectApi, ready_database: str) -> Iterator[Warm]:
    """A warm process that knows the flows and talks to the Prefect server of the run."""
    with warm_process("tests.faults.flow_runs", environment=prefect_api.environment) as process:
        yield process


@pytest.fixture(scope="session")
def warm(ready_database: str) -> Iterator[Warm]:
    """A warm process that knows the services and nothing of Prefect."""
    with warm_process("tests.faults.acts") as process, copy_of(ready_database) as house:
        process.rehearse("tests.faults.acts:whole_life", url=house.url, now=NOW.isoformat())
        yield process
