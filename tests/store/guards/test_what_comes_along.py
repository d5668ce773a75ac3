"""Drafts, files and comments stay with their owner and their case."""

from __future__ import annotations

import pytest

from tests.store.guards.speaking import NOW, Sql, Who, refused

# Drafts and attachments


DRAFT = (
    "INSERT INTO proposal_draft (owner_id, purpose, typed, started_at, updated_at) "
    "VALUES (:who, 'proposal', '{}', :at, :at) RETURNING id"
)


@pytest.mark.parametrize("change", ["owner_id = owner_id + 1", "purpose = 'amendment'", "case_id = 1"])
def test_a_draft_stays_with_its_owner_and_its_purpose(sql: Sql, number_of: Who, change: str) -> None:
    sql(DRAFT, who=number_of("rosa.quispe"), at=NOW)

    with refused("A draft stays with its owner and its purpose"):
        sql(f"UPDATE proposal_draft SET {change}")


@pytest.mark.parametrize("change", ["UPDATE attachment SET title = 'other'", "DELETE FROM attachment"])
def test_a_file_that_came_with_a_case_stays_with_it(sql: Sql, number_of: Who, change: str) -> None:
    sql(
        "INSERT INTO stored_file (sha256, media_type, size_bytes, content, stored_at) "
        "VALUES ('f', 'application/pdf', 0, '', :at)",
        at=NOW,
    )
    sql(
        "INSERT INTO attachment (case_id, title, file_name, file_hash, added_by, added_at) "
        "VALUES (1, 't', 'n', 'f', :who, :at)",
        who=number_of("rosa.quispe"),
        at=NOW,
    )

    with refused("Rows of attachment are never changed or removed"):
        sql(change)


# Comments


COMMENT = (
    "INSERT INTO case_comment (case_id, text, salt, written_by, written_at) "
    "VALUES (1, 'Said.', 's', :who, :at) RETURNING id"
)


@pytest.mark.parametrize(
    "change",
    [
        "text = 'Unsaid.'",
        "salt = 't'",
        "written_by = written_by + 1",
        "written_at = now()",
        "case_id = 2",
        "clause = 'Budget', agreement_version = 1",
    ],
)
def test_what_was_commented_stays_as_it_was_written(sql: Sql, number_of: Who, change: str) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)

    with refused("A comment never changes"):
        sql(f"UPDATE case_comment SET {change}")


def test_a_comment_is_resolved_and_reopened_but_never_passes_to_somebody_else(sql: Sql, number_of: Who) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)
    sql("UPDATE case_comment SET resolved_by = written_by, resolved_at = :at", at=NOW)

    with refused("A comment never changes"):
        sql("UPDATE case_comment SET resolved_by = :who", who=number_of("claire.martin"))
    sql("UPDATE case_comment SET resolved_by = NULL, resolved_at = NULL")
    assert sql("SELECT resolved_at FROM case_comment") is None


def test_the_words_of_a_comment_go_only_with_an_event_that_tells_of_it(sql: Sql, number_of: Who) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)

    with refused("only erased by an event that tells of it"):
        sql("UPDATE case_comment SET text = NULL, salt = NULL")
    with refused("A comment never changes"):
        sql("UPDATE case_comment SET text = NULL")


@pytest.mark.parametrize("statement", ["DELETE FROM case_comment", "TRUNCATE case_comment CASCADE"])
def test_a_comment_is_never_removed(sql: Sql, number_of: Who, statement: str) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)

    with refused("Rows of case_comment are never changed or removed"):
        sql(statement)
