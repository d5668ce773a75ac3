"""Filling a template: the same template and data give the same bytes, whoever fills it and when."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from xml.sax.saxutils import escape, quoteattr

import jinja2
from docx.opc.coreprops import CoreProperties
from docx.opc.oxml import serialize_part_xml
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.parser import parse_xml

from approvals.documents.engine import compiled
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
    try:
        word = compiled(template.content)
        content = word.document(
            plain,
            core_properties=_core_properties(word.core_properties, template, plain),
            custom_properties=_custom_properties(provenance_of(template, plain, digest)),
        )
    except jinja2.UndefinedError as exc:
        raise _refusal(template, f"asks for a field that the data lacks: {exc.message}") from exc
    except (jinja2.TemplateError, TemplateError) as exc:
        raise _refusal(template, f"cannot be filled: {exc}") from exc
    return FilledDocument(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        template_sha256=template.sha256,
        data_sha256=digest,
    )


def _refusal(template: Template, what: str) -> TemplateError:
    return TemplateError(f"{template.path.name} of «{template.family}» {what}.")


def printable(value: Any) -> Any:
    """Return `value` without what no page can show: control characters vanish, stray surrogates become «�».

    Lines are kept; a page break, a bell or a vertical tab in somebody's text must not shape our document.
    Raises `TemplateError` for anything but text, lists, groups, true, false and None.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = str(value)  # a plain copy: what calls itself safe (`Markup`) is escaped like any other text
        if text.isprintable():
            return text
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        return _STRAY_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _UNPRINTABLE.sub("", lines))
    if isinstance(value, Mapping):
        return {str(key): printable(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [printable(inner) for inner in value]
    raise TemplateError(
        f"«{value!r}» cannot stand in an agreement: the data may hold text, lists and groups, true or false. "
        "Write numbers and dates out before filling."
    )


# U+FFFE and U+FFFF exist in Unicode, but not in XML.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_STRAY_SURROGATE = re.compile("[\ud800-\udfff]")


def data_digest(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of `data` in its one canonical spelling."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def provenance_of(template: Template, data: Mapping[str, Any], digest: str) -> dict[str, str]:
    """Return what a document says about its making, as custom properties that Word shows under File › Info."""
    agreement = data.get("agreement") or {}
    anchor = agreement.get("trail_anchor")
    return {
        "agreement_reference": agreement.get("reference", ""),
        "agreement_version": agreement.get("version", ""),
        "template": f"{template.family}/{template.language}",
        "template_version": template.version,
        "template_sha256": template.sha256,
        "data_sha256": digest,
        **({"trail_anchor": anchor} if anchor else {}),
    }


def _core_properties(before: bytes, template: Template, data: Mapping[str, Any]) -> bytes:
    """Return the properties of the file, set from the data alone: nothing in it depends on who fills it or when."""
    agreement = data.get("agreement") or {}
    element = parse_xml(before)
    properties = CoreProperties(cast(CT_CoreProperties, element))
    properties.title = (agreement.get("title") or template.title)[:255]
    properties.author = properties.last_modified_by = (data.get("organisation") or {}).get("name", "")[:255]
    properties.identifier = f"{agreement.get('reference', '')} v{agreement.get('version', '')}"[:255]
    properties.created = properties.modified = datetime.fromisoformat(agreement.get("dated") or "2000-01-01")
    properties.revision = 1
    return serialize_part_xml(element)


def _custom_properties(values: Mapping[str, str]) -> bytes:
    """Return `values` as the custom properties of a file, in place of any that the template brought."""
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{properties}</Properties>"
    )
    return text.encode()


def normalised(text: str) -> str:
    """Return `text` with every run of spaces, tabs and line ends as one space, for comparing what is said."""
    return re.sub(r"\s+", " ", text).strip()
