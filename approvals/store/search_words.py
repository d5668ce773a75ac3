"""What a person types into a search, as a question to the index of words."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, TableValuedAlias, column, func, literal_column

from models.words import ACCENTS, MARKED, PLAIN, searchable

MOST_WORDS = 12


def asked_words(typed: str) -> str:
    """Return `typed` as PostgreSQL asks for it: every word must be there, whole or as a beginning; empty if none is.

    What is not a letter or digit only separates words, so nothing typed has a meaning of its own.
    """
    words = re.findall(r"[^\W_]+", typed[:200])[:MOST_WORDS]
    return " & ".join(f"{word}:*" for word in words)


def matches(words: str, asked: str) -> ColumnElement[bool]:
    """Return the condition by which the SQL `words` has everything in `asked`, as `asked_words` gives it."""
    return literal_column(words).op("@@")(_question(asked))


def with_words(asked: str, *, most: int) -> TableValuedAlias:
    """Return `case_id` and `version` of the newest proposals, `most` at most, that have everything in `asked`."""
    found = func.proposals_with_words(_question(asked), most)
    return found.table_valued(column("case_id", BigInteger), column("version", Integer))


def _question(asked: str) -> ColumnElement[Any]:
    return func.to_tsquery("simple", as_searched(asked))


def as_searched(words: str) -> str:
    """Return `words` as the index folds them: in small letters without accents."""
    bare = re.sub(ACCENTS, "", unicodedata.normalize("NFKD", words))
    return bare.translate(str.maketrans(MARKED, PLAIN)).lower()


def words_of_partner() -> str:
    """Return SQL for the words of the legal name of a partner."""
    return searchable("partner.legal_name")
