"""The pieces a bilingual copy is put together from: notices, runs marked with their language, rows of two columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from approvals.documents.copy_words import (
    AUTHENTIC,
    NOTE_ON_LANGUAGE,
    NOTICE,
    OWN_NAME,
    TAGS,
    TRANSLATION,
    CopyOf,
    Languages,
    each_names_its_own,
    sentence,
)  # fmt: skip
from approvals.documents.read import W
from approvals.documents.words import Language

NS = W.strip("{}")
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 11906, 16838, 1134  #: A4, in twentieths of a point
COLUMN = (PAGE_WIDTH - 2 * MARGIN) // 2


def w(tag: str, *children: etree._Element, **attributes: str | int) -> etree._Element:
    """Return an element of WordprocessingML with attributes of the same namespace."""
    element = etree.Element(f"{W}{tag}", {f"{W}{name}": str(value) for name, value in attributes.items()}, {"w": NS})
    element.extend(children)
    return element


def paragraph(style: str, *runs: etree._Element) -> etree._Element:
    """Return a paragraph in a style of the copy."""
    return w("p", w("pPr", w("pStyle", val=style)), *runs)


def run(text: str, language: Language) -> etree._Element:
    """Return `text` marked as being in `language`."""
    element = w("t")
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return marked([element], [], language)


def marked(
    content: Iterable[etree._Element], formats: Sequence[etree._Element], language: Language, *, italic: bool = False
) -> etree._Element:
    """Return a run with `formats`, marked as being in `language`, so that Word checks and reads it aloud rightly."""
    names = {part.tag for part in formats}
    first = [part for part in formats if part.tag in _BEFORE_ITALIC]
    slanted = [w("i"), w("iCs")] if italic and not names & {f"{W}i", f"{W}iCs"} else []
    rest = [part for part in formats if part.tag not in _BEFORE_ITALIC]
    return w("r", w("rPr", *first, *slanted, *rest, w("lang", val=TAGS[language])), *content)


_BEFORE_ITALIC = {f"{W}{name}" for name in ("rStyle", "rFonts", "b", "bCs")}  # the schema asks for this order


def hanging(level: int) -> etree._Element:
    """Return the indent of a numbered paragraph: clauses at the edge, what they list further in."""
    return w("ind", left=600, hanging=600) if level < 2 else w("ind", left=600 + 440 * (level - 1), hanging=440)


def gap(*, new_page: bool = False) -> etree._Element:
    """Return the small space between two tables, which Word would join without it."""
    turned = [w("pageBreakBefore")] if new_page else []
    return w("p", w("pPr", w("pStyle", val="CopyGap"), *turned))


def row(
    left: Iterable[etree._Element], right: Iterable[etree._Element], *, together: bool, header: bool = False
) -> etree._Element:
    """Return a row of the two columns, kept on one page if `together`, repeated on every page if `header`."""
    settings = [w("cantSplit")] if together else []
    settings += [w("tblHeader")] if header else []
    cells = (w("tc", w("tcPr", w("tcW", w=COLUMN, type="dxa")), *side) for side in (left, right))
    return w("tr", *([w("trPr", *settings)] if settings else []), *cells)


def two_columns(rows: Iterable[etree._Element], languages: Languages) -> etree._Element:
    """Return a table of two columns under the names of the languages."""
    heads = (
        f"{OWN_NAME[language]} – {words[language]}"
        for language, words in zip(languages, (AUTHENTIC, TRANSLATION), strict=True)
    )
    named = [[paragraph("CopyHead", run(head, language))] for head, language in zip(heads, languages, strict=True)]
    return w(
        "tbl",
        w(
            "tblPr",
            w("tblStyle", val="CopyTable"),
            w("tblW", w=2 * COLUMN, type="dxa"),
            w("tblLayout", type="fixed"),
            w("tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1),
        ),
        w("tblGrid", w("gridCol", w=COLUMN), w("gridCol", w=COLUMN)),
        row(*named, together=True, header=True),
        *rows,
    )


def notice(of: CopyOf, languages: Languages) -> Iterator[etree._Element]:
    """Yield what stands at the head of the copy: that it is one, in both languages, and of which file."""
    for reader in languages:
        yield paragraph("CopyNotice", run(sentence(NOTICE, reader, languages), reader))
    digest = f"{of.reference}, v{of.version}, {languages[0]}: SHA-256 {of.sha256}"
    yield paragraph("CopyNotice", run(digest, languages[0]))
    yield gap()


def note_on_language(texts: tuple[str, str], languages: Languages) -> Iterator[etree._Element]:
    """Yield a note where each text names its own language as the agreement's: only the authentic one is right."""
    if each_names_its_own(texts, languages):
        yield paragraph("CopyNote", run(sentence(NOTE_ON_LANGUAGE, languages[1], languages), languages[1]))
