"""Everything that is wrong with the Word file of a template, told at once: each fault with its place and a remedy."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

from lxml import etree

from approvals.documents.gate import admit
from approvals.documents.leftovers import LEFTOVER
from approvals.documents.manifest import TemplateField, is_declared
from approvals.documents.read import Styles, W
from approvals.documents.tag_reader import Paragraph, TagReader, paragraphs_of
from approvals.documents.tags import TAG, Use
from approvals.errors import Fault, RefusedFile

FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
"""The parts of a Word file whose tags are filled."""

_TAG_BEGINS = re.compile(r"\{\{|\{%|%7B%7B|%7B%25", re.IGNORECASE)
_BRACES = re.compile(r"[{}%#]")  #: left over from a tag, of which the reader of tags has told
_NOTE_STYLE = re.compile(r"\b(instructions?|guidance|notes?|drafting)\b", re.IGNORECASE)
_TRACKED = tuple(
    f"{W}{name}"
    for name in (
        "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange",
        "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange",
    )
)  # fmt: skip
_KNOWN_PARTS: Mapping[str, str] = {
    "word/footnotes.xml": "footnotes",
    "word/endnotes.xml": "endnotes",
    "word/comments.xml": "comments",
    "docProps/core.xml": "document properties",
    "docProps/app.xml": "document properties",
    "docProps/custom.xml": "document properties",
}


def faults_in_template(content: bytes, fields: Sequence[TemplateField]) -> list[Fault]:
    """Return every fault of the Word file in `content`, part by part; empty if the template is sound.

    `fields` are those of its manifest. A file that does not pass the gate has that one fault.
    """
    try:
        admit(content)
    except RefusedFile as exc:
        return [Fault("the file", str(exc))]
    parts = _parts(content)
    styles = Styles(parts.get("word/styles.xml"))
    faults: list[Fault] = []
    used: set[str] = set()
    for name in sorted((name for name in parts if FILLED.fullmatch(name)), key=_reading_order):
        paragraphs = list(paragraphs_of(parts[name], _place(name), styles))
        reader = TagReader()
        for paragraph in paragraphs:
            reader.read(paragraph)
        reader.finish()
        used |= {use.path for use, _ in reader.uses}
        faults += [*reader.faults, *_unfit_uses(reader.uses, fields), *_notes_left(paragraphs)]
    for name, root in parts.items():
        faults += [*_never_filled(name, root), *_changes_left(name, root), *_comments_left(name, root)]
    faults += _unused(fields, used)
    # A text box stands twice in the file, for newer and for older programs.
    return list(dict.fromkeys(faults))


def _parts(content: bytes) -> dict[str, etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        return {name: etree.fromstring(package.read(name), parser) for name in names}


def _reading_order(name: str) -> tuple[bool, str]:
    return name != "word/document.xml", name


def _place(name: str) -> str:
    """Return what people call a part of a Word file."""
    if name == "word/document.xml":
        return "the beginning"
    found = re.fullmatch(r"word/(header|footer)\d*\.xml", name)
    return found[1] if found else _KNOWN_PARTS.get(name, name)


# What the tags name


def _unfit_uses(uses: Sequence[tuple[Use, str]], fields: Sequence[TemplateField]) -> Iterator[Fault]:
    kinds = {field.path: field.type for field in fields}
    for use, place in uses:
        if not is_declared(use.path, kinds):
            yield Fault(place, _unknown(use.path, kinds))
        elif use.what_for == "print" and kinds.get(use.path, "flag") == "flag":
            what = "a yes or no" if use.path in kinds else "a group or a list"
            yield Fault(place, f"prints «{use.path}», which is {what}; print one of its texts, or ask for it with if")
        elif use.what_for == "list" and not any(path.startswith(f"{use.path}[]") for path in kinds):
            yield Fault(place, f"goes through «{use.path}», which is no list; a list is declared as {use.path}[]")


def _unknown(path: str, declared: Collection[str]) -> str:
    near = get_close_matches(path, declared, n=1, cutoff=0.7)
    meant = f"; did you mean «{near[0]}»?" if near else "; correct the tag in Word or declare the field"
    return f"uses the field «{path}», which the manifest does not declare{meant}"


def _unused(fields: Sequence[TemplateField], used: Collection[str]) -> Iterator[Fault]:
    for field in fields:
        if field.path not in used:
            yield Fault("the whole file", f"never uses the field «{field.path}»; add it in Word or remove it from "
                        "the manifest")  # fmt: skip


# What would be left standing in every agreement


def _never_filled(name: str, root: etree._Element) -> Iterator[Fault]:
    """Find tags where nothing fills them: in other parts, in field codes, in link targets and descriptions."""
    advice = "where tags are not filled; move it to the text, a table, a footnote, the header or the footer"
    codes = [element.text or "" for element in root.iter(f"{W}instrText", f"{W}delText")]
    if FILLED.fullmatch(name) is None:
        if _TAG_BEGINS.search("".join(str(text) for text in root.itertext())):
            yield Fault(_place(name), f"has a tag in {name}, {advice}")
    elif _TAG_BEGINS.search("".join(codes)):
        yield Fault(_place(name), f"has a tag in a field code or in deleted text, {advice}")
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if _TAG_BEGINS.search(str(value)):
                yield Fault(_place(name), f"has a tag in {_what_holds(str(key))} ({name}), {advice}")


def _what_holds(attribute: str) -> str:
    names = {"Target": "the target of a link", "descr": "an alternative text", "title": "an alternative text"}
    return names.get(attribute, f"a setting of Word ({etree.QName(attribute).localname})")


def _notes_left(paragraphs: Sequence[Paragraph]) -> Iterator[Fault]:
    for paragraph in paragraphs:
        said = TAG.sub(" ", paragraph.text)
        for style in paragraph.styles:
            if _NOTE_STYLE.search(style) and said.strip():
                yield Fault(
                    paragraph.place, f"«{_short(said)}» is a note to the drafter (style «{style}»); delete it"
                )
        for found in LEFTOVER.finditer(said):
            if not _BRACES.match(found[0]):
                yield Fault(paragraph.place, f"«{found[0]}» was left standing in «{_short(paragraph.text)}»; "
                            "write the text, or make it a field")  # fmt: skip


def _changes_left(name: str, root: etree._Element) -> Iterator[Fault]:
    if next(root.iter(*_TRACKED), None) is not None:
        yield Fault(_place(name).replace("the beginning", "the text"), "holds tracked changes; accept or reject all "
                    "of them in Word (Review › Accept › Accept All Changes and Stop Tracking)")  # fmt: skip


def _comments_left(name: str, root: etree._Element) -> Iterator[Fault]:
    for comment in root.iter(f"{W}comment"):
        said = _short("".join(str(text) for text in comment.itertext()))
        author = comment.get(f"{W}author") or "somebody"
        yield Fault(
            "comments", f"{author} asks: «{said}»; answer it and delete it in Word (Review › Delete All Comments)"
        )


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}…"
