"""What was cleared stays as it was cleared, and a re-screening stays as it ended."""

from __future__ import annotations

import pytest

from tests.store.guards.speaking import NOW, Sql, Who, refused


@pytest.fixture
def cleared_hit(sql: Sql, number_of: Who) -> int:
    """A hit that Sara cleared and Mei agreed to."""
    sql(
        "INSERT INTO screening (case_id, leg, proposal_version, verdict, risk, algorithm, lists, screened_at) "
        "VALUES (1, 1, 1, 'review', 'high', 'a', '[]', :at)",
        at=NOW,
    )
    sql(
        "INSERT INTO finding (screening_id, name, verdict, reason, source, detail) "
        "VALUES (1, 'listed_names', 'review', 'r', 's', '{}')"
    )
    return clear_hit(sql, number_of("sara.lindqvist"), number_of("mei.chen"))


def clear_hit(sql: Sql, by: int, seconded_by: int) -> int:
    """Enter a cleared hit, and return its number."""
    return int(
        sql(
            "INSERT INTO cleared_hit (partner_id, case_id, finding_id, source, asked, entry, entry_digest, partner, "
            "partner_digest, reason, reason_title, remark, cleared_by, seconded_by, cleared_at) "
            "VALUES (1, 1, 1, 'un_sc', 'A', '{}', 'd', '{}', 'd', 'r', 't', '', :by, :second, :at) RETURNING id",
            by=by,
            second=seconded_by,
            at=NOW,
        )
    )


@pytest.mark.parametrize("change", ["UPDATE cleared_hit SET remark = 'x'", "DELETE FROM cleared_hit"])
def test_a_cleared_hit_stays_as_it_was_cleared(sql: Sql, cleared_hit: int, change: str) -> None:
    with refused("Rows of cleared_hit are never changed or removed"):
        sql(change)


def test_nobody_agrees_with_themselves(sql: Sql, cleared_hit: int, number_of: Who) -> None:
    with refused("seconded_by_another"):
        clear_hit(sql, number_of("mei.chen"), number_of("mei.chen"))


@pytest.fixture
def rescreening(sql: Sql) -> int:
    """A re-screening that has not come to its end."""
    version = sql(
        "INSERT INTO watchlist_version (source, title, sha256, entry_count, in_force, imported_at) "
        "VALUES ('own', 'Own', 's', 1, true, :at) RETURNING id",
        at=NOW,
    )
    return int(
        sql(
            "INSERT INTO rescreening (version_id, entries, started_at, last_case, cases, names, hits, found) "
            "VALUES (:version, 1, :at, 0, 0, 0, 0, '[]') RETURNING id",
            version=version,
            at=NOW,
        )
    )


def test_a_finished_rescreening_is_never_changed(sql: Sql, rescreening: int) -> None:
    sql("UPDATE rescreening SET cases = 5, hits = 1, finished_at = :at", at=NOW)

    with refused("A finished re-screening is never changed"):
        sql("UPDATE rescreening SET hits = 0")


def test_a_rescreening_is_not_removed(sql: Sql, rescreening: int) -> None:
    with refused("Rows of rescreening are never changed or removed"):
        sql("DELETE FROM rescreening")
