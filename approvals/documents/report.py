"""Reports as Word documents in the look of our agreements: paragraphs, tables of figures, and bars beside them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

NAVY, GREY = RGBColor(0x1F, 0x38, 0x64), RGBColor(0x59, 0x59, 0x59)
HEAD, RULE = "D9E2F3", "D9DFE8"
FONT = "Calibri"
BAR = "█"
LONGEST_BAR = 16


@dataclass(frozen=True)
class Grid:
    """A table: the first column is words, the others are numbers as people read them.

    `bars` are as long as their values are great, and stand in a column of their own; empty: none.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A heading, what there is to say, and the tables that show it."""

    heading: str
    sentences: tuple[str, ...]
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report with its title page lines and its chapters."""

    organisation: str
    title: str
    subtitle: str
    made_at: datetime
    basis: str
    """What was counted, and up to when."""
    chapters: tuple[Chapter, ...]


def report_document(report: Report) -> bytes:
    """Return the report as a Word file."""
    document = docx.Document()
    _without_a_second_set_of_styles(document)
    _dress(document)
    _margins(document, report)
    document.add_paragraph(report.organisation, style="Subtitle")
    document.add_paragraph(report.title, style="Title")
    document.add_paragraph(report.subtitle, style="Subtitle")
    _small(document, report.basis)
    for chapter in report.chapters:
        document.add_heading(chapter.heading, level=1)
        for sentence in chapter.sentences:
            document.add_paragraph(sentence)
        for grid in chapter.grids:
            _grid(document, grid)
    properties = document.core_properties
    properties.title, properties.author = f"{report.title}, {report.subtitle}", report.organisation
    properties.comments = ""
    properties.created = properties.modified = report.made_at.replace(tzinfo=None)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _without_a_second_set_of_styles(document: Document) -> None:
    """Take out the copy of the styles that the library's empty document keeps for Word 2007: ours would differ."""
    for number, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            document.part.drop_rel(number)


def _dress(document: Document) -> None:
    """Give the styles the look of our agreements."""
    for name, size, colour, bold in (
        ("Normal", 10, None, None),
        ("Title", 24, NAVY, True),
        ("Subtitle", 13, GREY, False),
        ("Heading 1", 14, NAVY, True),
        ("Heading 2", 11, NAVY, True),
    ):
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        if colour is not None:
            style.font.color.rgb = colour
    title: Any = document.styles["Title"]
    for border in title.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    title.paragraph_format.space_after = Pt(4)


def _margins(document: Document, report: Report) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2)
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    _coloured(header.add_run(f"{report.organisation} – {report.title}, {report.subtitle}"))
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = _coloured(footer.add_run("Page "))
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind is not None:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = words
        run._r.append(mark)


def _coloured(run: Any) -> Any:
    run.font.size, run.font.color.rgb = Pt(8.5), GREY
    return run


def _small(document: Document, words: str) -> None:
    if words:
        _coloured(document.add_paragraph().add_run(words))


def _grid(document: Document, grid: Grid) -> None:
    document.add_heading(grid.title, level=2)
    if not grid.rows:
        _small(document, "Nothing to show.")
        return
    columns = [*grid.columns, *([""] if grid.bars else [])]
    table: Any = document.add_table(rows=1, cols=len(columns))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _edges(table)
    for place, name in enumerate(columns):
        _fill(table.rows[0].cells[place], name, head=True, right=0 < place < len(grid.columns))
    _repeat(table.rows[0])
    longest = max(grid.bars, default=0.0)
    for number, row in enumerate(grid.rows):
        cells = table.add_row().cells
        for place, words in enumerate(row):
            _fill(cells[place], words, right=place > 0)
        if grid.bars:
            length = round(grid.bars[number] / longest * LONGEST_BAR) if longest else 0
            _fill(cells[-1], BAR * length, bar=True)
    _widths(table, len(columns), bars=bool(grid.bars))
    _small(document, grid.note)


def _fill(cell: Any, words: str, *, head: bool = False, right: bool = False, bar: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    paragraph.paragraph_format.keep_with_next = head
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(words)
    run.font.size, run.font.bold = Pt(5 if bar else 8 if head else 9), head
    if bar or head:
        run.font.color.rgb = NAVY
    if head:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", HEAD)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)


def _edges(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", RULE)):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "55")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    # The schema wants them before these.
    after = next(
        (one for name in ("w:tblLayout", "w:tblLook") if (one := properties.find(qn(name))) is not None), None
    )
    properties.append(borders) if after is None else after.addprevious(borders)
    look = properties.find(qn("w:tblLook"))
    properties.append(margins) if look is None else look.addprevious(margins)


def _repeat(row: Any) -> None:
    """Let Word print the head of the table again on each page, and keep rows whole."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader"):
        properties.append(OxmlElement(name))


def _widths(table: Any, columns: int, *, bars: bool) -> None:
    """Give the first column a quarter of the page, the bars a sixth, and the numbers the rest."""
    table.autofit = False
    whole, first, last = 17.0, 4.4, 2.8 if bars else 0.0
    each = (whole - first - last) / max(columns - 1 - bars, 1)
    widths: Sequence[float] = [first, *[each] * (columns - 1 - bars), *([last] if bars else [])]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
