"""Which language a visitor of the desk reads, and the mark by which texts in code reach the translators."""

from __future__ import annotations

from approvals.casework.languages import DEFAULT, OWN_NAMES, Language, Languages, read_languages

__all__ = ["DEFAULT", "OWN_NAMES", "Language", "Languages", "chosen", "marked", "read_languages"]


def marked(text: str) -> str:
    """Return `text` as it is: it only tells the extraction of texts that a page will translate it."""
    return text


def chosen(languages: Languages, *, asked: str | None, accepted: str) -> Language:
    """Return the language a person asked for, or else the first one their browser accepts, or else the default.

    `accepted` is the browser's `Accept-Language`; what it says wrongly is passed over.
    """
    for tag in [asked or "", *_by_preference(accepted)]:
        known = languages.get(tag) or languages.get(tag.split("-")[0])
        if known is not None:
            return known
    return languages[DEFAULT]


def _by_preference(accepted: str) -> list[str]:
    wishes = [wish.strip().lower().partition(";q=") for wish in accepted[:200].split(",")]
    return [tag for tag, _, weight in sorted(wishes, key=lambda wish: -_weight(wish[2]))]


def _weight(written: str) -> float:
    try:
        return float(written or 1)
    except ValueError:
        return 0.0
