"""The one spelling in which an event is hashed. `docs/auditing.md` prints it for those who compute it themselves.

Two steps: the digest of what the event says, and the hash of the link, over the hash before it and that digest. So
a link can be shown to somebody who may not see what the event says, as in the bundle of another case. Events from
before the digest was kept (it is empty there) were hashed in one step, and keep their hashes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from models.event import Event

FIRST_HASH = "0" * 64

OLD_CONTENT = ("seq", "at", "kind", "case_id", "actor_id", "on_behalf_of", "payload")
CONTENT = (*OLD_CONTENT, "policy_hash", "changes", "personal_digest")

_SPELLING = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> bytes:
    """Return `value` as JSON in the one spelling that is hashed: sorted keys, no spaces, UTF-8."""
    return _SPELLING.encode(value).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of plain JSON values as 64 hexadecimal characters."""
    return sha256(canonical(value)).hexdigest()


def hash_of(event: Event) -> str:
    """Return the hash that belongs to `event` and the one before it."""
    row = {name: getattr(event, name) for name in Event.model_fields}
    if event.content_digest is not None:
        return link(event.previous_hash, content_digest(row))
    old = {name: row[name] for name in (*OLD_CONTENT, "previous_hash")}
    return digest({**old, "at": in_utc(event.at)})


def content_digest(row: Mapping[str, Any]) -> str:
    """Return the digest of what an event says: SHA-256 of its columns in canonical JSON, without hashes."""
    return digest({**{name: row[name] for name in CONTENT}, "at": in_utc(row["at"])})


def link(previous: str, content: str) -> str:
    """Return the hash of an event: SHA-256 of the hash before it and the digest of what it says, as one text."""
    return sha256((previous + content).encode()).hexdigest()


def in_utc(at: datetime) -> str:
    """Return the moment as it is hashed, such as 2026-03-02T09:00:00.123456+00:00."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def personal_digest(salt: str, content: Mapping[str, Any]) -> str:
    """Return the digest an event keeps of what it says of persons: SHA-256 of the salt and canonical JSON."""
    return sha256(salt.encode() + canonical(content)).hexdigest()


AS_TEXT = """
SELECT seq::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), kind, case_id::text,
       actor_id::text, on_behalf_of::text, payload::text, policy_hash, changes::text, personal_digest, content_digest,
       previous_hash, hash
FROM event
"""
"""Reads events as texts for `hash_of_texts`. A row that was tampered with may hold what Python has no value for."""

Text = str | None
Texts = tuple[str, Text, str, Text, Text, Text, str, Text, Text, Text, Text, Text, Text]
"""A row of `AS_TEXT`; the last three are the digest of the content, the hash before it and its own."""


def hash_of_texts(row: Texts) -> str | None:
    """Return what `hash_of` returns for the event read as `row`; None if the row cannot have been written by us."""
    return _hash_of(row, _quickly) or _hash_of(row, _exactly)


def _hash_of(row: Texts, respelt: Callable[[str], str]) -> str | None:
    """Put the pieces together by hand, in the order of their names: this runs for each event of the trail."""
    seq, at, kind, case_id, actor_id, absent, payload, policy, changes, personal, content, previous, _ = row
    try:
        head = f'{{"actor_id":{actor_id or "null"},"at":"{at}","case_id":{case_id or "null"},'
        said = f'"kind":{_spelt(kind)},"on_behalf_of":{absent or "null"},"payload":{respelt(payload)},'
        if content is None:
            spelt = f'{head}{said}"previous_hash":{_spelt(previous)},"seq":{seq}}}'
            is_ours = policy is changes is personal is None
            return sha256(spelt.encode()).hexdigest() if is_ours else None
        rows = "null" if changes is None else respelt(changes)
        apart = f'"personal_digest":{_quoted(personal)},"policy_hash":{_quoted(policy)},"seq":{seq}}}'
        spelt = f'{head}"changes":{rows},{said}{apart}'
    except (ValueError, RecursionError):
        return None
    is_ours = sha256(spelt.encode()).hexdigest() == content
    return link(previous or "", content) if is_ours else None


def _quickly(document: str) -> str:
    """Return a document as the database spells it in our spelling. Raises `ValueError` if that takes exactness."""
    if "." in document:  # perhaps a fraction, whose digits must be looked at
        raise ValueError(document)
    respelt = orjson.dumps(orjson.loads(document), option=orjson.OPT_SORT_KEYS).decode()
    if "e+" in respelt:  # perhaps a number of more than 64 bits, which lost its last digits
        raise ValueError(document)
    return respelt


def _exactly(document: str) -> str:
    """Return a document as the database spells it in our spelling. Raises `ValueError` if it was never ours."""
    return _SPELLING.encode(_READER.decode(document))


def _as_written(digits: str) -> float:
    """Return the number, if these are the digits the database shows of what we wrote: others would pass as equal."""
    value = float(digits)
    if format(Decimal(repr(value)), "f") != digits:
        raise ValueError(digits)
    return value


_READER = json.JSONDecoder(parse_float=_as_written)
_spelt = _SPELLING.encode


def _quoted(text: Text) -> str:
    return "null" if text is None else _spelt(text)
