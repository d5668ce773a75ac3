"""The document of an amendment: every change in words, in three languages, and nothing left standing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from approvals.casework.amendment import FIXED, TOUCHES, covers
from approvals.casework.amendment_file import Drawn, check_amendment, draw_out, read_amendment
from approvals.casework.changes import WHOLE, Change
from approvals.casework.fields import Form
from approvals.casework.proposal import ProposalForm, Side
from approvals.documents import provisions
from approvals.documents.amendment_fields import AmendmentFacts, amendment_data
from approvals.documents.fill import fill
from approvals.documents.pdf import pages_in
from approvals.documents.proof import prove
from approvals.documents.provisions import Tongue, before_and_after
from approvals.settings import CHECKOUT
from tests.documents.agreements import a_condition, a_template, an_example, some_facts
from tests.documents.libreoffice import converted, needs_libreoffice, text_of_pdf
from tests.word import LEFTOVER, headings_of, schema_faults, text_of

EXAMPLES = {
    "company-more-workshops": "company-cash-in-kind",
    "company-no-cost-extension": "company-cash-in-kind",
    "foundation-new-name": "foundation",
}
SIDES = {Side.ORGANISATION: "the organisation", Side.PARTNER: "the partner", Side.BOTH: "both"}
ENGLISH = Tongue("en", "EUR", SIDES)


def drawn(name: str, language: str = "en") -> tuple[ProposalForm, Drawn]:
    before = an_example(EXAMPLES[name], language=language)
    file = CHECKOUT / "examples" / "amendments" / f"{name}.yaml"
    return before, draw_out(read_amendment(file.read_bytes(), name=name), before)


def data_of(before: ProposalForm, amendment: Drawn, *, number: int = 1, **facts: Any) -> dict[str, Any]:
    return amendment_data(
        before,
        amendment.proposal,
        amendment.changes,
        facts=some_facts(**facts),
        amendment=AmendmentFacts(
            reason=amendment.form.reason,
            succession=amendment.form.succession,
            number=number,
            agreement_title=a_template("private_partnership", before.language).title,
            agreement_reference="PA-2026-0007",
            agreement_version=2,
            agreement_signed_on=date(2026, 11, 5),
        ),
    )


def text_with(data: dict[str, Any], language: str = "en") -> str:
    return text_of(fill(a_template("amendment", language), data).content)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_amendment_passes_its_proof_in_every_language(name: str, language: str, tmp_path: Path) -> None:
    template, data = a_template("amendment", language), data_of(*drawn(name, language), conditions=(a_condition(),))

    filled = fill(template, data)

    prove(filled.content, template, data)
    assert schema_faults(filled.content, tmp_path) == []
    assert LEFTOVER.search(text_of(filled.content)) is None


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            ["Amendment No. 1", "to the Partnership Agreement PA-2026-0007", "5 November 2026", "USD 532,230.00",
             "Activity “Training of safety committees”: deliverable", "150 committees at work",
             "Both Parties; 31 March 2028; Report of the open day", "remain unchanged and in full force"],
        ),
        (
            "fr",
            ["Avenant n°\u00a01", "entré en vigueur le 5 novembre 2026", "532\u00a0230,00\u00a0USD",
             "Activité «\u00a0Training of safety committees\u00a0» : livrable", "demeurent inchangées"],
        ),
        (
            "es",
            ["Enmienda núm.\u00a01", "entró en vigor el 5 de noviembre de 2026", "532\u00a0230,00\u00a0USD",
             "Actividad «Training of safety committees»: entregable", "permanecerán inalteradas"],
        ),
    ],
)  # fmt: skip
def test_it_names_the_agreement_and_tells_every_change(language: str, sentences: list[str]) -> None:
    text = text_with(data_of(*drawn("company-more-workshops", language)), language)

    assert [sentence for sentence in sentences if sentence not in text] == []


def test_a_budget_is_shown_as_a_whole_with_its_totals() -> None:
    data = data_of(*drawn("company-more-workshops"))

    assert {"heading": "Safety engineers", "before": "USD 92,000.00", "after": "USD 117,000.00"} in data[
        "budget_before_and_after"
    ]
    assert data["budget_totals"][-1] == {
        "heading": "Contribution",
        "before": "USD 475,730.00",
        "after": "USD 532,230.00",
    }
    assert [part["amount"] for part in data["new_instalments"]][-1] == "USD 172,230.00"


def test_what_does_not_change_is_not_in_it() -> None:
    data = data_of(*drawn("company-no-cost-extension"))

    text = text_with(data)

    assert (data["budget_before_and_after"], data["new_instalments"]) == ([], [])
    assert "The budget in the Agreement" not in text
    assert "Succession" not in text
    assert "and has been amended since" not in text
    assert "and has been amended since" in text_with(data_of(*drawn("company-no-cost-extension"), number=2))


def test_a_new_name_leaves_the_partner_who_it_was() -> None:
    text = text_with(data_of(*drawn("foundation-new-name")))

    assert "previously named Fundación Semilla Andina" in text
    assert "affects neither the legal personality of the Partner" in text
    assert "Entry of the new name in the register" not in text  # what the approval rests on is not in the agreement


def test_a_successor_takes_over_rights_and_duties() -> None:
    before = an_example("foundation")
    form = check_amendment(
        {
            "kind": "partner_change",
            "reason": "Both foundations merged.",
            "succession": True,
            "changes": {"partner": {"legal_name": "Fundación Dos Ríos"}},
        },
        name="merger",
    )

    filled = fill(a_template("amendment"), data_of(before, draw_out(form, before)))

    text = text_of(filled.content)
    assert "Succession" in headings_of(filled.content)
    assert "Fundación Dos Ríos takes the place of Fundación Semilla Andina as a party to the Agreement" in text
    assert "previously named" not in text


@needs_libreoffice
def test_it_takes_two_or_three_pages_and_keeps_the_signatures_together(tmp_path: Path) -> None:
    before, amendment = drawn("company-more-workshops")
    filled = fill(a_template("amendment"), data_of(before, amendment, conditions=(a_condition(),)))

    (file,) = converted({"amendment": filled.content}, tmp_path).values()

    last_page = text_of_pdf(file).rpartition("Inwitnesswhereof")[2]
    assert pages_in(file.read_bytes()) in (2, 3)
    assert last_page.count("Placeanddate:") == 2


# Words for every field ------------------------------------------------------------------------------------------


def leaves(form: type[Form] = ProposalForm, path: str = "") -> Iterator[str]:
    """Yield every field of a proposal that may change by itself."""
    for name, field in form.model_fields.items():
        place = f"{path}.{name}" if path else name
        inner = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, Form)]
        if inner and place not in WHOLE and place not in provisions.BESIDE_THE_TEXT:
            yield from leaves(inner[0], place)
        else:
            yield place


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _parts(argument)


AMENDABLE = [
    field
    for field in leaves()
    if any(covers(touched, field) for touched in TOUCHES.values()) and not covers(FIXED, field)
]
NAMES = {
    "activities.title",
    "money.budget.heading",
    "money.instalments.trigger",
    "in_kind.item",
    "eu.results.result",
    "world_bank.outputs.title",
}


@pytest.mark.parametrize("field", sorted(set(AMENDABLE) - NAMES))
def test_whatever_can_be_amended_has_words_in_three_languages(field: str) -> None:
    labels, _ = provisions.PROVISIONS.get(field) or provisions.BESIDE_THE_TEXT[field]

    assert len({label for label in labels if label}) >= 2 or field in provisions.BESIDE_THE_TEXT
    assert all(labels)


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (Change("project.end_on", "", "2028-12-31", "2029-05-31"), ("31 December 2028", "31 May 2029")),
        (Change("partner.parent", "", None, "Dos Ríos"), ("–", "Dos Ríos")),
        (Change("project.countries", "", ["SN"], ["SN", "ML"]), ("Senegal", "Senegal and Mali")),
        (Change("money.support_rate", "", "13", "12.5"), ("13%", "12.5%")),
        (Change("money.budget.amount", "Travel", "10", "20.5"), ("EUR 10.00", "EUR 20.50")),
        (Change("emblem_use", "", "none", "schedule"), ("not permitted", "as the signed schedule says")),
        (Change("personal_data", "", False, True), ("no", "yes")),
        (Change("activities.responsible", "Fair", "partner", "both"), ("the partner", "both")),
        (
            Change("focal_point", "", {"name": "A", "function": "B"}, {"name": "C", "function": "D", "email": "e@f"}),
            ("A, B", "C, D, e@f"),
        ),
        (
            Change("activities", "Fair", {"responsible": "both", "due_on": "2027-01-01", "deliverable": None}, None),
            ("both; 1 January 2027", "deleted"),
        ),
        (Change("risk_factors", "image", "low", "high"), ("low", "high")),
    ],
)  # fmt: skip
def test_a_value_is_written_as_people_write_it(change: Change, row: tuple[str, str]) -> None:
    written = before_and_after(change, ENGLISH)

    assert (written.before, written.after) == row
