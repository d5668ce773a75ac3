"""The languages of the desk: their own names, how they write dates and numbers, and the words of the pages.

Translations are kept as text (`desk.po`) and compiled in memory when the desk starts, so that no compiled file can be
older than its source. What is not translated yet is shown in English.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAIN = "desk"
DEFAULT = "en"
OWN_NAMES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español", "zh": "中文"}
"""The languages of the desk, each by the name its speakers give it."""
WRITTEN_AS: Mapping[str, str] = {"en": "en_GB"}
"""How days and numbers are written, where a language alone does not say: the day stands before the month."""


def marked(text: str) -> str:
    """Return `text` as it is: it only tells the extraction of texts that a page will translate it."""
    return text


@dataclass(frozen=True)
class Language:
    """A language in which the desk can be read."""

    tag: str
    own_name: str
    locale: Locale
    texts: NullTranslations


Languages = Mapping[str, Language]


def read_languages(folder: Path) -> Languages:
    """Return the languages of the desk by tag, with the translations in `folder`; English first."""
    return {
        tag: Language(tag, name, Locale.parse(WRITTEN_AS.get(tag, tag)), _texts(folder, tag))
        for tag, name in OWN_NAMES.items()
    }


def _texts(folder: Path, tag: str) -> NullTranslations:
    source = folder / tag / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.is_file():
        return NullTranslations()
    with source.open("rb") as written:
        catalog = read_po(written, locale=tag)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


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
