"""A template is published once, by another person, and never changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.store.guards.speaking import NOW, Sql, Who, refused

PROPOSED = """
    INSERT INTO template_version (family, language, version, sha256, file_hash, manifest, effective_on, proposed_at,
                                  proposed_by, published_by, published_at)
    SELECT family, language, :version, sha256, file_hash, manifest, effective_on, proposed_at,
           :proposer, :publisher, :published_at FROM template_version WHERE id = 1"""
LAWYER, ADMINISTRATOR = "claire.martin", "anna.kowalska"


def a_proposed_template(sql: Sql, by: int | None, **changes: Any) -> None:
    """Enter version 2 of the first template as somebody's proposal."""
    sql(PROPOSED, **{"version": "2", "proposer": by, "publisher": None, "published_at": None, **changes})


PUBLISH = "UPDATE template_version SET published_by = :by, published_at = now() WHERE version = '2'"


def test_a_template_is_published_once_by_another_person(sql: Sql, number_of: Who) -> None:
    a_proposed_template(sql, number_of(LAWYER))

    sql(PUBLISH, by=number_of(ADMINISTRATOR))

    assert sql("SELECT published_by FROM template_version WHERE version = '2'") == number_of(ADMINISTRATOR)
    with refused("A template is never changed; propose another version"):
        sql(PUBLISH, by=number_of(ADMINISTRATOR))


def test_nobody_publishes_the_template_they_proposed(sql: Sql, number_of: Who) -> None:
    a_proposed_template(sql, number_of(LAWYER))

    with refused("two_people"):
        sql(PUBLISH, by=number_of(LAWYER))


def test_a_closed_account_publishes_no_template(sql: Sql, number_of: Who) -> None:
    a_proposed_template(sql, number_of(LAWYER))
    sql("UPDATE user_account SET is_active = false WHERE id = :id", id=number_of(ADMINISTRATOR))

    with refused("A closed account publishes nothing"):
        sql(PUBLISH, by=number_of(ADMINISTRATOR))


@pytest.mark.parametrize(
    ("proposer", "publisher", "sentence"),
    [
        (LAWYER, ADMINISTRATOR, "A template is proposed first and published after that"),
        (None, None, "Only the first version of a template comes with the installation"),
    ],
)
def test_a_template_does_not_come_in_published(
    sql: Sql, number_of: Who, proposer: str | None, publisher: str | None, sentence: str
) -> None:
    by = {name: number_of(name) for name in (proposer, publisher) if name}

    with refused(sentence):
        a_proposed_template(sql, by.get(proposer or ""), publisher=by.get(publisher or ""), published_at=NOW)


@pytest.mark.parametrize(
    "change",
    ["manifest = '{}'", "file_hash = NULL", "version = '0'", "effective_on = '2020-01-01'", "proposed_by = 1"],
)
def test_what_a_template_says_is_never_changed(sql: Sql, number_of: Who, change: str) -> None:
    a_proposed_template(sql, number_of(LAWYER))

    for version in ("1.0", "2"):
        with refused("A template is never changed; propose another version"):
            sql(f"UPDATE template_version SET {change} WHERE version = :version", version=version)


@pytest.mark.parametrize("attempt", ["DELETE FROM template_version", "TRUNCATE template_version CASCADE"])
def test_no_template_is_taken_away(sql: Sql, attempt: str) -> None:
    with refused("Rows of template_version are never changed or removed"):
        sql(attempt)
