"""Watching the doors: whatever is asked for, the answer is one we give, and nothing changes unless somebody acted.

Whether something changed is told by the versions of all rows, which PostgreSQL counts; reading them costs little.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from approvals.store.engine import Store
from models.base import metadata
from tests.desk.page_checker import check_page

LOOKS = ("GET", "HEAD", "OPTIONS")
NOTED_ON_THE_WAY = frozenset({"desk_session", "api_token"})
"""Tables in which the last use of a session or a token is noted."""
MAY_BE_NOTED = "FileRefused"
"""The one thing that is kept of what was refused: the digest of a file that did not pass the gate."""

Imprint = Mapping[str, str]
"""A digest of the versions of its rows, by table."""

_ROWS = " UNION ALL ".join(
    f"SELECT '{table.name}' AS name, "
    "md5(coalesce(string_agg(ctid::text || xmin::text, ',' ORDER BY ctid), '')) AS rows "
    f'FROM "{table.name}"'
    for table in metadata.sorted_tables
    if table.name not in NOTED_ON_THE_WAY
)
_NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"


class Watch:
    """Looks at every answer given over one database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before: tuple[str, Imprint] = ("", {})
        self.answers = 0

    def over(self, client: Any) -> Any:
        """Watch what this client is answered, and return the client."""
        client.event_hooks = {"request": [self._note_before], "response": [self._look_at]}
        return client

    def _note_before(self, request: Any) -> None:
        self._before = self._look()

    def _look_at(self, answer: Any) -> None:
        answer.read()
        self.answers += 1
        asked = f"{answer.request.method} {answer.request.url}"
        assert answer.status_code < 500, f"{asked}: {answer.status_code} {answer.text[:2000]}"
        if "text/html" in answer.headers.get("content-type", "") and answer.status_code >= 400:
            check_page(answer.text)
        if answer.request.method in LOOKS or answer.status_code >= 400:
            changed = self._changed()
            assert not changed or self._is_noted(answer), f"{asked}: {answer.status_code}, yet changed: {changed}"

    def _changed(self) -> list[str]:
        """Return the tables that are no longer as before the request."""
        (_, before), (_, now) = self._before, self._look()
        return [name for name, rows in now.items() if rows != before[name]]

    def _look(self) -> tuple[str, Imprint]:
        """Return the number of the next transaction and the imprint, which only a transaction can change."""
        with self._store.engine.connect() as connection:
            following = connection.execute(text(_NEXT_TRANSACTION)).scalar_one()
            if following == self._before[0]:
                return self._before
            return following, {row.name: row.rows for row in connection.execute(text(_ROWS))}

    def _is_noted(self, answer: Any) -> bool:
        if answer.request.method in LOOKS:
            return False
        with self._store.engine.connect() as connection:
            newest = connection.execute(text("SELECT kind FROM event ORDER BY seq DESC LIMIT 1")).scalar()
        return bool(newest == MAY_BE_NOTED) and set(self._changed()) <= {"event"}
