"""Filling a template: the same template and data give the same bytes, whoever fills it and when."""

from __future__ import annotations

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import jinja2
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docxtpl import DocxTemplate
from lxml import etree

from approvals.documents.tags import ENVIRONMENT
from approvals.documents.template import Template
from approvals.errors import TemplateError


@dataclass(frozen=True, kw_only=True)
class FilledDocument:
    """An agreement ready to be proved and stored."""

    content: bytes
    sha256: str
    template_sha256: str
    data_sha256: str


def fill(template: Template, data: Mapping[str, Any]) -> FilledDocument:
    """Return `template` filled with `data`, which holds only text, lists, groups, true, false and None.

    Raises `TemplateError` if `data` lacks a field that a tag asks for, or holds anything else.
    """
    plain = printable(data)
    digest = data_digest(plain)
    word = _Filler(io.BytesIO(template.content))
    try:
        word.render(plain, jinja_env=ENVIRONMENT, autoescape=True)
    except jinja2.UndefinedError as exc:
        raise TemplateError(
            f"{template.path.name} of «{template.family}» asks for a field that the data lacks: {exc.message}."
        ) from exc
    except jinja2.TemplateError as exc:
        raise TemplateError(f"{template.path.name} of «{template.family}» cannot be filled: {exc}.") from exc
    provenance = provenance_of(template, plain, digest)
    _describe(word.docx, template, plain, provenance)
    content = _with_fixed_dates(word.docx)
    return FilledDocument(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        template_sha256=template.sha256,
        data_sha256=digest,
    )


def printable(value: Any) -> Any:
    """Return `value` without what no page can show: control characters vanish, stray surrogates become «�».

    Lines are kept; a page break, a bell or a vertical tab in somebody's text must not shape our document.
    Raises `TemplateError` for anything but text, lists, groups, true, false and None.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        lines = value.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(_shown(character) for character in lines)
    if isinstance(value, Mapping):
        return {str(key): printable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [printable(inner) for inner in value]
    raise TemplateError(
        f"«{value!r}» cannot stand in an agreement: the data may hold text, lists and groups, true or false. "
        "Write numbers and dates out before filling."
    )


def _shown(character: str) -> str:
    match unicodedata.category(character):
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case "Cc":
            return character if character in "\n\t" else ""
    # U+FFFE and U+FFFF exist in Unicode, but not in XML.
    return "" if character in "\ufffe\uffff" else character


def data_digest(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of `data` in its one canonical spelling."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def provenance_of(template: Template, data: Mapping[str, Any], digest: str) -> dict[str, str]:
    """Return what a document says about its making, as custom properties that Word shows under File › Info."""
    agreement = data.get("agreement") or {}
    return {
        "agreement_reference": agreement.get("reference", ""),
        "agreement_version": agreement.get("version", ""),
        "template": f"{template.family}/{template.language}",
        "template_version": template.version,
        "template_sha256": template.sha256,
        "data_sha256": digest,
    }


class _Filler(DocxTemplate):  # type: ignore[misc]  # docxtpl carries no types
    """docxtpl with two repairs: each part is compiled once, and what it prints is left as the data has it."""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        # docxtpl would turn `{_{` in data into `{{` here, and would compile the part for every document.
        rendered = _compiled(src_xml).render(context)
        try:
            etree.fromstring(rendered.encode())
        except etree.XMLSyntaxError as exc:
            # docxtpl parses what follows in a forgiving way that loses text without a word.
            raise TemplateError(f"The template gives broken Word text: {exc.msg}. Check its tags.") from exc
        resolved: str = self.resolve_listing(rendered)
        return resolved


@lru_cache(maxsize=64)
def _compiled(source: str) -> jinja2.Template:
    return ENVIRONMENT.from_string(source)


def _describe(document: Any, template: Template, data: Mapping[str, Any], provenance: Mapping[str, str]) -> None:
    """Set the properties of the file from the data alone, so that nothing in it depends on who ran it or when."""
    agreement = data.get("agreement") or {}
    author = (data.get("organisation") or {}).get("name", "")[:255]
    dated = datetime.fromisoformat(agreement.get("dated") or "2000-01-01")
    properties = document.core_properties
    properties.title = (agreement.get("title") or template.title)[:255]
    properties.author = properties.last_modified_by = author
    properties.identifier = f"{provenance['agreement_reference']} v{provenance['agreement_version']}"[:255]
    properties.created = properties.modified = dated
    properties.revision = 1
    _set_custom_properties(document.part.package, provenance)


def _set_custom_properties(package: Any, values: Mapping[str, str]) -> None:
    """Write `values` as the custom properties of the package, in place of any that the template brought."""
    content = _custom_properties(values).encode()
    try:
        package.part_related_by(RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)._blob = content
    except KeyError:
        kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        part = Part(PackURI("/docProps/custom.xml"), kind, content, package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _custom_properties(values: Mapping[str, str]) -> str:
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{properties}</Properties>"
    )


_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def _with_fixed_dates(document: Any) -> bytes:
    """Return the package as bytes, without the moment of its making."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return fixed.getvalue()


def normalised(text: str) -> str:
    """Return `text` with every run of spaces, tabs and line ends as one space, for comparing what is said."""
    return re.sub(r"\s+", " ", text).strip()
