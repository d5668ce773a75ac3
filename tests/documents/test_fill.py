"""Filled agreements, read again as Word text."""

import io

import docx
import pytest

from approvals.documents.fields import agreement_data
from approvals.documents.fill import fill, printable
from approvals.documents.proof import prove
from approvals.documents.read import read_word
from approvals.errors import TemplateError
from tests.documents.agreements import (
    COMPANY,
    EXAMPLES,
    FOUNDATION,
    OUTPUTS,
    TRANSFER,
    a_condition,
    a_template,
    an_agreement,
    an_example,
    some_facts,
    template_for,
)  # fmt: skip
from tests.word import LEFTOVER, header_and_footer_of, headings_of, schema_faults, styles_of, text_of

EU, NGO = "eu-contribution", "ngo-implementing"

EXPECTED = {
    "company-cash-in-kind": [
        "(“the Partner”), a private limited company under Norwegian law, constituted under the law of Norway",
        "the sum of USD 475,730.00 (four hundred and seventy-five thousand seven hundred and thirty US dollars)",
        "being 13 per cent of the direct costs of the Project",
        "human rights due diligence throughout its supply chain",
        "Machine guards for lockstitch machines",
        "The total cost of the Project is estimated at USD 545,730.00",
    ],
    "eu-contribution": [
        "the European Union, represented by the European Commission",
        "Indirect costs are remunerated at 7 per cent",
        "from 1 January 2027 to 31 December 2029",
        "European Anti-Fraud Office",
        "Registers of the three inspectorates",
        "IBAN or account number",
        "the Permanent Court of Arbitration for disputes involving international organisations",
        "its internal controls gave reasonable assurance",
        "Its contents, for which the International Organisation for Decent Work alone answers",
    ],
    "foundation": [
        "No funds are transferred between the Parties",
        "an integral part of it. In case of conflict the articles prevail over the annex.",
        "The Partner shall not use the name, emblem, flag or abbreviation",
    ],
    "ngo-implementing": [
        "The Organisation shall pay up to XOF 262,150,000.00",
        "Carrying out this Agreement involves the processing of personal data",
        "tell beneficiaries, in a language and form they understand",
        "A published call for tenders and the prior written consent of the Organisation",
        "No member of its personnel works alone with a child",
        "Name and function of the chief financial officer",
    ],
    "stopped-by-screening": ["Compañía Tabacalera Valle Dorado S.A."],
    "un-transfer-giving": [
        "International Organisation for Decent Work (“the Contributor”), a specialised agency",
        "United Nations Agency for Rural Skills (“the Recipient”), an agency of the United Nations",
        "Nordic Partnership for Decent Work (“the Donor”) has given the Contributor funds",
        "“Contribution” means the sum of USD 428,000.00 (four hundred and twenty-eight thousand US dollars)",
        "certified that at least 70 per cent of the sums already received have been spent",
        "return an Unspent Balance of more than USD 1,000.00",
        "In accordance with the single audit principle",
        "may entrust Activities to governments",
        "to the beneficiaries of the Activities or to the national institutions",
        "by consultation between the executive heads of the Parties",
        "any of the privileges and immunities of either Party",
    ],
    "un-transfer-receiving": [
        "United Nations Office for Coastal Livelihoods (“the Contributor”), a programme of the United Nations",
        "International Organisation for Decent Work (“the Recipient”), a specialised agency",
        "shall pay the Contribution in one advance",
        "shall not pass the Contribution on to others",
        "the Equipment remains the property of the Recipient",
        "UNOCL stands for the Contributor and IODW for the Recipient",
    ],
    "world-bank-outputs": [
        "has received from the World Bank (“the Bank”) a grant number IDA-E9902-GM, signed on 27 March 2026",
        "has no objection to it, which it did on 5 October 2026",
        "at least three months before the Closing Date",
        "Rebuilt and extended training workshops",
        "6 sets of 48 machines",
        "Count against the packing list and trial run of every machine",
        "Where an Output consists of works",
        "appears within 12 months of its hand-over",
        "title and risk pass to it on the date of the hand-over",
    ],
    "world-bank-ta": [
        "has received from the World Bank (“the Bank”) a credit number IDA-9901-VN, signed on 12 September 2025",
        "the Bank is not a party to this Agreement",
        "Completion shall in no case be later than the Closing Date",
    ],
}
ALWAYS = [
    "privileges and immunities",
    "forced or compulsory labour",
    "sexual exploitation",
    "Ingrid Solberg-Haidara",
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_becomes_an_agreement_that_reads_as_it_should(name):
    proposal = an_example(name)
    template, data = template_for(proposal), agreement_data(proposal, some_facts())

    filled = fill(template, data)

    prove(filled.content, template, data)
    text = text_of(filled.content)
    for sentence in EXPECTED[name] + ALWAYS:
        assert sentence in text
    assert not LEFTOVER.search(text)
    assert {"Title", "Heading 1", "Clause", "Annex Heading", "Table Text", "Agreement Table"} - styles_of(
        filled.content
    ) <= {"Table Text"}
    assert "Instruction" not in styles_of(filled.content)
    assert "PA-2026-0042 · version 1" in header_and_footer_of(filled.content)


@pytest.mark.parametrize("name", EXAMPLES)
def test_articles_and_annexes_are_numbered_without_a_gap(name):
    blocks = read_word(an_agreement(name).content).blocks

    articles = [block.label for block in blocks if block.label.startswith("Article")]
    annexes = [block.label for block in blocks if block.label.startswith("Annex")]

    assert articles == [f"Article {number} –" for number in range(1, len(articles) + 1)]
    assert annexes == [f"Annex {number} –" for number in ("I", "II", "III", "IV", "V", "VI", "VII")[: len(annexes)]]


@pytest.mark.parametrize("conditions", [(), (a_condition(),)], ids=["no conditions", "conditions"])
@pytest.mark.parametrize("name", [COMPANY, FOUNDATION, EU, NGO, "world-bank-ta", OUTPUTS, TRANSFER])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_contents_name_every_article_and_annex_that_stands_with_its_number(name, language, conditions):
    agreement = an_agreement(name, facts=some_facts(conditions=conditions), language=language)
    blocks = read_word(agreement.content).blocks

    listed = [block.text for block in blocks if block.style == "toc 1"]

    assert listed == [f"{block.label} {block.text}" for block in blocks if block.is_heading]


@pytest.mark.parametrize("name", [COMPANY, EU, NGO])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_principal_sum_stands_in_figures_and_words(name, language):
    money = agreement_data(an_example(name, language=language), some_facts())["money"]

    text = text_of(an_agreement(name, language=language).content)

    assert f"{money['contribution']} ({money['contribution_in_words']})" in text


@pytest.mark.parametrize(
    ("language", "signing"),
    [("en", "For the International Organisation"), ("fr", "Pour the Int"), ("es", "Por the Int")],
)
def test_the_organisation_signs_with_its_article(language, signing):
    assert signing in text_of(an_agreement(COMPANY, language=language).content)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"under_framework": False}, "No framework agreement between the Parties applies"),
        ({"retroactive_reason": "the survey precedes the harvest."},
         "incurred from 1 January 2027 are eligible even where this Agreement enters into force after that date. "
         "The reason is the following: the survey precedes the harvest. Costs incurred before that date are not"),
        ({"retroactive_reason": None}, "No cost incurred before the entry into force of this Agreement is eligible"),
        ({"grants_per_recipient": None}, "The Action does not provide for grants to third parties"),
        ({"grants_per_recipient": 60_000}, "No grant to one recipient shall exceed EUR 60,000.00"),
        ({"results": ()}, "the one submitted with the proposal and accepted by the Contracting Authority"),
    ],
)  # fmt: skip
def test_the_european_union_gets_the_terms_of_its_case(changes, sentence, tmp_path):
    form = {**an_example(EU).eu.model_dump(), **changes}
    proposal = an_example(EU, eu=form)
    template, data = template_for(proposal), agreement_data(proposal, some_facts())

    filled = fill(template, data)

    prove(filled.content, template, data)
    assert sentence in text_of(filled.content)
    assert schema_faults(filled.content, tmp_path) == []


def test_without_the_framework_agreement_nothing_speaks_of_it():
    form = {**an_example(EU).eu.model_dump(), "under_framework": False}

    assert "Framework Agreement" not in text_of(an_agreement(EU, eu=form).content)


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        ("organisation", "by whichever Party, belong to the Organisation"),
        ("joint", "belong to both in equal parts"),
        ("each", "Material produced by the Partner under the Project belongs to the Partner"),
    ],
)
def test_what_is_produced_belongs_to_whom_the_case_says(owner, sentence):
    texts = {
        each: text_of(an_agreement(COMPANY, ip_owner=each).content) for each in ("organisation", "joint", "each")
    }

    assert [each for each, text in texts.items() if sentence in text] == [owner]


@pytest.mark.parametrize("name", [COMPANY, NGO])
def test_personal_data_and_emblem_bring_their_forms_as_annexes(name):
    forms = ["Personal data shared", "Schedule of uses of the name and emblem"]

    assert headings_of(an_agreement(name, personal_data=True, emblem_use="schedule").content)[-2:] == forms
    plain = headings_of(an_agreement(name, personal_data=False, emblem_use="none").content)
    assert set(forms).isdisjoint(plain)


def test_without_money_there_is_no_annex_on_funds_and_no_article_on_support_costs():
    headings = headings_of(an_agreement(FOUNDATION).content)

    assert {"Contribution received", "Contribution in cash", "Support costs"}.isdisjoint(headings)
    assert "No transfer of funds" in headings
    assert [heading for heading in headings if heading in ("Activities", "Contributions in kind")] == ["Activities"]


def test_with_money_and_goods_the_annexes_stand_in_the_order_of_precedence():
    headings = headings_of(an_agreement(COMPANY).content)

    assert headings[-3:] == ["Contribution received", "Activities", "Contributions in kind"]
    assert "No transfer of funds" not in headings


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        (
            COMPANY,
            {"personal_data": True},
            "inform the other Party without delay, and in any case within seventy-two",
        ),
        (COMPANY, {"beneficiary_contact": True}, "bring the Partner into contact with beneficiaries"),
        (COMPANY, {"emblem_use": "schedule"}, "signed in a schedule of uses"),
        (COMPANY, {"emblem_use": "case_by_case"}, "asked for and given for each use"),
        (COMPANY, {"emblem_use": "none"}, "shall not use the name, emblem, flag or abbreviation"),
        ("eu-contribution", {"beneficiary_contact": True}, "have accepted a code of conduct before that contact"),
        (
            "eu-contribution",
            {"personal_data": True},
            "governed by the rules of the Organisation that were assessed",
        ),
        ("world-bank-ta", {"emblem_use": "none"}, "The Client shall not use the name or emblem"),
        (TRANSFER, {"emblem_use": "none"}, "neither Party shall use the name or emblem of the other"),
        (TRANSFER, {"emblem_use": "case_by_case"}, "only with its prior written permission, asked for in each case"),
        (TRANSFER, {"personal_data": True}, "in accordance with its own rules on data protection"),
        (TRANSFER, {"beneficiary_contact": True}, "the Recipient shall ensure that all persons engaged in them"),
    ],
)
def test_a_clause_stands_when_its_condition_holds_and_only_then(name, changes, sentence):
    opposite = {
        field: (not value if isinstance(value, bool) else "none" if value != "none" else "schedule")
        for field, value in changes.items()
    }

    assert sentence in text_of(an_agreement(name, **changes).content)
    assert sentence not in text_of(an_agreement(name, **opposite).content)


def test_only_an_enterprise_answers_for_a_supply_chain():
    assert "supply chain" not in text_of(an_agreement(FOUNDATION).content)


def test_works_and_the_no_objection_are_spoken_of_only_where_there_are_any():
    bank = {**an_example(OUTPUTS).world_bank.model_dump(), "includes_works": False, "no_objection_on": None}

    filled = an_agreement(OUTPUTS, world_bank=bank)

    assert "Works" not in headings_of(filled.content)
    assert "has stated that it has no objection to it." in text_of(filled.content)


@pytest.mark.parametrize(
    ("changes", "sentences", "elsewhere"),
    [
        ({"donor": None}, [], ["the Donor"]),
        ({"sub_recipients": False}, ["shall not pass the Contribution on"], ["may entrust Activities"]),
        (
            {"equipment_goes_to": "contributor"},
            ["transfer to the Contributor, free of charge"],
            ["national institutions"],
        ),
        ({"equipment_goes_to": "recipient"}, ["remains the property of the Recipient"], ["national institutions"]),
        ({"next_after_spent_percent": "75"}, ["at least 75 per cent of the sums"], ["70 per cent"]),
        ({"balance_returned_above_usd": "500"}, ["of more than USD 500.00"], ["USD 1,000.00"]),
    ],
)
def test_a_transfer_between_united_nations_agencies_follows_its_terms(changes, sentences, elsewhere):
    terms = {**an_example(TRANSFER).un.model_dump(), **changes}

    text = text_of(an_agreement(TRANSFER, un=terms).content)

    assert [sentence for sentence in sentences if sentence not in text] == []
    assert [sentence for sentence in elsewhere if sentence in text] == []


def test_who_contributes_and_who_receives_follows_from_the_way_of_the_money():
    given = text_of(an_agreement(TRANSFER).content)
    received = text_of(an_agreement(TRANSFER, funds="receiving").content)

    assert "International Organisation for Decent Work (“the Contributor”)" in given
    assert "International Organisation for Decent Work (“the Recipient”)" in received
    assert "through its Area Office; and" in given
    assert "through its Area Office," in received


@pytest.mark.parametrize("name", EXAMPLES)
def test_conditions_of_the_approval_become_an_article(name, tmp_path):
    # The European Union calls the whole first part its Special Conditions.
    heading = "Conditions of the approval" if name == "eu-contribution" else "Special conditions"

    filled = an_agreement(name, facts=some_facts(conditions=(a_condition(),)))

    assert heading in headings_of(filled.content)
    assert "latest social audit" in text_of(filled.content)
    assert heading not in headings_of(an_agreement(name).content)
    assert schema_faults(filled.content, tmp_path) == []


def test_the_same_input_gives_the_same_bytes():
    first, second = an_agreement(COMPANY), an_agreement(COMPANY)

    assert first == second


def test_another_version_gives_other_bytes_from_the_same_template():
    first, second = an_agreement(COMPANY), an_agreement(COMPANY, facts=some_facts(version=2))

    assert first.sha256 != second.sha256
    assert first.data_sha256 != second.data_sha256
    assert first.template_sha256 == second.template_sha256


def test_the_file_tells_where_it_came_from():
    filled = an_agreement(COMPANY)
    core = docx.Document(io.BytesIO(filled.content)).core_properties

    assert core.identifier == "PA-2026-0042 v1"
    assert core.author == "International Organisation for Decent Work"
    assert read_word(filled.content).properties == {
        "agreement_reference": "PA-2026-0042",
        "agreement_version": "1",
        "template": "private_partnership/en",
        "template_version": a_template("private_partnership").version,
        "template_sha256": filled.template_sha256,
        "data_sha256": filled.data_sha256,
    }


HOSTILE = [
    "Fish & Chips <Ltd> \"quoted\" 'single' ]]>",
    "{{ organisation.address }}",
    "{% for x in budget %}{{ x }}{% endfor %}",
    "{_{ organisation.address }_} {_% if x %_}",
    "[insert name] TBD <address>",
    "שלום עולם — مرحبا بالعالم ‏RTL‎",
    "Ünïcødé 👩🏽‍🏭🌍 ǅ ﬁ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ߦߌߙߌߥߊ߫",
    "a" * 9_999,
    "&amp;lt;w:p&gt; </w:t></w:r></w:p><w:p>",
    "line one\nline two\ttabbed",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value[:20]))
def test_hostile_text_is_printed_as_it_is_and_harms_nothing(value):
    proposal = an_example(COMPANY)
    data = agreement_data(proposal, some_facts())
    data["partner"]["legal_name"] = data["project"]["objective"] = value
    data["budget"][0]["heading"] = value
    template = template_for(proposal)

    filled = fill(template, data)

    prove(filled.content, template, data)
    text = text_of(filled.content)
    assert text.count(value) >= 3
    assert "Nothing in or relating to this Agreement shall be deemed a waiver" in text


def test_characters_no_page_shows_are_left_out():
    assert printable("a\x00b\x07c\x0cd\x0be\x1bf\ufffeg\r\nh\ud800") == "abcdefg\nh\N{REPLACEMENT CHARACTER}"


def test_control_characters_in_data_cannot_shape_the_document():
    proposal = an_example(FOUNDATION)
    data = agreement_data(proposal, some_facts())
    clean = len(docx.Document(io.BytesIO(fill(template_for(proposal), data).content)).paragraphs)
    data["project"]["objective"] = "one\atwo\fthree\x00"

    filled = fill(template_for(proposal), data)

    assert "onetwothree" in text_of(filled.content)
    assert len(docx.Document(io.BytesIO(filled.content)).paragraphs) == clean


def test_a_field_the_data_lacks_is_named():
    data = agreement_data(an_example(FOUNDATION), some_facts())
    del data["partner"]["legal_name"]

    with pytest.raises(TemplateError, match="legal_name"):
        fill(a_template("private_partnership"), data)


@pytest.mark.parametrize("value", [None, True, ["a", "b"]])
def test_only_text_is_printed(value):
    data = agreement_data(an_example(FOUNDATION), some_facts())
    data["partner"]["legal_name"] = value

    with pytest.raises(TemplateError, match="not text"):
        fill(a_template("private_partnership"), data)


@pytest.mark.parametrize("value", [3, 2.5, b"bytes", object(), {1, 2}])
def test_data_that_is_not_plain_is_refused(value):
    with pytest.raises(TemplateError, match="cannot stand in an agreement"):
        fill(a_template("private_partnership"), {"partner": {"legal_name": value}})


def test_the_data_is_left_as_it_was():
    data = agreement_data(an_example(COMPANY), some_facts())
    before = repr(data)

    fill(a_template("private_partnership"), data)

    assert repr(data) == before
