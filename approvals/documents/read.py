"""The text of a Word document in reading order: paragraphs and table rows, headers, footers, notes, text boxes.

Tracked changes are read as if accepted, and nothing hidden is skipped: text that Word does not show by default is
still text of the agreement. Reading does not open the file with a Word library; pass it through the gate first.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from approvals.documents.numbering import Numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = (f"{W}del", f"{W}moveFrom", _FALLBACK)
_PLACES = {"document": "body", "header": "header", "footer": "footer", "footnotes": "note", "endnotes": "note"}
_CELL_LINK = " | "


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph or a table row."""

    place: str  #: body, header, footer or note
    text: str  #: cells of a row are joined by « | »
    style: str  #: name of the paragraph style; of the table style for a row
    label: str  #: the number Word shows before it, such as «Article 3 –» or «3.2»; often empty
    is_heading: bool  #: opens a clause
    is_row: bool
    is_section: bool = False  #: opens a section inside a clause
    table: str = ""  #: of a row: which table it belongs to; rows of one table share it
    cells: tuple[str, ...] = ()  #: of a row


@dataclass(frozen=True, kw_only=True)
class WordText:
    """What a Word document says."""

    blocks: tuple[Block, ...]
    pictures: tuple[str, ...]  #: digests of its pictures and other media, sorted
    has_tracked_changes: bool
    properties: Mapping[str, str]  #: custom properties

    @property
    def text(self) -> str:
        """All text, one block a line, each after its number."""
        return "\n".join(f"{block.label} {block.text}".strip() for block in self.blocks)


def read_word(content: bytes) -> WordText:
    """Return the text of the Word document in `content`."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        roots = {name: parsed(package.read(name)) for name in names if name.endswith(".xml")}
        pictures = sorted(
            hashlib.sha256(package.read(name)).hexdigest() for name in names if name.startswith("word/media/")
        )
    styles = Styles(roots.get("word/styles.xml"))
    numbering = Numbering(roots.get("word/numbering.xml"), styles.number_of)
    blocks: list[Block] = []
    for name in sorted(roots, key=_reading_order):
        place = _place(name)
        if place:
            blocks += [block for block in _blocks(roots[name], place, styles, numbering) if block.text]
    return WordText(
        blocks=tuple(blocks),
        pictures=tuple(pictures),
        has_tracked_changes=any(
            next(root.iter(f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"), None) is not None
            for root in roots.values()
        ),
        properties=_custom_properties(roots.get("docProps/custom.xml")),
    )


def parsed(content: bytes) -> etree._Element:
    """Return a part of a package as XML, with nothing fetched or unfolded for it."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _place(name: str) -> str | None:
    found = re.fullmatch(r"word/([a-z]+)\d*\.xml", name)
    return _PLACES.get(found[1]) if found else None


def _reading_order(name: str) -> tuple[int, str]:
    return [*_PLACES.values(), None].index(_place(name)), name


class Styles:
    """What paragraph and table styles say, with what they inherit, as `word/styles.xml` has them; None: nothing."""

    def __init__(self, root: etree._Element | None) -> None:
        found = [] if root is None else root.findall(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}

    def name(self, style_id: str) -> str:
        return self._value(style_id, f"{W}name") or style_id

    def opens_clause(self, style_id: str) -> bool:
        """The style stands in the first level of the outline, as Heading 1 does."""
        return self.inherited(style_id, f"{W}pPr/{W}outlineLvl") == "0"

    def opens_section(self, style_id: str) -> bool:
        """The style stands in the second level of the outline, as Heading 2 does."""
        return self.inherited(style_id, f"{W}pPr/{W}outlineLvl") == "1"

    def lists_contents(self, style_id: str) -> bool:
        """The style is that of a line in a table of contents."""
        return self.name(style_id).startswith("toc ")

    def number_of(self, style_id: str) -> tuple[str | None, str | None]:
        """Return the list and the level that the style numbers its paragraphs by, if any."""
        return (
            self.inherited(style_id, f"{W}pPr/{W}numPr/{W}numId"),
            self.inherited(style_id, f"{W}pPr/{W}numPr/{W}ilvl"),
        )

    def inherited(self, style_id: str, path: str) -> str | None:
        """Return the value that the style, or one it is based on, has at `path`; None if none has any."""
        element = self.inherited_element(style_id, path)
        return None if element is None else element.get(f"{W}val")

    def inherited_element(self, style_id: str, path: str) -> etree._Element | None:
        """Return what the style, or one it is based on, holds at `path`; None if none holds anything."""
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            element = self._styles[style_id].find(path)
            if element is not None:
                return element
            style_id = self._value(style_id, f"{W}basedOn") or ""
        return None

    def _value(self, style_id: str, path: str) -> str | None:
        style = self._styles.get(style_id)
        element = None if style is None else style.find(path)
        return None if element is None else element.get(f"{W}val")


def _blocks(root: etree._Element, place: str, styles: Styles, numbering: Numbering) -> Iterator[Block]:
    """Yield paragraphs and rows under `root` in order; a text box follows the paragraph that holds it."""
    for element in root:
        if element.tag in _SKIPPED:
            continue
        if element.tag == f"{W}tbl":
            yield from _rows(element, place, styles, numbering)
        elif element.tag == f"{W}p":
            yield _paragraph(element, place, styles, numbering)
            for box in element.iter(f"{W}txbxContent"):
                if next(box.iterancestors(_FALLBACK), None) is None:
                    yield from _blocks(box, place, styles, numbering)
        else:
            yield from _blocks(element, place, styles, numbering)


def _rows(table: etree._Element, place: str, styles: Styles, numbering: Numbering) -> Iterator[Block]:
    style = table.find(f"{W}tblPr/{W}tblStyle")
    name = "" if style is None else styles.name(style.get(f"{W}val", ""))
    place_of_table = table.getroottree().getpath(table)
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl"), None) is not table:
            continue  # a row of a table inside a cell: its text is read with the cell
        cells = [
            " ".join(block.text for block in _blocks(cell, place, styles, numbering) if block.text)
            for cell in row.iter(f"{W}tc")
            if next(cell.iterancestors(f"{W}tr"), None) is row
        ]
        text = _CELL_LINK.join(cells) if any(cells) else ""
        yield Block(
            place=place,
            text=text,
            style=name,
            label="",
            is_heading=False,
            is_row=True,
            table=place_of_table,
            cells=tuple(cells),
        )


def _paragraph(paragraph: etree._Element, place: str, styles: Styles, numbering: Numbering) -> Block:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    style_id = "" if found is None else found.get(f"{W}val", "")
    style = styles.name(style_id) if style_id else "Normal"
    text = _without_fields("".join(_pieces(paragraph))).strip()
    label = numbering.next_label(paragraph, style_id) if text else ""
    if styles.lists_contents(style_id):
        # Word writes the number into the line when somebody refreshes the contents; ours reads the same.
        text, label = f"{label} {text}".strip(), ""
    return Block(
        place=place,
        text=text,
        style=style,
        label=label,
        is_heading=styles.opens_clause(style_id),
        is_section=styles.opens_section(style_id),
        is_row=False,
    )


# Marks for the beginning, middle and end of a field; no XML document can hold these characters itself.
_BEGIN, _MIDDLE, _END = "\x13", "\x14", "\x15"
_MARKS = {"begin": _BEGIN, "separate": _MIDDLE, "end": _END}
_SPELLED = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}


def _pieces(element: etree._Element) -> Iterator[str]:
    """Yield the text under `element`, without what was deleted and without the text boxes anchored in it."""
    for child in element:
        if child.tag in _SKIPPED or child.tag in (f"{W}txbxContent", f"{W}pPr", f"{W}rPr"):
            continue
        if child.tag in (f"{W}t", f"{W}instrText"):
            yield child.text or ""
        elif child.tag == f"{W}sym":
            yield chr(int(child.get(f"{W}char", "FFFD"), 16))
        elif child.tag in _SPELLED:
            yield _SPELLED[child.tag]
        elif child.tag == f"{W}fldChar":
            yield _MARKS.get(child.get(f"{W}fldCharType", ""), "")
        elif child.tag == f"{W}fldSimple":
            yield f"{_BEGIN}{child.get(f'{W}instr', '')}{_MIDDLE}"
            yield from _pieces(child)
            yield _END
        else:
            yield from _pieces(child)


_INNERMOST = re.compile(f"{_BEGIN}([^{_BEGIN}{_MIDDLE}{_END}]*)(?:{_MIDDLE}([^{_BEGIN}{_END}]*))?{_END}")
_UNENDED = re.compile(f"{_BEGIN}[^{_MIDDLE}]*{_MIDDLE}|[{_BEGIN}{_MIDDLE}{_END}]")
_PAGE_NUMBER = re.compile(r"\s*(PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)


def _without_fields(text: str) -> str:
    """Return `text` with each field as what it shows, and page numbers as «#», for every program counts anew."""
    before = None
    while text != before:
        before, text = text, _INNERMOST.sub(_shown, text)
    return _UNENDED.sub("", text)


def _shown(field: re.Match[str]) -> str:
    instruction, result = field[1], field[2] or ""
    # A page-number field that shows anything but a number hides text, and is read as it is.
    return "#" if _PAGE_NUMBER.match(instruction) and re.fullmatch(r"\s*\d*\s*", result) else result


def _custom_properties(root: etree._Element | None) -> dict[str, str]:
    if root is None:
        return {}
    return {
        element.get("name", ""): "".join(str(text) for text in element.itertext())
        for element in root.iter("{*}property")
    }
