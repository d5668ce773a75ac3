"""ETags: by which a program says what it had seen when it decided (RFC 9110, section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ETAG: Mapping[str, Any] = {
    "ETag": {"description": "Mark of the task as it stands now, for If-Match", "schema": {"type": "string"}}
}
"""How the description of an operation tells of it."""

_STRONG = re.compile(r'(?<!W/)"([\x21\x23-\x7e\x80-\xff]*)"')


def etag(mark: str) -> str:
    """Return the mark as it stands in a header."""
    return f'"{mark}"'


def marks_in(if_match: str) -> frozenset[str] | None:
    """Return the marks named in If-Match; None for `*`, by which any will do. Weak ones do not count."""
    return None if if_match.strip() == "*" else frozenset(_STRONG.findall(if_match))
