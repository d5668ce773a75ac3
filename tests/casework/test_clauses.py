"""The clause library: known by its headings in every family and language, whole, and without contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from approvals.casework.clauses import LANGUAGES, Clause, ClauseLibrary, read_clause_library
from approvals.documents.read import Block, read_word
from approvals.documents.template import families, read_manifest
from approvals.errors import Faulty
from approvals.settings import Settings

LIBRARY = read_clause_library(Settings().clause_folder)
TEMPLATES = Settings().template_folder
WITH_POSITIONS = [clause for clause in LIBRARY.clauses if clause.positions]
IMPORTANT = {
    "liability",
    "indemnity_and_insurance",
    "privileges_and_immunities",
    "law_and_disputes",
    "intellectual_property",
    "data_protection",
    "termination",
    "audit_and_access",
    "payment",
    "name_and_emblem",
    "confidentiality",
    "sexual_exploitation_and_abuse",
    "fraud_and_corruption",
}
TEXTS = [
    (family, language) for family in families(TEMPLATES) for language in read_manifest(TEMPLATES, family).languages
]


def under_headings(family: str, language: str) -> Iterator[tuple[tuple[str, ...], Block]]:
    """Yield each paragraph of a shipped text with the headings it stands under; headings stand under themselves."""
    clause, section = "", ""
    for block in read_word((TEMPLATES / family / f"{language}.docx").read_bytes()).blocks:
        if block.place != "body":
            continue
        if block.is_heading:
            clause, section = block.text, ""
        elif block.is_section:
            section = block.text
        if clause or section:
            yield tuple(filter(None, (clause, section))), block


# The shipped library


def test_every_important_clause_has_a_position() -> None:
    assert {clause.key for clause in WITH_POSITIONS} >= IMPORTANT


@pytest.mark.parametrize(("family", "language"), TEXTS)
def test_every_heading_of_our_agreements_is_known_by_a_key(family: str, language: str) -> None:
    headings = {block.text for _, block in under_headings(family, language) if block.is_heading or block.is_section}

    unknown = {
        heading
        for heading in headings
        if LIBRARY.clause_of(family=family, language=language, headings=[heading]) is None
    }

    assert unknown == set()


@pytest.mark.parametrize(("family", "language"), TEXTS)
def test_every_clause_of_the_library_is_found_in_each_family_it_names(family: str, language: str) -> None:
    found = {
        clause.key
        for headings, block in under_headings(family, language)
        if (clause := LIBRARY.clause_of(family=family, language=language, headings=headings, text=block.text))
    }

    expected = {clause.key for clause in LIBRARY.clauses if any(family in place.families for place in clause.found)}

    assert expected - found == set()


@pytest.mark.parametrize("family", families(TEMPLATES))
def test_a_clause_stands_under_as_many_headings_in_every_language(family: str) -> None:
    uneven = [
        clause.key
        for clause in LIBRARY.clauses
        for place in clause.found
        if family in place.families and len({len(place.headings[language]) for language in LANGUAGES}) > 1
    ]

    assert uneven == []


def test_the_library_names_no_family_that_does_not_exist() -> None:
    named = {family for clause in LIBRARY.clauses for place in clause.found for family in place.families}

    assert named == set(families(TEMPLATES))


@pytest.mark.parametrize("clause", WITH_POSITIONS, ids=lambda clause: clause.key)
def test_a_fallback_says_the_same_thing_in_three_languages(clause: Clause) -> None:
    assert clause.positions is not None
    texts = [fallback.text for fallback in clause.positions.fallbacks]

    for text in texts:
        lengths = [len(text[language]) for language in LANGUAGES]
        assert len({text[language] for language in LANGUAGES}) == 3
        assert max(lengths) < 1.7 * min(lengths)
        assert len({text[language].count(". ") + text[language].count(" ; ") for language in LANGUAGES}) <= 2


# Recognising


@pytest.mark.parametrize(
    ("headings", "text", "key"),
    [
        (["Liability"], "Neither Party is liable", "liability"),
        (["Liability"], "The Partner shall indemnify the Organisation", "indemnity_and_insurance"),
        (["LIABILITY "], "", "liability"),  # typed in another way
        (["Contribution received", "Payment"], "", "payment"),
        (["Contribution received", "A section of the partner’s own"], "", "payment"),
        (["Most favoured customer"], "", None),
        (["Title and parties"], "", None),
    ],
)
def test_a_clause_is_known_by_its_innermost_heading_and_its_words(
    headings: list[str], text: str, key: str | None
) -> None:
    clause = LIBRARY.clause_of(family="private_partnership", language="en", headings=headings, text=text)

    assert (clause.key if clause else None) == key


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "Audit"), ("fr", "Vérification des comptes"), ("es", "Auditoría")]
)
def test_a_clause_has_one_key_in_every_language(language: str, heading: str) -> None:
    clause = LIBRARY.clause_of(family="private_partnership", language=language, headings=[heading])

    assert clause is not None
    assert clause.key == "audit_and_access"


# What is refused


GOOD = """
key: {key}
title: {{en: Secrets, fr: Secrets, es: Secretos}}
risk: Something would be lost by it.
found:
  - families: [private_partnership]
    headings: {{en: [Secrets], fr: [Secrets], es: [Secretos]}}
positions:
  standard: Secrets are kept for a while.
  fallbacks:
    - summary: Secrets are kept longer.
      when: The other side insists on it.
      accepted_by: legal_reviewer
      text: {{en: Kept., fr: Gardés., es: Guardados.}}
  never: [Secrets that are kept for ever.]
"""


def library_of(folder: Path, **files: str) -> ClauseLibrary:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_clause_library(folder)


def test_a_library_of_one_clause_is_read(tmp_path: Path) -> None:
    library = library_of(tmp_path, secrets=GOOD.format(key="secrets"))

    assert [clause.key for clause in library.clauses] == ["secrets"]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    without_french = GOOD.format(key="two").replace("fr: Gardés., ", "").replace("legal_reviewer", "anybody")

    with pytest.raises(Faulty, match="clause library") as refused:
        library_of(tmp_path, one="key: [", two=without_french, three=GOOD.format(key="tree"))

    assert [str(fault) for fault in refused.value.faults][1:] == [
        "three.yaml: key: is «tree»; name file and key alike",
        "two.yaml: positions.fallbacks[1].accepted_by: «anybody» is not one of: "
        "'legal_reviewer', 'legal_adviser' or 'finance'",
        "two.yaml: positions.fallbacks[1].text.fr: is missing",
    ]
    assert str(refused.value.faults[0]).startswith("one.yaml: is not readable YAML")


def test_two_clauses_may_not_claim_one_heading(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match=r"claims «Secrets» .*, which is «one»; say in which words"):
        library_of(tmp_path, one=GOOD.format(key="one"), two=GOOD.format(key="two"))


def test_an_empty_folder_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match=r"holds no \*.yaml"):
        read_clause_library(tmp_path)
