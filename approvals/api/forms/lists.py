"""Lists of names, and how old they are."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Base64Bytes, Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Key, Line

MOST_BASE64 = 58_000_000
"""How long a file may be in base64, so that all of them fit into what the API takes."""


class ListForm(Given):
    """A list and whether screenings can rely on it. Without any version, entries, age and dates are null."""

    source: str
    title: str
    required: bool
    is_fit: bool
    verdict: str
    entries: int | None
    as_of: date | None
    age_days: int | None
    maximum_age_days: int | None
    dated_on: date | None
    confirmed_on: date | None
    problem: str | None


class SentFile(Sent):
    """A file of a list, as its publisher names it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", examples=["sdn.csv"])]
    content: Annotated[Base64Bytes, Field(max_length=MOST_BASE64, description="The file, in base64")]


class NewList(Sent):
    """A new version of a list, as its publisher gives it: one file, or all files of a list that comes in several."""

    format: Key
    source: Key | None = None
    files: Annotated[list[SentFile], Field(min_length=1, max_length=10)]
    although_smaller: bool = False
    although_older: Line | None = None


class ListVersionForm(Given):
    """A version of a list that was taken in."""

    source: str
    title: str
    dated_on: date | None
    sha256: str
    entry_count: int
