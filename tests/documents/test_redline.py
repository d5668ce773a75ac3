"""The redline: tracked changes that accept to the returned text and reject to the sent one, or no redline at all."""

from __future__ import annotations

import copy
import io
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.text.paragraph import Paragraph
from lxml import etree

from approvals.documents.read import read_word
from approvals.documents.redline import redline
from approvals.documents.revisions import accepted, rejected
from approvals.errors import RefusedFile, SourceUnavailable
from tests.documents.agreements import COMPANY, FOUNDATION, an_agreement
from tests.word import changed, schema_faults, text_of

BODY, HEADER, FOOTER = "word/document.xml", "word/header1.xml", "word/footer1.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
AT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)

Edit = Callable[[Any], None]


@pytest.fixture(scope="module")
def sent() -> bytes:
    return an_agreement(COMPANY).content


def in_xml(*edits: tuple[str, str], part: str = BODY) -> Callable[[bytes], bytes]:
    """Return what changes the file's XML, as an editor with tracking switched off would."""

    def edit(content: bytes) -> bytes:
        for old, new in edits:
            content = changed(content, part, lambda xml, old=old, new=new: xml.replace(old, new, 1))
        return content

    return edit


def in_word(edit: Edit) -> Callable[[bytes], bytes]:
    """Return what changes the document through python-docx."""

    def edited(content: bytes) -> bytes:
        document = docx.Document(io.BytesIO(content))
        edit(document)
        target = io.BytesIO()
        document.save(target)
        return target.getvalue()

    return edited


def clause(document: Any, title: str) -> list[Any]:
    """Return the elements of a clause: its heading and what follows up to the next one."""
    found: list[Any] = []
    for element in document.element.body:
        if element.tag == f"{W}p":
            paragraph = Paragraph(element, document)
            if paragraph.style.name in ("Heading 1", "Annex Heading"):
                if found:
                    return found
                found = [element] if paragraph.text == title else []
                continue
        if found:
            found.append(element)
    raise AssertionError(f"there is no clause «{title}»")


def without_liability(document: Any) -> None:
    for element in clause(document, "Liability"):
        element.getparent().remove(element)


def liability_moved_up(document: Any) -> None:
    place = clause(document, "Audit")[0]
    for element in clause(document, "Liability"):
        place.addprevious(element)


def budget_row_repeated(document: Any) -> None:
    row = document.tables[1].rows[1]._tr
    row.addnext(copy.deepcopy(row))


def budget_row_taken_out(document: Any) -> None:
    document.tables[1]._tbl.remove(document.tables[1].rows[2]._tr)


def paragraphs_put_in(document: Any) -> None:
    for number in (1, 2):
        document.paragraphs[30].insert_paragraph_before(f"The Partner’s liability is capped at USD {number}.")


TRACKED = (
    'is not</w:t></w:r><w:ins w:id="901" w:author="A" w:date="2027-01-01T00:00:00Z"><w:r>'
    '<w:t xml:space="preserve"> at all</w:t></w:r></w:ins><w:del w:id="902" w:author="A" '
    'w:date="2027-01-01T00:00:00Z"><w:r><w:delText xml:space="preserve"> ever</w:delText></w:r></w:del>'
    '<w:r><w:t xml:space="preserve"> exclusive.'
)
BOX = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
    "<w:t>Signed under protest.</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)
HIDDEN = "exclusive.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> Save for textiles."

SAMPLES = {
    "words changed with tracking off": in_xml(
        ("Neither Party is liable to the other", "The Organisation is liable to the Partner"),
        ("safe, in working order, free", "safe, in working order free"),
    ),
    "a clause deleted": in_word(without_liability),
    "a clause moved": in_word(liability_moved_up),
    "a cell of the budget": in_xml(("USD 92,000.00", "USD 93,000.00")),
    "a row added": in_word(budget_row_repeated),
    "a row deleted": in_word(budget_row_taken_out),
    "paragraphs added": in_word(paragraphs_put_in),
    "the header": in_xml(("version 1", "version 1 bis"), part=HEADER),
    "the footer": in_xml(("Partnership Agreement", "Partnership Draft"), part=FOOTER),
    "text nobody sees": in_xml(("exclusive.", HIDDEN)),
    "a text box": in_xml(("<w:sectPr>", f"{BOX}<w:sectPr>")),
    "fixed and doubled spaces": in_xml(("is not exclusive.", "is\u00a0not  exclusive.")),
    "a file that was tracked": in_xml(("is not exclusive.", TRACKED)),
    "another agreement altogether": lambda content: an_agreement(FOUNDATION).content,
    "nothing": lambda content: content,
}  # fmt: skip


def said(content: bytes) -> list[tuple[str, str]]:
    return [(block.place, block.text) for block in read_word(content).blocks]


def marks_of(content: bytes) -> list[etree._Element]:
    """Return every tracked change in the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        roots = [etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")]
    return [mark for root in roots for mark in root.iter(f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")]


@pytest.mark.parametrize("edit", SAMPLES.values(), ids=SAMPLES)
def test_all_accepted_is_the_returned_text_and_all_rejected_the_sent_one(
    sent: bytes, engine: Path, tmp_path: Path, edit: Callable[[bytes], bytes]
) -> None:
    returned = edit(sent)

    made = redline(sent, returned, author="Nordvik Tekstil AS", at=AT, engine_folder=engine)

    assert said(accepted(made)) == said(accepted(returned))
    assert said(rejected(made)) == said(sent)
    assert bool(marks_of(made)) is (said(accepted(returned)) != said(sent))
    assert schema_faults(made, tmp_path) == []


def test_each_change_carries_the_name_of_its_author_and_the_time(sent: bytes, engine: Path) -> None:
    made = redline(sent, SAMPLES["a row added"](sent), author="Åshild & Søn", at=AT, engine_folder=engine)

    marks = marks_of(made)
    assert marks
    assert {(mark.get(f"{W}author"), mark.get(f"{W}date")) for mark in marks} == {
        ("Åshild & Søn", "2026-11-20T14:30:00Z")
    }


def test_a_moved_clause_is_shown_as_moved(sent: bytes, engine: Path) -> None:
    made = redline(sent, SAMPLES["a clause moved"](sent), author="A", at=AT, engine_folder=engine)

    assert {f"{W}moveFrom", f"{W}moveTo"} <= {mark.tag for mark in marks_of(made)}


def test_word_reads_the_text_as_python_docx_does(sent: bytes, engine: Path) -> None:
    returned = SAMPLES["words changed with tracking off"](sent)

    made = redline(sent, returned, author="A", at=AT, engine_folder=engine)

    assert text_of(accepted(made)) == text_of(returned)
    assert text_of(rejected(made)) == text_of(sent)


def test_two_that_need_the_engine_for_the_first_time_at_once_both_get_it(sent: bytes, tmp_path: Path) -> None:
    def first_redline(_: int) -> bytes:
        return redline(sent, sent, author="A", at=AT, engine_folder=tmp_path / "fresh")

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(first_redline, range(2)))

    assert [said(one) for one in made] == [said(sent)] * 2
    assert len(list((tmp_path / "fresh").iterdir())) == 1


# When there can be none


def an_engine_that(does: str, real: Path, folder: Path) -> Path:
    """Return a folder with a script where `real` has the engine; it gets the sent, the returned and the new file."""
    [program] = real.glob("docxodus-*/*/redline")
    script = folder / program.relative_to(real)
    script.parent.mkdir(parents=True)
    script.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    script.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ('/bin/cp "$1" "$3"', "accepted, what the engine wrote is not the returned text"),
        ('/bin/cp "$2" "$3"', "rejected, what the engine wrote is not the text that was sent"),
        ('echo "half a file" > "$3"', "no sound Word file"),
        ("exit 0", "wrote no file"),
        ('echo "Out of memory" >&2; exit 134', r"ended with code 134 \(Out of memory\)"),
    ],
    ids=["overlooks every change", "marks no change", "writes half a file", "writes nothing", "fails"],
)
def test_what_the_engine_makes_is_not_believed_but_tried(
    sent: bytes, engine: Path, tmp_path: Path, does: str, why: str
) -> None:
    redline(sent, sent, author="A", at=AT, engine_folder=engine)
    returned = SAMPLES["a cell of the budget"](sent)

    with pytest.raises(SourceUnavailable, match=why) as refused:
        redline(sent, returned, author="A", at=AT, engine_folder=an_engine_that(does, engine, tmp_path))

    assert "The comparison clause by clause needs no engine" in str(refused.value)


def test_an_engine_that_does_not_come_to_an_end_is_ended_with_all_it_started(
    sent: bytes, engine: Path, tmp_path: Path
) -> None:
    redline(sent, sent, author="A", at=AT, engine_folder=engine)
    pids = tmp_path / "pids"
    endless = an_engine_that(f"sleep 600 & echo $! $$ > {pids}; wait", engine, tmp_path / "engine")

    with pytest.raises(SourceUnavailable, match="took longer than 1 s"):
        redline(sent, sent, author="A", at=AT, engine_folder=endless, timeout_seconds=1)

    assert all(_ends(int(pid)) for pid in pids.read_text().split())


def _ends(pid: int) -> bool:
    """The process is gone, or all but gone; the system may take a moment to end what was killed."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_an_engine_without_a_folder_to_unpack_into_says_which(sent: bytes, tmp_path: Path) -> None:
    occupied = tmp_path / "home"
    occupied.write_text("not a folder")

    with pytest.raises(SourceUnavailable, match="cannot be unpacked into"):
        redline(sent, sent, author="A", at=AT, engine_folder=occupied)


def test_a_file_that_does_not_pass_the_gate_never_reaches_the_engine(sent: bytes, tmp_path: Path) -> None:
    with pytest.raises(RefusedFile, match="damaged or incomplete"):
        redline(sent, sent[: len(sent) // 2], author="A", at=AT, engine_folder=tmp_path / "engine")

    assert not (tmp_path / "engine").exists()
