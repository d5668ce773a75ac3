"""Attack files, all made here and all harmless, and ordinary files beside them."""

import io
import struct
import time
import zipfile

import docx
import pytest

from approvals.documents.compare import compare
from approvals.documents.gate import admit
from approvals.errors import RefusedFile
from tests.documents.agreements import EXAMPLES, an_agreement
from tests.word import changed, parts_of, zipped

BODY, RELATIONS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def good():
    return an_agreement().content


@pytest.mark.parametrize("name", EXAMPLES)
def test_our_own_agreements_pass(name):
    admit(an_agreement(name).content)


def test_a_document_made_elsewhere_passes():
    document = docx.Document()
    document.add_heading("Letter")
    document.add_paragraph("We include the DATABASE of partners and a LINK to them.")
    document.add_table(2, 2)
    target = io.BytesIO()
    document.save(target)

    admit(target.getvalue())


def _inside(text):
    return lambda good: changed(good, BODY, lambda xml: xml.replace("<w:sectPr>", f"{text}<w:sectPr>", 1))


def _related(kind, target, mode="External"):
    relation = f'<Relationship Id="rId99" Type="{_R}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return lambda good: changed(
        good, RELATIONS, lambda xml: xml.replace("</Relationships>", f"{relation}</Relationships>")
    )


def _with_part(name, content):
    return lambda good: zipped({**parts_of(good), name: content})


def _declared(text):
    return lambda good: changed(good, BODY, lambda xml: xml.replace("<w:document", f"{text}<w:document", 1))


def _field(instruction):
    return _inside(f'<w:p><w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r></w:p>')


def _split_field(good):
    runs = "".join(f"<w:r><w:instrText>{letter}</w:instrText></w:r>" for letter in "DDEAUTO")
    return _inside(f"<w:p>{runs}</w:p>")(good)


def _twice(good):
    target = io.BytesIO(good)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(target, "a") as package:
        package.writestr(BODY, b"<other/>")
    return target.getvalue()


def _flipped(good):
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        info = package.getinfo(BODY)
    place = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    return good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]


def _encrypted(good):
    spoiled = bytearray(good)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = spoiled.find(start)
        spoiled[place + offset] |= 1
    return bytes(spoiled)


def _lying_about_its_size(good):
    spoiled = bytearray(_with_part("word/media/zeros.xml", b" " * 900_000)(good))
    place = spoiled.rfind(b"PK\x01\x02")
    spoiled[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(spoiled)


def _in_utf16(good):
    parts = parts_of(good)
    text = parts[BODY].decode().replace("UTF-8", "UTF-16").replace("utf-8", "UTF-16")
    return zipped({**parts, BODY: text.encode("utf-16")})


def _png(width, height):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0" + b"\0" * 4


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
_LAUGHS = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

ATTACKS = {
    "empty": (lambda good: b"", "not a Word document"),
    "plain text": (lambda good: b"Dear Sir or Madam, ...", "not a Word document"),
    "old binary Word": (lambda good: _OLE, "not a Word document"),
    "truncated": (lambda good: good[: len(good) // 2], "damaged"),
    "flipped byte": (_flipped, "damaged"),
    "too large": (lambda good: good + b"\0" * 21_000_000, "larger than 20 MB"),
    "a zip of something else": (lambda good: zipped({"a.txt": b"x"}), "is missing"),
    "a spreadsheet": (
        lambda good: changed(good, TYPES, lambda xml: xml.replace("wordprocessingml.document", "spreadsheetml")),
        "not a Word document",
    ),
    "duplicate part": (_twice, "two parts of the same name"),
    "duplicate part in other letters": (_with_part("Word/Document.xml", b"<x/>"), "two parts of the same name"),
    "traversing name": (_with_part("../../etc/cron.d/x", b"x"), "leads out of the file"),
    "absolute name": (_with_part("/etc/passwd", b"x"), "leads out of the file"),
    "Windows name": (_with_part("C:\\x.xml", b"<x/>"), "leads out of the file"),
    "encrypted": (_encrypted, "encrypted"),
    "zip bomb": (_with_part("word/media/big.xml", b" " * 40_000_000), "enormous size"),
    "one enormous part": (_with_part("word/media/big.png", b"\0" * 60_000_000), "enormous size"),
    "lying about its size": (_lying_about_its_size, "damaged"),
    "very many parts": (lambda g: zipped({**parts_of(g), **{f"w/{n}": b"" for n in range(2100)}}), "more than"),
    "external entity": (_declared('<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "entities"),
    "billion laughs": (_declared(_LAUGHS), "entities"),
    "UTF-16": (_in_utf16, "UTF-8"),
    "UTF-7": (
        lambda good: changed(good, BODY, lambda xml: xml.replace("UTF-8", "UTF-7", 1)), "UTF-8"
    ),
    "broken XML": (lambda good: changed(good, BODY, lambda xml: xml.replace("</w:body>", "")), "not well-formed"),
    "remote template": (_related("attachedTemplate", "http://example.org/x.dotm"), "points to another file"),
    "remote picture": (_related("image", "http://example.org/track.png"), "points outside"),
    "linked local file": (_related("image", "file:///etc/passwd"), "points outside"),
    "script link": (_related("hyperlink", "javascript:alert(1)"), "points outside"),
    "imported chunk": (_related("aFChunk", "chunk.html", "Internal"), "points to another file"),
    "embedded object": (_related("oleObject", "embeddings/o.bin", "Internal"), "points to another file"),
    "chunk element": (_inside('<w:altChunk xmlns:r="x" r:id="rId9"/>'), "embedded object"),
    "hidden macro": (_with_part("word/vbaProject.bin", b"x"), "a program or an embedded file"),
    "ActiveX": (_with_part("word/activeX/activeX1.xml", b"<x/>"), "a program or an embedded file"),
    "embedding": (_with_part("word/embeddings/sheet.xlsx", b"x"), "a program or an embedded file"),
    "object under another name": (_with_part("word/media/image1.png", _OLE), "an embedded file"),
    "Windows program": (_with_part("word/media/image1.png", b"MZ" + b"\0" * 64), "an embedded file"),
    "macro document": (
        lambda good: changed(
            good,
            TYPES,
            lambda xml: xml.replace(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
        ),
        "macros",
    ),
    "DDE field": (_field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), "fetches data"),
    "DDE field letter by letter": (_split_field, "fetches data"),
    "INCLUDEPICTURE field": (_field('INCLUDEPICTURE "http://example.org/x.png"'), "fetches data"),
    "simple INCLUDETEXT field": (
        _inside('<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;C:/secret.docx&quot; "/></w:p>'), "fetches data"
    ),
    "enormous picture": (_with_part("word/media/image1.png", _png(20_000, 20_000)), "points") ,
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_with_the_reason_and_the_way_on(good, attack):
    make, said = ATTACKS[attack]
    content = make(good)
    started = time.perf_counter()

    with pytest.raises(RefusedFile) as refused:
        admit(content)

    message = str(refused.value)
    assert said in message
    assert message.startswith("The file was refused: ")
    assert message.count(".") >= 2, "says what to do"
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("target", ["https://example.org/a", "http://example.org", "mailto:a@example.org"])
def test_an_ordinary_link_passes(good, target):
    admit(_related("hyperlink", target)(good))


@pytest.mark.parametrize(
    "instruction", ["PAGE", "NUMPAGES", "REF _Ref1 \\r", 'TOC \\o "1-3"', 'HYPERLINK "x LINK y"']
)
def test_an_ordinary_field_passes(good, instruction):
    admit(_field(instruction)(good))


def test_nothing_reaches_the_comparison_around_the_gate(good):
    with pytest.raises(RefusedFile):
        compare(good, _with_part("word/vbaProject.bin", b"x")(good))
