"""A language nobody speaks: every translated text stands between ⟦ and ⟧, every value between ‹ and ›.

Whatever letters of a page stand outside were written into the template without a translation. A value that reads like
an English phrase was written somewhere below the page: it must be said by the page, or stand in an element that names
its language, as what people wrote does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations
from typing import Any

from babel import Locale
from jinja2 import pass_context
from markupsafe import Markup

from approvals.desk.app import read_assets
from approvals.desk.languages import DEFAULT, OWN_NAMES, Language
from approvals.desk.rendering import environment
from approvals.settings import Settings
from tests.desk.visiting import TheDesk

SHOWN = ("placeholder", "title", "aria-label", "alt", "data-column", "data-text", "data-kept")
PHRASE = re.compile(r"\b[a-z]{2,} [a-z]{2,}\b")
"""Two words in small letters, one after the other: no name, code or number."""
NO_WORDS = ("script", "style", "kbd", "code")


class Bracketed(NullTranslations):
    """Gives every text back in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


PSEUDO = Language(DEFAULT, "‹Pseudo›", Locale.parse("en_GB"), Bracketed())


def speak_pseudo(desk: TheDesk) -> TheDesk:
    """Let the desk print every page in brackets, whatever language its visitor speaks."""
    made = environment(Settings().page_folder, PSEUDO, read_assets())
    made.finalize = _marked
    made.globals |= {name: _marking(made.globals[name]) for name in ("gettext", "ngettext")}
    made.globals["_"] = made.globals["gettext"]
    desk.app.state.pages = dict.fromkeys(desk.app.state.pages, made)
    desk.app.state.desk = replace(desk.app.state.desk, languages=dict.fromkeys(OWN_NAMES, PSEUDO))
    return desk


def _marking(say: Any) -> Any:
    """Mark the values that are put into a translated text, too."""

    @pass_context
    def said(context: Any, *texts: Any, **values: Any) -> Any:
        return say(context, *texts, **{name: _marked(value) for name, value in values.items()})

    return said


def _marked(value: Any) -> Any:
    is_markup = isinstance(value, Markup) or value is None or value == ""
    return value if is_markup else f"‹{value}›"


def hard_coded(tree: Any) -> list[str]:
    """Return the words of a page that stand outside all brackets, in reading order."""
    return [rest for text in _shown(tree) if re.search(r"[^\W\d_]", rest := _outside(text))]


def phrases_in_english(tree: Any) -> list[str]:
    """Return the values that read like English and stand where no language is named, in reading order."""
    unmarked = (text for text in _shown(tree, in_no_other_language=True))
    values = (value for text in unmarked for value in re.findall(r"‹([^‹›⟦⟧]*)›", text))
    return [value for value in values if PHRASE.search(value)]


def _shown(tree: Any, *, in_no_other_language: bool = False) -> Iterator[str]:
    for element in tree.iter():
        if element.tag in NO_WORDS or not isinstance(element.tag, str):
            continue
        if in_no_other_language and any(one.get("lang") is not None for one in _up_to_the_page(element)):
            continue
        yield element.text or ""
        yield from (element.get(name, "") for name in SHOWN)
        yield from (child.tail or "" for child in element)


def _up_to_the_page(element: Any) -> Iterator[Any]:
    while element is not None and element.tag != "html":
        yield element
        element = element.getparent()


def _outside(text: str) -> str:
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧|‹[^‹›]*›", "", text)
    return text.strip()
