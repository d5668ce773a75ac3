"""A template is tried before anybody relies on it, and no field is declared that no case gives."""

from dataclasses import replace

import pytest

from approvals.documents.fields import agreement_data
from approvals.documents.known_fields import known_fields
from approvals.documents.manifest import TemplateField
from approvals.documents.template import families, read_manifest
from approvals.documents.trial import admit_template, sample_data
from approvals.errors import FaultyTemplate
from tests.documents.agreements import EXAMPLES, TEMPLATES, a_condition, a_template, an_example, some_facts
from tests.word import changed

BODY = "word/document.xml"


def paths_in(value, path=""):
    if isinstance(value, dict):
        return {deep for name, inner in value.items() for deep in paths_in(inner, f"{path}.{name}".strip("."))}
    if isinstance(value, list):
        return {deep for inner in value for deep in paths_in(inner, f"{path}[]")}
    return {path}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_field_a_case_gives_is_known(name):
    given = paths_in(agreement_data(an_example(name), some_facts(conditions=(a_condition(),))))

    assert {path for path in given if path not in known_fields()} <= {
        "money",
        "eu",
        "world_bank",
        "un",
        "contributor",
        "recipient",
    }


@pytest.mark.parametrize("family", families(TEMPLATES))
def test_every_shipped_family_declares_only_what_cases_give(family):
    assert [field.path for field in read_manifest(TEMPLATES, family).fields if field.path not in known_fields()] == []


def test_a_field_no_case_gives_is_refused_with_the_one_that_was_meant():
    ours = a_template("eu_contribution")
    old, new = "eu.financing_decision", "eu.financing_decision_no"
    fields = tuple(field.model_copy(update={"path": new}) if field.path == old else field for field in ours.fields)
    content = changed(ours.content, BODY, lambda xml: xml.replace(old, new))

    with pytest.raises(FaultyTemplate) as refused:
        admit_template(replace(ours, content=content, fields=fields))

    assert [str(fault) for fault in refused.value.faults] == [
        "fields: eu.financing_decision_no: no case gives this field; did you mean «eu.financing_decision»?"
    ]


def a_field(path, *, kind="text", required=False, example="A"):
    return TemplateField(path=path, type=kind, required=required, meaning="Something", example=example)


def test_the_least_leaves_out_what_real_data_leaves_out():
    fields = [
        a_field("partner.legal_name", required=True),
        a_field("partner.parent"),
        a_field("money.currency"),
        a_field("money.is_large", kind="flag", example=True),
        a_field("emblem.none", kind="flag", example=True),
        a_field("in_kind[].item"),
        a_field("activities[].title", required=True),
        a_field("personal_data", kind="flag", example=True),
    ]

    assert sample_data(fields, least=False) == {
        "partner": {"legal_name": "A", "parent": "A"},
        "money": {"currency": "A", "is_large": True},
        "emblem": {"none": True},
        "in_kind": [{"item": "A"}],
        "activities": [{"title": "A"}],
        "personal_data": True,
    }
    assert sample_data(fields, least=True) == {
        "partner": {"legal_name": "A", "parent": ""},
        "money": None,
        "emblem": {"none": False},
        "in_kind": [],
        "activities": [{"title": "A"}],
        "personal_data": False,
    }


def test_a_group_used_where_it_may_be_absent_is_found_on_trial():
    ours = a_template("private_partnership")
    objective, loose = "{{ project.objective }}", "{{ project.objective }} {{ money.contribution }}"
    content = changed(ours.content, BODY, lambda xml: xml.replace(objective, loose))

    with pytest.raises(FaultyTemplate, match="tried with only the required fields given"):
        admit_template(replace(ours, content=content))
