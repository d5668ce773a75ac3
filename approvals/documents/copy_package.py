"""The Word file of a bilingual copy: its styles, header, footer and parts, the same bytes for the same text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from lxml import etree

from approvals.documents.copy_pieces import COLUMN, MARGIN, NS, PAGE_HEIGHT, PAGE_WIDTH, paragraph, run, w
from approvals.documents.copy_words import IN_SHORT, NOTICE, CopyOf, Languages, sentence
from approvals.documents.read import W, parsed

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXT_SIZE = "19"  #: in half points, where no style says another

# Styles -------------------------------------------------------------------------------------------------------

_EDGE = '<w:{side} w:val="single" w:sz="4" w:space="4" w:color="8496B0"/>'
_RULE = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="D9DFE8"/>'
_OUR_STYLES = f"""<w:styles xmlns:w="{NS}">
<w:style w:type="paragraph" w:customStyle="1" w:styleId="CopyNotice"><w:name w:val="Copy Notice"/><w:pPr><w:pBdr>
<w:left w:val="single" w:sz="24" w:space="8" w:color="C55A11"/></w:pBdr><w:shd w:val="clear" w:color="auto"
 w:fill="FBE9DD"/><w:spacing w:before="0" w:after="0" w:line="259" w:lineRule="auto"/><w:ind w:left="180"/></w:pPr>
<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="CopyHead"><w:name w:val="Copy Head"/><w:pPr><w:keepNext/>
<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr>
<w:rPr><w:b/><w:bCs/><w:color w:val="1F3864"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="CopyNote"><w:name w:val="Copy Note"/><w:pPr>
<w:spacing w:before="0" w:after="60" w:line="240" w:lineRule="auto"/><w:ind w:left="600"/></w:pPr>
<w:rPr><w:i/><w:iCs/><w:color w:val="833C0B"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="CopyGap"><w:name w:val="Copy Gap"/><w:pPr>
<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr>
<w:rPr><w:sz w:val="8"/><w:szCs w:val="8"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="CopyHeader"><w:name w:val="Copy Header"/><w:pPr><w:pBdr>
{_EDGE.format(side="bottom")}</w:pBdr><w:tabs><w:tab w:val="right" w:pos="{2 * COLUMN}"/></w:tabs>
<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>
<w:rPr><w:color w:val="595959"/><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="CopyFooter"><w:name w:val="Copy Footer"/><w:pPr><w:pBdr>
{_EDGE.format(side="top")}</w:pBdr><w:tabs><w:tab w:val="right" w:pos="{2 * COLUMN}"/></w:tabs>
<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>
<w:rPr><w:color w:val="595959"/><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="CopyTable"><w:name w:val="Copy Table"/><w:tblPr><w:tblBorders>
{_RULE.format(side="top")}{_RULE.format(side="bottom")}{_RULE.format(side="insideH")}{_RULE.format(side="insideV")}
</w:tblBorders><w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>
<w:bottom w:w="30" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="D9E2F3"/></w:tcPr>
</w:tblStylePr></w:style></w:styles>"""


def _styles(source: bytes) -> bytes:
    """Return the styles of the authentic text as they fit into a column, and those of the copy itself.

    Numbers are text in the copy, an annex cannot begin a page inside a table, lines flush on both sides tear holes
    into narrow columns, and letters a little smaller keep them from becoming long ones.
    """
    root = parsed(source)
    for size in root.iterfind(f"{W}docDefaults/{W}rPrDefault/{W}rPr/*"):
        if size.tag in (f"{W}sz", f"{W}szCs"):
            size.set(f"{W}val", TEXT_SIZE)
    for element in [*root.iter(f"{W}numPr", f"{W}pageBreakBefore")]:
        element.getparent().remove(element)
    for element in root.iter(f"{W}jc"):
        if element.get(f"{W}val") == "both":
            element.set(f"{W}val", "left")
    root.extend(_our_styles(root))
    return _bytes(root)


def _our_styles(root: etree._Element) -> etree._Element:
    """Return the styles of the copy, in the letters of the authentic text's ordinary paragraphs."""
    ours = etree.fromstring(_OUR_STYLES, etree.XMLParser(remove_blank_text=True))
    ordinary = root.find(f"{W}style[@{W}type='paragraph'][@{W}default='1']")
    if ordinary is not None:
        for style in ours.iterfind(f"{W}style[@{W}type='paragraph']"):
            style.insert(1, w("basedOn", val=ordinary.get(f"{W}styleId", "")))
    return ours


# The package --------------------------------------------------------------------------------------------------

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {  # name: kind of content, kind of relation
    "styles.xml": (f"{_WORD}.styles+xml", "styles"),
    "settings.xml": (f"{_WORD}.settings+xml", "settings"),
    "fontTable.xml": (f"{_WORD}.fontTable+xml", "fontTable"),
    "header1.xml": (f"{_WORD}.header+xml", "header"),
    "footer1.xml": (f"{_WORD}.footer+xml", "footer"),
    "theme/theme1.xml": ("application/vnd.openxmlformats-officedocument.theme+xml", "theme"),
}
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"


def packed(
    body: Iterable[etree._Element], *, of: CopyOf, languages: Languages, styles: bytes, theme: bytes | None
) -> bytes:
    """Return the Word file: `body` between header and footer, in the `styles` and `theme` of the authentic text."""
    parts = {
        "styles.xml": _styles(styles),
        "settings.xml": _SETTINGS.encode(),
        "fontTable.xml": f'{_XML}<w:fonts xmlns:w="{NS}"/>'.encode(),
        "header1.xml": _bytes(_header(of, languages)),
        "footer1.xml": _bytes(_footer(of, languages)),
        **({"theme/theme1.xml": theme} if theme else {}),
    }
    document = w("document", w("body", *body, _section()))
    files = {
        "[Content_Types].xml": _content_types(parts).encode(),
        "_rels/.rels": _ROOT_RELATIONS.encode(),
        "docProps/core.xml": _core(of, languages).encode(),
        "word/document.xml": _bytes(document),
        "word/_rels/document.xml.rels": _relations(parts).encode(),
        **{f"word/{name}": content for name, content in parts.items()},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return target.getvalue()


def _bytes(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(root)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def _header(of: CopyOf, languages: Languages) -> etree._Element:
    plain = languages[0]
    reference = run(f"{of.reference} · v{of.version}", plain)
    said: list[etree._Element] = []
    for reader in languages:
        said += [run("  ·  ", plain)] if said else []
        said.append(run(sentence(IN_SHORT, reader, languages), reader))
    return w("hdr", paragraph("CopyHeader", *said, w("r", w("tab")), reference))


def _footer(of: CopyOf, languages: Languages) -> etree._Element:
    plain = languages[0]
    pages = (*_field("PAGE"), run(" / ", plain), *_field("NUMPAGES"))
    return w("ftr", paragraph("CopyFooter", run(f"{of.organisation} · {of.title}", plain), w("r", w("tab")), *pages))


def _field(name: str) -> Iterator[etree._Element]:
    instruction, shown = w("instrText"), w("t")
    instruction.text, shown.text = f" {name} ", "1"
    steps = (w("fldChar", fldCharType="begin"), instruction, w("fldChar", fldCharType="separate"), shown)
    for step in (*steps, w("fldChar", fldCharType="end")):
        yield w("r", step)


def _section() -> etree._Element:
    header, footer = w("headerReference", type="default"), w("footerReference", type="default")
    header.set(f"{{{R}}}id", _id_of("header1.xml"))
    footer.set(f"{{{R}}}id", _id_of("footer1.xml"))
    size = w("pgSz", w=PAGE_WIDTH, h=PAGE_HEIGHT)
    margins = {
        "top": 1474,
        "right": MARGIN,
        "bottom": 1304,
        "left": MARGIN,
        "header": 680,
        "footer": 624,
        "gutter": 0,
    }
    return w("sectPr", header, footer, size, w("pgMar", **margins))


def _content_types(parts: Iterable[str]) -> str:
    names = {"/word/document.xml": f"{_WORD}.document.main+xml", "/docProps/core.xml": _CORE}
    names |= {f"/word/{name}": _PARTS[name][0] for name in parts}
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in names.items())
    return (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_RELATIONSHIPS}">'
    f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
    'core-properties" Target="docProps/core.xml"/></Relationships>'
)
_SETTINGS = (
    f'{_XML}<w:settings xmlns:w="{NS}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    "</w:compat></w:settings>"
)


def _relations(parts: Iterable[str]) -> str:
    lines = "".join(
        f'<Relationship Id="{_id_of(name)}" Type="{R}/{_PARTS[name][1]}" Target="{name}"/>' for name in parts
    )
    return f'{_XML}<Relationships xmlns="{_RELATIONSHIPS}">{lines}</Relationships>'


def _id_of(part: str) -> str:
    return part.rpartition("/")[2].partition(".")[0]


def _core(of: CopyOf, languages: Languages) -> str:
    """Return the properties of the file: what it is a copy of, and nothing of who made it or when."""
    moment = f'xsi:type="dcterms:W3CDTF">{of.dated}T00:00:00Z</dcterms'
    return (
        f"{_XML}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(of.title)}</dc:title><dc:creator>{escape(of.organisation)}</dc:creator>"
        f"<dc:description>{escape(sentence(NOTICE, languages[0], languages))}</dc:description>"
        f"<dc:identifier>{escape(of.reference)} v{of.version} {'-'.join(languages)}</dc:identifier>"
        f"<dc:language>{', '.join(languages)}</dc:language>"
        f"<dcterms:created {moment}:created><dcterms:modified {moment}:modified></cp:coreProperties>"
    )
