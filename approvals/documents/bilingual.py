"""An agreement in two languages side by side, for reading: the authentic text left, its translation right.

The templates of a family say the same paragraph by paragraph, so the two filled documents are paired as they stand:
one row for each paragraph, tables across the page with the translation below in each cell. Numbers are written as
each document shows them. The copy is read again before it is handed out, and every word of both must be in it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from approvals.documents import copy_pieces as pieces
from approvals.documents.copy_package import packed
from approvals.documents.copy_pieces import w
from approvals.documents.copy_words import CopyOf, Languages
from approvals.documents.fill import normalised
from approvals.documents.numbering import Numbering
from approvals.documents.read import Styles, W, parsed, read_word
from approvals.documents.words import Language
from approvals.errors import Fault, ProofFailed, TemplateError

UNSPLIT = 1_200  #: characters; a row with more may continue on the next page, or it would leave half a page empty


@dataclass(frozen=True, kw_only=True)
class Column:
    """One of the two texts: an agreement filled from its template, and its language."""

    language: Language
    content: bytes


def side_by_side(authentic: Column, beside: Column, *, of: CopyOf) -> bytes:
    """Return a Word file with the text of `authentic` on the left and that of `beside` on the right.

    The same input gives the same bytes. Raises `TemplateError` if the two are not parallel, `ProofFailed` if a word
    of either would be missing in the copy.
    """
    left, right = _Text(authentic), _Text(beside)
    languages = (authentic.language, beside.language)
    body = [*pieces.notice(of, languages), *_body(left, right)]
    content = packed(body, of=of, languages=languages, styles=left.styles_part, theme=left.theme_part)
    _prove(content, (authentic, beside))
    return content


# Reading the two texts ----------------------------------------------------------------------------------------


class _Text:
    """One of the two documents, opened: its paragraphs and tables, and the numbers before them."""

    def __init__(self, column: Column) -> None:
        self.language = column.language
        with zipfile.ZipFile(io.BytesIO(column.content)) as opened:
            parts = {name: opened.read(name) for name in opened.namelist()}
        self.styles_part = parts["word/styles.xml"]
        self.theme_part = parts.get("word/theme/theme1.xml")
        self.styles = Styles(parsed(self.styles_part))
        body = parsed(parts["word/document.xml"]).find(f"{W}body")
        assert body is not None
        self.elements = list(_paragraphs_and_tables(body))
        self.labels = self._labels(body, parts.get("word/numbering.xml"))

    def _labels(self, body: etree._Element, part: bytes | None) -> Mapping[etree._Element, str]:
        """Return the number before each paragraph that has one, counted from the beginning of the document."""
        numbering = Numbering(None if part is None else parsed(part), self.styles.number_of)
        return {
            paragraph: numbering.next_label(paragraph, _style_of(paragraph))
            for paragraph in body.iter(f"{W}p")
            if _says(paragraph)
        }

    def breaks_page(self, paragraph: etree._Element) -> bool:
        """The paragraph begins a page, as the heading of an annex does."""
        value = self.styles.inherited_element(_style_of(paragraph), f"{W}pPr/{W}pageBreakBefore")
        return value is not None and value.get(f"{W}val", "1") not in ("0", "false")


def _paragraphs_and_tables(root: etree._Element) -> Iterator[etree._Element]:
    for child in root:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag == f"{W}sdt":  # a content control is only a frame around paragraphs
            yield from _paragraphs_and_tables(child.find(f"{W}sdtContent"))


def _style_of(element: etree._Element) -> str:
    found = element.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else found.get(f"{W}val", "")


def _says(element: etree._Element) -> str:
    """Return the text of a paragraph, or of the paragraphs of a cell, for comparing."""
    paragraphs = ("".join(text.text or "" for text in each.iter(f"{W}t")) for each in element.iter(f"{W}p"))
    return normalised(" ".join(paragraphs))


# Pairing ------------------------------------------------------------------------------------------------------


def _body(left: _Text, right: _Text) -> Iterator[etree._Element]:
    """Yield the tables of the copy, each after a gap, for Word would join two that touch."""
    for number, (new_page, table) in enumerate(_tables(left, right)):
        if number:
            yield pieces.gap(new_page=new_page)
        yield table
    yield pieces.gap()


def _tables(left: _Text, right: _Text) -> Iterator[tuple[bool, etree._Element]]:
    """Yield tables of two columns, broken by those that stand across the page; true before one that begins a page."""
    languages = (left.language, right.language)
    rows: list[etree._Element] = []
    new_page = False
    for one, other in _pairs(left, right):
        across, breaks = one.tag == f"{W}tbl", left.breaks_page(one)
        if rows and (across or breaks):
            yield new_page, pieces.two_columns(rows, languages)
            rows, new_page = [], False
        new_page = new_page or breaks
        if across:
            yield new_page, _table(one, other, languages)
            new_page = False
        elif _says(one):
            rows.append(_row(one, other, left, right))
    if rows:
        yield new_page, pieces.two_columns(rows, languages)


def _pairs(left: _Text, right: _Text) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Yield what belongs together. Raises `TemplateError` at the first paragraph that has no like."""
    for one, other in zip(left.elements, right.elements, strict=False):
        if (one.tag, _shape(one)) != (other.tag, _shape(other)):
            raise _not_parallel(left, right, f"«{_says(one)[:60]}» stands beside «{_says(other)[:60]}»")
        yield one, other
    if len(left.elements) != len(right.elements):
        raise _not_parallel(left, right, "one has more paragraphs than the other")


def _shape(element: etree._Element) -> object:
    """Return what a paragraph or table must have in common with its translation."""
    if element.tag == f"{W}p":
        return _style_of(element)
    return [len(row.findall(f"{W}tc")) for row in element.findall(f"{W}tr")]


def _not_parallel(left: _Text, right: _Text, where: str) -> TemplateError:
    return TemplateError(
        f"The templates in «{left.language}» and «{right.language}» do not say the same paragraph by paragraph: "
        f"{where}. Mend the translation in Word; no bilingual copy can be made until then."
    )


# The two columns ----------------------------------------------------------------------------------------------


def _row(one: etree._Element, other: etree._Element, left: _Text, right: _Text) -> etree._Element:
    cells = [_in_column(one, left), _in_column(other, right)]
    note = pieces.note_on_language((_says(one), _says(other)), (left.language, right.language))
    longest = max(len(_says(one)), len(_says(other)))
    return pieces.row(cells[0], [*cells[1], *note], together=longest < UNSPLIT)


def _in_column(paragraph: etree._Element, text: _Text) -> list[etree._Element]:
    """Return the paragraph with its number as text, since one list cannot count two languages."""
    style, label = _style_of(paragraph), text.labels.get(paragraph, "")
    runs = _runs(paragraph, text.language)
    if not label:
        return [w("p", _properties(paragraph), *runs)]
    if text.styles.opens_clause(style) or text.styles.lists_contents(style):
        return [w("p", _properties(paragraph), pieces.run(f"{label} ", text.language), *runs)]
    level = int(text.styles.number_of(style)[1] or 0)
    hanging = pieces.hanging(level)
    return [w("p", _properties(paragraph, hanging), pieces.run(label, text.language), w("r", w("tab")), *runs)]


_KEPT_OF_PARAGRAPH = ("pStyle", "keepNext", "keepLines", "spacing", "jc")  # in the order the schema asks for


def _properties(paragraph: etree._Element, indent: etree._Element | None = None) -> etree._Element:
    found = paragraph.find(f"{W}pPr")
    kept = [] if found is None else [deepcopy(part) for part in found if _local(part) in _KEPT_OF_PARAGRAPH]
    if indent is not None:
        place = next((n for n, part in enumerate(kept) if _local(part) == "jc"), len(kept))
        kept.insert(place, indent)
    return w("pPr", *kept)


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


_KEPT_OF_RUN = {f"{W}{name}" for name in ("t", "tab", "br", "cr", "noBreakHyphen", "softHyphen", "sym")}
_LEFT_OUT = {f"{W}{name}" for name in ("lang", "rPrChange", "ins", "del", "eastAsianLayout", "specVanish", "oMath")}


def _runs(paragraph: etree._Element, language: Language, *, italic: bool = False) -> Iterator[etree._Element]:
    """Yield the text of the paragraph as it is formatted, marked as being in `language`."""
    for source in paragraph.iter(f"{W}r"):
        kept = [deepcopy(part) for part in source if part.tag in _KEPT_OF_RUN and part.get(f"{W}type") != "page"]
        if kept:
            found = source.find(f"{W}rPr")
            formats = [] if found is None else [deepcopy(part) for part in found if part.tag not in _LEFT_OUT]
            yield pieces.marked(kept, formats, language, italic=italic)


# Tables across the page ---------------------------------------------------------------------------------------


def _table(one: etree._Element, other: etree._Element, languages: Languages) -> etree._Element:
    """Return the table with both languages in each cell; what is the same in both stands once."""
    rows = zip(one.findall(f"{W}tr"), other.findall(f"{W}tr"), strict=True)
    return w(
        "tbl",
        *_copied(one, "tblPr", "tblGrid"),
        *(
            w(
                "tr",
                *_copied(left, "trPr"),
                *(
                    _cell(*cells, languages)
                    for cells in zip(left.findall(f"{W}tc"), right.findall(f"{W}tc"), strict=True)
                ),
            )
            for left, right in rows
        ),
    )


def _copied(element: etree._Element, *names: str) -> list[etree._Element]:
    return [deepcopy(part) for part in element if _local(part) in names]


def _cell(one: etree._Element, other: etree._Element, languages: Languages) -> etree._Element:
    properties = _copied(one, "tcPr")
    for border in (border for part in properties for border in part.findall(f"{W}tcBorders")):
        border.getparent().remove(border)  # the line to sign on: nobody signs a copy
    paragraphs = [w("p", _properties(p), *_runs(p, languages[0])) for p in one.findall(f"{W}p")]
    if _says(one) != _says(other):
        translated = (p for p in other.findall(f"{W}p") if _says(p))
        paragraphs += [w("p", _properties(p), *_runs(p, languages[1], italic=True)) for p in translated]
    return w("tc", *properties, *paragraphs)


# The proof ----------------------------------------------------------------------------------------------------


def _prove(content: bytes, columns: Iterable[Column]) -> None:
    """Read the copy again and find in it every paragraph of both texts, with its number, and every cell."""
    copy = normalised("\n".join(block.text for block in read_word(content).blocks))
    faults = [
        Fault(column.language, f"«{said[:120]}» is not in the copy")
        for column in columns
        for block in read_word(column.content).blocks
        if block.place in ("body", "note")
        for said in (block.text.split(" | ") if block.is_row else [f"{block.label} {block.text}"])
        if normalised(said) not in copy
    ]
    if faults:
        raise ProofFailed("The bilingual copy did not pass its proof.", faults)
