"""Whether Word would open a document as it is, or offer to repair it.

The schema is asked by openxml-audit, a port of Microsoft's own checks. It lets two things pass that Word does not:
text in a tracked deletion that is not marked as deleted, and a table without rows.
"""

from __future__ import annotations

import io
import re
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from lxml import etree

from approvals.documents.fill import normalised
from approvals.documents.read import W, parsed
from approvals.errors import Fault

_PARTS = {
    r"word/document\.xml": "the text",
    r"word/header\d*\.xml": "the header",
    r"word/footer\d*\.xml": "the footer",
    r"word/footnotes\.xml": "the footnotes",
    r"word/endnotes\.xml": "the endnotes",
    r"word/comments\.xml": "the comments",
    r"word/styles\.xml": "the styles",
    r"word/numbering\.xml": "the numbering",
    r"docProps/.*": "the properties of the file",
}
_REPAIR = "is built in a way that Word would offer to repair"
_MOST = 50  #: faults told; a broken row in a loop breaks every row
_one_at_a_time = threading.Lock()  # The validator is plain Python and keeps notes: nothing is lost by taking turns.


def faults_for_word(content: bytes, *, template: bytes | None = None) -> list[Fault]:
    """Return what would make Word offer to repair the document, each with its part and place in words.

    `content` must have passed the gate. Empty if the document is sound; at most the first 50. What the validator
    holds against the same part of `template` is left out: the legal office saved that file and saw it open, and the
    validator is wrong at times (about every table that LibreOffice saved, for instance).
    """
    roots = _roots(content)
    known = _complaints_about(template) if template else frozenset()
    against_the_schema = (
        Fault(_place(name, _element_at(roots.get(name), path)), f"{_REPAIR} ({complaint})")
        for name, path, complaint in _complaints(content)
        if (name, complaint) not in known
    )
    return list(dict.fromkeys([*_against_word(roots), *against_the_schema]))[:_MOST]


def _roots(content: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: parsed(package.read(name)) for name in package.namelist() if name.endswith(".xml")}


@lru_cache(maxsize=64)
def _complaints_about(template: bytes) -> frozenset[tuple[str, str]]:
    return frozenset((name, complaint) for name, _, complaint in _complaints(template))


def _complaints(content: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield the part, the path in it and the words of everything the validator holds against the document."""
    with tempfile.NamedTemporaryFile(suffix=".docx") as file, _one_at_a_time:
        file.write(content)
        file.flush()
        found = _validator().validate(file.name).errors
    for error in found:
        yield error.part_uri.lstrip("/"), error.path, error.description.rstrip(".")


@cache
def _validator() -> Any:
    # Imported when first asked for: that and its tables take half a second, which no command should wait for in vain.
    from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]  # it carries no types

    return OpenXmlValidator(max_errors=0)


def _against_word(roots: Mapping[str, etree._Element]) -> Iterator[Fault]:
    for name, root in roots.items():
        for deletion in root.iter(f"{W}del"):
            if next(deletion.iter(f"{W}t"), None) is not None:
                yield Fault(_place(name, deletion), "deletes text that is not marked as deleted text")
        for table in root.iter(f"{W}tbl"):
            if next(table.iter(f"{W}tr"), None) is None:
                yield Fault(
                    _place(name, table), "has a table without rows; keep its header row, or leave the table out"
                )


# Places in words


def _place(name: str, element: etree._Element | None) -> str:
    """Return where `element` stands, such as: the text, at «Budget of the Project»."""
    part = next((words for pattern, words in _PARTS.items() if re.fullmatch(pattern, name)), name or "the file")
    text = "" if element is None else _text_near(element)
    return f"{part}, at «{text[:80]}»" if text else part


def _element_at(root: etree._Element | None, path: str) -> etree._Element | None:
    """Return what the validator's `path` leads to: names without namespace, each counted among its like.

    None if it leads nowhere, as the empty path does.
    """
    element = root if path else None
    for name, number in re.findall(r"/([^/\[]+)\[(\d+)\]", path)[1:]:
        alike = [] if element is None else element.findall(f"{{*}}{name}")
        element = alike[int(number) - 1] if len(alike) >= int(number) else None
    return element


def _text_near(element: etree._Element) -> str:
    """Return the text in `element`, or else of the paragraph or row around it, or else of the paragraph before."""
    before = reversed(element.xpath("preceding::w:p", namespaces={"w": W[1:-1]}))
    near = chain([element], element.iterancestors(f"{W}p", f"{W}tr"), before)
    return next((text for text in map(_text, near) if text), "")


def _text(element: etree._Element) -> str:
    return normalised(" ".join(text.text or "" for text in element.iter(f"{W}t")))
