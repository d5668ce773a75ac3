"""The proof: a produced document is read again, as a stranger would, before it leaves the house."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from approvals.documents.fill import data_digest, normalised, printable, provenance_of
from approvals.documents.gate import admit
from approvals.documents.leftovers import LEFTOVER
from approvals.documents.read import WordText, read_word
from approvals.documents.soundness import faults_for_word
from approvals.documents.template import Template
from approvals.errors import Fault, ProofFailed, RefusedFile


@dataclass(frozen=True, kw_only=True)
class Form:
    """The agreement a case asks for: a family of templates, and a language."""

    family: str
    language: str

    def __str__(self) -> str:
        return f"{self.family}/{self.language}"


def prove(content: bytes, template: Template, data: Mapping[str, Any], *, form: Form | None = None) -> None:
    """Read the document in `content` again and find in it every value of `data` that must be there.

    `form` is what the case asks for; None if there is no case.
    Raises `ProofFailed` with every fault: a value that is missing or empty, a placeholder left standing, a number
    that does not follow the one before, a part Word would repair, a record of its making that does not fit, or a
    form that is not the one asked for.
    """
    plain = printable(data)
    try:
        admit(content)
        document = read_word(content)
    except (RefusedFile, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError) as exc:
        raise _failed(template, [Fault("file", str(exc))]) from exc
    faults = [
        *_missing_values(document, template, plain),
        *_leftovers(document, plain),
        *_gaps(document),
        *faults_for_word(content, template=template.content),
        *_wrong_provenance(document, template, plain),
        *_wrong_form(document, form),
    ]
    if faults:
        raise _failed(template, faults)


def _failed(template: Template, faults: list[Fault]) -> ProofFailed:
    return ProofFailed(f"The agreement filled from «{template.family}» did not pass its proof.", faults)


def _missing_values(document: WordText, template: Template, data: Mapping[str, Any]) -> Iterator[Fault]:
    text = normalised("\n".join(block.text for block in document.blocks))
    for field in template.fields:
        if field.type == "flag" or (field.when and not any(values_at(data, field.when))):
            continue
        values = list(values_at(data, field.path))
        if field.required and not any(normalised(str(value or "")) for value in values):
            yield Fault(field.path, "is required by the manifest, but the data leaves it empty")
        for value in dict.fromkeys(values):
            if value and normalised(str(value)) not in text:
                yield Fault(field.path, f"«{str(value)[:80]}» is not in the document")


def values_at(data: Any, path: str) -> Iterator[Any]:
    """Yield what `data` holds at `path`; `budget[].amount` yields one amount for each line of the budget."""
    step, _, rest = path.partition(".")
    inner = data.get(step.removesuffix("[]")) if isinstance(data, Mapping) else None
    for item in inner if step.endswith("[]") and inner else [inner]:
        if not rest:
            yield item
        elif item is not None:
            yield from values_at(item, rest)


def _leftovers(document: WordText, data: Mapping[str, Any]) -> Iterator[Fault]:
    """Find placeholders in our own text. What a person wrote in the data is theirs, even if it looks like one."""
    values = sorted({normalised(value) for value in _texts(data) if LEFTOVER.search(value)}, key=len, reverse=True)
    for block in document.blocks:
        text = normalised(block.text)
        for value in values:
            text = text.replace(value, " ")
        for found in LEFTOVER.finditer(text):
            yield Fault(_where(block.label, block.place), f"«{found[0]}» was left standing in «{text[:120]}»")


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def _where(label: str, place: str) -> str:
    return label.rstrip(" –.") or place


def _gaps(document: WordText) -> Iterator[Fault]:
    """Check that clauses count 1, 2, 3 in the order they are read."""
    before = 0
    for block in document.blocks:
        if block.is_heading and block.place == "body" and (found := re.search(r"\d+", block.label)):
            number = int(found[0])
            if number != before + 1:
                yield Fault(_where(block.label, block.place), f"comes after number {before}; the numbering has a gap")
            before = number


def _wrong_provenance(document: WordText, template: Template, data: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in provenance_of(template, data, data_digest(data)).items():
        if document.properties.get(name, "") != value:
            yield Fault(f"properties.{name}", f"should be «{value}», but is «{document.properties.get(name, '')}»")


def _wrong_form(document: WordText, form: Form | None) -> Iterator[Fault]:
    made = document.properties.get("template", "")
    if form and made != str(form):
        yield Fault("form", f"the case asks for «{form}», but this agreement was made from «{made}»")
