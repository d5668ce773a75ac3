"""What an agreement says, field by field."""

from dataclasses import replace

import pytest

from approvals.documents.fields import agreement_data
from tests.documents.agreements import COMPANY, EXAMPLES, ORGANISATION, a_condition, an_example, some_facts


@pytest.mark.parametrize("name", EXAMPLES)
def test_data_is_text_lists_and_yes_or_no(name):
    def check(value):
        if isinstance(value, dict):
            for inner in value.values():
                check(inner)
        elif isinstance(value, list):
            for inner in value:
                check(inner)
        else:
            assert value is None or isinstance(value, str | bool)

    check(agreement_data(an_example(name), some_facts(conditions=(a_condition(),))))


def test_figures_are_written_for_the_language():
    english = agreement_data(an_example(COMPANY), some_facts())
    french = agreement_data(an_example(COMPANY, language="fr"), some_facts())

    assert english["money"]["contribution"] == "USD 475,730.00"
    assert english["money"]["contribution_in_words"] == (
        "four hundred and seventy-five thousand seven hundred and thirty US dollars"
    )
    assert french["money"]["contribution"] == "475 730,00 USD".replace(" ", "\u00a0")
    assert french["project"]["duration"] == "24 mois"


def test_an_address_runs_in_one_line():
    data = agreement_data(an_example(COMPANY), some_facts())

    assert data["partner"]["address"] == "Fjordgata 118, 5003 Bergen, Norway"


def test_an_organisation_without_an_article_is_called_by_its_name():
    bare = replace(ORGANISATION, name="UN Women", name_with_article="")

    data = agreement_data(an_example(COMPANY), some_facts(organisation=bare))

    assert data["organisation"]["name_with_article"] == "UN Women"
