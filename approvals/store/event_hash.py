"""The one spelling in which an event is hashed. `docs/auditing.md` prints it for those who compute it themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from models.event import Event

FIRST_HASH = "0" * 64

FIRST_COLUMNS = ("seq", "at", "kind", "case_id", "actor_id", "on_behalf_of", "payload", "previous_hash")
LATER_COLUMNS = ("policy_hash", "changes", "personal_digest")
"""Hashed only where they hold something: events that are older than these columns keep their hashes."""

_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> bytes:
    """Return `value` as JSON in the one spelling that is hashed: sorted keys, no spaces, UTF-8."""
    return _SPELLING.encode(value).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of plain JSON values as 64 hexadecimal characters."""
    return hashlib.sha256(canonical(value)).hexdigest()


def hash_of(event: Event) -> str:
    """Return the digest that belongs to `event`: SHA-256 of its row, without the hash itself, in canonical JSON."""
    return hash_of_row({name: getattr(event, name) for name in Event.model_fields})


def hash_of_row(row: Mapping[str, Any]) -> str:
    """Return the digest that belongs to an event given by its columns."""
    hashed = {name: row[name] for name in FIRST_COLUMNS} | {"at": in_utc(row["at"])}
    return digest(hashed | {name: row[name] for name in LATER_COLUMNS if row[name] is not None})


def in_utc(at: datetime) -> str:
    """Return the moment as it is hashed, such as 2026-03-02T09:00:00.123456+00:00."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def personal_digest(salt: str, content: Mapping[str, Any]) -> str:
    """Return the digest an event keeps of what it says of persons: SHA-256 of the salt and canonical JSON."""
    return hashlib.sha256(salt.encode() + canonical(content)).hexdigest()


AS_TEXT = """
SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), kind, case_id, actor_id,
       on_behalf_of, payload::text, policy_hash, changes::text, personal_digest, previous_hash, hash
FROM event
"""
"""Reads events as texts for `hash_of_texts`. A row that was tampered with may hold what Python has no value for."""

Texts = tuple[
    int, str, str, int | None, int | None, int | None, str, str | None, str | None, str | None, str | None, str | None
]
"""A row of `AS_TEXT`; the last two are the hash before it and its own."""


def hash_of_texts(row: Texts) -> str | None:
    """Return what `hash_of` returns for the event read as `row`; None if the row cannot have been written by us.

    The pieces are put together by hand, in the order of their names: this runs for each event of the trail.
    """
    seq, at, kind, case_id, actor_id, on_behalf_of, payload, policy_hash, changes, personal, previous, _ = row
    try:
        spelt = (
            f'{{"actor_id":{_number(actor_id)},"at":"{at}","case_id":{_number(case_id)},'
            f"{_piece('changes', changes)}"
            f'"kind":{_spelt(kind)},"on_behalf_of":{_number(on_behalf_of)},"payload":{_respelt(payload)},'
            f"{_text('personal_digest', personal)}{_text('policy_hash', policy_hash)}"
            f'"previous_hash":{_spelt(previous)},"seq":{seq}}}'
        )
    except (ValueError, RecursionError):
        return None
    return hashlib.sha256(spelt.encode()).hexdigest()


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def _text(name: str, value: str | None) -> str:
    return "" if value is None else f'"{name}":{_spelt(value)},'


def _piece(name: str, document: str | None) -> str:
    return "" if document is None else f'"{name}":{_respelt(document)},'


def _respelt(document: str) -> str:
    """Return a document as the database spells it in our spelling. Raises `ValueError` if it was never ours."""
    return "{}" if document == "{}" else _SPELLING.encode(_READER.decode(document))


def _as_written(digits: str) -> float:
    """Return the number, if these are the digits the database shows of what we wrote: others would pass as equal."""
    value = float(digits)
    if format(Decimal(repr(value)), "f") != digits:
        raise ValueError(digits)
    return value


_READER = json.JSONDecoder(parse_float=_as_written)
_spelt = _SPELLING.encode
