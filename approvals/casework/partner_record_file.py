"""Reading a partner's record from a file, and sealing one with its digest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from approvals.casework.fields import SHAPES
from approvals.casework.partner_record import PartnerRecord
from approvals.casework.plain_json import UnreadableJson, read_json
from approvals.casework.sentences import faults_in
from approvals.errors import Fault, Faulty

MAX_RECORD_BYTES = 1_000_000
"""A record is a few pages of text; a larger file is none."""

Digest = Callable[[Any], str]


def sealed(record: Mapping[str, Any], *, digest: Digest) -> dict[str, Any]:
    """Return the plain values of a record with the digest that belongs to them."""
    provenance = {name: value for name, value in record["provenance"].items() if name != "digest"}
    return {**record, "provenance": {**provenance, "digest": digest({**record, "provenance": provenance})}}


def written_record(values: Mapping[str, Any], *, digest: Digest) -> dict[str, Any]:
    """Return a record as plain JSON values with the digest that belongs to them.

    Raises `Faulty` if `values`, which need no digest yet, do not fit the form.
    """
    unsealed = {**values, "provenance": {**values["provenance"], "digest": "0" * 64}}
    try:
        record = PartnerRecord.model_validate(unsealed)
    except ValidationError as exc:
        raise Faulty("The record was not written.", faults_in(exc, shapes=SHAPES)) from exc
    return sealed(record.model_dump(mode="json"), digest=digest)


def read_record(content: bytes, *, digest: Digest) -> PartnerRecord:
    """Return the record written in `content`.

    Raises `Faulty` with everything that is wrong: too large, no JSON in UTF-8, fields that do not fit the form, or a
    digest of something else.
    """
    values = _values_in(content)
    try:
        record, faults = PartnerRecord.model_validate(values), []
    except ValidationError as exc:
        record, faults = None, faults_in(exc, shapes=SHAPES)
    faults += _what_is_wrong_with_the_digest(values, digest)
    if record is None or faults:
        raise _refusal(*faults)
    return record


def _values_in(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_RECORD_BYTES:
        raise _refusal(Fault("", "the file is larger than 1 MB; is it the right one?"))
    try:
        values = read_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise _refusal(Fault("", "the file is not text in UTF-8")) from exc
    except UnreadableJson as exc:
        raise _refusal(Fault("", f"the file is not readable JSON, {exc}")) from exc
    if not isinstance(values, dict):
        raise _refusal(Fault("", "the file holds no record: it should be a group of fields"))
    return values


def _what_is_wrong_with_the_digest(values: Mapping[str, Any], digest: Digest) -> list[Fault]:
    provenance = values.get("provenance")
    if not isinstance(provenance, dict) or not isinstance(provenance.get("digest"), str):
        return []  # the form says so already
    try:
        right = sealed(values, digest=digest)["provenance"]["digest"]
    except (UnicodeEncodeError, RecursionError):
        return [Fault("provenance.digest", "cannot be checked: half a character, or too deep parts")]
    if provenance["digest"] == right:
        return []
    return [Fault("provenance.digest", "is of something else: the record was changed after it was exported")]


def _refusal(*faults: Fault) -> Faulty:
    return Faulty("The record was not read.", faults)
