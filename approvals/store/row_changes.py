"""What a transaction entered and changed, by digest: so that an event proves the rows it speaks of, not itself alone.

Gathered from the session while it writes, so no act can forget it. Rows that are no facts of their own are left out:
the trail itself, what is still to be sent, counters, sessions, and lists, whose files are kept under their digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Numeric, event, inspect
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session, SQLModel

from approvals.store.event_hash import digest, in_utc

NO_FACTS = frozenset(
    {
        *("event", "event_personal", "outbox", "reference_counter"),
        *("stored_file", "listed_entry", "watchlist_part"),
        *("desk_session", "attempt_count", "api_answer"),
    }
)


class Key(NamedTuple):
    """A row by table and primary key, such as `task`, `17`; parts of a key are joined by `/`."""

    table: str
    key: str


@dataclass
class RowChanges:
    """The rows a session has entered, changed or removed since it began, each with its digest before and after."""

    _changed: dict[Key, _Change] = field(default_factory=dict)

    def watch(self, session: Session) -> None:
        """Look on whenever `session` writes."""
        event.listen(session, "after_flush", lambda writing, _: self._look(writing))

    def of_case(self, case_id: int) -> list[dict[str, Any]]:
        """Return and forget what belongs to the case, in the order of tables and keys."""
        return self._taken(lambda change: change.case_id == case_id)

    def rest(self) -> list[dict[str, Any]]:
        """Return and forget everything else, in the order of tables and keys."""
        return self._taken(lambda change: True)

    def _taken(self, wanted: Callable[[_Change], bool]) -> list[dict[str, Any]]:
        taken = {key: change for key, change in self._changed.items() if wanted(change)}
        for key in taken:
            del self._changed[key]
        return [
            {"table": key.table, "key": key.key, "before": change.before, "after": change.after}
            for key, change in sorted(taken.items())
            if change.before != change.after
        ]

    def _look(self, session: AnySession) -> None:
        for row in _facts(session.new):
            self._note(row, before=None, after=digest_of_row(row))
        for row in _facts(session.dirty):
            self._note(row, before=digest(_spelt(row, _before(row))), after=digest_of_row(row))
        for row in _facts(session.deleted):
            self._note(row, before=digest(_spelt(row, _before(row))), after=None)

    def _note(self, row: Any, *, before: str | None, after: str | None) -> None:
        known = self._changed.get(key_of(row))
        self._changed[key_of(row)] = _Change(known.before if known else before, after, case_of(row))


def _facts(rows: Iterable[Any]) -> Iterator[SQLModel]:
    return (row for row in rows if _state(row).mapper.local_table.description not in NO_FACTS)


@dataclass(frozen=True)
class _Change:
    before: str | None
    after: str | None
    case_id: int | None


def key_of(row: SQLModel) -> Key:
    """Return table and key of a row that has been written."""
    mapper = _state(row).mapper
    return Key(str(mapper.local_table.description), "/".join(map(str, mapper.primary_key_from_instance(row))))


def case_of(row: SQLModel) -> int | None:
    """Return the number of the case the row belongs to, None if to none."""
    if _state(row).mapper.local_table.description == "approval_case":
        return _state(row).dict.get("id")
    return _state(row).dict.get("case_id")


def spelt_row(row: SQLModel) -> dict[str, Any]:
    """Return the columns of a row as they are hashed: moments in UTC, amounts with their digits, bytes by digest."""
    return _spelt(row, _state(row).dict)


def digest_of_row(row: SQLModel) -> str:
    """Return the SHA-256 of the row in canonical JSON."""
    return digest(spelt_row(row))


def _state(row: SQLModel) -> InstanceState[Any]:
    state: InstanceState[Any] = inspect(row)
    return state


def _before(row: SQLModel) -> Mapping[str, Any]:
    """Return the values the row had before it was changed."""
    state = _state(row)
    old = {name: list(state.attrs[name].history.deleted or ()) for name, _ in _columns(row)}
    return {**state.dict, **{name: values[0] for name, values in old.items() if values}}


def _columns(row: SQLModel) -> Iterator[tuple[str, Any]]:
    for attribute in _state(row).mapper.column_attrs:
        yield attribute.key, attribute.columns[0]


def _spelt(row: SQLModel, values: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _plain(values.get(name), column.type) for name, column in _columns(row)}


def _plain(value: Any, kind: Any) -> Any:
    if isinstance(value, Decimal) and isinstance(kind, Numeric) and kind.scale is not None:
        return format(value.quantize(Decimal(1).scaleb(-kind.scale)), "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, tuple | set | frozenset):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    return value


def digests_after(events: Iterable[Mapping[str, Any]]) -> dict[Key, str | None]:
    """Return the last digest each row has in the `changes` of these events, which are in order; None: removed."""
    return {
        Key(change["table"], change["key"]): change["after"] for one in events for change in one.get("changes") or ()
    }
