"""Any script in plain Latin letters."""

from __future__ import annotations

import re

from anyascii import anyascii

_APOSTROPHES = re.compile(r"['`´ʹʻʼʽʾʿˈ‘’‛′]")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def latin_words(text: str) -> list[str]:
    """Return the words of `text` in lower Latin letters and digits, in the order written; apostrophes vanish."""
    latin = _APOSTROPHES.sub("", anyascii(text)).lower()
    return [word for word in _NOT_A_WORD.split(latin) if word]
