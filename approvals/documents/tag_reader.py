"""Reading the tags of a Word part from top to bottom: what they name, and whether what opens also closes well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from approvals.documents.read import Styles, W
from approvals.documents.tags import TAG, Tag, UnfitTag, Use, item_name, read_tag, uses_of
from approvals.errors import Fault

_STRAY = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_NO_TEXT = tuple(f"{W}{name}" for name in ("drawing", "pict", "object", "sectPr", "footnoteReference"))
_UNREAD = "?"  #: stands for a list whose tag could not be read, so that its items are no further faults


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with the place people know it by, such as «article ‘Reporting’»."""

    element: etree._Element
    place: str
    styles: tuple[str, ...]  #: names of its own style and of those of its runs, without doubles

    @cached_property
    def texts(self) -> list[etree._Element]:
        """The pieces of its text, without those of text boxes anchored in it."""
        return [piece for piece in self.element.iter(f"{W}t") if _above(piece, "p") is self.element]

    @cached_property
    def text(self) -> str:
        """Its text as Word shows it, tags included."""
        return "".join(piece.text or "" for piece in self.texts)

    def run_at(self, position: int) -> etree._Element | None:
        """Return what holds the run in which the character at `position` of the text stands."""
        end = 0
        for piece in self.texts:
            end += len(piece.text or "")
            if position < end:
                run = _above(piece, "r")
                return None if run is None else run.getparent()
        return None


def paragraphs_of(root: etree._Element, place: str, styles: Styles) -> Iterator[Paragraph]:
    """Yield the paragraphs under `root` in reading order; each heading names the place of those that follow."""
    for element in root.iter(f"{W}p"):
        ids = [style.get(f"{W}val", "") for style in element.iter(f"{W}pStyle", f"{W}rStyle")]
        paragraph = Paragraph(element, place, tuple(dict.fromkeys(styles.name(one) for one in ids)))
        title = TAG.sub("", paragraph.text).strip()
        if title and ids and styles.opens_clause(ids[0]):
            place = f"article «{title[:60]}»"
            paragraph = Paragraph(element, place, paragraph.styles)
        yield paragraph


def _above(element: etree._Element, name: str) -> etree._Element | None:
    return next(element.iterancestors(f"{W}{name}"), None)


@dataclass(frozen=True)
class _Open:
    tag: Tag
    place: str
    level: etree._Element | None  #: what closes it must stand under the same element
    item: tuple[str, str] | None = None  #: what a loop calls its items, and the path they stand for


class TagReader:
    """Reads one part; `uses` are the places of the data its tags name, `faults` what is wrong with them."""

    def __init__(self) -> None:
        self.uses: list[tuple[Use, str]] = []
        self.faults: list[Fault] = []
        self._open: list[_Open] = []

    def read(self, paragraph: Paragraph) -> None:
        """Read the tags of the next paragraph."""
        for found in TAG.finditer(paragraph.text):
            try:
                self._take(read_tag(found[0]), paragraph, found)
            except UnfitTag as exc:
                self._fault(paragraph.place, f"«{found[0]}» {exc}")
        stray = _STRAY.search(TAG.sub(" ", paragraph.text))
        if stray:
            self._fault(
                paragraph.place,
                f"«{stray[0]}» in «{paragraph.text.strip()[:80]}» belongs to no tag; a tag opens and closes with the "
                "same braces in one paragraph",
            )

    def finish(self) -> None:
        """End the part: whatever is still open was never closed."""
        for left in self._open:
            self._fault(left.place, f"«{left.tag.text}» is never closed; add {{% end{left.tag.word} %}}")

    def _fault(self, place: str, sentence: str) -> None:
        self.faults.append(Fault(place, sentence))

    def _take(self, tag: Tag, paragraph: Paragraph, found: re.Match[str]) -> None:
        level = self._level(tag, paragraph, found)
        if tag.word and not tag.opens:
            self._go_on(tag, paragraph.place, level)
        item = (item_name(tag), _UNREAD) if tag.word == "for" else None
        try:
            uses = [use for use in uses_of(tag, self._scope()) if not use.path.startswith(_UNREAD)]
            self.uses += [(use, paragraph.place) for use in uses]
            if item and uses:
                item = (item[0], f"{uses[0].path}[]")
        finally:
            if tag.opens:
                self._open.append(_Open(tag, paragraph.place, level, item))

    def _scope(self) -> dict[str, str]:
        return dict(opened.item for opened in self._open if opened.item)

    def _level(self, tag: Tag, paragraph: Paragraph, found: re.Match[str]) -> etree._Element | None:
        """Return the element under which the tag works, after looking at what would vanish with it."""
        if tag.vanishes == "tr":
            return self._row(tag, paragraph)
        if tag.vanishes == "p":
            if paragraph.text.strip() != tag.text or next(paragraph.element.iter(*_NO_TEXT), None) is not None:
                self._lost(tag, paragraph.place, paragraph.text, "a paragraph")
            return paragraph.element.getparent()
        first, last = paragraph.run_at(found.start()), paragraph.run_at(found.end() - 1)
        if first is not last:
            self._fault(paragraph.place, f"«{tag.text}» begins in a link or a control of Word and ends outside; "
                        "write the tag anew in one piece")  # fmt: skip
        return first

    def _row(self, tag: Tag, paragraph: Paragraph) -> etree._Element | None:
        row = _above(paragraph.element, "tr")
        if row is None:
            self._fault(
                paragraph.place, f"«{tag.text}» stands outside a table; use {{%p …, or give it a row of its own"
            )
            return None
        text = "".join(piece.text or "" for piece in row.iter(f"{W}t")).strip()
        if text != tag.text:
            self._lost(tag, paragraph.place, text, "a row")
        return row.getparent()

    def _lost(self, tag: Tag, place: str, text: str, its_own: str) -> None:
        beside = " ".join(text.replace(tag.text, " ", 1).split())[:80] or "a picture, a note or a section break"
        self._fault(
            place, f"«{beside}» stands beside «{tag.text}» and would be lost; give the tag {its_own} of its own"
        )

    def _go_on(self, tag: Tag, place: str, level: etree._Element | None) -> None:
        """Match else, elif, endif and endfor with what is open."""
        wanted = "for" if tag.word == "endfor" else "if"
        opened = self._open[-1] if self._open else None
        if opened is None or opened.tag.word != wanted:
            but = f"; «{opened.tag.text}» is open" if opened else ""
            self._fault(place, f"«{tag.text}» has no {wanted} to belong to{but}")
            return
        if opened.level is not level and opened.level is not None and level is not None:
            self._fault(
                place,
                f"«{opened.tag.text}» opens in one paragraph, cell or table and «{tag.text}» stands in another; put "
                "both at the same level",
            )
        if tag.closes:
            self._open.pop()
