"""The benchmark of the desk measures real pages: its invented cases are such as the desk shows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from approvals import embedded
from approvals.desk.serving import served
from approvals.settings import Settings
from approvals.store.engine import Store, open_store
from benchmarks.desk import PAGES, readers_of
from benchmarks.desk_data import fill
from benchmarks.desk_load import Reader, load
from benchmarks.desk_serving import bare
from benchmarks.turnaround_data import NOW
from tests.desk.visiting import TheDesk


@pytest.fixture
def organisation(databases: embedded.Databases) -> Iterator[Store]:
    """A database with a hundred invented cases."""
    admin = open_store(databases.app_url.replace("/approvals?", "/postgres?"))
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE a_desk TEMPLATE template0"))
        store = open_store(databases.app_url.replace("/approvals?", "/a_desk?"))
        fill(store, Settings(), cases=100)
        yield store
        store.close()
        connection.execute(text("DROP DATABASE a_desk WITH (FORCE)"))
    admin.close()


def test_every_page_it_asks_for_is_there(organisation: Store, tmp_path: Path) -> None:
    desk = TheDesk(organisation, NOW, settings=Settings(home=tmp_path))

    found = readers_of(organisation, desk.settings, 50)
    opened = {name: _opens(desk, found[name][0]) for name in PAGES}

    assert set(found) > set(PAGES)
    assert "PA-20" in opened["inbox"] + opened["list of cases"]
    assert "The way of the case" in opened["case page"]
    assert "bottleneck" in opened["turnaround"]


def test_it_times_the_answers_of_a_page() -> None:
    # Aside, because a browser of other tests may have its event loop in this thread.
    with served(bare(), host="127.0.0.1", port=0) as home, ThreadPoolExecutor() as aside:
        loading = aside.submit(load, home, [Reader({}, ["/"])] * 2, seconds=0.3, pause=0.05, before_seconds=0)
        answers = loading.result()

    assert answers.size > 30_000
    assert 0 < answers.share(50) <= answers.share(95)


def _opens(desk: TheDesk, reader: Reader) -> str:
    visitor = desk.stranger()
    visitor.client.cookies.update(reader.cookies)
    return "".join(visitor.opens(address).source for address in reader.addresses[:3])
