"""The agreement as a page: nothing lost, nothing run, every change marked where it stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from approvals.casework.clauses import read_clause_library
from approvals.documents.grading import Fate
from approvals.documents.read import read_word
from approvals.documents.view import AgreementView, Front, fragment_of, page_of, view_of
from approvals.settings import Settings
from models.agreement import Grade
from tests.documents.agreements import COMPANY, EXAMPLES, an_agreement
from tests.word import changed, parts_of, zipped

BODY = "word/document.xml"
PAGES = Settings().page_folder
LIBRARY = read_clause_library(Settings().clause_folder)
FRONT = Front(
    reference="PA-2026-0042",
    title="Partnership Agreement",
    partner="Nordvik <script>alert(1)</script> & Co",
    language="en",
    shown="version 2 (returned)",
    sent="version 1 (drafted)",
    made_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
)
WITHOUT_END = {"meta", "link", "br", "hr", "img", "input"}


@pytest.fixture(scope="module")
def sent() -> bytes:
    return an_agreement(COMPANY).content


def edited(content: bytes, *edits: tuple[str, str]) -> bytes:
    for old, new in edits:
        content = changed(content, BODY, lambda xml, old=old, new=new: xml.replace(old, new, 1))
    return content


def view(sent: bytes | None, shown: bytes) -> AgreementView:
    return view_of(sent, shown, library=LIBRARY, family="private_partnership", language="en")


def page(sent: bytes | None, shown: bytes) -> str:
    return page_of(view(sent, shown), FRONT, page_folder=PAGES)


class Tree(HTMLParser):
    """Reads a page and notes its text, its ids and links, and any element that is not closed where it was opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.seen: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if tag not in WITHOUT_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_word_of_an_agreement_is_on_its_page(name: str) -> None:
    content = an_agreement(name).content

    words = Tree(page(None, content)).words

    for block in read_word(content).blocks:
        for part in block.cells or (block.text,):
            assert " ".join(part.split()) in words


def test_a_page_is_well_formed_with_one_main_heading_and_links_that_lead_somewhere(sent: bytes) -> None:
    returned = edited(sent, ("USD 92,000.00", "USD 93,000.00"), ("is not exclusive", "is exclusive"))

    tree = Tree(page(sent, returned))

    assert tree.open == []
    assert tree.seen.count("h1") == 1
    assert len(set(tree.ids)) == len(tree.ids)
    assert {link.removeprefix("#") for link in tree.links} == {"note-1", "note-2"} <= set(tree.ids)


def test_nothing_a_person_wrote_runs_or_is_fetched(sent: bytes) -> None:
    attack = "&lt;script&gt;alert(2)&lt;/script&gt;&lt;img src=http://example.org/x&gt; {{ 7 * 7 }}"
    returned = edited(sent, ("This partnership is not exclusive.", f"This partnership {attack}"))

    made = page(sent, returned)

    tree = Tree(made)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(tree.seen)
    assert "<script>alert(2)</script><img src=http://example.org/x> {{ 7 * 7 }}" in tree.words
    assert "Nordvik <script>alert(1)</script> & Co" in tree.words
    assert "default-src 'none'" in made


def test_changed_words_are_marked_in_place_with_grade_and_positions_beside_them(sent: bytes) -> None:
    returned = edited(sent, ("Neither Party is liable to the other", "The Partner is liable to the Organisation"))

    made = re.sub(r"\s+", " ", page(sent, returned))

    assert "<del>Neither Party</del><ins>The Partner</ins> is liable to the <del>other</del>" in made
    assert "1 · substance" in made
    assert "Our position: Liability" in made
    assert "Liability of officials in person." in made


def test_the_summary_names_immunities_first(sent: bytes) -> None:
    returned = edited(
        sent,
        ("is not exclusive", "is exclusive"),
        (", safe, in", ", safe in"),
        ("privileges and immunities of", "privileges of"),
    )

    grades = [note.change.grade for note in view(sent, returned).notes]

    assert grades == [Grade.IMMUNITIES, Grade.SUBSTANCE, Grade.WORDING]


def test_the_position_of_a_clause_is_shown_once(sent: bytes) -> None:
    returned = edited(
        sent,
        ("Neither Party is liable to the other", "The Partner is liable to the Organisation"),
        ("Each Party is responsible for its own acts", "The Partner is responsible for its acts"),
    )

    notes = view(sent, returned).notes

    assert [note.clause.key if note.clause else None for note in notes] == ["liability", None]


def test_the_rows_of_a_table_stay_together_also_where_one_came_and_one_went(sent: bytes) -> None:
    def swapped(xml: str) -> str:
        rows = re.findall(r"<w:tr\b.*?</w:tr>", xml, re.DOTALL)
        row = next(row for row in rows if "Safety engineers" in row)
        return xml.replace(row, row.replace("Safety engineers", "Quite another matter altogether"), 1)

    returned = changed(sent, BODY, swapped)

    [table] = [passage for passage in view(sent, returned).passages if passage.is_table and passage.notes]

    assert len(table.lines) >= len([line for line in table.lines if not line.note]) + 1
    assert "Total direct costs" in {piece.text for line in table.lines for cell in line.cells for piece in cell}


def test_a_number_that_moved_up_says_what_it_was(sent: bytes) -> None:
    def without_audit(xml: str) -> str:
        paragraphs = re.findall(r"<w:p\b.*?</w:p>", xml, re.DOTALL)
        heading = next(p for p in paragraphs if "Heading1" in p and ">Audit<" in p)
        return xml.replace(heading, "", 1)

    moved = view(sent, changed(sent, BODY, without_audit))

    after = next(line for passage in moved.passages for line in passage.lines if line.label_before)
    assert after.label != after.label_before


def test_a_picture_that_came_is_told_although_it_is_not_shown(sent: bytes) -> None:
    returned = zipped({**parts_of(sent), "word/media/image1.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40})

    [note] = view(sent, returned).notes

    assert (note.change.clause, note.change.topics) == ("Pictures", ("picture",))
    assert "picture " in Tree(page(sent, returned)).words


def test_a_version_by_itself_has_no_marks(sent: bytes) -> None:
    by_itself = view(None, sent)

    pieces = {
        piece.fate
        for passage in by_itself.passages
        for line in passage.lines
        for cell in line.cells
        for piece in cell
    }
    assert pieces == {Fate.KEPT}
    assert by_itself.notes == ()


def test_the_middle_of_the_page_serves_other_pages(sent: bytes) -> None:
    fragment = fragment_of(view(None, sent), FRONT, page_folder=PAGES)

    tree = Tree(fragment)
    assert {"html", "head", "body", "h1", "style"}.isdisjoint(tree.seen)
    assert tree.open == []
    assert "<article" in fragment
