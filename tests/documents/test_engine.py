"""The engine gives what docxtpl gives, byte for byte, but for the differences that `docs/agreements.md` names."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import cycle

import docx
import pytest
from docxtpl import DocxTemplate
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from approvals.documents.engine import compiled
from approvals.documents.fill import fill, normalised, printable
from approvals.documents.gate import admit
from approvals.documents.proof import prove
from approvals.documents.read import read_word
from approvals.documents.tags import ENVIRONMENT
from approvals.documents.template import load_template
from approvals.errors import TemplateError
from tests.documents.agreements import TEMPLATES, a_template, copy_of, sample_data, the_example
from tests.word import changed, parts_of, text_of, with_footnote, zipped

SHIPPED = [(path.parent.name, path.stem) for path in sorted(TEMPLATES.glob("*/*.docx"))]
BODY, NOTES = "word/document.xml", "word/footnotes.xml"
FAMILIES = sorted({family for family, _ in SHIPPED})
PROPERTIES = {"docProps/core.xml", "docProps/custom.xml", "_rels/.rels", "[Content_Types].xml"}
SECRET = "{{ organisation.signatory_name }}"

HOSTILE = [
    "Fish & Chips <Ltd> \"quoted\" 'single' ]]> &amp;lt;w:p&gt; </w:t></w:r></w:p><w:p>",
    "{{ organisation.address }} {% for x in budget %}{{ x }}{% endfor %} {# lost? #}",
    "שלום עולם — مرحبا بالعالم ‏RTL‎ 👩🏽‍🏭🌍 ǅ ﬁ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ߦߌߙߌߥߊ߫",
    "a" * 10_000,
    "",
    "\n\n\n",
    "line one\nline two\ttabbed\r\nline three\n",
    "bell\a page\f vertical\v null\0 escape\x1b delete\x7f next\x85 half\ud800 nowhere\uffff",
]


def by_docxtpl(content, data):
    """Return what a fresh docxtpl, told to escape, makes of the template."""
    word, target = DocxTemplate(io.BytesIO(content)), io.BytesIO()
    word.render(data, jinja_env=ENVIRONMENT, autoescape=True)
    word.save(target)
    return target.getvalue()


def assert_same_parts(ours, theirs):
    ours, theirs = parts_of(ours), parts_of(theirs)
    assert [name for name in ours if name not in PROPERTIES] == [name for name in theirs if name not in PROPERTIES]
    assert [name for name in theirs if name not in PROPERTIES and ours[name] != theirs[name]] == []
    for name in ("_rels/.rels", "[Content_Types].xml"):
        assert [line for line in _entries(ours[name]) if line not in _entries(theirs[name])] == [
            line for line in _entries(ours[name]) if "custom" in line
        ]


def _entries(part):
    return [etree.tostring(entry).decode() for entry in etree.fromstring(part)]


@pytest.mark.parametrize(("family", "language"), SHIPPED)
def test_every_part_of_every_shipped_template_is_as_docxtpl_writes_it(family, language):
    template = a_template(family, language)
    data = sample_data(template, text=the_example)

    assert_same_parts(fill(template, data).content, by_docxtpl(template.content, data))


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_text_is_written_as_docxtpl_writes_it_and_stays_text(family, flag):
    template, values = a_template(family), cycle(HOSTILE)
    data = sample_data(template, text=lambda field: flag if field.type == "flag" else next(values), rows=3 * flag)

    filled = fill(template, data)

    admit(filled.content)
    assert_same_parts(filled.content, by_docxtpl(template.content, printable(data)))
    text = normalised(read_word(filled.content).text)
    assert [value for value in HOSTILE if normalised(printable(value)) not in text] == []


UNUSUAL = (
    # A row of repeated cells outgrows its grid; a row of one cell leaves a column too many.
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='5000'/></w:tblGrid><w:tr>"
    "<w:tc><w:p><w:r><w:t>{%tc for line in budget %}</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>{{ line.heading }}</w:t></w:r></w:p></w:tc>"
    "<w:tc><w:p><w:r><w:t>{%tc endfor %}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='2500'/><w:gridCol w:w='2500'/></w:tblGrid><w:tr>"
    "<w:tc><w:p/></w:tc></w:tr></w:tbl>"
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='2500'/><w:gridCol w:w='2500'/></w:tblGrid><w:tr>"
    "<w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
    # Drawings that repeat need numbers of their own; paragraphs of a text box stand inside a paragraph.
    "<w:p><w:r><w:t>{% for line in budget %}</w:t><w:drawing><wp:inline xmlns:wp='http://schemas.openxmlformats.org/"
    "drawingml/2006/wordprocessingDrawing'><wp:docPr id='7' name='seal'/></wp:inline></w:drawing>"
    "<w:t>{% endfor %}</w:t></w:r></w:p>"
    "<w:p><w:r><w:pict><w:txbxContent><w:p><w:pPr><w:jc w:val='left'/></w:pPr><w:r><w:rPr><w:b/></w:rPr>"
    "<w:t>{{ partner.legal_name }}</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    "<w:r><w:t>after {{ partner.legal_name }}</w:t></w:r></w:p>"
    # Word splits tags over runs and keeps spaces where nobody sees them.
    "<w:p><w:r><w:t>{</w:t></w:r><w:r><w:rPr><w:i/></w:rPr><w:t>{ partner.</w:t></w:r>"
    "<w:r><w:t>address }}</w:t></w:r><w:r><w:t xml:space='preserve'>  a\u00a0 b\t</w:t></w:r></w:p>"
    "<w:p w:rsidR='00AB'/>"
    "<w:p xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/><w:sectPr"
)


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_tables_drawings_text_boxes_and_split_tags_are_as_docxtpl_writes_them(rows):
    template = a_template("ngo_implementing")
    unusual = changed(template.content, BODY, lambda xml: xml.replace("<w:sectPr", UNUSUAL, 1))
    data = sample_data(template, text=lambda field: field.type == "flag" or "one\ntwo\tthree & four", rows=rows)

    assert_same_parts(fill(replace(template, content=unusual), data).content, by_docxtpl(unusual, data))


# What differs from docxtpl, and is meant to


@pytest.mark.parametrize("sections", [1, 3])
def test_data_in_a_footnote_is_never_run_as_a_tag(sections):
    template = a_template("private_partnership")
    content = with_footnote(template.content, "Founded as {{ partner.legal_name }}.", sections=sections)
    data = sample_data(template, text=the_example)
    data["partner"]["legal_name"] = SECRET

    ours, theirs = fill(replace(template, content=content), data).content, by_docxtpl(content, data)

    assert f"Founded as {SECRET}." in read_word(ours).text
    assert (f"Founded as {SECRET}." in read_word(theirs).text) is (sections == 1)
    assert (parts_of(ours)[NOTES] == parts_of(theirs)[NOTES]) is (sections == 1)


def test_the_legal_office_may_put_a_field_in_a_footnote(tmp_path):
    folder = copy_of("private_partnership", tmp_path)
    path = folder / "private_partnership" / "en.docx"
    path.write_bytes(with_footnote(path.read_bytes(), "Number {{ partner.registration_number }}"))
    template = load_template(folder, "private_partnership", "en")
    data = sample_data(template, text=the_example)

    filled = fill(template, data)

    prove(filled.content, template, data)
    assert [block.text for block in read_word(filled.content).blocks if block.place == "note"] == ["Number 11023456"]


def test_a_field_unknown_to_the_manifest_is_found_in_a_footnote_too(tmp_path):
    folder = copy_of("private_partnership", tmp_path)
    path = folder / "private_partnership" / "en.docx"
    path.write_bytes(with_footnote(path.read_bytes(), "{{ partner.shoe_size }}"))

    with pytest.raises(TemplateError, match=r"partner\.shoe_size"):
        load_template(folder, "private_partnership", "en")


def test_properties_are_escaped_once_and_no_tag_runs_in_them():
    template = a_template("private_partnership")
    content = changed(
        template.content, "docProps/core.xml", lambda xml: xml.replace("Partnership Agreement", "{{ project.title }}")
    )
    data = sample_data(template, text=the_example)
    data["project"]["title"] = "Cotton & Yarn"
    data["agreement"]["title"] = f"Cotton & Yarn <1> {SECRET}"

    ours, theirs = fill(template, data).content, by_docxtpl(content, data)

    assert docx.Document(io.BytesIO(ours)).core_properties.title == f"Cotton & Yarn <1> {SECRET}"
    assert docx.Document(io.BytesIO(theirs)).core_properties.title == "Cotton &amp; Yarn"


def test_custom_properties_the_template_brought_give_way_to_those_of_the_agreement():
    template = a_template("private_partnership")
    data = sample_data(template, text=the_example)
    made = fill(template, data)
    # An agreement has both kinds of properties, so it may stand for a template that has.
    other = {**data, "agreement": {**data["agreement"], "reference": "PA-2026-0043"}}

    again = fill(replace(template, content=made.content), other)

    assert read_word(again.content).properties["agreement_reference"] == "PA-2026-0043"
    assert list(parts_of(again.content)) == list(parts_of(made.content))


def test_a_template_without_properties_is_filled_like_any_other():
    template = a_template("private_partnership")
    data = sample_data(template, text=the_example)
    bare = {name: part for name, part in parts_of(template.content).items() if name != "docProps/core.xml"}
    relation = re.compile(rb"<Relationship [^>]*core\.xml[^>]*/>")
    bare["_rels/.rels"] = relation.sub(b"", bare["_rels/.rels"])

    filled = fill(replace(template, content=zipped(bare)), data)

    assert docx.Document(io.BytesIO(filled.content)).core_properties.title == template.title


CROSSED = (
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w='5000'/></w:tblGrid><w:tr><w:tc><w:p><w:r>"
    "<w:t>{% if personal_data %}yes</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "<w:p><w:r><w:t>{% endif %}after</w:t></w:r></w:p><w:sectPr"
)


def test_a_template_that_gives_broken_text_is_refused_instead_of_losing_some():
    template = a_template("private_partnership")
    content = changed(template.content, BODY, lambda xml: xml.replace("<w:sectPr", CROSSED, 1))
    data = {**sample_data(template, text=the_example), "personal_data": False}

    with pytest.raises(TemplateError, match=r"en\.docx of «private_partnership» .* broken text in its body .*tags"):
        fill(replace(template, content=content), data)

    assert by_docxtpl(content, data)  # without a word


def test_a_table_that_lost_its_columns_is_refused():
    template = a_template("private_partnership")
    table = "<w:tbl><w:tblPr/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:sectPr"
    content = changed(template.content, BODY, lambda xml: xml.replace("<w:sectPr", table, 1))

    with pytest.raises(TemplateError, match=r"en\.docx .* how many columns it has; save it again in Word"):
        fill(replace(template, content=content), sample_data(template, text=the_example))


def test_text_that_looks_like_an_escaped_tag_stays_as_it_is():
    template = a_template("private_partnership")
    data = sample_data(template, text=the_example)
    data["partner"]["legal_name"] = "Tag {_{ x }_} {_% y %_}"

    assert "Tag {_{ x }_} {_% y %_}" in text_of(fill(template, data).content)
    assert "Tag {{ x }} {% y %}" in text_of(by_docxtpl(template.content, data))


def test_text_that_calls_itself_safe_is_escaped_all_the_same():
    template = a_template("private_partnership")
    data = sample_data(template, text=the_example)
    data["partner"]["legal_name"] = Markup("</w:t><b>")

    assert "</w:t><b>" in text_of(fill(template, data).content)


def test_a_thousand_agreements_filled_at_the_same_time_hold_no_value_of_another():
    templates = [a_template(family, language) for family, language in SHIPPED]

    def foreign_marks(number):
        own = f"mark-{number:04}"
        template = templates[number % len(templates)]
        data = sample_data(template, text=lambda field: own if field.type != "flag" else number % 2 == 0)
        filled = fill(template, data)
        marks = {mark for part in parts_of(filled.content).values() for mark in re.findall(rb"mark-\d{4}", part)}
        return marks ^ {own.encode()}

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(foreign_marks, range(1000)))

    assert found == [set()] * 1000


# Any data


TEXT = st.text(st.one_of(st.sampled_from("{}%#_<>&\"'[]\n\t "), st.characters()), max_size=40)


@settings(max_examples=30)
@given(
    family=st.sampled_from(FAMILIES),
    texts=st.lists(TEXT, min_size=1, max_size=8),
    flags=st.lists(st.booleans(), min_size=1, max_size=5),
    rows=st.integers(1, 4),
)
def test_any_data_is_read_again_as_it_was_given_and_no_tag_is_left(family, texts, flags, rows):
    template, text, flag = a_template(family), cycle(texts), cycle(flags)

    def value_of(field):
        if field.type == "flag":
            return next(flag)
        written = next(text)
        return "given" if field.required and not normalised(printable(written)) else written

    data = sample_data(template, text=value_of, rows=rows)

    filled = fill(template, data)

    prove(filled.content, template, data)


def test_the_same_input_gives_the_same_bytes_also_when_compiled_anew():
    template = a_template("private_partnership")
    data = sample_data(template, text=the_example)
    first = fill(template, data)

    compiled.cache_clear()

    assert fill(template, data) == first
