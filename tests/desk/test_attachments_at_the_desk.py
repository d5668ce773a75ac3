"""Files come with a case through a gate, stay on record, and are handed out to be kept, not to be run."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from approvals.services.cases import submit
from approvals.services.users import the_user
from models.event import Event
from tests.desk.conftest import OFFICER
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import Page, TheDesk, Visitor
from tests.journeys.stories import a_foundation

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"
ADDRESS = "/cases/PA-2026-0001/documents"


@pytest.fixture
def submitted(desk: TheDesk) -> TheDesk:
    """The desk with a foundation's case under way."""
    submit(desk.store, a_foundation(), by=the_user(desk.store, OFFICER), key="first", now=desk.now)
    return desk


def adds(visitor: Visitor, name: str, content: bytes, *, status: int = 200, **values: str) -> Page:
    """Add a file on the page of documents."""
    return visitor.sends(visitor.opens(ADDRESS), ADDRESS, values, files={"file": (name, content)}, status=status)


def test_an_officer_adds_the_file_of_a_declared_document(submitted: TheDesk) -> None:
    officer = submitted.visited_by(OFFICER)

    page = adds(officer, "statutes 2019.pdf", PDF, document="2")
    answer = officer.fetches(page.links()["statutes 2019.pdf"])

    page.says("Statutes", "File is there", "Rosa Quispe")
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''statutes%202019.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_trail_tells_of_files_and_of_refused_ones(submitted: TheDesk) -> None:
    officer = submitted.visited_by(OFFICER)

    adds(officer, "a.pdf", PDF, title="Annex")
    adds(officer, "b.pdf", PDF.replace(b"/Type", b"/JS 1"), title="Annex", status=422)

    with submitted.store.session() as session:
        kinds = list(session.exec(select(Event.kind).order_by(col(Event.seq))))[-2:]
    assert kinds == ["DocumentAttached", "FileRefused"]


def test_the_same_file_sent_twice_is_kept_once(submitted: TheDesk) -> None:
    officer = submitted.visited_by(OFFICER)

    adds(officer, "a.pdf", PDF, title="Annex")
    page = adds(officer, "a.pdf", PDF, title="Annex")

    assert len(page.tree.xpath("//tbody/tr")) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"MZ a program", "it is no PDF, Word document (.docx), PNG or JPEG"),
        (b"<html><script>alert(1)</script>", "it is no PDF"),
        (PDF.replace(b"%%EOF", b""), "the PDF is damaged or incomplete"),
        (PDF.replace(b"/Type", b"/Launch /Type"), "a part that a reader may run (Launch)"),
        (b"\x89PNG\r\n\x1a\nhalf a picture", "the picture is damaged"),
        (b"PK\x03\x04not a package", "it is damaged or incomplete"),
        (b"%PDF-" + b"0" * 20_000_001, "it is larger than 20 MB"),
    ],
)
def test_what_does_not_pass_the_gate_is_told_at_the_field(submitted: TheDesk, content: bytes, said: str) -> None:
    page = adds(submitted.visited_by(OFFICER), "file.pdf", content, title="Annex <1>", status=422)

    page.says(said)
    assert page.form(ADDRESS)["title"] == ["Annex <1>"]


def test_a_name_that_leads_out_of_its_folder_is_made_harmless(submitted: TheDesk) -> None:
    page = adds(submitted.visited_by(OFFICER), "..\\..\\etc/<img src=x>.exe", PDF, title="Annex")

    assert "img src=x.pdf" in page.links()


def test_only_the_officer_adds_files_and_only_those_who_see_the_case_get_them(submitted: TheDesk) -> None:
    adds(submitted.visited_by(OFFICER), "a.pdf", PDF, title="Annex")
    reader, stranger = submitted.visited_by("jonas.weber@example.org"), submitted.visited_by("linh.tran@example.org")

    page = reader.opens(ADDRESS)

    assert not page.tree.xpath("//input[@type='file']")
    assert reader.fetches(page.links()["a.pdf"]).content == PDF
    stranger.opens(ADDRESS, status=404)
    stranger.opens(f"{ADDRESS}/1", status=404)


def test_the_page_of_documents_has_no_hard_coded_text(submitted: TheDesk) -> None:
    adds(submitted.visited_by(OFFICER), "a.pdf", PDF, title="Annex")
    officer = speak_pseudo(submitted).visited_by(OFFICER)

    assert hard_coded(parsed(officer.client.get(ADDRESS).text)) == []
