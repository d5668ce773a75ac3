"""The proposals a newcomer can run."""

from tests.documents.agreements import EXAMPLES, an_example


def test_there_is_an_example_of_every_road():
    assert set(EXAMPLES) == {
        "company-cash-in-kind", "eu-contribution", "foundation", "ngo-implementing", "stopped-by-screening",
        "un-transfer-giving", "un-transfer-receiving", "world-bank-outputs", "world-bank-ta",
    }  # fmt: skip


def test_only_the_tobacco_company_answers_a_criterion_with_yes():
    involved = {name: [key for key, yes in an_example(name).criteria.items() if yes] for name in EXAMPLES}

    assert involved.pop("stopped-by-screening") == ["tobacco"]
    assert not any(involved.values())
