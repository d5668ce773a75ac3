"""What the database refuses by itself, whatever a program or a person with a password tries.

Each test speaks SQL past the services, and reads the sentence the trigger raises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)

Sql = Callable[..., Any]


Who = Callable[[str], int]


def a_task(sql: Sql, kind: str, *, slot: str = "", role: str, **more: Any) -> int:
    """Enter a task that is just being decided, and return its number."""
    columns = {
        "case_id": 1,
        "leg": 1,
        "slot": slot or kind,
        "kind": kind,
        "stage": "decision",
        "role": role,
        "prompt": "Please.",
        "state": "open",
        "opened_at": NOW,
        **more,
    }
    names = ", ".join(columns)
    given = ", ".join(f":{name}" for name in columns)
    return int(sql(f"INSERT INTO task ({names}) VALUES ({given}) RETURNING id", **columns))


def decide(sql: Sql, task: int, by: int | None, outcome: str = "approve", on_behalf_of: int | None = None) -> int:
    """Enter a decision, and return its number."""
    return int(
        sql(
            "INSERT INTO decision (task_id, outcome, reason, details, decided_by, on_behalf_of, decided_at) "
            "VALUES (:task, :outcome, 'So.', '{}', :by, :absent, :at) RETURNING id",
            task=task,
            outcome=outcome,
            by=by,
            absent=on_behalf_of,
            at=NOW,
        )
    )


def an_agreement(sql: Sql) -> None:
    """Enter the first version of an agreement."""
    sha256 = "a" * 64
    sql(
        "INSERT INTO stored_file VALUES (:sha256, 'text/plain', 1, 'x', :at) ON CONFLICT DO NOTHING",
        sha256=sha256,
        at=NOW,
    )
    sql(
        "INSERT INTO agreement (case_id, version, leg, origin, family, language, title, template_version, "
        "template_hash, data_hash, file_hash, created_at) "
        "VALUES (1, 1, 1, 'drafted', 'f', 'en', 't', '1', :sha256, :sha256, :sha256, :at)",
        sha256=sha256,
        at=NOW,
    )


def refused(sentence: str) -> Any:
    """Expect the database to refuse with this sentence."""
    return pytest.raises(DBAPIError, match=sentence)
