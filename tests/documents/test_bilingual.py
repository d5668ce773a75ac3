"""An agreement in two languages side by side, read again as Word text."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

from approvals.casework.proposal import ProposalForm
from approvals.documents.bilingual import UNSPLIT, Column, side_by_side
from approvals.documents.copy_words import CopyOf, Languages
from approvals.documents.fields import agreement_data
from approvals.documents.fill import fill
from approvals.documents.read import read_word
from approvals.documents.words import Language
from approvals.errors import ProofFailed, TemplateError
from tests.documents.agreements import (
    COMPANY,
    FOUNDATION,
    ORGANISATION,
    a_condition,
    an_example,
    some_facts,
    template_for,
)
from tests.documents.libreoffice import converted, needs_libreoffice, text_of_pdf
from tests.word import changed, header_and_footer_of, schema_faults, text_of

PAIRS: list[tuple[str, Languages]] = [
    (COMPANY, ("en", "fr")),
    ("ngo-implementing", ("fr", "en")),
    ("eu-contribution", ("en", "es")),
    ("world-bank-ta", ("es", "fr")),
    ("world-bank-outputs", ("en", "fr")),
    ("un-transfer-giving", ("fr", "es")),
]
HOSTILE = "Fish & Chips <Ltd> ]]> {{ 7 }} «guillemets»\nsecond line\ttabbed 👩🏽‍🏭"


def a_column(proposal: ProposalForm, language: Language) -> Column:
    """Return the agreement of `proposal` in `language`."""
    spoken = proposal.model_copy(update={"language": language})
    facts = some_facts(conditions=(a_condition(),))
    return Column(language=language, content=fill(template_for(spoken), agreement_data(spoken, facts)).content)


def columns_of(name: str, languages: Languages, **changes: Any) -> tuple[Column, Column]:
    proposal = an_example(name, **changes)
    return a_column(proposal, languages[0]), a_column(proposal, languages[1])


@cache
def a_copy(name: str, languages: Languages) -> bytes:
    return copy_of(*columns_of(name, languages))


def copy_of(authentic: Column, beside: Column) -> bytes:
    of = CopyOf(
        reference="PA-2026-0042",
        version=1,
        title="Partnership Agreement",
        organisation=ORGANISATION.name,
        dated="2026-11-02",
        sha256="ab" * 32,
    )
    return side_by_side(authentic, beside, of=of)


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def two_columns(content: bytes) -> list[Table]:
    return [table for table in opened(content).tables if table.style and table.style.name == "Copy Table"]


def across(content: bytes) -> list[Table]:
    return [table for table in opened(content).tables if table.style and table.style.name != "Copy Table"]


def paragraphs_of(column: Column) -> list[str]:
    """Return the paragraphs of the agreement, each after its number, without those in tables."""
    blocks = [block for block in read_word(column.content).blocks if block.place == "body" and not block.is_row]
    return [" ".join(f"{block.label} {block.text}".split()) for block in blocks]


@pytest.mark.parametrize(("name", "languages"), PAIRS)
def test_each_paragraph_stands_beside_its_translation_with_the_number_it_has_there(
    name: str, languages: Languages, tmp_path: Path
) -> None:
    columns = columns_of(name, languages)

    content = copy_of(*columns)

    assert schema_faults(content, tmp_path) == []
    rows = [row for table in two_columns(content) for row in table.rows[1:]]
    for number, column in enumerate(columns):
        firsts = [" ".join(row.cells[number].paragraphs[0].text.split()) for row in rows]
        assert firsts == paragraphs_of(column)


def test_numbers_are_written_as_each_language_writes_them() -> None:
    text = text_of(a_copy(COMPANY, ("en", "fr")))

    assert "Article 1 – Purpose and scope" in text
    assert "Article 1 – Objet" in text
    assert "Annex I – Contribution received" in text
    assert "Annexe I – Contribution reçue" in text


def test_each_column_is_marked_with_its_language() -> None:
    for table in two_columns(a_copy(COMPANY, ("en", "es"))):
        for row in table.rows:
            for cell, tag in zip(row.cells, ("en-GB", "es-ES"), strict=True):
                marks = {mark.get(qn("w:val")) for mark in cell._tc.iter(qn("w:lang"))}
                assert marks == {tag}, cell.text


def test_every_part_of_the_columns_opens_with_their_names_again_on_each_page() -> None:
    tables = two_columns(a_copy(COMPANY, ("en", "fr")))

    assert len(tables) > 3
    for table in tables:
        assert [cell.text for cell in table.rows[0].cells] == ["English – authentic text", "Français – traduction"]
        repeated = [
            n for n, row in enumerate(table.rows) if row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        ]
        assert repeated == [0]


def test_headings_keep_their_styles() -> None:
    styles = {
        paragraph.style.name
        for table in two_columns(a_copy(COMPANY, ("en", "fr")))
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
        if paragraph.style
    }

    assert {"Title", "Heading 1", "Heading 2", "Clause", "Subclause", "Annex Heading", "Annex Clause"} <= styles


def test_a_table_stands_across_the_page_with_the_translation_below_in_each_cell() -> None:
    budget = next(
        table for table in across(a_copy(COMPANY, ("en", "fr"))) if "Budget heading" in table.rows[0].cells[1].text
    )

    assert budget.rows[0].cells[1].text == "Budget heading\nRubrique du budget"
    assert budget.rows[1].cells[2].text.replace("\N{NO-BREAK SPACE}", " ") == "USD 168,000.00\n168 000,00 USD"
    assert budget.rows[1].cells[1].text == "Project coordinator and assistant", "what is the same stands once"
    first, second = budget.rows[0].cells[1].paragraphs
    assert not any(run.italic for run in first.runs)
    assert all(run.italic for run in second.runs)


def test_nobody_finds_a_line_to_sign_on() -> None:
    authentic, beside = columns_of(COMPANY, ("en", "fr"))
    assert opened(authentic.content).element.findall(f".//{qn('w:tcBorders')}")

    assert not opened(copy_of(authentic, beside)).element.findall(f".//{qn('w:tcBorders')}")


def test_it_says_at_its_head_and_on_each_page_that_it_is_for_reading() -> None:
    content = a_copy(COMPANY, ("en", "fr"))
    head = "\n".join(paragraph.text for paragraph in opened(content).paragraphs[:3])
    edges = header_and_footer_of(content)

    assert "Reading copy, not for signature. Only the English text is authentic; the French text" in head
    assert "Copie de lecture, non destinée à la signature. Seul le texte anglais fait foi ; le texte français" in head
    assert "PA-2026-0042, v1, en: SHA-256 abab" in head
    assert "Reading copy, authentic text: English" in edges
    assert "Copie de lecture, texte faisant foi : anglais" in edges
    assert "PA-2026-0042 · v1" in edges
    assert [block.text for block in read_word(content).blocks if block.place == "footer"] == [
        f"{ORGANISATION.name} · Partnership Agreement\t# / #"
    ]


@pytest.mark.parametrize(
    ("name", "languages", "note", "times"),
    [
        (COMPANY, ("en", "fr"), "[Dans le texte faisant foi : anglais.]", 2),
        (COMPANY, ("fr", "es"), "[En el texto auténtico: francés.]", 2),
        ("world-bank-ta", ("es", "en"), "[In the authentic text: Spanish.]", 1),
        ("eu-contribution", ("en", "fr"), "[Dans le texte faisant foi : anglais.]", 4),
    ],
)
def test_a_clause_that_names_the_language_of_the_agreement_carries_a_note_beside_it(
    name: str, languages: Languages, note: str, times: int
) -> None:
    assert text_of(a_copy(name, languages)).count(note) == times


def test_the_contents_stand_in_both_languages_each_line_with_its_number() -> None:
    lines = [
        cell.text for table in two_columns(a_copy(COMPANY, ("en", "fr"))) for row in table.rows for cell in row.cells
    ]

    assert (
        lines.count("Article 1 – Purpose and scope") == lines.count("Article 1 – Objet et champ d’application") == 2
    )


def test_each_annex_begins_a_page() -> None:
    body = opened(a_copy(COMPANY, ("en", "fr"))).element.body
    turned = [p for p in body.findall(qn("w:p")) if p.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None]

    firsts = [Table(p.getnext(), opened(a_copy(COMPANY, ("en", "fr")))).rows[1].cells[0].text for p in turned]

    assert [text.partition(" –")[0] for text in firsts] == ["Annex I", "Annex II", "Annex III"]


def test_a_row_stays_on_one_page_unless_it_is_so_long_that_it_would_leave_half_of_one_empty() -> None:
    project = {**an_example(COMPANY).project.model_dump(), "objective": "A long aim. " * (UNSPLIT // 6)}

    rows = [
        row
        for table in two_columns(copy_of(*columns_of(COMPANY, ("en", "fr"), project=project)))
        for row in table.rows
    ]

    kept = {row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None: row.cells[0].text for row in rows}
    assert "A long aim. A long aim." in kept[False]
    assert "A long aim" not in kept[True]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert copy_of(*columns_of(COMPANY, ("en", "fr"))) == a_copy(COMPANY, ("en", "fr"))


def test_what_people_wrote_stands_in_both_columns_as_they_wrote_it(tmp_path: Path) -> None:
    project = {**an_example(FOUNDATION).project.model_dump(), "objective": HOSTILE}

    content = copy_of(*columns_of(FOUNDATION, ("en", "fr"), project=project))

    assert schema_faults(content, tmp_path) == []
    places = 2  # the article on the purpose and the annex on the activities
    assert text_of(content).count(HOSTILE) == 2 * places


def test_two_texts_that_are_not_parallel_are_refused_with_the_place() -> None:
    authentic, beside = columns_of(FOUNDATION, ("en", "fr"))
    longer = changed(beside.content, "word/document.xml", lambda xml: xml.replace("<w:sectPr", "<w:p/><w:sectPr", 1))
    styled = changed(beside.content, "word/document.xml", lambda xml: xml.replace('"Clause"', '"Subclause"', 1))

    with pytest.raises(TemplateError, match="one has more paragraphs"):
        copy_of(authentic, Column(language="fr", content=longer))
    with pytest.raises(TemplateError, match=r"«The Parties shall cooperate .*» stands beside «Les Parties coopèrent"):
        copy_of(authentic, Column(language="fr", content=styled))


def test_a_copy_in_which_a_word_would_be_missing_is_not_handed_out() -> None:
    nested = "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p><w:r><w:t>inner</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    columns = [
        Column(
            language=column.language,
            content=changed(
                column.content, "word/document.xml", lambda xml: xml.replace("</w:tcPr>", f"</w:tcPr>{nested}", 1)
            ),
        )
        for column in columns_of(FOUNDATION, ("en", "fr"))
    ]

    with pytest.raises(ProofFailed, match=r"inner.* is not in the copy"):
        copy_of(*columns)


@needs_libreoffice
def test_libreoffice_opens_it_and_shows_both_texts(tmp_path: Path) -> None:
    copies = {"fr": a_copy(COMPANY, ("en", "fr")), "es": a_copy("world-bank-ta", ("en", "es"))}

    shown = {language: text_of_pdf(pdf) for language, pdf in converted(copies, tmp_path).items()}

    assert "1–Purposeandscope" in shown["fr"]
    assert "Acuerdodeasistencia" in shown["es"]
    for text in shown.values():
        assert "PA-2026-0042·v1" in text
