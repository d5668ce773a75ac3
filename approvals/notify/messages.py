"""Mails in the words of `templates/messages`: one template a message, read as plain text and as a page.

A message is written when it is sent, from the facts its event left behind, in the language its reader has then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from approvals.casework.languages import DEFAULT, Language, Languages
from approvals.casework.wording import in_words, slot_in_words

FORMATS = ("subject", "txt", "html")
"""What is made of a message; for each there is a frame in the folder."""


@dataclass(frozen=True)
class Written:
    """What a message says to one reader. `language` is the one it is written in."""

    subject: str
    text: str
    html: str
    language: str


class Messages:
    """The messages of a folder in every language, with links that begin with the address of the desk."""

    def __init__(self, folder: Path, languages: Languages, *, desk: str) -> None:
        self._languages = languages
        self._rooms = {
            (tag, kind): _environment(folder, language, kind, desk=desk.rstrip("/"))
            for tag, language in languages.items()
            for kind in FORMATS
        }

    def write(self, name: str, facts: Mapping[str, Any], *, language: str) -> Written:
        """Return the message `name` with these facts, in English if the language is none of ours.

        Raises an error of Jinja2 if there is no such message, or if it needs a fact that is missing.
        """
        tag = language if language in self._languages else DEFAULT
        line, text, page = (self._rooms[tag, kind].get_template(f"{name}.jinja") for kind in FORMATS)
        subject = _one_line(line.render(facts))
        return Written(subject, _tidy(text.render(facts)), page.render({**facts, "subject": subject}), tag)


def _environment(folder: Path, language: Language, kind: str, *, desk: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=kind == "html",  # noqa: S701 - plain text is not escaped, pages are
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(language.texts, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    made.filters.update(_filters(language))
    made.globals |= {"language": language.tag, "desk": desk, "frame": f"frame.{kind}.jinja"}
    made.globals["say"] = made.get_template(f"parts.{'html' if kind == 'html' else 'txt'}.jinja").module
    return made


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    gettext = language.texts.gettext
    return {
        "told": language.voice.says,
        "tongue": language.tongue_of,
        "words": lambda code: gettext(in_words(str(code))),
        "slot": lambda slot: slot_in_words(slot, gettext),
        "day": lambda day: format_date(date.fromisoformat(day), "long", locale=language.locale),
        "number": lambda value: format_decimal(value, locale=language.locale),
        "listed": lambda items: format_list([str(item) for item in items], locale=language.locale),
        "sentence": lambda text: text[:1].upper() + text[1:],
    }


def _one_line(text: str) -> str:
    """Return `text` without the line breaks that would begin another head of the mail."""
    return " ".join(text.split())


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
