"""The languages in which people read pages and mails: their own names, how they write dates, the words in them.

Translations are kept as text (`desk.po`) and compiled in memory when a program starts, so that no compiled file can
be older than its source. What is not translated yet is shown in English.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from approvals.casework.telling import Told, Voice
from approvals.casework.words import in_words

DOMAIN = "desk"
"""The catalog of what pages, mails and the house itself say."""
POLICY_DOMAIN = "policy"
"""The catalog of what the policy says: its titles and questions, which administrators write."""
DEFAULT = "en"
OWN_NAMES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español", "zh": "中文"}
"""The languages people can read, each by the name its speakers give it."""
WRITTEN_AS: Mapping[str, str] = {"en": "en_GB"}
"""How days and numbers are written, where a language alone does not say: the day stands before the month."""


@dataclass(frozen=True)
class Language:
    """A language in which pages and mails can be read."""

    tag: str
    own_name: str
    locale: Locale
    texts: NullTranslations

    @cached_property
    def voice(self) -> Voice:
        """How sentences from anywhere in the house are said in this language."""
        locale, say = self.locale, self.texts.gettext

        def word(code: object) -> str:
            return say(in_words(str(code)))

        def all_of(codes: Iterable[object]) -> str:
            return format_list([word(code) for code in codes], locale=locale)

        def one_of(codes: Iterable[object]) -> str:
            return format_list([word(code) for code in codes], style="or", locale=locale)

        return Voice(
            say,
            {
                "words": word,
                "code": word,
                "each": all_of,
                "codes": one_of,
                "date": lambda day: format_date(day, "medium", locale=locale),
                "day": lambda day: format_date(day, "long", locale=locale),
                "month": lambda month: format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=locale),
                "amount": lambda value: format_decimal(value, "#,##0.00", locale=locale),
                "number": lambda value: format_decimal(value, locale=locale),
                "decimal": lambda value: format_decimal(value, "#,##0.0", locale=locale),
                "short": lambda value: format_decimal(value, "#,##0.#", locale=locale),
                "percent": lambda share: format_percent(share, locale=locale),
            },
        )

    def tongue_of(self, text: str) -> str:
        """Return the tag of the language in which `voice` says `text`: this one, or English if it is unknown."""
        pattern = text.pattern if isinstance(text, Told) else text
        return self.tag if self.texts.gettext(pattern) != pattern else DEFAULT


Languages = Mapping[str, Language]


def read_languages(folder: Path) -> Languages:
    """Return the languages by tag, with the translations in `folder`; English first."""
    return {
        tag: Language(tag, name, Locale.parse(WRITTEN_AS.get(tag, tag)), _texts(folder, tag))
        for tag, name in OWN_NAMES.items()
    }


def _texts(folder: Path, tag: str) -> NullTranslations:
    """Return the words of the house, and behind them those of the policy."""
    texts = _catalog(folder, tag, DOMAIN)
    texts.add_fallback(_catalog(folder, tag, POLICY_DOMAIN))
    return texts


def _catalog(folder: Path, tag: str, domain: str) -> NullTranslations:
    source = folder / tag / "LC_MESSAGES" / f"{domain}.po"
    if not source.is_file():
        return NullTranslations()
    with source.open("rb") as written:
        catalog = read_po(written, locale=tag)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
