"""The gate: what an incoming Word file must be before any library opens it.

Word files are packages that may hold programs, point to other machines or unfold to gigabytes. The libraries that
read them were not made to notice, so nothing from outside reaches them except through `admit`.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from approvals.casework.telling import told
from approvals.errors import RefusedFile

MAX_BYTES = 20_000_000
MAX_PARTS = 2_000
MAX_PART_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 150_000_000
MAX_RATIO = 300  #: unpacked to packed; plain text of a long agreement stays below 100
RATIO_MATTERS_FROM = 1_000_000
MAX_PIXELS = 40_000_000

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_REQUIRED = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
_FORBIDDEN_PARTS = re.compile(
    r"vbaproject|vbadata|/activex/|/embeddings/|oleobject|\.bin$|\.(exe|dll|js|vbs|hta|lnk|docm|dotm)$|afchunk",
    re.IGNORECASE,
)
_FORBIDDEN_RELATIONS = re.compile(
    r"/(attachedTemplate|aFChunk|oleObject|package|control|vbaProject|subDocument|frame|mailMerge\w*)$",
    re.IGNORECASE,
)
_FORBIDDEN_TYPES = re.compile(r"macroEnabled|vbaProject|activeX|oleObject", re.IGNORECASE)
_FORBIDDEN_FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|RD|MACROBUTTON|MERGEFIELD)\b",
    re.IGNORECASE,
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def admit(content: bytes) -> None:
    """Let `content` pass if it is an ordinary Word document (.docx).

    Raises `RefusedFile` saying what was found, where, and what to do about it.
    """
    if len(content) > MAX_BYTES:
        raise _refusal(
            told("it is larger than {size} MB", size=MAX_BYTES // 1_000_000),
            told("Remove large pictures and save it again."),
        )
    if content[:4] != b"PK\x03\x04":
        raise _refusal(
            told("it is not a Word document"),
            told("Save it in Word as «Word Document (*.docx)», without a password."),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_members(package)
            for info in package.infolist():
                _check_part(info.filename, _read(package, info))
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, ValueError, OSError) as exc:
        raise _refusal(
            told("it is damaged or incomplete"), told("Ask for it again, or open and save it in Word.")
        ) from exc


def _refusal(what: str, advice: str) -> RefusedFile:
    return RefusedFile(told("The file was refused: {what}. {advice}", what=what, advice=advice))


def _check_members(package: zipfile.ZipFile) -> None:
    """Look at the list of parts before unpacking any of them."""
    infos = package.infolist()
    names = [info.filename for info in infos]
    folded = [name.casefold() for name in names]
    packed = max(1, sum(info.compress_size for info in infos))
    unpacked = sum(info.file_size for info in infos)
    checks = [
        (len(infos) > MAX_PARTS, told("it has more than {count} parts", count=MAX_PARTS)),
        (len(set(folded)) < len(folded), told("it holds two parts of the same name")),
        (any(not _is_plain_name(name) for name in names), told("a part has a name that leads out of the file")),
        (any(info.flag_bits & 0x1 for info in infos), told("it is encrypted")),
        (any(info.file_size > MAX_PART_BYTES for info in infos), told("a part of it unfolds to an enormous size")),
        (unpacked > MAX_UNPACKED_BYTES, told("it unfolds to an enormous size")),
        (unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO, told("it unfolds to an enormous size")),
    ]
    for broken, what in checks:
        if broken:
            raise _refusal(
                what, told("Open it in Word, save it as a new .docx file without a password, and send that.")
            )
    for name in _REQUIRED:
        if name not in names:
            raise _refusal(
                told("its part {name} is missing", name=name),
                told("Open it in Word and save it as «Word Document (*.docx)»."),
            )
    for name in names:
        if _FORBIDDEN_PARTS.search(f"/{name}"):
            raise _refusal(
                told("it carries a program or an embedded file ({name})", name=name),
                told("Remove macros, objects and embedded files in Word and save it as .docx."),
            )


def _is_plain_name(name: str) -> bool:
    path = PurePosixPath(name)
    return not (name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in path.parts)


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a part, never more of it than it declared; reading to its end also checks its checksum."""
    with package.open(info) as part:
        content = part.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise zipfile.BadZipFile(f"{info.filename} has not the size it declares")
    return content


def _check_part(name: str, content: bytes) -> None:
    if name.endswith((".xml", ".rels")):
        root = _parsed(name, content)
        checks = {"[Content_Types].xml": _check_types}.get(name, _check_relations if name.endswith(".rels") else None)
        if checks:
            checks(name, root)
        elif name.startswith("word/"):
            _check_fields(name, root)
    elif content[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))
        if width * height > MAX_PIXELS:
            raise _refusal(
                told("the picture {name} has {width} × {height} points", name=name, width=width, height=height),
                told("Make the picture smaller in Word."),
            )
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" or content[:2] == b"MZ":
        raise _refusal(
            told("it carries an embedded file ({name})", name=name),
            told("Remove embedded objects in Word and save it again."),
        )


def _parsed(name: str, content: bytes) -> etree._Element:
    # Looked at as bytes first: a declared entity must never reach a parser, and UTF-16 would hide it.
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content:
        raise _refusal(told("its part {name} is not in UTF-8", name=name), told("Open it in Word and save it again."))
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise _refusal(
            told("its part {name} defines entities, as no Word file does", name=name),
            told("Open it in Word and save it again."),
        )
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", content)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
        raise _refusal(told("its part {name} is not in UTF-8", name=name), told("Open it in Word and save it again."))
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as exc:
        raise _refusal(
            told("its part {name} is not well-formed ({msg})", name=name, msg=exc.msg),
            told("Open it in Word and save it again."),
        ) from exc


def _check_types(name: str, root: etree._Element) -> None:
    types = [element.get("ContentType", "") for element in root.iter("{*}Override", "{*}Default")]
    if any(_FORBIDDEN_TYPES.search(kind) for kind in types):
        raise _refusal(told("it can carry macros"), told("Save it in Word as «Word Document (*.docx)», not .docm."))
    if _MAIN not in types:
        raise _refusal(told("it is not a Word document"), told("Save it in Word as «Word Document (*.docx)»."))


def _check_relations(name: str, root: etree._Element) -> None:
    for relation in root.iter("{*}Relationship"):
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if _FORBIDDEN_RELATIONS.search(kind):
            raise _refusal(
                told(
                    "{name} points to another file ({rsplit}: {target})",
                    name=name,
                    rsplit=kind.rsplit("/", 1)[-1],
                    target=target[:80],
                ),
                told("Remove the linked template, object or sub-document in Word and save it again."),
            )
        is_link = kind.endswith("/hyperlink") and re.match(r"(https?|mailto):", target, re.IGNORECASE)
        if relation.get("TargetMode") == "External" and not is_link:
            raise _refusal(
                told("{name} points outside the file ({target})", name=name, target=target[:80]),
                told("Embed linked pictures instead of linking them, and save it again."),
            )


def _check_fields(name: str, root: etree._Element) -> None:
    if next(root.iter(f"{_W}altChunk", f"{_W}object", f"{_W}control", f"{_W}subDoc"), None) is not None:
        raise _refusal(
            told("{name} holds an embedded object", name=name),
            told("Remove embedded objects in Word and save it again."),
        )
    for instruction in _instructions(root):
        found = _FORBIDDEN_FIELDS.search(instruction.split('"')[0])
        if found:
            raise _refusal(
                told(
                    "{name} holds a field that fetches data from elsewhere ({upper})",
                    name=name,
                    upper=found[0].upper(),
                ),
                told("Turn such fields into plain text in Word (Ctrl+Shift+F9) and save it again."),
            )


def _instructions(root: etree._Element) -> Iterator[str]:
    """Yield the instruction of every field; Word may split one over several runs, even letter by letter."""
    for field in root.iter(f"{_W}fldSimple"):
        yield field.get(f"{_W}instr", "")
    for paragraph in root.iter(f"{_W}p"):
        pieces: list[str] = []
        for element in paragraph.iter(f"{_W}instrText", f"{_W}fldChar", f"{_W}delInstrText"):
            if element.tag == f"{_W}fldChar":
                yield "".join(pieces)
                pieces = []
            else:
                pieces.append(element.text or "")
        yield "".join(pieces)
