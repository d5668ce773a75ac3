"""What a drafter leaves standing when something is still to be written: `[insert …]`, TBD, XXX, `<…>`, `____`."""

from __future__ import annotations

import re

LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|\[\s*(?:insert|insérer|insertar|to be completed|à compléter)[^\]]*\]?"
    r"|\bTBD\b|\bTBC\b|\bXXX+\b|<[A-Za-z][^<>\n]{0,60}>|_{4,}|(?-i:\bNone\b(?=[.,;:)]|$))",
    re.IGNORECASE,
)
