"""Tracked changes taken back or taken over: what a Word file says with all of them accepted, or all rejected.

Our own reading of the marks, so that a redline made by a program of others can be tried before a lawyer relies on it.
Only text is put in order; tracked formatting stays as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from approvals.documents.read import WordText, read_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CAME = (f"{W}ins", f"{W}moveTo")
_WENT = (f"{W}del", f"{W}moveFrom")
_CELL_CAME, _CELL_WENT = f"{W}cellIns", f"{W}cellDel"
_DELETED_TEXT = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}


def accepted(content: bytes) -> bytes:
    """Return the Word file as it is once every tracked change in it is accepted."""
    return _resolved(content, gone=(*_WENT, _CELL_WENT), stays=_CAME)


def rejected(content: bytes) -> bytes:
    """Return the Word file as it is once every tracked change in it is rejected."""
    return _resolved(content, gone=(*_CAME, _CELL_CAME), stays=_WENT)


def read_as_accepted(content: bytes) -> WordText:
    """Return the text of the Word file as it is once every tracked change in it is accepted."""
    text = read_word(content)
    # Words that came and went are read right as they stand; paragraphs that were joined, and rows, are not.
    return replace(read_word(accepted(content)), has_tracked_changes=True) if text.has_tracked_changes else text


def _resolved(content: bytes, *, gone: tuple[str, ...], stays: tuple[str, ...]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as package,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for name in package.namelist():
            part = package.read(name)
            if re.fullmatch(r"word/[^/]+\.xml", name):
                root = etree.fromstring(part, _strict())
                _resolve(root, gone, stays)
                part = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            written.writestr(name, part)
    return target.getvalue()


def _strict() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _resolve(root: etree._Element, gone: tuple[str, ...], stays: tuple[str, ...]) -> None:
    for row in [tr for tr in root.iter(f"{W}tr") if _is_marked(tr, f"{W}trPr", gone)]:
        _remove(row)
    for cell in [tc for tc in root.iter(f"{W}tc") if _is_marked(tc, f"{W}tcPr", gone)]:
        _remove(cell)
    unended = [p for p in root.iter(f"{W}p") if _is_marked(p, f"{W}pPr/{W}rPr", gone)]
    for element in [element for element in root.iter(*gone) if not _is_mark(element)]:
        _remove(element)
    for element in [element for element in root.iter(*stays) if not _is_mark(element)]:
        _unwrap(element)
    for paragraph in unended:
        _join_to_the_next(paragraph)
    for element in root.iter(*_DELETED_TEXT):
        element.tag = _DELETED_TEXT[element.tag]


def _is_marked(element: etree._Element, properties: str, gone: tuple[str, ...]) -> bool:
    """The end of the paragraph, the row or the cell itself came or went, as its properties say."""
    found = element.find(properties)
    return found is not None and any(child.tag in gone for child in found)


def _is_mark(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in (f"{W}rPr", f"{W}trPr", f"{W}tcPr")


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    parent[place : place + 1] = list(element)


def _join_to_the_next(paragraph: etree._Element) -> None:
    """Let what is left of a paragraph without an end run on into the next one; without a next one it stays."""
    following = next(_siblings_after(paragraph), None)
    if following is not None and following.tag == f"{W}p":
        first = 1 if following.find(f"{W}pPr") is not None else 0
        following[first:first] = [child for child in paragraph if child.tag != f"{W}pPr"]
        _remove(paragraph)


def _siblings_after(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables after `element`; bookmarks and the like stand between them."""
    yield from (other for other in element.itersiblings() if other.tag in (f"{W}p", f"{W}tbl", f"{W}sectPr"))
