"""A produced document is proved before it leaves the house."""

import pytest

from approvals.documents.fields import agreement_data
from approvals.documents.fill import fill
from approvals.documents.proof import Form, prove, values_at
from approvals.errors import ProofFailed
from tests.documents.agreements import COMPANY, an_example, some_facts, template_for
from tests.word import changed

BODY = "word/document.xml"


@pytest.fixture(scope="module")
def made():
    proposal = an_example(COMPANY)
    template, data = template_for(proposal), agreement_data(proposal, some_facts())
    return fill(template, data).content, template, data


def _faults(content, template, data):
    with pytest.raises(ProofFailed) as failed:
        prove(content, template, data)
    return failed.value.faults


def test_a_sound_document_passes(made):
    prove(*made)


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("USD 92,000.00", "USD 29,000.00", "budget[].amount"),
        ("USD 52,800.00", "", "in_kind[].value"),
        ("Nordvik Tekstil AS", "Nordvik", "partner.legal_name"),
        ("Øyvind Tangedal", "O. Tangedal", "contacts[].name"),
        ("four hundred and seventy-five thousand", "four hundred thousand", "money.contribution_in_words"),
    ],
)
def test_a_value_that_is_not_in_the_document_is_found(made, old, new, path):
    content, template, data = made

    faults = _faults(changed(content, BODY, lambda xml: xml.replace(old, new)), template, data)

    assert path in [fault.path for fault in faults]


@pytest.mark.parametrize(
    "leftover", ["{{ partner.name }}", "{% if x %}", "[insert date]", "TBD", "XXX", "&lt;name&gt;"]
)
def test_a_placeholder_left_standing_is_found(made, leftover):
    content, template, data = made

    spoiled = changed(content, BODY, lambda xml: xml.replace("This partnership is not exclusive.", leftover))

    assert any("left standing" in fault.message for fault in _faults(spoiled, template, data))


def test_what_a_person_wrote_is_no_placeholder():
    proposal = an_example(COMPANY)
    template, data = template_for(proposal), agreement_data(proposal, some_facts())
    data["project"]["title"] = "{{ our }} [insert] TBD <x>"

    prove(fill(template, data).content, template, data)


@pytest.mark.parametrize("empty", ["", " \n", "\x1f"])
def test_a_required_field_left_empty_is_found(made, empty):
    _, template, data = made
    data = {**data, "organisation": {**data["organisation"], "signatory_name": empty}}

    faults = _faults(fill(template, data).content, template, data)

    assert [fault.path for fault in faults] == ["organisation.signatory_name"]


def test_a_gap_in_the_numbering_is_found(made):
    content, template, data = made
    start = '<w:lvl w:ilvl="0"><w:start w:val="1"/>'

    spoiled = changed(content, "word/numbering.xml", lambda xml: xml.replace(start, start.replace('"1"', '"5"'), 1))

    assert any("gap" in fault.message for fault in _faults(spoiled, template, data))


def test_a_document_filled_from_other_data_is_found(made):
    content, template, data = made
    other = {**data, "agreement": {**data["agreement"], "version": "2"}}

    paths = [fault.path for fault in _faults(content, template, other)]

    assert "properties.agreement_version" in paths
    assert "properties.data_sha256" in paths


def test_a_part_that_word_would_repair_is_found_and_told_in_words(made):
    content, template, data = made

    spoiled = changed(content, BODY, lambda xml: xml.replace("<w:sectPr", "<w:p><w:blink/></w:p><w:sectPr", 1))

    (fault,) = _faults(spoiled, template, data)
    assert fault.path.startswith("the text, at «")
    assert "Word would offer to repair" in fault.message


def test_an_agreement_in_another_form_than_the_case_asks_for_is_found(made):
    content, template, data = made
    prove(content, template, data, form=Form(family="private_partnership", language="en"))

    for asked in (Form(family="ngo_implementing", language="en"), Form(family="private_partnership", language="fr")):
        with pytest.raises(ProofFailed) as failed:
            prove(content, template, data, form=asked)

        assert [str(fault) for fault in failed.value.faults] == [
            f"form: the case asks for «{asked}», but this agreement was made from «private_partnership/en»"
        ]


def test_a_broken_file_is_a_fault_and_no_crash(made):
    content, template, data = made

    assert [fault.path for fault in _faults(content[:5000], template, data)] == ["file"]


def test_values_are_found_by_their_path():
    data = {"budget": [{"amount": "1"}, {"amount": "2"}], "money": None, "title": "T"}

    assert list(values_at(data, "budget[].amount")) == ["1", "2"]
    assert list(values_at(data, "money.amount")) == []
    assert list(values_at(data, "title")) == ["T"]
