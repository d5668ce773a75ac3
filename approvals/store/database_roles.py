"""A role for the program that may work and read but not rewrite: for organisations with their own PostgreSQL.

Triggers refuse that the trail is changed, but the owner of a table can switch its triggers off. The program needs no
owner's rights except to bring the tables up to date, so it may run as another role than `approvals db upgrade` does.
What that role may do to a table is read off the triggers themselves: where they refuse a change, it is not granted.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from approvals.errors import Fault, Faulty

_TABLES = text(
    """
    SELECT c.relname AS name,
           coalesce(bool_or(p.oid IS NOT NULL AND t.tgtype & 16 > 0), false) AS is_never_changed,
           coalesce(bool_or(p.oid IS NOT NULL AND t.tgtype & 8 > 0), false) AS is_never_removed
    FROM pg_class c
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
    LEFT JOIN pg_proc p ON p.oid = t.tgfoid AND p.proname = 'refuse_change'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'
    GROUP BY c.relname ORDER BY c.relname
    """
)
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def role_statements(session: Session, role: str) -> list[str]:
    """Return the SQL that gives `role`, which must exist, what the program needs and no more, one statement an item.

    Raises `Faulty` if `role` is no plain name of a role.
    """
    if not NAME.fullmatch(role):
        raise Faulty("Nothing was printed.", [Fault("--role", f"«{role}»: use small letters, digits and _")])
    grants = [_grant(table, role) for table in session.connection().execute(_TABLES)]
    return [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"REVOKE CREATE ON SCHEMA public FROM {role}, PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        *grants,
        f"GRANT SELECT ON alembic_version TO {role}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ]


def _grant(table: Row[Any], role: str) -> str:
    verbs = ["SELECT", "INSERT"]
    verbs += [] if table.is_never_changed else ["UPDATE"]
    verbs += [] if table.is_never_removed else ["DELETE"]
    return f"GRANT {', '.join(verbs)} ON {table.name} TO {role}"
