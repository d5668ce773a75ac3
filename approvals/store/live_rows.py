"""The rows of the record as they stand, compared with what the trail says of them.

The chain proves events; an event names by digest each row that was entered or changed with it. A row of the record
that is not as the last event about it left it was changed behind the trail's back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import inspect, text, tuple_
from sqlmodel import Session, SQLModel, select

from approvals.store.row_changes import digest_of_row, key_of
from approvals.store.trail import RESTORE, Break

RECORD = (
    *("approval_case", "proposal", "amendment", "task", "decision", "screening", "agreement", "attachment"),
    *("case_comment", "case_restriction", "clock_stop", "obligation"),
    *("partner", "partner_name", "partner_identifier", "partner_person", "partner_flag", "flag_step"),
    *("entity_assessment", "partner_evidence", "cleared_hit"),
    *("user_account", "substitution", "office", "calendar_day", "policy_version", "template_version"),
)
"""Tables every change of which an event tells of. Left out: drafts, what a session or program last did, counters."""

AT_ONCE = 500


class _Told(NamedTuple):
    """What the last event about a row says of it: the digest, None if it was removed, and the event."""

    table: str
    key: str
    digest: str | None
    event: int


LAST_TOLD = text(
    """
    SELECT DISTINCT ON (c."table", c.key) c."table", c.key, c.after, e.seq
    FROM event e CROSS JOIN LATERAL jsonb_to_recordset(e.changes) AS c ("table" text, key text, after text)
    WHERE e.changes IS NOT NULL AND c."table" = ANY(:tables)
    ORDER BY c."table", c.key, e.seq DESC
    """
)


@dataclass(frozen=True)
class RowsCompared:
    """How many rows are as the trail says, up to the first that is not."""

    rows: int
    first_break: Break | None


def compare_rows(session: Session) -> RowsCompared:
    """Compare every row of the record with what the last event about it says. The trail itself was verified before.

    Rows no event speaks of, entered by a version that kept no digests, are not looked at.
    """
    models = {mapper.local_table.description: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    count = 0
    with session.connection().execution_options(yield_per=AT_ONCE).execute(LAST_TOLD, {"tables": [*RECORD]}) as said:
        for table, told in groupby((_Told(*row) for row in said), key=lambda one: one.table):
            while some := list(islice(told, AT_ONCE)):
                for one, is_so in _compared(session, models[table], some):
                    if not is_so:
                        return RowsCompared(count, _changed(one))
                    count += 1
    return RowsCompared(count, None)


def _compared(session: Session, model: Any, told: Sequence[_Told]) -> Iterator[tuple[_Told, bool]]:
    """Yield what was told with whether it is so, in order."""
    keys = inspect(model).primary_key
    wanted = [tuple(map(_read, keys, one.key.split("/"))) for one in told]
    query = select(model).where(tuple_(*keys).in_(wanted)).execution_options(populate_existing=True)
    live = {key_of(row).key: digest_of_row(row) for row in session.exec(query)}
    session.expunge_all()
    return ((one, live.get(one.key) == one.digest) for one in told)


def _read(column: Any, part: str) -> Any:
    """Return a part of a key as the column has it."""
    kind = column.type.python_type
    return date.fromisoformat(part) if kind is date else kind(part)


def _changed(told: _Told) -> Break:
    what = f"left the row {told.key} of {told.table} otherwise than it is now: it was changed past the program"
    return Break(told.event, what, RESTORE)
