"""What an event says was before and is after, as far as it says so in pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PAIRS = (("from", "to"), ("from_day", "to_day"), ("old", "new"), ("was", "now"), ("was", "kind"), ("was", "zone"))
"""The names under which events keep the two."""


def before_and_after(payload: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield old and new of each pair in words; numbers of people are left out, their names stand in the sentence."""
    for before, after in PAIRS:
        old, new = payload.get(before), payload.get(after)
        if isinstance(new, str) and (old is None or isinstance(old, str)):
            yield old or "", new
