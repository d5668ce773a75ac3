"""Sent and returned, compared clause by clause."""

import io
import json

import docx
import pytest
from docx.oxml.ns import qn

from approvals.documents.compare import Kind, changes_kept, compare
from approvals.documents.grading import Fate, word_by_word
from approvals.documents.read import read_word
from models.agreement import Grade
from tests.documents.agreements import COMPANY, an_agreement
from tests.word import changed, parts_of, zipped

BODY, FOOTER = "word/document.xml", "word/footer1.xml"


@pytest.fixture(scope="module")
def sent():
    return an_agreement(COMPANY).content


def _edited(content, *edits, part=BODY):
    for old, new in edits:
        content = changed(content, part, lambda xml, old=old, new=new: xml.replace(old, new, 1))
    return content


def test_a_file_saved_again_is_unchanged(sent):
    simple = docx.Document(io.BytesIO(sent))
    target = io.BytesIO()
    simple.save(target)

    comparison = compare(sent, target.getvalue())

    assert comparison.is_unchanged
    assert comparison.grade is None
    assert comparison.sent_sha256 != comparison.returned_sha256


def test_split_runs_fixed_spaces_and_soft_hyphens_change_nothing(sent):
    returned = _edited(
        sent,
        ("This partnership is not exclusive.", "This part\u00adnership is\u00a0not  exclusive."),
        (
            "The Organisation alone decides",
            "The Organisation</w:t></w:r><w:r><w:t xml:space='preserve'> alone decides",
        ),
    )

    assert compare(sent, returned).is_unchanged


def test_a_refreshed_table_of_contents_changes_nothing(sent):
    """Word writes the numbers into the lines and drops the numbering that ours carry."""
    word = docx.Document(io.BytesIO(sent))
    lines = [paragraph for paragraph in word.paragraphs if paragraph.style.name == "toc 1"]
    numbers = [block.label for block in read_word(sent).blocks if block.is_heading]
    for line, number in zip(lines, numbers, strict=True):
        text = next(line._p.iter(qn("w:t")))
        text.text = f"{number} {text.text}"
        line._p.pPr._remove_numPr()
    target = io.BytesIO()
    word.save(target)

    assert compare(sent, target.getvalue()).is_unchanged


def test_a_clause_hidden_in_the_contents_is_found(sent):
    returned = _edited(sent, (">Liability<", ">Liability of the Organisation alone<"))

    (change,) = compare(sent, returned).changes
    assert change.new == "Article 21 – Liability of the Organisation alone"


def test_a_liability_clause_and_a_comma_are_two_changes_of_different_grade(sent):
    returned = _edited(
        sent,
        (
            "Neither Party is liable to the other for indirect",
            "The Organisation is liable to the Partner for indirect",
        ),
        ("safe, in working order, free from rights", "safe, in working order free from rights"),
    )

    comma, liability = compare(sent, returned).changes

    assert comma.clause.endswith("– Contributions in kind")
    assert (comma.kind, comma.grade) == (Kind.CHANGED, Grade.WORDING)
    assert liability.clause.endswith("– Liability")
    assert liability.grade is Grade.SUBSTANCE
    assert "liability" in liability.topics
    assert "Neither Party" in liability.old
    assert "The Organisation is liable" in liability.new


@pytest.mark.parametrize(
    ("old", "new", "grade", "topic"),
    [
        ("USD 92,000.00", "USD 93,000.00", Grade.SUBSTANCE, "figures"),  # a cell of the budget
        ("31 October 2027", "31 October 2028", Grade.SUBSTANCE, "figures"),  # a date in a table
        ("being 13 per cent", "being 12 per cent", Grade.SUBSTANCE, "figures"),
        ("1,250", "1.250", Grade.SUBSTANCE, "figures"),  # a separator moved inside a figure
        ("by sixty days’ written", "by ninety days’ written", Grade.SUBSTANCE, "term and termination"),
        ("A Party may suspend", "A Party shall suspend", Grade.SUBSTANCE, "obligations"),
        ("general principles of international law,", "the law of Norway,", Grade.SUBSTANCE, "law and disputes"),
        ("subject exclusively to its own", "subject to its own", Grade.SUBSTANCE, "audit"),
        ("does not apply to fraud", "does apply to fraud", Grade.SUBSTANCE, "obligations"),
        ("follow progress", "follow advancement", Grade.WORDING, None),
        ("shall be deemed a waiver, express", "shall be deemed a waiver, expressed", Grade.IMMUNITIES, None),
        ("deemed a waiver, express", "deemed a waiver express", Grade.IMMUNITIES, None),  # even a comma there
        ("jurisdiction of any national court", "jurisdiction of any foreign court", Grade.IMMUNITIES, None),
    ],
)
def test_a_change_has_the_grade_of_what_it_touches(sent, old, new, grade, topic):
    if old == "1,250":
        sent = _edited(sent, ("Safety engineers", "1,250 safety engineers"))

    comparison = compare(sent, _edited(sent, (old, new)))

    assert [change.grade for change in comparison.changes] == [grade]
    assert topic is None or topic in comparison.changes[0].topics
    assert comparison.grade is grade


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at least three written offers", "at least two written offers"),
        ("by sixty days", "by ninety days"),
        ("dans les trente jours", "dans les soixante jours"),
        ("au moins trois offres", "au moins deux offres"),
        ("dentro de treinta días", "dentro de sesenta días"),
        ("al menos tres ofertas", "al menos dos ofertas"),
        ("informe immédiatement", "s’efforce d’informer"),
        ("informará a la Organización", "procurará informar a la Organización"),
    ],
)
def test_a_figure_or_duty_in_words_is_no_mere_wording(sent, old, new):
    here = "The Organisation alone decides"

    comparison = compare(_edited(sent, (here, f"{old} {here}")), _edited(sent, (here, f"{new} {here}")))

    assert [change.grade for change in comparison.changes] == [Grade.SUBSTANCE]


def test_a_paragraph_taken_out_and_one_put_in_are_found(sent):
    removed = compare(sent, _without_paragraph(sent, "The Parties shall be bound by the award"))
    added = compare(_without_paragraph(sent, "The Parties shall be bound by the award"), sent)

    assert [(change.kind, change.new, change.grade) for change in removed.changes] == [
        (Kind.REMOVED, "", Grade.SUBSTANCE)
    ]
    assert [(change.kind, change.old) for change in added.changes] == [(Kind.ADDED, "")]
    assert removed.changes[0].clause.endswith("Settlement of disputes")


def _without_paragraph(content, beginning):
    document = docx.Document(io.BytesIO(content))
    paragraph = next(p for p in document.paragraphs if p.text.startswith(beginning))
    paragraph._element.getparent().remove(paragraph._element)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_an_article_taken_out_does_not_mark_those_renumbered_after_it(sent):
    document = docx.Document(io.BytesIO(sent))
    taken, inside = [], False
    for paragraph in document.paragraphs:
        if paragraph.style.name == "Heading 1":
            inside = paragraph.text == "Force majeure"
        if inside:
            taken.append(paragraph)
    for paragraph in taken:
        paragraph._element.getparent().remove(paragraph._element)
    target = io.BytesIO()
    document.save(target)

    changes = compare(sent, target.getvalue()).changes

    assert len(changes) == len(taken) == 4
    assert {change.clause.partition("– ")[2] for change in changes} == {"Force majeure"}


def test_a_change_in_the_footer_is_found(sent):
    returned = _edited(sent, ("Partnership Agreement", "Partnership Draft"), part=FOOTER)

    change = compare(sent, returned).changes[0]

    assert change.clause == "Footer"


def test_page_numbers_counted_anew_change_nothing(sent):
    returned = _edited(sent, ("<w:t>1</w:t>", "<w:t>7</w:t>"), ("<w:t>1</w:t>", "<w:t>12</w:t>"), part=FOOTER)

    assert compare(sent, returned).is_unchanged


def test_text_hidden_in_a_page_number_is_found(sent):
    returned = _edited(sent, ("<w:t>1</w:t>", "<w:t>1, subject to Annex X</w:t>"), part=FOOTER)

    assert "subject to Annex X" in compare(sent, returned).changes[0].new


def test_a_tracked_change_is_read_as_accepted_and_told(sent):
    marked = (
        'is not</w:t></w:r><w:ins w:id="1" w:author="A" w:date="2027-01-01T00:00:00Z">'
        '<w:r><w:t xml:space="preserve"> at all</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> exclusive.'
    )
    returned = _edited(sent, ("is not exclusive.", marked))

    comparison = compare(sent, returned)

    assert comparison.has_tracked_changes
    assert "is not at all exclusive." in comparison.changes[0].new


def test_hidden_text_is_found(sent):
    hidden = "exclusive.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> Save for textiles."
    returned = _edited(sent, ("exclusive.", hidden))

    assert "Save for textiles" in compare(sent, returned).changes[0].new


def test_a_text_box_is_read(sent):
    box = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
        "<w:t>Signed under protest.</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    returned = _edited(sent, ("<w:sectPr>", f"{box}<w:sectPr>"))

    assert [change.new for change in compare(sent, returned).changes] == ["Signed under protest."]


def test_a_picture_put_in_is_found(sent):
    returned = zipped({**parts_of(sent), "word/media/image1.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40})

    assert [(change.clause, change.kind) for change in compare(sent, returned).changes] == [("Pictures", Kind.ADDED)]


def test_a_letter_from_another_script_is_a_change(sent):
    returned = _edited(sent, ("This partnership is", "This p\u0430rtnership is"))

    assert len(compare(sent, returned).changes) == 1


def test_a_comparison_is_plain_data(sent):
    comparison = compare(sent, _edited(sent, ("USD 92,000.00", "USD 93,000.00")))

    plain = json.loads(json.dumps(comparison.as_dict()))

    assert plain["grade"] == "substance"
    assert plain["is_unchanged"] is False
    assert plain["changes"][0] == {
        "clause": comparison.changes[0].clause,
        "headings": ["Contribution received", "Amount and use"],
        "kind": "changed",
        "grade": "substance",
        "topics": ["figures", *plain["changes"][0]["topics"][1:]],
        "old": "2 | Safety engineers | USD 92,000.00",
        "new": "2 | Safety engineers | USD 93,000.00",
    }


def test_an_entirely_different_document_is_compared_in_seconds(sent):
    document = docx.Document()
    for number in range(400):
        document.add_paragraph(f"Something else altogether, number {number}, with words of its own.")
    target = io.BytesIO()
    document.save(target)

    assert len(compare(sent, target.getvalue()).changes) >= 400


def test_a_section_of_an_annex_is_named_and_counts_for_the_grade():
    sent = an_agreement("eu-contribution").content
    returned = _edited(
        sent, ("by its constituent documents, international", "by its constituent documents international")
    )

    [change] = compare(sent, returned).changes

    assert change.clause == "Annex II – General Conditions, Privileges and immunities"
    assert change.headings == ("General Conditions", "Privileges and immunities")
    assert change.grade is Grade.IMMUNITIES


def test_a_sentence_moved_to_the_footer_is_a_change(sent):
    without = _edited(sent, ("This partnership is not exclusive.", ""))
    returned = _edited(without, ("Partnership Agreement", "This partnership is not exclusive."), part=FOOTER)

    assert "Footer" in {change.clause for change in compare(sent, returned).changes}


def test_a_comparison_kept_is_read_again(sent):
    comparison = compare(
        sent, _edited(sent, ("USD 92,000.00", "USD 93,000.00"), ("is not exclusive", "is exclusive"))
    )

    assert changes_kept(json.loads(json.dumps(comparison.as_dict()))) == comparison.changes


def test_a_comparison_kept_by_an_earlier_version_is_read_with_its_heading():
    kept = {
        "clause": "Article 11 – Audit",
        "kind": "added",
        "grade": "substance",
        "topics": [],
        "old": "",
        "new": "x",
    }

    [change] = changes_kept({"changes": [kept]})

    assert change.headings == ("Audit",)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Neither Party is liable.", "The Partner is liable.", "[-Neither Party-]{+The Partner+} is liable."),
        ("safe, in working order, free", "safe, in working order free", "safe, in working order[-,-] free"),
        ("a sum of 1,250.00", "a sum of 1,350.00", "a sum of [-1,250.00-]{+1,350.00+}"),
        ("one  two", "one two", "one two"),
        ("", "all new", "{+all new+}"),
        ("all gone", "", "[-all gone-]"),
    ],
)  # fmt: skip
def test_words_that_came_and_went_are_marked_in_place(old, new, shown):
    marks = {Fate.KEPT: "{}", Fate.REMOVED: "[-{}-]", Fate.ADDED: "{{+{}+}}"}

    assert "".join(marks[piece.fate].format(piece.text) for piece in word_by_word(old, new)) == shown
