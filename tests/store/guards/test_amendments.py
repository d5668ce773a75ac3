"""An agreement in force is changed by an approved and signed amendment only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from approvals.store.engine import Store
from tests.store.guards.speaking import Sql, Who, a_task, decide, refused


@pytest.fixture
def amended(sql: Sql, number_of: Who, store: Store) -> int:
    """Number of an amendment under way of PA-2026-0001, which was put in force by force; it asks for signatures."""
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")
    return an_amendment(sql, number_of)


def an_amendment(sql: Sql, number_of: Who, handling: str = "amendment", **changes: Any) -> int:
    """Enter an amendment of the case as the officer would, with what `changes` says otherwise; return its number."""
    number = int(sql("SELECT max(id) + 1 FROM approval_case"))
    row = {
        "id": number,
        "reference": f"PA-2026-9{number:03}",
        "submission_key": f"amendment {number}",
        "amends": 1,
        "stage": "screening",
        **changes,
    }
    sql(
        "INSERT INTO approval_case SELECT (jsonb_populate_record(c, CAST(:row AS jsonb))).* FROM approval_case c "
        "WHERE id = 1",
        row=json.dumps(row),
    )
    sql(
        "INSERT INTO proposal (case_id, version, content, content_hash, submitted_by, submitted_at) "
        "SELECT :number, 1, content || '{\"title\": \"Longer\"}', repeat('a', 64), submitted_by, submitted_at "
        "FROM proposal WHERE case_id = 1 AND version = 1",
        number=number,
    )
    sql(
        "INSERT INTO amendment (case_id, version, base_version, kind, content, changes, extent, handling, rule) "
        "VALUES (:number, 1, 1, 'no_cost_extension', '{}', '[]', '{}', :handling, '{}')",
        number=number,
        handling=handling,
    )
    return number


TAKES_EFFECT = "UPDATE approval_case SET stage = 'effective', closed_at = now() WHERE id = :number"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE amendment SET handling = 'record_only'", "UPDATE amendment SET changes = '[1]'", "DELETE FROM amendment",
     "TRUNCATE amendment"],
)  # fmt: skip
def test_what_an_amendment_says_and_needs_is_never_changed(sql: Sql, amended: int, statement: str) -> None:
    with refused("Rows of amendment are never changed or removed"):
        sql(statement)


def test_what_a_case_amends_is_never_changed(sql: Sql, amended: int) -> None:
    with refused("is never changed \\(amends\\)"):
        sql("UPDATE approval_case SET amends = NULL WHERE id = :number", number=amended)


def test_one_amendment_is_open_at_a_time(sql: Sql, number_of: Who, amended: int) -> None:
    with refused("uq_approval_case_open_amendment"):
        an_amendment(sql, number_of)

    sql("UPDATE approval_case SET stage = 'withdrawn', closed_at = now() WHERE id = :number", number=amended)
    assert an_amendment(sql, number_of) > amended


def test_only_an_agreement_in_force_is_amended(sql: Sql, number_of: Who) -> None:
    with refused("Only an agreement in force is amended"):
        an_amendment(sql, number_of)


@pytest.mark.parametrize("column", ["submitted_by", "requested_by"])
def test_nobody_else_submits_or_asks_for_an_amendment_and_so_may_decide_it(
    sql: Sql, number_of: Who, column: str
) -> None:
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")

    with refused("An amendment is submitted by whoever submitted the case"):
        an_amendment(sql, number_of, **{column: number_of("linh.tran")})


def test_nothing_takes_effect_that_nobody_approved(sql: Sql, amended: int) -> None:
    with refused("Nobody approved this amendment"):
        sql(TAKES_EFFECT, number=amended)


def test_nothing_takes_effect_that_both_sides_did_not_sign(sql: Sql, number_of: Who, amended: int) -> None:
    task = a_task(sql, "decision", role="executive", case_id=amended)
    decide(sql, task, number_of("david.cohen"))

    with refused("Both sides sign an amendment before it takes effect"):
        sql(TAKES_EFFECT, number=amended)


def test_what_is_only_recorded_takes_effect_at_once(sql: Sql, number_of: Who) -> None:
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")

    number = an_amendment(sql, number_of, "record_only")
    sql(TAKES_EFFECT, number=number)

    assert sql("SELECT stage FROM approval_case WHERE id = :number", number=number) == "effective"


@pytest.mark.parametrize(("stage", "constraint"), [("in_force", "is_no_partnership"), ("ended", "is_no_partnership")])
def test_an_amendment_is_never_a_partnership(sql: Sql, amended: int, stage: str, constraint: str) -> None:
    with refused(constraint):
        sql("UPDATE approval_case SET stage = :stage WHERE id = :number", stage=stage, number=amended)


def test_a_partnership_never_takes_effect_as_an_amendment(sql: Sql) -> None:
    with refused("query returned no rows|only_an_amendment_is_effective"):
        sql(TAKES_EFFECT, number=1)


NEXT_VERSION = (
    "INSERT INTO proposal (case_id, version, content, content_hash, submitted_by, submitted_at, amended_by) "
    "SELECT 1, 2, content, :digest, submitted_by, submitted_at, :by FROM proposal WHERE case_id = :source"
)


def test_an_agreement_in_force_is_changed_by_an_amendment_only(sql: Sql, amended: int) -> None:
    with refused("An agreement in force is changed by an amendment only"):
        sql(NEXT_VERSION, digest="a" * 64, by=None, source=amended)


def test_an_amendment_under_way_changes_nothing(sql: Sql, amended: int) -> None:
    with refused("word for word that of an amendment of this case that took effect"):
        sql(NEXT_VERSION, digest="a" * 64, by=amended, source=amended)


@pytest.mark.parametrize(("source", "digest"), [(1, "a"), (2, "b")], ids=["other words", "another digest"])
def test_an_agreement_becomes_what_the_amendment_says_and_nothing_else(
    sql: Sql, number_of: Who, source: int, digest: str
) -> None:
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")
    number = an_amendment(sql, number_of, "record_only")
    sql(TAKES_EFFECT, number=number)

    with refused("word for word that of an amendment of this case that took effect"):
        sql(NEXT_VERSION, digest=digest * 64, by=number, source=source)

    sql(NEXT_VERSION, digest="a" * 64, by=number, source=number)
    with refused("uq_proposal_amended_by"):
        sql(NEXT_VERSION.replace("1, 2,", "1, 3,"), digest="a" * 64, by=number, source=number)
