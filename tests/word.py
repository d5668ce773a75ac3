"""The reader of produced Word files: every document our tests make is read again as Word text.

Independent of `approvals.documents.read`, so that a mistake there is not made twice.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
from openxml_audit import OpenXmlValidator

LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\[insert|\bTBD\b|\bXXX\b")


def text_of(content: bytes) -> str:
    """Return the body of the document as python-docx reads it: paragraphs, then cells of tables, a line each."""
    document = docx.Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def header_and_footer_of(content: bytes) -> str:
    """Return the text of all headers and footers."""
    document = docx.Document(io.BytesIO(content))
    parts = [part for section in document.sections for part in (section.header, section.footer)]
    return "\n".join(paragraph.text for part in parts for paragraph in part.paragraphs)


def styles_of(content: bytes) -> set[str]:
    """Return the names of the paragraph and table styles in use."""
    document = docx.Document(io.BytesIO(content))
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    return {str(name) for name in used | {table.style.name for table in document.tables if table.style}}


def headings_of(content: bytes) -> list[str]:
    """Return the headings of articles and annexes, in order, without their numbers."""
    document = docx.Document(io.BytesIO(content))
    return [p.text for p in document.paragraphs if p.style and p.style.name in ("Heading 1", "Annex Heading")]


def schema_faults(content: bytes, folder: Path) -> list[str]:
    """Return what an Open XML validator holds against the document."""
    path = folder / "document.docx"
    path.write_bytes(content)
    return [f"{error.part_uri}: {error.description}" for error in OpenXmlValidator().validate(path).errors]


def changed(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return the document with the text of one part changed, as somebody with a text editor would."""
    parts = parts_of(content)
    before = parts[part].decode()
    after = change(before)
    assert after != before, f"nothing was changed in {part}"
    return zipped({**parts, part: after.encode()})


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def with_footnote(content: bytes, text: str, *, sections: int = 1) -> bytes:
    """Return the document with a footnote that says `text`, in a body of so many sections."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    notes = f'<w:footnotes {namespace}><w:footnote w:id="2">{paragraph}</w:footnote></w:footnotes>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    breaks = "<w:p><w:pPr><w:sectPr/></w:pPr></w:p>" * (sections - 1)
    reference = f'<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>{breaks}<w:sectPr'
    additions = {
        "word/document.xml": ("<w:sectPr", reference),
        "[Content_Types].xml": (
            "</Types>",
            f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>',
        ),
        "word/_rels/document.xml.rels": (
            "</Relationships>",
            f'<Relationship Id="rIdNotes" Type="{relation}" Target="footnotes.xml"/></Relationships>',
        ),
    }
    for part, (old, new) in additions.items():
        content = changed(content, part, lambda xml, old=old, new=new: xml.replace(old, new, 1))  # type: ignore[misc]
    return zipped({**parts_of(content), "word/footnotes.xml": notes.encode()})
