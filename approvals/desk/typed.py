"""What people type into fields, read into the values the services take; None stands for what cannot be read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

LARGEST_NUMBER = 2**63 - 1


def day_of(written: str) -> date | None:
    """Return the day written as 2026-03-01, as browsers send it; None if it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def number_of(written: str, *, at_most: int = LARGEST_NUMBER) -> int | None:
    """Return the number written in digits, None if it is none or larger than `at_most`."""
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else None
    return number if number is not None and number <= at_most else None


def years_of(written: str) -> Collection[int]:
    """Return the years written as 2026 or 2026-2028; empty if they cannot be read."""
    first, _, last = written.partition("-")
    begin, end = number_of(first.strip(), at_most=9999), number_of((last or first).strip(), at_most=9999)
    return range(begin, end + 1) if begin is not None and end is not None else ()
