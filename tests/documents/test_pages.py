"""Every template, in every language, opens in a word processor and shows what it must on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from approvals.casework.admission import family_of
from approvals.documents.fields import agreement_data
from approvals.documents.fill import fill
from approvals.documents.pdf import pages_in
from approvals.documents.read import read_word
from approvals.documents.template import families, read_manifest
from tests.documents.agreements import EXAMPLES, POLICY, TEMPLATES, a_condition, a_template, an_example, some_facts
from tests.documents.libreoffice import converted, needs_libreoffice, text_of_pdf

pytestmark = needs_libreoffice


def example_of(family: str) -> str:
    """Return the name of an example proposal the family is made for."""
    for name in EXAMPLES:
        proposal = an_example(name)
        if family_of(proposal, POLICY) == family:
            return name
    raise AssertionError(f"there is no example of «{family}»")


ALL = [
    (family, language)
    for family in families(TEMPLATES)
    for language in read_manifest(TEMPLATES, family).languages
    if family != POLICY.amendments.family  # an amendment has an agreement before it
]


def filled(family: str, language: str) -> bytes:
    proposal = an_example(example_of(family)).model_copy(update={"language": language})
    facts = some_facts(conditions=(a_condition(),))
    return fill(a_template(family, language), agreement_data(proposal, facts)).content


@dataclass(frozen=True)
class Pages:
    """What a word processor made of an agreement."""

    count: int
    text: str


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Pages]:
    """Every agreement as its pages show it; all are converted in one call, which is much faster."""
    documents = {f"{family}-{language}": filled(family, language) for family, language in ALL}
    files = converted(documents, tmp_path_factory.mktemp("pages"))
    return {name: _pages(file) for name, file in files.items()}


def _pages(file: Path) -> Pages:
    assert file.exists(), f"LibreOffice made nothing of {file.stem}"
    return Pages(pages_in(file.read_bytes()), text_of_pdf(file))


@pytest.mark.parametrize(("family", "language"), ALL)
def test_an_agreement_fills_several_pages_with_its_parties_and_all_its_clauses(
    family: str, language: str, shown: Mapping[str, Pages]
) -> None:
    pages = shown[f"{family}-{language}"]
    proposal = an_example(example_of(family))
    blocks = [b for b in read_word(filled(family, language)).blocks if b.place == "body" and not b.is_row]
    headings = [block for block in blocks if block.is_heading]

    assert pages.count > 1
    assert "PA-2026-0042" in pages.text
    bank = proposal.world_bank
    party = bank.implementing_agency if bank else proposal.partner.legal_name
    for name in (some_facts().organisation.name, party, proposal.partner.representative.name):
        assert without_spaces(name) in pages.text
    for block in (*headings, blocks[-1]):
        assert without_spaces(f"{block.label}{block.text}") in pages.text
    assert "{{" not in pages.text


def without_spaces(text: str) -> str:
    return "".join(text.split())
