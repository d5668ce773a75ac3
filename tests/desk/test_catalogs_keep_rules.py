"""The rules of writing a machine can check: punctuation of each language, and one term for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import NamedTuple

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from approvals.casework.languages import DEFAULT, DOMAIN, OWN_NAMES, POLICY_DOMAIN
from approvals.casework.telling import ENGLISH
from approvals.settings import CHECKOUT, Settings

HAN = "[一-鿿]"
NO_BREAK = "\N{NO-BREAK SPACE}"


class Rule(NamedTuple):
    """Something that must not stand in a text of a language."""

    tag: str
    what: str
    mistake: str


RULES = (
    Rule("fr", "a no-break space stands before ; ? ! and before a colon", rf"(?<!{NO_BREAK})[;?!»]|[^{NO_BREAK}\d]:"),
    Rule("fr", "a no-break space stands behind «", rf"«(?!{NO_BREAK})"),
    Rule("fr", "the apostrophe is a typographic one", r"\w'\w"),
    Rule("es", "no space stands before punctuation or within « »", r"\s[;:?!,»]|«\s"),
    Rule("es", "a question or an exclamation is opened as well", r"^[^¿]*\?|^[^¡]*!"),
    Rule("zh", "punctuation beside Chinese characters is full-width", rf"(?<={HAN})[,;:?!(]|[,;:?!)](?={HAN})"),
    Rule("zh", "a sentence ends with 。", rf"(?<={HAN})\.(?=\s|$)"),
    Rule(
        "zh", "no space stands beside full-width punctuation or within words", rf"[，。；：？！、（）] |{HAN} {HAN}"
    ),
)
NOT_PROSE = re.compile(r"`[^`]*`|--\w+|\b\w+\.\w+\b|https?://\S+|<[^>]*>|%\(\w+\)s|\{[^}]*\}")
"""Commands, addresses, marks and values: what is written in them is no matter of a language."""

HELD = (
    "agreement", "amendment", "case", "desk", "draft", "due diligence", "flag", "obligation", "policy", "proposal",
    "partner, partnership", "screening, screening officer", "legal review, legal reviewer", "token", "trail",
    "working day",
)  # fmt: skip
"""Terms of docs/translations.md that every text keeps to; the others have more than one meaning."""

each_catalog = pytest.mark.parametrize(
    ("tag", "domain"), [(tag, domain) for tag in OWN_NAMES if tag != DEFAULT for domain in (DOMAIN, POLICY_DOMAIN)]
)
each_language = pytest.mark.parametrize("tag", [tag for tag in OWN_NAMES if tag != DEFAULT])


def texts(tag: str, domain: str = DOMAIN) -> Iterator[tuple[str, str]]:
    """Yield every English text with each form of its translation."""
    with (Settings().translation_folder / tag / "LC_MESSAGES" / f"{domain}.po").open("rb") as written:
        catalog = read_po(written, locale=tag)
    for message in catalog:
        if message.id:
            yield from ((_english(message), form) for form in _forms(message))


def _english(message: Message) -> str:
    return message.id[-1] if isinstance(message.id, tuple) else str(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (str(message.string),)


@each_catalog
def test_punctuation_is_that_of_the_language(tag: str, domain: str) -> None:
    mistakes = [
        (rule.what, said)
        for _, said in texts(tag, domain)
        for rule in RULES
        if rule.tag == tag and re.search(rule.mistake, NOT_PROSE.sub("X", said))
    ]

    assert mistakes == []


@each_catalog
def test_a_translation_begins_and_ends_with_a_space_only_where_the_english_does(tag: str, domain: str) -> None:
    def ends(text: str) -> tuple[bool, bool]:
        return text[:1].isspace(), text[-1:].isspace()

    assert [said for english, said in texts(tag, domain) if ends(english) != ends(said)] == []


@each_language
def test_one_thing_has_one_name(tag: str) -> None:
    terms = _terms(tag)

    strays = [
        (english, said)
        for english, said in texts(tag)
        for term in HELD
        if _names(term, english) and not any(one in said.lower() for one in terms[term])
    ]

    assert strays == []


def _terms(tag: str) -> dict[str, list[str]]:
    """Return by the English term how the table of docs/translations.md begins each word for it."""
    table = (CHECKOUT / "docs" / "translations.md").read_text(encoding="utf-8").partition("## Terms")[2]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    place = {"fr": 1, "es": 2, "zh": 3}[tag]
    return {row[0]: [_stem(word) for word in re.split(r"[,;；、]", row[place])] for row in rows if len(row) == 4}


def _stem(word: str) -> str:
    """Return the beginning of the first word, which plural and gender leave alone; Chinese has neither."""
    first = word.strip().split()[0].lower() if word.strip() else ""
    return first if re.search(HAN, first) else first[: max(4, len(first) - 2)]


def _names(term: str, english: str) -> bool:
    bare = NOT_PROSE.sub("", english).lower()
    return any(re.search(rf"(?<![\w-]){one.strip()}(s|es)?(?!\w)", bare) for one in term.split(","))


@each_language
def test_a_value_is_written_in_a_way_every_language_knows(tag: str) -> None:
    unknown = [
        (said, spec)
        for _, said in texts(tag)
        if re.search(r"\{\w+:[a-z]+\}", said)
        for _, name, spec, _ in Formatter().parse(said)
        if name and spec and spec not in ENGLISH.write
    ]

    assert unknown == []
