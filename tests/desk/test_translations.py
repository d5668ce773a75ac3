"""The catalogs are complete and sound: nothing falls back to English, and nothing is lost on the way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from approvals.casework.languages import DEFAULT, DOMAIN, OWN_NAMES, POLICY_DOMAIN
from approvals.casework.policy import read_policy
from approvals.casework.policy.texts import policy_texts
from approvals.settings import CHECKOUT, Settings

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{[\w.:]*\}|</?\w+>")
SOURCES = {
    tag: Settings().translation_folder / tag / "LC_MESSAGES" / f"{DOMAIN}.po" for tag in OWN_NAMES if tag != DEFAULT
}

each_language = pytest.mark.parametrize("tag", SOURCES)


def catalog(tag: str) -> Catalog:
    with SOURCES[tag].open("rb") as written:
        return read_po(written, locale=tag, abort_invalid=True)


def texts(messages: Catalog) -> dict[str, Message]:
    return {_english(one): one for one in messages if one.id}


def _english(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def _said(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (str(message.string),)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Message]:
    """Every text a page or a mail may show, as the translators get it."""
    template = tmp_path_factory.mktemp("texts") / "desk.pot"
    subprocess.run(
        [Path(sys.executable).with_name("pybabel"), "-q", "extract", "-F", "pyproject.toml", "-k", "marked",
         "--no-location", "-o", template, "."],
        cwd=CHECKOUT, check=True,
    )  # fmt: skip
    with template.open("rb") as written:
        return texts(read_po(written))


@each_language
def test_every_text_is_translated_and_none_is_left_from_before(tag: str, asked: dict[str, Message]) -> None:
    there = texts(catalog(tag))

    assert sorted(asked.keys() - there.keys()) == []
    assert sorted(there.keys() - asked.keys()) == []
    assert [text for text, one in there.items() if not all(_said(one))] == []


@each_language
def test_every_title_and_question_of_the_policy_is_translated(tag: str) -> None:
    asked = policy_texts(read_policy(Settings().policy_folder))
    with SOURCES[tag].with_name(f"{POLICY_DOMAIN}.po").open("rb") as written:
        there = texts(read_po(written, locale=tag, abort_invalid=True))

    assert list(there) == asked
    assert [text for text, one in there.items() if not one.string or one.fuzzy] == []


@each_language
def test_no_translation_is_a_guess_or_left_from_before(tag: str) -> None:
    written = catalog(tag)

    assert [one.id for one in written if one.id and one.fuzzy] == []
    assert dict(written.obsolete) == {}


@each_language
def test_values_and_marks_are_the_same_in_every_form(tag: str) -> None:
    faults = []
    for text, one in texts(catalog(tag)).items():
        expected = Counter(PLACEHOLDER.findall(one.id[-1] if isinstance(one.id, tuple) else text))
        for form in _said(one):
            left_out = expected - Counter(PLACEHOLDER.findall(form))
            added = Counter(PLACEHOLDER.findall(form)) - expected
            if added or (left_out and not isinstance(one.id, tuple)):
                faults.append((text, form))

    assert faults == []


@each_language
def test_a_text_has_the_plural_forms_of_its_language(tag: str) -> None:
    written = catalog(tag)

    numbered = [one for one in written if isinstance(one.id, tuple)]
    assert numbered
    assert {len(_said(one)) for one in numbered} == {written.num_plurals}
    assert written.num_plurals == {"fr": 2, "es": 2, "zh": 1}[tag]


@each_language
def test_the_catalog_is_sorted_and_names_no_places(tag: str) -> None:
    order = list(texts(catalog(tag)))

    assert order == sorted(order)
    assert not re.search(r"^#[:|~]", SOURCES[tag].read_text(encoding="utf-8"), re.MULTILINE)


def test_chinese_is_in_chinese() -> None:
    spoken = {text: _said(one) for text, one in texts(catalog("zh")).items()}
    no_words = re.compile(r"[\W\d_]*(Word|CSV|LEI)?[\W\d_]*")

    latin = [
        text
        for text, forms in spoken.items()
        for form in forms
        if not re.search(r"[一-鿿]", PLACEHOLDER.sub("", form)) and not no_words.fullmatch(PLACEHOLDER.sub("", form))
    ]

    assert latin == []
