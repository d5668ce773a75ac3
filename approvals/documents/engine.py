"""The engine: a template is opened and compiled once, and each agreement costs little more than its own text.

docxtpl opens, patches and compiles a template anew for every document, which is four fifths of its time. Here that
happens once, with docxtpl's own functions, and what is kept is only read afterwards: threads may share it. The parts
that come out are docxtpl's byte for byte, but for the differences told in `docs/agreements.md` under “The engine”.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jinja2
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docxtpl import DocxTemplate
from lxml import etree

from approvals.documents.package import PackedPart, package_of, packed
from approvals.documents.tagged import TaggedPart, tagged_parts
from approvals.documents.template import ENVIRONMENT, W
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
    written: Callable[[str], bytes]
    match part.place:
        case "body":
            written = partial(_written_body, frame=_frame_of(document))
        case "header" | "footer":
            written = _written_margin
        case "note":
            written = _written_notes
    return _Filler(name=part.name, place=part.place, text=ENVIRONMENT.from_string(part.text), written=written)


def _frame_of(document: etree._Element) -> bytes:
    """Return `document` with an empty body."""
    frame = etree.fromstring(etree.tostring(document))
    frame.find(f"{W}body").clear()
    return _serialised(frame)


def _written_body(text: str, *, frame: bytes) -> bytes:
    body = _parsed(text)
    if not all(_grid_fits(table) for table in body.iter(f"{W}tbl")):
        body = _DOCXTPL.fix_tables(text)
    for number, drawing in enumerate(body.iter(_DRAWING), _FIRST_DRAWING):
        drawing.set("id", str(number))
    document = etree.fromstring(frame)
    document.replace(document.find(f"{W}body"), body)
    return _serialised(document)


def _written_margin(text: str) -> bytes:
    return _serialised(_parsed(text, remove_blank_text=True))


def _written_notes(text: str) -> bytes:
    _parsed(text)
    return text.encode()


def _parsed(text: str, *, remove_blank_text: bool = False) -> etree._Element:
    parser = etree.XMLParser(
        remove_blank_text=remove_blank_text, resolve_entities=False, no_network=True, load_dtd=False
    )
    return etree.fromstring(text.encode(), parser)


def _serialised(root: etree._Element) -> bytes:
    content: bytes = etree.tostring(root, encoding="UTF-8", standalone=True)
    return content


def _grid_fits(table: etree._Element) -> bool:
    """The table has no row with more cells than its grid has columns, and one that spans them all."""
    grid = table.find(f"{W}tblGrid")
    if grid is None:
        raise TemplateError("it has a table that does not say how many columns it has; save it again in Word")
    return bool(_rows_fit(table, columns=len(grid)))


_rows_fit = etree.XPath(
    "not(.//w:tr[count(w:tc) > $columns]) and .//w:tr[count(w:tc) + sum(w:tc/w:tcPr/w:gridSpan/@w:val)"
    " - count(w:tc/w:tcPr/w:gridSpan) >= $columns]",
    namespaces={"w": W[1:-1]},
)

_PARAGRAPH_END = "</w:p>"


def _with_breaks(text: str) -> str:
    """Return `text` with the line ends and tabs of values as Word writes them: docxtpl's `resolve_listing`.

    Its patterns never look beyond the end of a paragraph, so it is given only the paragraphs that hold any.
    """
    *paragraphs, rest = text.split(_PARAGRAPH_END)
    resolved = [
        _DOCXTPL.resolve_listing(paragraph + _PARAGRAPH_END)
        if "\n" in paragraph or "\t" in paragraph
        else paragraph + _PARAGRAPH_END
        for paragraph in paragraphs
    ]
    return "".join([*resolved, rest])
