"""Tracked changes accepted and rejected by our own hands, on marks written by hand."""

from __future__ import annotations

import io

import docx
import pytest

from approvals.documents.compare import compare
from approvals.documents.read import read_word
from approvals.documents.revisions import accepted, rejected
from tests.word import changed, text_of

BY = 'w:id="1" w:author="A" w:date="2027-01-01T00:00:00Z"'


def ins(xml: str) -> str:
    return f"<w:ins {BY}>{xml}</w:ins>"


def gone(xml: str) -> str:
    return f"<w:del {BY}>{xml.replace('<w:t', '<w:delText').replace('</w:t>', '</w:delText>')}</w:del>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, mark: str = "") -> str:
    properties = f"<w:pPr><w:rPr><w:{mark} {BY}/></w:rPr></w:pPr>" if mark else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def row(*cells: str, mark: str = "") -> str:
    properties = f"<w:trPr><w:{mark} {BY}/></w:trPr>" if mark else ""
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def cell(text: str, mark: str = "") -> str:
    properties = f"<w:tcPr><w:{mark} {BY}/></w:tcPr>" if mark else ""
    return f"<w:tc>{properties}{p(run(text))}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{''.join(rows)}</w:tbl>"


def a_document(*body: str) -> bytes:
    target = io.BytesIO()
    docx.Document().save(target)
    return changed(
        target.getvalue(), "word/document.xml", lambda xml: xml.replace("<w:body>", f"<w:body>{''.join(body)}")
    )


def lines(content: bytes) -> list[str]:
    return [block.text for block in read_word(content).blocks]


MOVED = f"<w:moveFrom {BY}>{run('moved ')}</w:moveFrom>"
ARRIVED = f"<w:moveTo {BY}>{run('moved ')}</w:moveTo>"


@pytest.mark.parametrize(
    ("body", "after", "before"),
    [
        (p(run("one "), ins(run("two ")), gone(run("three"))), ["one two"], ["one three"]),
        (p(ins(run("came")), mark="ins") + p(run("stays")), ["came", "stays"], ["stays"]),
        (p(gone(run("went")), mark="del") + p(run("stays")), ["stays"], ["went", "stays"]),
        (p(run("one "), mark="del") + p(run("two")), ["one two"], ["one", "two"]),  # joined by the other side
        (p(run("one "), mark="ins") + p(run("two")), ["one", "two"], ["one two"]),  # split by the other side
        (p(run("a "), mark="del") + p(run("b "), mark="del") + p(run("c")), ["a b c"], ["a", "b", "c"]),
        (p(MOVED, run("here ")) + p(run("there "), ARRIVED), ["here", "there moved"], ["moved here", "there"]),
        (p(ins(gone(run("neither "))), run("stays")), ["stays"], ["stays"]),  # came and went before anybody saw it
        (table(row(cell("one")), row(cell("two"), mark="ins")), ["one", "two"], ["one"]),
        (table(row(cell("one")), row(cell("two"), mark="del")), ["one"], ["one", "two"]),
        (table(row(cell("one"), cell("two", mark="cellIns"))), ["one | two"], ["one"]),
        (table(row(cell("one"), cell("two", mark="cellDel"))), ["one"], ["one | two"]),
        (p(run("last "), mark="del") + table(row(cell("a table"))), ["last", "a table"], ["last", "a table"]),
    ],
    ids=["words", "paragraph came", "paragraph went", "joined", "split", "three joined", "moved", "came and went",
         "row came", "row went", "cell came", "cell went", "nothing to join to"],
)  # fmt: skip
def test_accepting_and_rejecting_gives_the_two_texts(body: str, after: list[str], before: list[str]) -> None:
    content = a_document(body)

    assert lines(accepted(content)) == after
    assert lines(rejected(content)) == before


def test_a_document_without_marks_stays_as_it_is() -> None:
    content = a_document(p(run("one")), table(row(cell("two"))))

    assert text_of(accepted(content)) == text_of(rejected(content)) == text_of(content)


def test_paragraphs_joined_under_tracking_are_compared_as_one() -> None:
    sent = a_document(p(run("The Partner shall pay. ")), p(run("It shall report.")))
    returned = a_document(p(run("The Partner shall pay. "), mark="del"), p(run("It shall report.")))

    comparison = compare(sent, returned)

    assert comparison.has_tracked_changes
    assert [change.new for change in comparison.changes if change.new] == ["The Partner shall pay. It shall report."]
