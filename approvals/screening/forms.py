"""Telling legal forms from the words that name somebody."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from approvals.screening.latin import latin_words
from approvals.screening.legal_forms import LEGAL_FORMS

SHORTEST_DAMAGED_FORM = 3
"""A form of fewer letters is like too many words."""
LONG_FORM = 8
"""From so many letters on a form may be misspelt in two places."""


def part_legal_forms(words: list[str]) -> tuple[list[str], set[str]]:
    """Return the words that name somebody, and the legal forms found among the others.

    A form of several words is found in whatever order they stand. If nothing else would be left, every word stays.
    """
    left, found = list(words), set[str]()
    if _first_words().isdisjoint(words):
        return left, found
    for form, parts in _forms_longest_first():
        while parts[0] in left and Counter(parts) <= Counter(left):
            for part in parts:
                left.remove(part)
            found.add(form)
    return (left, found) if left else (words, set())


@lru_cache(maxsize=50_000)
def is_damaged_form(word: str, forms: frozenset[str]) -> bool:
    """Tell whether `word` is one of `forms` with an error of writing."""
    return any(
        OSA.distance(word, written, score_cutoff=errors) <= errors
        for written, errors in _easily_misspelt(forms)
        if abs(len(word) - len(written)) <= errors
    )


@cache
def _easily_misspelt(forms: frozenset[str]) -> tuple[tuple[str, int], ...]:
    """Return each of `forms` that is one word, not too short, and how many errors it may have."""
    return tuple(
        (written, 2 if len(written) >= LONG_FORM else 1)
        for form, (written, *more) in _forms_longest_first()
        if form in forms and not more and len(written) >= SHORTEST_DAMAGED_FORM
    )


@cache
def form_words() -> frozenset[str]:
    """Return every legal form that is one word, in folded letters."""
    return frozenset(words[0] for _, words in _forms_longest_first() if len(words) == 1)


@cache
def _forms_longest_first() -> tuple[tuple[str, tuple[str, ...]], ...]:
    pairs = {(form, tuple(sorted(latin_words(written)))) for form, ways in LEGAL_FORMS.items() for written in ways}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[1]), pair)))


@cache
def _first_words() -> frozenset[str]:
    return frozenset(parts[0] for _, parts in _forms_longest_first())
