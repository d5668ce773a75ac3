"""Lists of names, and how old they are."""

from __future__ import annotations

from datetime import date

from approvals.api.forms.base import Given


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
