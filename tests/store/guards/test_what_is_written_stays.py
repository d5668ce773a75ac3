"""Records are neither changed nor removed; a decision is superseded, never edited; the trail keeps its order."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from approvals.store.engine import Store
from approvals.store.trail import verify
from tests.store.guards.speaking import NOW, Sql, Who, a_task, an_agreement, decide, refused

# What is written stays


def a_screening(sql: Sql) -> None:
    number = sql(
        "INSERT INTO screening (case_id, leg, proposal_version, verdict, risk, algorithm, lists, screened_at) "
        "VALUES (1, 1, 1, 'stop', 'high', 'a', '[]', :at) RETURNING id",
        at=NOW,
    )
    sql(
        "INSERT INTO finding (screening_id, name, verdict, reason, source, detail) "
        "VALUES (:n, 'n', 'stop', 'r', 's', '{}')",
        n=number,
    )


WRITTEN = (
    # table, a change somebody might like
    ("event", "payload = '{}'"),
    ("proposal", "content = '{}'"),
    ("agreement", "file_hash = 'b'"),
    ("stored_file", "content = 'y'"),
    ("screening", "verdict = 'clear'"),
    ("finding", "verdict = 'clear'"),
)


@pytest.mark.parametrize(("table", "change"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_what_is_written_is_neither_changed_nor_removed_nor_emptied(sql: Sql, table: str, change: str) -> None:
    an_agreement(sql)
    a_screening(sql)

    for attempt in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("are never changed or removed"):
            sql(attempt)


@pytest.mark.parametrize("table", ["decision", "policy_version", "policy_publication", "task", "approval_case"])
def test_records_people_rely_on_are_not_removed(sql: Sql, number_of: Who, table: str) -> None:
    decide(sql, a_task(sql, "decision", role="executive"), number_of("david.cohen"))

    for attempt in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("are never changed or removed"):
            sql(attempt)


@pytest.mark.parametrize("change", ["outcome = 'decline'", "reason = 'x'", "decided_by = NULL", "task_id = 99"])
def test_a_decision_is_never_edited(sql: Sql, number_of: Who, change: str) -> None:
    decide(sql, a_task(sql, "decision", role="executive"), number_of("david.cohen"))

    with refused("A decision is never edited, only superseded once"):
        sql(f"UPDATE decision SET {change}")


def test_a_policy_is_never_edited(sql: Sql) -> None:
    with refused("are never changed or removed"):
        sql("UPDATE policy_version SET content = '{}'")


def a_list_version(sql: Sql) -> None:
    sql(
        "INSERT INTO watchlist_version (source, title, sha256, entry_count, in_force, imported_at) "
        "VALUES ('own', 'Own', :sha256, 1, true, :at)",
        sha256="a" * 64,
        at=NOW,
    )
    sql("INSERT INTO listed_entry (version_id, entry_key, content) SELECT id, 'X-1', '{}' FROM watchlist_version")
    sql("INSERT INTO watchlist_part (version_id, number, content) SELECT id, 1, 'x' FROM watchlist_version")


@pytest.mark.parametrize(
    ("table", "change"),
    [("listed_entry", "content = '[]'"), ("watchlist_part", "content = 'y'"), ("watchlist_version", "sha256 = 'b'"),
     ("watchlist_version", "entry_count = 2")],
)  # fmt: skip
def test_a_list_that_was_imported_stays_as_it_was(sql: Sql, table: str, change: str) -> None:
    a_list_version(sql)

    with refused("never changed"):
        sql(f"UPDATE {table} SET {change}")
    for attempt in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("are never changed or removed"):
            sql(attempt)


def test_a_list_may_be_put_out_of_force_and_confirmed(sql: Sql) -> None:
    a_list_version(sql)

    sql("UPDATE watchlist_version SET in_force = false, confirmed_at = :at, alarmed_at = NULL", at=NOW)

    assert sql("SELECT in_force FROM watchlist_version") is False


def test_only_a_mail_may_be_about_no_case(sql: Sql) -> None:
    message = "INSERT INTO outbox (event_seq, channel, recipient, subject, body, created_at, attempts) VALUES (1, "
    sql(f"{message}'mail', 'a@example.org', '', '', :at, 0)", at=NOW)

    with refused("only_a_case_is_carried_on"):
        sql(f"{message}'advance', '', '', '', :at, 0)", at=NOW)


def proposed_by(sql: Sql, number: int) -> None:
    sql(
        "INSERT INTO policy_publication (policy_hash, reason, proposed_by, proposed_at) "
        f"SELECT sha256, 'because', {number}, now() FROM policy_version"
    )


def test_who_proposed_a_policy_does_not_publish_it(sql: Sql, number_of: Who) -> None:
    proposed_by(sql, number_of("david.cohen"))

    with refused("two_people"):
        sql("UPDATE policy_publication SET published_by = proposed_by, published_at = now() WHERE reason = 'because'")


@pytest.mark.parametrize("change", ["reason = 'x'", "proposed_at = now()", "policy_hash = repeat('0', 64)"])
def test_what_was_proposed_is_only_published(sql: Sql, number_of: Who, change: str) -> None:
    proposed_by(sql, number_of("david.cohen"))

    with refused("A proposed policy is only published, once"):
        sql(f"UPDATE policy_publication SET {change}")


def test_what_was_published_stays_published(sql: Sql) -> None:
    with refused("A proposed policy is only published, once"):
        sql("UPDATE policy_publication SET published_at = NULL")


def test_who_decided_does_not_take_the_second_look(sql: Sql, number_of: Who) -> None:
    role = "due_diligence_officer"
    decide(sql, a_task(sql, "due_diligence", role=role), number_of("ingrid.hansen"))
    second = a_task(sql, "due_diligence", slot="due_diligence:second", role=role)

    with refused("Nobody takes the second look at what they decided themselves"):
        decide(sql, second, number_of("ingrid.hansen"))


# Superseding


def test_a_decision_is_superseded_by_a_later_one_on_the_same_task(sql: Sql, store: Store, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    first = decide(sql, task, number_of("david.cohen"))

    with store.engine.begin() as connection:
        second = connection.execute(text("SELECT nextval('decision_id_seq')")).scalar_one()
        connection.execute(
            text("UPDATE decision SET superseded_by = :second WHERE id = :first"), {"second": second, "first": first}
        )
        connection.execute(
            text(
                "INSERT INTO decision (id, task_id, outcome, reason, details, decided_by, decided_at) "
                "VALUES (:id, :task, 'decline', 'New facts.', '{}', :by, :at)"
            ),
            {"id": second, "task": task, "by": number_of("david.cohen"), "at": NOW},
        )

    assert sql("SELECT outcome FROM decision WHERE superseded_by IS NULL") == "decline"
    with refused("A decision is never edited, only superseded once"):
        sql("UPDATE decision SET superseded_by = NULL WHERE id = :first", first=first)


@pytest.mark.parametrize("by", ["itself", "another task's"])
def test_a_decision_is_not_set_aside_by_one_that_does_not_replace_it(sql: Sql, number_of: Who, by: str) -> None:
    first = decide(sql, a_task(sql, "decision", role="executive"), number_of("david.cohen"))
    other = decide(
        sql,
        a_task(sql, "consultation", slot="consultation:finance", role="finance"),
        number_of("yuki.tanaka"),
        "support",
    )

    with refused("A decision is superseded only by a later one on the same task"):
        sql(
            "UPDATE decision SET superseded_by = :other WHERE id = :first",
            first=first,
            other=first if by == "itself" else other,
        )


def test_a_decision_does_not_come_in_superseded(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    first = decide(sql, task, number_of("david.cohen"))

    with refused("A decision stands until a later one takes its place"):
        sql(
            "INSERT INTO decision (task_id, outcome, reason, details, decided_by, decided_at, superseded_by) "
            "VALUES (:task, 'decline', '', '{}', :by, :at, :first)",
            task=task,
            by=number_of("david.cohen"),
            at=NOW,
            first=first,
        )


# The trail


@pytest.mark.parametrize(
    ("seq", "previous"),
    [("max(seq) + 2", "max(hash)"), ("0", "repeat('0', 64)"), ("max(seq) + 1", "repeat('0', 64)")],
    ids=["a gap", "before the first", "not chained"],
)
def test_an_event_out_of_order_is_refused(sql: Sql, seq: str, previous: str) -> None:
    with refused("An event follows the one before it"):
        sql(
            "INSERT INTO event (seq, at, kind, payload, previous_hash, hash) "
            f"SELECT {seq}, now(), 'Invented', '{{}}', {previous}, repeat('f', 64) FROM event"
        )


def test_nothing_that_was_refused_left_a_trace(sql: Sql, store: Store, number_of: Who) -> None:
    with refused("never changed"):
        sql("UPDATE event SET kind = 'Other'")

    with store.session() as session:
        assert verify(session).first_break is None
