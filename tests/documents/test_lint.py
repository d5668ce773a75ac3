"""What the legal office is told of a template before anybody uses it: every fault, its place, and what to do."""

import pytest

from approvals.documents.lint import faults_in_template
from approvals.documents.manifest import TemplateField
from tests.documents.agreements import TEMPLATES, a_template
from tests.word import changed, parts_of, zipped

BODY = "word/document.xml"
BESIDE = "stands beside"


def shipped(family="ngo_implementing"):
    return a_template(family)


def told(content, fields=None):
    """Return the faults as lines; the fields are those of the shipped template unless given."""
    return [str(fault) for fault in faults_in_template(content, fields or shipped().fields)]


def with_body(change):
    return told(changed(shipped().content, BODY, change))


def runs(*texts):
    return "".join(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts)


def paragraph(*texts, style=""):
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}{runs(*texts)}</w:p>"


def at_the_end(xml):
    """Put paragraphs behind the last article."""
    return lambda body: body.replace("<w:sectPr>", f"{xml}<w:sectPr>", 1)


def test_a_shipped_template_has_no_faults():
    assert told(shipped().content) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ partner.shoe_size }}", "uses the field «partner.shoe_size», which the manifest does not declare;"),
        ("{{ partner.legal_nam }}", "did you mean «partner.legal_name»?"),
        ("{{ budget }}", "prints «budget», which is a group or a list"),
        ("{{ personal_data }}", "prints «personal_data», which is a yes or no"),
        ("{% for line in partner %}{% endfor %}", "goes through «partner», which is no list"),
        ("{% for partner in budget %}{{ partner.shoe_size }}{% endfor %}", "uses the field «budget[].shoe_size»"),
        ("{{ budget[0].amount }}", "takes a part out with [ ]"),
        ("{{ ''.__class__ }}", "names «__class__»"),
        ("{{ partner.__class__.legal_name }}", "names «__class__»"),
        ("{{ partner.legal_name.upper() }}", "calls something"),
        ("{{ partner.legal_name | upper }}", "uses a filter (|)"),
        ("{{ partner.legal_name | nonsense }}", "uses a filter (|)"),
        ("{{ partner.legal_name ~ 1 }}", "reckons"),
        ("{% if partner.legal_name is defined %}{% endif %}", "uses a test (is …)"),
        ("{% if partner.legal_name == partner.parent %}{% endif %}", "compares values"),
        ("{% for a in budget recursive %}{% endfor %}", "cannot be read"),
        ("{% set x = 1 %}", "cannot be read; a tag may print a field"),
        ("{{r partner.legal_name }}", "prints formatted text"),
        ("{# ask Maria #}", "is a note to oneself"),
        ("{{ partner. }}", "cannot be read (expected name or number"),
        ("{{ partner.legal_name", "«{{» in «{{ partner.legal_name» belongs to no tag"),
        ("partner.legal_name }}", "«}}» in «partner.legal_name }}» belongs to no tag"),
        ("{% if partner.parent %}never closed", "«{% if partner.parent %}» is never closed; add {% endif %}"),
        ("{% endif %}", "«{% endif %}» has no if to belong to"),
        ("{% for line in budget %}{% endif %}", "has no if to belong to; «{% for line in budget %}» is open"),
        ("{% if money %}{% else x %}{% endif %}", "says more than «else»"),
        ("Text beside {%p if money %}", "«Text beside» stands beside «{%p if money %}» and would be lost"),
        ("{%tr for line in budget %}", "stands outside a table"),
        ("Bank account: TBD", "«TBD» was left standing in «Bank account: TBD»"),
        ("Signed on [insert date here]", "«[insert date here]» was left standing"),
        ("The XXXX Agency", "«XXXX» was left standing"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_the_article_it_stands_in(text, said):
    faults = with_body(at_the_end(paragraph("Odds and ends", style="Heading1") + paragraph(text)))

    assert [fault for fault in faults if said in fault], faults
    assert all(fault.startswith("article «Odds and ends»: ") for fault in faults)


def test_a_tag_split_over_runs_is_read_as_people_see_it():
    faults = with_body(at_the_end(paragraph("{", "{ partner.", "shoe_size }", "}")))

    assert len(faults) == 1
    assert "«partner.shoe_size»" in faults[0]


def test_all_faults_are_told_at_once_in_reading_order():
    texts = ("{{ partner.hat }}", "TBD", "{% endfor %}", "{{ partner.shoe }}")

    faults = with_body(at_the_end("".join(paragraph(text) for text in texts)))

    assert len(faults) == 4
    assert {text for text in ("hat", "TBD", "endfor", "shoe") if any(text in fault for fault in faults)} == {
        "hat", "TBD", "endfor", "shoe",
    }  # fmt: skip


def test_a_list_that_cannot_be_read_makes_its_items_no_further_faults():
    faults = with_body(at_the_end(paragraph("{% for line in budget[0] %}{{ line.amount }}{% endfor %}")))

    assert len(faults) == 1
    assert "takes a part out" in faults[0]


CELL = "<w:tc><w:p>{}</w:p></w:tc>"


def table(*rows):
    return (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(CELL.format(runs(cell)) for cell in row) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def test_text_in_the_row_of_a_tag_would_be_lost():
    rows = [("{%tr for line in budget %}", "Heading"), ("{{ line.amount }}", ""), ("{%tr endfor %}", "")]

    (fault,) = with_body(at_the_end(table(*rows)))

    assert (
        f"«Heading» {BESIDE} «{{%tr for line in budget %}}» and would be lost; give the tag a row of its own" in fault
    )


@pytest.mark.parametrize(
    "crossed",
    [
        paragraph("{% if money %}") + paragraph("{% endif %}"),
        table(["{% if money %}", "{% endif %}"]),
        paragraph("{%p if money %}") + table(["{%p endif %}"]),
        table(["{%tr if money %}"], ["text"]) + paragraph("{%p endif %}"),
        table(["{%p if money %}"]) + paragraph("{%p endif %}"),
    ],
)
def test_a_part_that_opens_in_one_place_and_closes_in_another_is_refused(crossed):
    (fault,) = with_body(at_the_end(crossed))

    assert "put both at the same level" in fault


def test_a_tag_that_begins_in_a_link_and_ends_outside_is_refused():
    half = f'<w:p><w:hyperlink w:anchor="a">{runs("{{ partner.")}</w:hyperlink>{runs("legal_name }}")}</w:p>'

    (fault,) = with_body(at_the_end(half))

    assert "begins in a link or a control of Word" in fault


def test_a_section_break_in_the_paragraph_of_a_tag_would_be_lost():
    broken = f"<w:p><w:pPr><w:sectPr/></w:pPr>{runs('{%p if money %}')}</w:p>" + paragraph("{%p endif %}")

    (fault,) = with_body(at_the_end(broken))

    assert "a picture, a note or a section break" in fault


def test_tags_in_header_and_footer_are_checked_too():
    content = changed(shipped().content, "word/header1.xml", lambda xml: xml.replace("agreement.reference", "a.b"))

    assert [line for line in told(content) if line.startswith("header: uses the field «a.b»")]


NOTE = '<?xml version="1.0" encoding="UTF-8"?><w:{0} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{1}</w:{0}>'


@pytest.mark.parametrize(
    ("part", "content", "place"),
    [
        ("word/endnotes.xml", NOTE.format("endnotes", f"<w:endnote>{paragraph('{{ a', '.b }}')}</w:endnote>"),
         "endnotes: has a tag"),
        ("docProps/custom.xml", "<Properties><property>{{ a }}</property></Properties>",
         "document properties: has a tag in docProps/custom.xml, where tags are not filled"),
        ("word/_rels/header1.xml.rels", '<r><Relationship Target="https://x.example/%7B%7Ba%7D%7D"/></r>',
         "has a tag in the target of a link"),
    ],
)  # fmt: skip
def test_a_tag_where_nothing_is_filled_would_stay_and_is_refused(part, content, place):
    parts = {**parts_of(shipped().content), part: content.encode()}

    (fault,) = told(zipped(parts))

    assert place in fault


def test_a_tag_in_an_alternative_text_or_a_field_code_is_refused():
    code = '<w:p><w:r><w:instrText>HYPERLINK "{{ a }}"</w:instrText></w:r></w:p>'
    picture = '<w:p><w:bookmarkStart w:id="1" w:name="{{ a }}"/></w:p>'

    faults = with_body(at_the_end(code + picture))

    assert ["a field code" in faults[0], "a setting of Word (name)" in faults[1]] == [True, True]


def test_a_note_to_the_drafter_must_go():
    (fault,) = with_body(at_the_end(paragraph("Choose one of the two.", style="Instruction")))

    assert "«Choose one of the two.» is a note to the drafter (style «Instruction»); delete it" in fault


def test_tracked_changes_and_comments_must_go():
    ours = shipped()
    content = changed(ours.content, BODY, at_the_end(f'<w:p><w:ins w:id="1">{runs("more")}</w:ins></w:p>'))
    comment = f'<w:comment w:id="1" w:author="Maria">{paragraph("Really?")}</w:comment>'
    parts = {**parts_of(content), "word/comments.xml": NOTE.format("comments", comment).encode()}

    faults = told(zipped(parts))

    assert any(fault.startswith("the text: holds tracked changes; accept or reject all") for fault in faults)
    assert any(fault.startswith("comments: Maria asks: «Really?»") for fault in faults)
    assert len(faults) == 2


def test_a_field_no_tag_uses_is_told():
    field = TemplateField(path="partner.hat", type="text", required=False, meaning="Hat", example="A")

    assert told(shipped().content, [*shipped().fields, field]) == [
        "the whole file: never uses the field «partner.hat»; add it in Word or remove it from the manifest"
    ]


def test_a_file_that_is_not_word_has_that_one_fault():
    (fault,) = told(b"Dear Sir,")

    assert fault.startswith("the file: The file was refused: it is not a Word document")


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.glob("*/*.docx")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_no_shipped_template_holds_a_note_style(path):
    fields = a_template(path.parent.name, path.stem).fields

    assert faults_in_template(path.read_bytes(), fields) == []
