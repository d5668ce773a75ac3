"""A document that Word would offer to repair is told so, with its part and place in words."""

import pytest

from approvals.documents.soundness import faults_for_word
from tests.documents.agreements import COMPANY, FOUNDATION, a_template, an_agreement
from tests.word import changed, with_footnote

BODY, HEADER = "word/document.xml", "word/header1.xml"
GRID = "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='5000'/></w:tblGrid>"
REVISION = "w:id='1' w:author='A' w:date='2026-01-01T00:00:00Z'"
R = "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"


def _told(content):
    return [str(fault) for fault in faults_for_word(content)]


def _with(xml, *, part=BODY, before="<w:sectPr"):
    content = an_agreement(FOUNDATION).content
    return changed(content, part, lambda text: text.replace(before, f"{xml}{before}", 1))


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (f"{GRID}<w:tr><w:tc/></w:tr></w:tbl>", "Required sequence content is missing"),
        (f"{GRID}<w:tr/></w:tbl>", "Required sequence content is missing"),
        ("<w:tbl><w:tblPr/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", "'tblGrid' is missing"),
        ("<w:p><w:blink/></w:p>", "Unexpected element 'blink' found"),
        ("<w:p><w:r><w:t>x</w:t><w:rPr/></w:r></w:p>", "Unexpected element 'rPr' found"),
        ("<w:p><w:pPr><w:jc w:val='middle'/></w:pPr></w:p>", "'middle' is not in allowed values"),
        ("<w:p><w:pPr><w:pStyle w:val='Nope'/></w:pPr></w:p>", "Style 'Nope' referenced but not defined"),
        ("<w:p><w:ins><w:r><w:t>a</w:t></w:r></w:ins></w:p>", "attribute 'author' is missing"),
        (f"<w:p><w:hyperlink {R} r:id='rId99'/></w:p>", "relationship 'rId99'"),
        ("<w:p><w:r><w:commentReference w:id='4'/></w:r></w:p>", "comments.xml is missing"),
        (f"<w:p><w:del {REVISION}><w:r><w:t>gone</w:t></w:r></w:del></w:p>", "at «gone»: deletes text that is not"),
        (f"{GRID}</w:tbl>", "has a table without rows; keep its header row, or leave the table out"),
    ],
)
def test_what_word_would_repair_is_found(xml, said):
    told = _told(_with(xml))

    assert any(said in sentence for sentence in told), told
    assert all(sentence.startswith("the text") for sentence in told)


def test_a_sound_document_has_no_fault():
    assert _told(an_agreement(COMPANY).content) == []
    assert _told(with_footnote(an_agreement(COMPANY).content, "See the annex.", sections=2)) == []


def test_a_fault_is_told_by_the_text_it_stands_in():
    content = an_agreement(COMPANY).content
    spoiled = changed(content, BODY, lambda xml: xml.replace("<w:tc>", "<w:tc><w:blink/>", 1))

    told = _told(spoiled)
    assert all(sentence.startswith("the text, at «Reference and version»") for sentence in told), told


def test_a_fault_in_an_empty_paragraph_is_told_by_the_text_before_it():
    (told,) = _told(_with("<w:p><w:r><w:t>Done at Geneva.</w:t></w:r></w:p><w:p><w:blink/></w:p>"))

    assert told == (
        "the text, at «Done at Geneva.»: is built in a way that Word would offer to repair "
        "(Unexpected element 'blink' found)"
    )


def test_a_fault_in_the_header_or_in_a_footnote_is_told_as_standing_there():
    (in_header,) = _told(_with("<w:blink/>", part=HEADER, before="<w:r>"))
    (in_note,) = _told(with_footnote(an_agreement(FOUNDATION).content, "x</w:t><w:rPr/><w:t>"))

    assert in_header.startswith("the header, at «International Organisation for Decent Work")
    assert in_note.startswith("the footnotes, at «x»")


LIBREOFFICE = f"{GRID}<w:tr><w:trPr><w:cantSplit w:val='true'/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"


def test_what_is_held_against_the_template_too_is_no_fault_of_the_agreement():
    template = a_template("private_partnership").content
    saved = changed(template, BODY, lambda xml: xml.replace("<w:sectPr", f"{LIBREOFFICE}<w:sectPr", 1))
    document = _with(LIBREOFFICE)
    worse = changed(document, BODY, lambda xml: xml.replace("<w:sectPr", "<w:p><w:blink/></w:p><w:sectPr", 1))

    assert len(faults_for_word(document)) == len(faults_for_word(document, template=template)) == 1
    assert faults_for_word(document, template=saved) == []
    (fault,) = faults_for_word(worse, template=saved)
    assert "blink" in fault.message


def test_many_complaints_about_the_template_hide_no_fault_of_the_agreement():
    document = _with(LIBREOFFICE * 60 + "<w:p><w:blink/></w:p>")

    told = faults_for_word(document, template=_with(LIBREOFFICE * 60))

    assert ["blink" in fault.message for fault in told] == [True]


def test_a_table_without_rows_is_a_fault_even_if_the_template_has_it():
    content = _with(f"{GRID}</w:tbl>")

    assert "without rows" in str(faults_for_word(content, template=content)[0])


def test_the_same_fault_in_one_place_is_told_once():
    told = _told(_with("<w:p><w:r><w:t>x</w:t></w:r><w:blink/><w:blink/></w:p>"))

    assert len(told) == len(set(told)) == 1
