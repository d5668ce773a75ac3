"""Looking changes nothing: every page is opened, and the database is the same as before, to the last column.

But for one: when a session was last used is noted every few minutes, without a word in the trail, so that idle ones
end.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from approvals.services.users import the_user
from approvals.store.engine import Store
from models.base import metadata
from models.case import Stage
from tests.desk.conftest import ADMINISTRATOR, OFFICER
from tests.desk.test_who_may_open_what import DOORS
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START

LOOKS = sorted(path for method, path in DOORS if method == "GET")
NOTED = {"desk_session": "last_seen_at"}


@pytest.fixture(scope="module")
def store(databases_by_stage: DatabasesByStage) -> Iterator[Store]:
    with databases_by_stage.story_at(Stage.DUE_DILIGENCE) as story:
        yield story.store


def everything(store: Store) -> dict[str, str]:
    """A digest of what each table holds."""
    tables = [table.name for table in metadata.sorted_tables]
    with store.engine.connect() as connection:
        return {name: str(connection.execute(text(_digest_of(name))).scalar()) for name in tables}


def _digest_of(table: str) -> str:
    row = f"(to_jsonb(t) - '{NOTED.get(table, '')}')::text"
    return f"SELECT count(*) || md5(coalesce(string_agg({row}, chr(10) ORDER BY {row}), '')) FROM \"{table}\" t"


@pytest.mark.parametrize("who", [OFFICER, ADMINISTRATOR, "carmen.diaz@example.org", None])
def test_opening_every_page_leaves_every_table_as_it_was(store: Store, who: str | None) -> None:
    desk = TheDesk(store, START)
    visitor = desk.visited_by(the_user(store, who)) if who else desk.stranger()
    before = everything(store)

    for path in LOOKS:
        for method in ("GET", "HEAD", "OPTIONS"):
            visitor.client.request(method, DOORS["GET", path].address, follow_redirects=False)

    assert everything(store) == before


def test_a_change_would_be_noticed(store: Store) -> None:
    before = everything(store)

    TheDesk(store, START).signs_in(the_user(store, OFFICER))

    assert {name for name, digest in everything(store).items() if digest != before[name]} == {"desk_session", "event"}
