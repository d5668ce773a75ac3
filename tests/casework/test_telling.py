"""A sentence is made once, far below any page, and said in each reader's language."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from decimal import Decimal
from gettext import NullTranslations

import pytest
from babel import Locale

from approvals.casework.languages import Language, read_languages
from approvals.casework.proposal_file import check_proposal
from approvals.casework.telling import Told, told
from approvals.errors import InvalidProposal, NotAllowed
from approvals.settings import Settings
from tests.factories import an_eu_proposal


class _Fixed(NullTranslations):
    def __init__(self, said: dict[str, str]) -> None:
        super().__init__()
        self._said = said

    def gettext(self, message: str) -> str:
        return self._said.get(message, message)


FRENCH = Language(
    "fr",
    "Français",
    Locale.parse("fr"),
    _Fixed({
        "{name} holds task {task} since {since:day}": "La tâche {task} est chez {name} depuis le {since:day}",
        "{what} Try again later.": "{what} Réessayez plus tard.",
        "There were too many.": "C’était trop.",
        "legal review": "examen juridique",
    }),
)  # fmt: skip


def test_a_sentence_is_english_text_until_somebody_says_it_otherwise() -> None:
    sentence = told("{name} holds task {task} since {since:day}", name="A. Diallo", task=12, since=date(2026, 9, 3))

    assert sentence == "A. Diallo holds task 12 since 03 September 2026"
    assert FRENCH.voice.says(sentence) == "La tâche 12 est chez A. Diallo depuis le 3 septembre 2026"
    assert FRENCH.tongue_of(sentence) == "fr"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    sentence = told("{what} Try again later.", what=told("There were too many."))

    assert sentence == "There were too many. Try again later."
    assert FRENCH.voice.says(sentence) == "C’était trop. Réessayez plus tard."


@pytest.mark.parametrize(
    ("spec", "value", "english", "french"),
    [
        ("code", "legal_review", "legal_review", "examen juridique"),  # what one types
        ("words", "legal_review", "legal review", "examen juridique"),
        ("amount", Decimal("1234.50"), "1234.50", "1\u202f234,50"),
        ("number", 1234, "1,234", "1\u202f234"),
        ("percent", 0.5, "50%", "50\xa0%"),
        ("date", date(2026, 9, 3), "2026-09-03", "3 sept. 2026"),
    ],
)
def test_values_are_written_as_the_reader_writes_them(spec: str, value: object, english: str, french: str) -> None:
    sentence = Told(f"{{value:{spec}}}", {"value": value})

    assert (str(sentence), FRENCH.voice.says(sentence)) == (english, french)


def test_what_nobody_translated_is_said_in_english_and_marked_so() -> None:
    assert FRENCH.voice.says("The lift is out of order.") == "The lift is out of order."
    assert FRENCH.tongue_of("The lift is out of order.") == "en"
    assert FRENCH.voice.says("") == ""


def test_what_a_person_wrote_is_never_taken_for_a_pattern() -> None:
    sentence = told("{reason} – {task}", reason="{task} or {0} and {nothing}", task=12)

    assert sentence == FRENCH.voice.says(sentence) == "{task} or {0} and {nothing} – 12"


def test_a_sentence_survives_being_copied_and_raised() -> None:
    sentence = told("{name} holds task {task} since {since:day}", name="A. Diallo", task=12, since=date(2026, 9, 3))

    for same in (
        copy.deepcopy(sentence),
        pickle.loads(pickle.dumps(sentence)),
        NotAllowed(sentence).sentence,
    ):  # our own
        assert FRENCH.voice.says(same).startswith("La tâche 12")


def test_the_faults_of_a_proposal_are_told_in_french() -> None:
    with pytest.raises(InvalidProposal) as refused:
        check_proposal(
            an_eu_proposal(
                **{"money.contribution": "lots", "partner.country": "Senegal", "project.end_on": "2020-01-01"}
            ),
            name="proposal.yaml",
        )

    french = read_languages(Settings().translation_folder)["fr"]
    assert {fault.path: french.voice.says(fault.message) for fault in refused.value.faults} == {
        "partner.country": "«\xa0Senegal\xa0» n’est pas écrit comme il faut\xa0: "
        "deux lettres majuscules, par exemple SN",
        "project.end_on": "1 janv. 2020 doit être postérieur au début, 1 sept. 2026",
        "money.contribution": "«\xa0lots\xa0» n’est pas un montant\xa0; écrivez des chiffres, par exemple 125000.50",
    }
