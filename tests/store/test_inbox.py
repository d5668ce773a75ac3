"""The list of one's tasks: one query, found by its indexes, the same as the rules in code say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event, text

from approvals.casework.rights import may_take
from approvals.rehearsal import People
from approvals.services.substitutes import name_substitute
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Stage
from models.user import Role
from tests.journeys.stories import START, Story, a_foundation

TODAY = START.date()


def statements(store: Store, user: Any) -> list[tuple[str, Any]]:
    """Return what is asked of the database for the inbox of `user`."""
    asked: list[tuple[str, Any]] = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with store.session() as session:
            queries.inbox(session, user, today=TODAY)
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    return asked


def test_it_is_one_query_and_uses_the_indexes_of_live_tasks(store: Store, people: People) -> None:
    carmen, samuel = (people.named(f"{name}@example.org") for name in ("carmen.diaz", "samuel.okafor"))
    Story(store, people, a_foundation()).reach(Stage.DUE_DILIGENCE)
    name_substitute(
        store,
        absent=carmen.email,
        substitute=samuel.email,
        from_on=TODAY,
        until_on=TODAY + timedelta(days=7),
        by=people.with_role(Role.ADMINISTRATOR),
        now=START,
    )

    [(statement, parameters)] = statements(store, samuel)

    with store.engine.connect() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    assert "Seq Scan on task" not in "\n".join(plan)
    assert "ix_task_inbox" in "\n".join(plan)


def test_it_holds_what_the_rights_say_and_nothing_else(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation()).reach(Stage.CONSULTATION)
    everybody = [person for person in people._all if person.is_active]

    with store.session() as session:
        found = {
            user.email: {task.id for task, _, _ in queries.inbox(session, user, today=TODAY)} for user in everybody
        }

    owed = story.owed()
    assert found == {user.email: {task.id for task in owed if may_take(user, task)} for user in everybody}
