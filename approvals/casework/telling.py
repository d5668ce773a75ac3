"""Sentences that keep their pattern and their values, so that each door can say them in its reader's language.

`told("{name} holds task {task}.", name=…, task=12)` is text like any other: in English, for the terminal, the API and
the trail. It is made far below any page, where nobody knows who will read it. A page says it anew: it translates the
pattern, writes the values as its reader writes them, and puts them in. `make texts` collects the patterns.

The word behind a colon tells how a value is written: `{since:day}`, `{stage:code}`, `{share:percent}`;
`{role:code}` is what one types, where one types, and words at the desk. Without one it stands as it is, or is itself
told.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from approvals.casework.words import Say, in_english, in_words

Writing = Mapping[str, Callable[[Any], str]]
"""How a value is written, by the word behind the colon."""


@dataclass(frozen=True)
class Voice:
    """How a reader's language says a sentence and writes the values in it."""

    say: Say
    write: Writing

    def says(self, text: str) -> str:
        """Return `text` in this language, or as it is if it is unknown here."""
        pattern, values = (text.pattern, text.values) if isinstance(text, Told) else (str(text), None)
        spoken = self.say(pattern) if pattern else ""
        return spoken if values is None else _Filling(self).vformat(spoken, (), values)


class _Filling(string.Formatter):
    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Told):
            return self._voice.says(value)
        return self._voice.write[format_spec](value) if format_spec else str(value)


ENGLISH = Voice(
    in_english,
    {
        "words": lambda code: in_words(str(code)),
        "each": lambda codes: ", ".join(in_words(str(code)) for code in codes),
        "code": str,
        "date": str,
        "month": str,
        "amount": str,
        "codes": ", ".join,
        "day": lambda day: f"{day:%d %B %Y}",
        "number": lambda value: f"{value:,}",
        "decimal": lambda value: f"{value:,.1f}",
        "short": lambda value: f"{value:,.1f}".removesuffix(".0"),
        "percent": lambda share: f"{share:.0%}",
    },
)
"""How a sentence stands in the code, and how terminal, API and trail say it."""


class Told(str):
    """A sentence in English that can be said in other languages too."""

    pattern: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, values: Mapping[str, Any]) -> Told:
        """Put `values` into `pattern`. Raises `KeyError` if one is missing."""
        made = super().__new__(cls, _Filling(ENGLISH).vformat(pattern, (), values))
        made.pattern, made.values = pattern, values
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]  # for copies, what it is made of
        """Return what a copy is made of."""
        return self.pattern, self.values


def told(pattern: str, /, **values: Any) -> Told:
    """Return the sentence, in English, with its pattern and values kept. Braces of its own are doubled."""
    return Told(pattern, values)


def worded(code: str) -> Told:
    """Return a stage, role, kind or outcome as people write it, to be said in the reader's language."""
    return Told("{code:words}", {"code": code})
