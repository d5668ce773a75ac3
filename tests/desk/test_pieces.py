"""The small pieces pages are made of: addresses, files that wait, words that are looked for."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from approvals.desk.addresses import address, page_number
from approvals.desk.holding import KEPT, held, hold
from approvals.store.engine import Store
from approvals.store.search_words import as_searched, asked_words
from approvals.store.wishes import reference_like
from models.words import folded
from tests.journeys.stories import START


def test_an_address_holds_only_what_is_wished_for() -> None:
    assert address("/", {"view": "all", "kind": None, "words": "Thiès & co", "due": ""}) == (
        "/?view=all&words=Thi%C3%A8s+%26+co"
    )
    assert address("/cases", {"view": ""}) == "/cases"


@pytest.mark.parametrize(
    ("written", "number"), [("3", 3), ("", 1), ("-3", 1), ("0", 1), ("x", 1), ("999999", 1), ("9999", 200), ("²", 1)]
)
def test_a_page_number_is_a_page_number(written: str, number: int) -> None:
    assert page_number(written) == number


def test_a_file_waits_a_day(tmp_path: Path) -> None:
    digest = hold(tmp_path, b"agreement", now=START)
    os.utime(tmp_path / digest, (START.timestamp(), START.timestamp()))

    assert held(tmp_path, digest) == b"agreement"
    hold(tmp_path, b"another", now=START + KEPT + timedelta(minutes=1))
    assert held(tmp_path, digest) is None


@pytest.mark.parametrize("name", ["", "../secret", "a" * 64, "A" * 64, "0" * 63])
def test_nothing_else_is_read_from_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret").write_bytes(b"secret")
    (tmp_path / ("a" * 64)).write_bytes(b"changed by somebody")

    assert held(tmp_path, name) is None


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("PA-2026-0001", "PA-2026-0001"),
        (" pa 2026 12 ", "PA-2026-0012"),
        ("PA-2026-123456", "PA-2026-123456"),
        ("2026-0001", None),
        ("PA-2026-0001 training", None),
    ],
)
def test_a_reference_is_known_however_it_is_typed(typed: str, reference: str | None) -> None:
    assert reference_like(typed) == reference


@given(st.text(max_size=60))
def test_whatever_is_typed_becomes_words_and_nothing_else(typed: str) -> None:
    asked = asked_words(typed)

    assert all(word.removesuffix(":*").isalnum() for word in asked.split(" & ") if asked)


@pytest.mark.parametrize(
    "written",
    ["Thiès", "Łódź", "Đà Nẵng", "ÇAĞRI", "Ærø", "São Tomé", "Ελλάς", "МОСКВА", "日本語", "한국어", "ﬁn", "İ"],
)
def test_the_database_folds_words_as_we_do(store: Store, written: str) -> None:
    with store.session() as session:
        by_database = session.connection().execute(text(f"SELECT {folded(':it')}"), {"it": written}).scalar_one()

    assert by_database == as_searched(written)
