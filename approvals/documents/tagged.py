"""The parts of a Word file in which tags are filled, each as the text that Jinja reads.

Word may split a tag over several runs and spell its quotes as it likes; docxtpl's `patch_xml` mends that. Both the
check of a template and its filling ask here, so that neither knows a part the other does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docx.opc.constants import CONTENT_TYPE
from docx.opc.part import Part
from docxtpl import DocxTemplate


@dataclass(frozen=True, kw_only=True)
class TaggedPart:
    """A part of a Word file in which tags are filled."""

    name: str  #: in the package, such as word/header1.xml
    place: Literal["body", "header", "footer", "note"]
    text: str  #: XML with Jinja tags; of the body, `w:body` alone


def tagged_parts(word: DocxTemplate) -> Iterator[TaggedPart]:
    """Yield the body, the headers, the footers and the footnotes of `word`, which must be open (`init_docx`)."""
    document = word.docx.part
    yield TaggedPart(name=_name(document), place="body", text=word.patch_xml(word.get_xml()))
    for _, part in word.get_headers_footers(word.HEADER_URI):
        yield TaggedPart(name=_name(part), place="header", text=word.patch_xml(word.get_part_xml(part)))
    for _, part in word.get_headers_footers(word.FOOTER_URI):
        yield TaggedPart(name=_name(part), place="footer", text=word.patch_xml(word.get_part_xml(part)))
    for part in document.package.iter_parts():
        if part.content_type == CONTENT_TYPE.WML_FOOTNOTES:
            yield TaggedPart(name=_name(part), place="note", text=word.patch_xml(part.blob.decode()))


def _name(part: Part) -> str:
    name: str = part.partname.membername
    return name
