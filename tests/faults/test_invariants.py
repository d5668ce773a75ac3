"""The checker must be able to fail: each promise is broken by hand, with the database's own guards put to sleep."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from models.task import TaskKind
from tests.faults.house import House, copy_of
from tests.faults.invariants import Acknowledged, broken_invariants

ONE_MORE_DECISION = """
    DROP INDEX uq_decision_standing;
    INSERT INTO decision (task_id, outcome, reason, details, decided_by, decided_at)
    SELECT task_id, outcome, reason, details, decided_by, decided_at FROM decision LIMIT 1
"""
ONE_MORE_AGREEMENT = """
    ALTER TABLE agreement DROP CONSTRAINT uq_agreement_case_id_version;
    INSERT INTO agreement (case_id, version, leg, origin, family, language, title, template_version, template_hash,
        data_hash, file_hash, created_at)
    SELECT case_id, version, leg, origin, family, language, title, template_version, template_hash, data_hash,
        file_hash, created_at FROM agreement LIMIT 1
"""
ONE_MORE_MAIL = """
    ALTER TABLE outbox DROP CONSTRAINT uq_outbox_event_seq_channel_recipient;
    INSERT INTO outbox (event_seq, channel, case_id, recipient, subject, body, created_at, done_at, attempts)
    SELECT event_seq, channel, case_id, recipient, subject, body, created_at, now(), 1
    FROM (SELECT * FROM outbox WHERE channel = 'mail' LIMIT 1) AS mail, generate_series(1, 2)
"""
DRAWN_BY = "UPDATE decision SET decided_by = {} WHERE task_id = (SELECT id FROM task WHERE kind = '{}' LIMIT 1)"
SUBMITTER, AUDITOR = (
    "(SELECT submitted_by FROM approval_case)",
    "(SELECT id FROM user_account WHERE 'auditor' = ANY(roles))",
)
SCREENING_OFFICER = (
    "(SELECT decided_by FROM decision JOIN task ON task.id = task_id WHERE kind = 'screening_review' LIMIT 1)"
)

WAYS_TO_BREAK_IT = [
    ("I1", "case PA-2026-0099 was acknowledged", "SELECT 1"),
    ("I1", "gaps", "UPDATE reference_counter SET last_number = 2"),
    ("I1", "has no proposal", "DELETE FROM proposal"),
    ("I2", "2 standing decisions", ONE_MORE_DECISION),
    ("I2", "may not take it", DRAWN_BY.format(AUDITOR, "decision")),
    ("I2", "may not take it", DRAWN_BY.format(SUBMITTER, "due_diligence")),
    ("I2", "silence decided", DRAWN_BY.format("NULL", "decision")),
    (
        "I2",
        "is not its legal reviewer",
        "UPDATE user_account SET roles = roles || ARRAY['legal_reviewer', 'screening_officer']; "
        + DRAWN_BY.format(SCREENING_OFFICER, "legal_review"),
    ),
    (
        "I2",
        "submitted or asked for",
        "UPDATE approval_case SET requested_by = (SELECT decided_by FROM decision JOIN task ON task.id = task_id "
        "WHERE kind = 'decision')",
    ),
    (
        "I2",
        "with 0 standing",
        "UPDATE task SET state = 'open' WHERE state = 'decided'; DELETE FROM decision; "
        "UPDATE task SET state = 'decided' WHERE kind = 'decision'",
    ),
    ("I3", "agreement versions [1, 1]", ONE_MORE_AGREEMENT),
    ("I3", "does not have the file", "UPDATE stored_file SET content = content || '\\x00'::bytea"),
    ("I3", "agreement versions [2]", "UPDATE agreement SET version = 2"),
    ("I4", "was changed", "UPDATE event SET kind = 'TaskClaimed' WHERE seq = 30"),
    ("I4", "is missing", "DELETE FROM event WHERE seq = 30"),
    ("I4", "its events say", "UPDATE approval_case SET stage = 'decision'"),
    ("I4", "events of decision", "DELETE FROM event WHERE kind = 'DecisionTaken'"),
    ("I4", "was opened 0 times", "DELETE FROM event WHERE kind = 'TaskOpened'"),
    ("I4", "has no event, or more", "DELETE FROM event WHERE kind = 'AgreementDrafted'"),
    ("I5", "is forgotten", "UPDATE task SET state = 'cancelled' WHERE state = 'open'"),
    ("I5", "still waits", "UPDATE outbox SET done_at = NULL WHERE channel = 'advance'"),
    ("I5", "is closed", "UPDATE approval_case SET stage = 'withdrawn'"),
    ("I6", "is marked sent", ONE_MORE_MAIL),
    ("I7", "nobody approved", "UPDATE decision SET outcome = 'decline' WHERE outcome = 'approve'"),
    ("I7", "did not let it pass", "UPDATE screening SET verdict = 'stop'"),
    ("I7", "went on although", "UPDATE screening SET verdict = 'stop'"),
    ("I7", "signatures", "UPDATE approval_case SET stage = 'in_force'"),
    ("I7", "is a stack trace", "UPDATE approval_case SET problem = 'Traceback (most recent call last): …'"),
]


@pytest.mark.parametrize(("promise", "what", "harm"), WAYS_TO_BREAK_IT)
def test_a_broken_promise_is_named(whole_house: str, promise: str, what: str, harm: str) -> None:
    with copy_of(whole_house) as house:
        _break(house, harm)

        acknowledged = Acknowledged(cases={"PA-2026-0099"} if harm == "SELECT 1" else set())
        broken = broken_invariants(house.store, acknowledged, at_rest=True)

    assert [sentence for sentence in broken if sentence.startswith(promise) and what in sentence], broken


@pytest.fixture(scope="module")
def whole_house(ready_database: str) -> Iterator[str]:
    """The address of a house where one case waits for its partner and every promise holds."""
    with copy_of(ready_database) as house:
        house.carry_to(house.submit("company-cash-in-kind"), TaskKind.NEGOTIATION)
        assert broken_invariants(house.store, at_rest=True) == []
        house.store.close()
        yield house.url


def _break(house: House, harm: str) -> None:
    with house.store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger, no foreign key
        connection.exec_driver_sql(harm)
