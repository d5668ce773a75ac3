"""How texts are made searchable: by an index over an expression, so that nothing has to be kept in step.

Accents do not count, because few people type those of another language.
"""

from __future__ import annotations

import unicodedata

MOST_CHARACTERS = 200_000
"""How much of a text is searched; what PostgreSQL keeps of one text ends at a megabyte."""


def _accents() -> tuple[str, str]:
    """Return the Latin letters with marks, and beside each the plain letter it is searched by."""
    marked = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    plain = [unicodedata.normalize("NFKD", letter)[0] for letter in marked]
    pairs = [(letter, base) for letter, base in zip(marked, plain, strict=True) if base.isascii() and base.isalpha()]
    pairs += zip("ĐđØøŁłı", "DdOoLli", strict=True)
    return "".join(letter for letter, _ in pairs), "".join(base for _, base in pairs)


MARKED, PLAIN = _accents()


def folded(text: str) -> str:
    """Return SQL for the text that the SQL `text` gives, in small plain letters."""
    return f"lower(translate({text}, '{MARKED}', '{PLAIN}'))"


def searchable(text: str) -> str:
    """Return SQL for the words of the text that the SQL `text` gives."""
    return f"to_tsvector('simple'::regconfig, left({folded(text)}, {MOST_CHARACTERS}))"


def searchable_values(document: str) -> str:
    """Return SQL for the words of the values in a JSON column, without the names of its fields and its escapes."""
    names_or_escapes = r'"[a-z_]+": |\\[bfnrt]'
    return searchable(f"regexp_replace({document}::text, '{names_or_escapes}', ' ', 'g')")
