"""The engine: a template is opened and compiled once, and each agreement costs little more than its own text.

docxtpl opens, patches and compiles a template anew for every document, which is four fifths of its time. Here that
happens once, with docxtpl's own functions, and what is kept is only read afterwards: threads may share it. The parts
that come out are docxtpl's byte for byte, but for the differences told in `docs/agreements.md` under “The engine”.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jinja2
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docxtpl import DocxTemplate
from lxml import etree

from approvals.documents.package import PackedPart, package_of, packed
from approvals.documents.read import W
from approvals.documents.tagged import TaggedPart, tagged_parts
from approvals.documents.tags import ENVIRONMENT
from approvals.errors import TemplateError

_CORE, _CUSTOM = "docProps/core.xml", "docProps/custom.xml"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_FIRST_DRAWING = 1001  #: as docxtpl numbers them
_DOCXTPL = DocxTemplate(io.BytesIO())  #: never opened; only functions of it that keep nothing are called


@dataclass(frozen=True, kw_only=True)
class CompiledTemplate:
    """A Word file with tags, ready to be filled any number of times, by several threads at once."""

    core_properties: bytes  #: as the template has them
    _kept: Mapping[str, PackedPart]  #: every part, in the order of the file; those with tags are still unfilled
    _fillers: Sequence[_Filler]

    def document(self, data: Mapping[str, Any], *, core_properties: bytes, custom_properties: bytes) -> bytes:
        """Return the Word file filled with `data` and holding these properties; the same input gives the same bytes.

        Raises `jinja2.TemplateError` if a tag cannot be filled, `TemplateError` if one prints anything but text or if
        what comes out is broken.
        """
        fresh = {filler.name: filler.fill(data) for filler in self._fillers}
        fresh |= {_CORE: core_properties, _CUSTOM: custom_properties}
        return package_of(packed(name, fresh[name]) if name in fresh else part for name, part in self._kept.items())


@lru_cache(maxsize=64)
def compiled(content: bytes) -> CompiledTemplate:
    """Return the template in `content`, compiled; the 64 used last are kept, so that each is compiled once.

    Raises `jinja2.TemplateError` if a tag cannot be read.
    """
    word = DocxTemplate(io.BytesIO(content))
    word.init_docx()
    _make_room_for_properties(word.docx.part.package)
    fillers = [_filler(part, word.docx.element) for part in tagged_parts(word)]
    saved = io.BytesIO()
    word.docx.save(saved)
    with zipfile.ZipFile(saved) as package:
        kept = {name: packed(name, package.read(name)) for name in package.namelist()}
        return CompiledTemplate(core_properties=package.read(_CORE), _kept=kept, _fillers=fillers)


def _make_room_for_properties(package: Any) -> None:
    """Have the package hold a part for core and one for custom properties, under the names Word gives them."""
    package.core_properties  # noqa: B018  # python-docx adds the part, if there is none, when asked for it
    package.part_related_by(RELATIONSHIP_TYPE.CORE_PROPERTIES).partname = PackURI(f"/{_CORE}")
    try:
        package.part_related_by(RELATIONSHIP_TYPE.CUSTOM_PROPERTIES).partname = PackURI(f"/{_CUSTOM}")
    except KeyError:
        part = Part(PackURI(f"/{_CUSTOM}"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, b"", package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


@dataclass(frozen=True, kw_only=True)
class _Filler:
    """How one part with tags is filled."""

    name: str
    place: str
    text: jinja2.Template
    written: Callable[[str], bytes]  #: from what Jinja gives to what stands in the file

    def fill(self, data: Mapping[str, Any]) -> bytes:
        try:
            return self.written(_with_breaks(self.text.render(data)))
        except etree.XMLSyntaxError as exc:
            # docxtpl parses in a forgiving way here, which loses text without a word.
            raise TemplateError(f"it gives broken text in its {self.place} ({exc.msg}); check its tags") from exc


def _filler(part: TaggedPart, document: etree._Element) -> _Filler:
    text = _in_document(part.text, document) if part.place == "body" else part.text
    return _Filler(name=part.name, place=part.place, text=ENVIRONMENT.from_string(text), written=_WRITTEN[part.place])


def _in_document(body: str, document: etree._Element) -> str:
    """Return the text of `body` in the frame of its document, which declares the namespaces for both."""
    frame = etree.fromstring(etree.tostring(document))
    frame.find(f"{W}body").clear()
    text: str = etree.tostring(frame, encoding="unicode")
    return text.replace("<w:body/>", re.sub("<w:body[^>]*>", "<w:body>", body, count=1))


def _written_body(text: str) -> bytes:
    document = _parsed(text, ns_clean=True)
    if not all(_grid_fits(table) for table in document.iter(f"{W}tbl")):
        document = _DOCXTPL.fix_tables(etree.tostring(document, encoding="unicode"))
    for number, drawing in enumerate(document.iter(_DRAWING), _FIRST_DRAWING):
        drawing.set("id", str(number))
    return _serialised(document)


def _written_margin(text: str) -> bytes:
    return _serialised(_parsed(text, remove_blank_text=True))


def _written_notes(text: str) -> bytes:
    _parsed(text)
    return text.encode()


_WRITTEN: Mapping[str, Callable[[str], bytes]] = {
    "body": _written_body,
    "header": _written_margin,
    "footer": _written_margin,
    "note": _written_notes,
}


def _parsed(text: str, **options: bool) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, collect_ids=False, **options)
    return etree.fromstring(text.encode(), parser)


def _serialised(root: etree._Element) -> bytes:
    content: bytes = etree.tostring(root, encoding="UTF-8", standalone=True)
    return content


def _grid_fits(table: etree._Element) -> bool:
    """The table has no row with more cells than its grid has columns, and one that spans them all."""
    grid = table.find(f"{W}tblGrid")
    if grid is None:
        raise TemplateError("it has a table that does not say how many columns it has; save it again in Word")
    columns, rows = len(grid), list(table.iter(f"{W}tr"))
    # A row holds little besides its cells, and to count all it holds is far quicker than to find the cells.
    is_beyond = any(len(row) > columns and len(row.findall(f"{W}tc")) > columns for row in rows)
    return not is_beyond and any(_columns_of(row) >= columns for row in rows)


def _columns_of(row: etree._Element) -> int:
    spans = row.iterfind(f"{W}tc/{W}tcPr/{W}gridSpan")
    return len(row.findall(f"{W}tc")) + sum(int(span.get(f"{W}val")) - 1 for span in spans)


_PARAGRAPH_END = "</w:p>"


def _with_breaks(text: str) -> str:
    """Return `text` with the line ends and tabs of values as Word writes them: docxtpl's `resolve_listing`.

    Its patterns never look beyond the end of a paragraph, so it is given only the paragraphs that hold any.
    """
    if not _holds_breaks(text):
        return text
    *paragraphs, rest = text.split(_PARAGRAPH_END)
    whole = (paragraph + _PARAGRAPH_END for paragraph in paragraphs)
    resolved = (_DOCXTPL.resolve_listing(part) if _holds_breaks(part) else part for part in whole)
    return "".join([*resolved, rest])


def _holds_breaks(text: str) -> bool:
    return "\n" in text or "\t" in text
