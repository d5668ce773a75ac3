"""How texts are made searchable: by an index over an expression, so that nothing has to be kept in step.

Accents do not count, because few people type those of another language.
"""

from __future__ import annotations

MOST_CHARACTERS = 200_000
"""How much of a text is searched; what PostgreSQL keeps of one text ends at a megabyte."""

MARKED, PLAIN = "ĐđØøŁłı", "DdOoLli"
"""Letters whose mark is no accent that can be taken off, and those they are searched by."""

ACCENTS = r"[\u0300-\u036f]"


def folded(text: str) -> str:
    """Return SQL for the text that the SQL `text` gives, in small letters without accents."""
    bare = f"regexp_replace(normalize({text}, NFKD), '{ACCENTS}', '', 'g')"
    return f"lower(translate({bare}, '{MARKED}', '{PLAIN}'))"


def searchable(text: str) -> str:
    """Return SQL for the words of the text that the SQL `text` gives."""
    return f"to_tsvector('simple'::regconfig, left({folded(text)}, {MOST_CHARACTERS}))"


def searchable_values(document: str) -> str:
    """Return SQL for the words of the values in a JSON column, without the names of its fields and its escapes."""
    names_or_escapes = r'"[a-z_]+": |\\[bfnrt]'
    return searchable(f"regexp_replace({document}::text, '{names_or_escapes}', ' ', 'g')")
