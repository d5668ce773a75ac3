"""A PDF of an agreement: LibreOffice does it, but is neither trusted nor waited for without end."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path

import pytest

from approvals.documents.pdf import AT_ONCE, as_pdf, convert_admitted, find_libreoffice, pages_in
from approvals.errors import PdfUnavailable, RefusedFile
from tests.documents.agreements import FOUNDATION, an_agreement
from tests.documents.libreoffice import (
    LIBREOFFICE,
    a_listener,
    a_program,
    needs_libreoffice,
    run_libreoffice,
    text_of_pdf,
)
from tests.word import changed

PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'r:link="FAR"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r></w:p>"
)
IMAGE = re.compile(rb"/Subtype\s*/Image")
A_POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def replacing(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def pointing_to(*addresses: str, kind: str = "image") -> bytes:
    """Return an agreement with pictures, or a template, that lie elsewhere."""
    content = an_agreement(FOUNDATION).content
    for number, address in enumerate(addresses):
        relation = (
            f'<Relationship Id="rIdFar{number}" Target="{address}" TargetMode="External" '
            f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
        )
        picture = PICTURE.replace("FAR", f"rIdFar{number}")
        content = changed(content, "word/_rels/document.xml.rels", replacing("</Relationships>", relation))
        content = changed(content, "word/document.xml", replacing("<w:body>", f"<w:body>{picture}"))
    return content


# With the real one


@needs_libreoffice
def test_an_agreement_becomes_a_pdf_with_its_text_and_the_tags_a_screen_reader_needs(tmp_path: Path) -> None:
    pdf = as_pdf(an_agreement(FOUNDATION).content, libreoffice=LIBREOFFICE, timeout_seconds=120)

    (tmp_path / "agreement.pdf").write_bytes(pdf)
    assert pages_in(pdf) > 1
    assert "PA-2026-0042·version1" in text_of_pdf(tmp_path / "agreement.pdf")
    assert b"/MarkInfo" in pdf


@needs_libreoffice
def test_two_are_made_at_the_same_time() -> None:
    contents = [an_agreement(FOUNDATION).content, an_agreement("world-bank-ta").content]

    with ThreadPoolExecutor(2) as pool:
        pdfs = list(pool.map(lambda content: as_pdf(content, libreoffice=LIBREOFFICE, timeout_seconds=120), contents))

    assert all(pages_in(pdf) > 1 for pdf in pdfs)


@needs_libreoffice
def test_even_without_the_gate_nothing_is_fetched_for_linked_pictures(tmp_path: Path) -> None:
    (tmp_path / "private.png").write_bytes(A_POINT)
    with a_listener() as (address, asked):
        content = pointing_to(f"{address}/far.png", (tmp_path / "private.png").as_uri())
        pdf = convert_admitted(content, libreoffice=Path(str(LIBREOFFICE)), timeout_seconds=120)
        asked_of_ours = list(asked)
        (tmp_path / "far.docx").write_bytes(content)
        run_libreoffice(tmp_path / "plain", tmp_path, str(tmp_path / "far.docx"))

    assert pages_in(pdf) > 1
    assert asked_of_ours == []
    assert not IMAGE.search(pdf)
    # An ordinary profile fetches both, or this test would prove nothing.
    assert any("far.png" in line for line in asked)
    assert IMAGE.search((tmp_path / "far.pdf").read_bytes())


# Before it is asked


@pytest.mark.parametrize("kind", ["image", "attachedTemplate"])
def test_a_document_that_points_elsewhere_does_not_reach_libreoffice(kind: str, tmp_path: Path) -> None:
    program = a_program(tmp_path, f"touch {tmp_path}/reached")

    with pytest.raises(RefusedFile, match=r"points to another file|points outside"):
        as_pdf(pointing_to("http://127.0.0.1:9/far.png", kind=kind), libreoffice=program, timeout_seconds=5)

    assert not (tmp_path / "reached").exists()


def test_a_text_that_calls_itself_a_document_does_not_reach_libreoffice(tmp_path: Path) -> None:
    program = a_program(tmp_path, f"touch {tmp_path}/reached")

    with pytest.raises(RefusedFile, match="not a Word document"):
        as_pdf(b"Dear all, please find attached", libreoffice=program, timeout_seconds=5)

    assert not (tmp_path / "reached").exists()


def test_without_libreoffice_one_is_told_what_to_install_and_that_the_word_file_is_there() -> None:
    with pytest.raises(PdfUnavailable, match=r"libreoffice-writer.*APPROVALS_LIBREOFFICE.*Word file"):
        as_pdf(an_agreement(FOUNDATION).content, libreoffice=None, timeout_seconds=5)


# When it misbehaves


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("exit 0", "left no file"),
        ("echo Error: source file could not be loaded; exit 0", "could not be loaded"),
        ("exit 77", "left no file"),
        ('printf "Dear all" > "$out/agreement.pdf"', "no PDF with pages"),
        ('printf "%%PDF-1.6\\n%%%%EOF" > "$out/agreement.pdf"', "no PDF with pages"),
        ('printf "%%PDF-1.6\\n/Type/Page/Parent" > "$out/agreement.pdf"', "no PDF with pages"),
        ('printf "%%PDF-1.6\\n/Type/Pages/Count 0 %%%%EOF" > "$out/agreement.pdf"', "no PDF with pages"),
    ],
    ids=["nothing", "a complaint", "a crash", "garbage", "an empty PDF", "a PDF cut off", "no page"],
)
def test_only_a_pdf_with_pages_is_believed(script: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(PdfUnavailable, match=told):
        as_pdf(an_agreement(FOUNDATION).content, libreoffice=a_program(tmp_path, script), timeout_seconds=20)


def test_one_that_hangs_is_ended_with_everything_it_started(tmp_path: Path) -> None:
    program = a_program(tmp_path, f"sleep 300 & echo $! > {tmp_path}/child; wait")

    with pytest.raises(PdfUnavailable, match=r"did not end within 0\.5 seconds"):
        as_pdf(an_agreement(FOUNDATION).content, libreoffice=program, timeout_seconds=0.5)

    assert is_gone(int((tmp_path / "child").read_text()))


def is_gone(process: int) -> bool:
    """Wait a little: a killed orphan stays in the list until somebody has buried it."""
    for _ in range(100):
        try:
            os.kill(process, 0)
            if Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


def test_no_more_than_two_work_at_once_and_the_others_wait_for_their_turn(tmp_path: Path) -> None:
    pdf = 'printf "%%PDF-1.6\\n/Type/Page /Parent\\n%%%%EOF" > "$out/agreement.pdf"'
    program = a_program(tmp_path, f"echo + >> {tmp_path}/turns; sleep 0.2; {pdf}; echo - >> {tmp_path}/turns")
    content = an_agreement(FOUNDATION).content

    with ThreadPoolExecutor(5) as pool:
        pdfs = list(pool.map(lambda _: as_pdf(content, libreoffice=program, timeout_seconds=60), range(5)))

    turns = [1 if line == "+" else -1 for line in (tmp_path / "turns").read_text().split()]
    assert [pages_in(pdf) for pdf in pdfs] == [1] * 5
    assert max(accumulate(turns)) <= AT_ONCE


def test_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PdfUnavailable, match="nowhere is no program"):
        find_libreoffice(tmp_path / "nowhere")
    with pytest.raises(PdfUnavailable, match="nowhere cannot be started"):
        as_pdf(an_agreement(FOUNDATION).content, libreoffice=tmp_path / "nowhere", timeout_seconds=5)


def test_it_learns_nothing_of_our_settings_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPROVALS_DATABASE_URL", "postgresql://secret@db/approvals")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    program = a_program(tmp_path, f'env > {tmp_path}/learned; ls "$HOME/profile/user" > {tmp_path}/profile')

    with pytest.raises(PdfUnavailable):
        as_pdf(an_agreement(FOUNDATION).content, libreoffice=program, timeout_seconds=20)

    assert "secret" not in (tmp_path / "learned").read_text()
    assert "registrymodifications.xcu" in (tmp_path / "profile").read_text()
    assert list(tmp_path.glob("approvals-pdf-*")) == []
