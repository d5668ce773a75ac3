"""Every example proposal goes through its whole life and ends where it should."""

from __future__ import annotations

import pytest

from approvals.store import queries
from approvals.store.trail import verify
from models.case import Stage
from models.screening import Verdict
from tests.journeys.conftest import Tell
from tests.journeys.stories import Story, a_foundation, example
from tests.word import LEFTOVER

SIGNED = (
    # example, family, phrases that only this agreement has
    (
        "foundation",
        "private_partnership",
        ["Fundación Semilla Andina", "Exchange with the unions of domestic workers"],
    ),
    ("company-cash-in-kind", "private_partnership", ["Nordvik Tekstil AS", "USD 475,730.00", "Extraction fans"]),
    (
        "ngo-implementing",
        "ngo_implementing",
        ["Association Yiriwa-Ton pour l’Éducation", "Fatoumata Kéïta-Coulibaly"],
    ),
    ("eu-contribution", "eu_contribution", ["European Commission", "Élise Vandenbroucke"]),
    (
        "un-transfer-giving",
        "un_transfer",
        ["United Nations Agency for Rural Skills", "USD 342,400.00", "Ferdinand Okonjo-Bauer"],
    ),
    ("un-transfer-receiving", "un_transfer", ["United Nations Office for Coastal Livelihoods", "USD 64,200.00"]),
    (
        "world-bank-outputs",
        "world_bank_outputs",
        ["National Apprenticeship and Trades Authority", "IDA-E9902-GM", "6 sets of 48 machines", "5 October 2026"],
    ),
    ("world-bank-ta", "world_bank_ta", ["National Skills Development Agency", "IDA-9901-VN", "Trịnh Thị Hồng Vân"]),
)


@pytest.mark.parametrize(("name", "family", "phrases"), SIGNED, ids=[row[0] for row in SIGNED])
def test_ends_in_force_with_the_agreement_of_its_family(
    tell: Tell, name: str, family: str, phrases: list[str]
) -> None:
    story = tell(example(name))

    end = story.finish()

    assert end is Stage.IN_FORCE
    [agreement] = story.agreements()
    assert (agreement.family, agreement.language) == (family, "en")
    text = story.text()
    assert [phrase for phrase in (*phrases, story.reference, story.proposal.title) if phrase not in text] == []
    assert LEFTOVER.search(text) is None


def test_ends_stopped_with_the_criterion_that_forbids_it(tell: Tell) -> None:
    story = tell(example("stopped-by-screening"))

    assert story.stage is Stage.STOPPED
    assert story.owed() == []
    assert story.agreements() == []
    stopping = [found for found in _findings(story) if found[0] is Verdict.STOP]
    assert [name for _, name, _ in stopping] == ["exclusion_criteria"]
    assert "Tobacco" in stopping[0][2]


def test_leaves_a_trail_that_holds_and_names_every_stage(tell: Tell) -> None:
    story = tell(a_foundation())

    story.finish()

    stages = ["screening", "due_diligence", "consultation", "decision", "drafting"]
    assert story.stages_passed() == [*stages, "legal_review", "negotiation", "clearance", "signature"]
    with story.store.session() as session:
        assert verify(session).first_break is None


def test_a_clear_screening_asks_nobody(tell: Tell) -> None:
    story = tell(a_foundation())

    assert story.stage is Stage.DUE_DILIGENCE
    assert "screening_review" not in story.stages_passed()


def test_a_screening_without_lists_asks_a_person(tell_in_doubt: Tell) -> None:
    story = tell_in_doubt(a_foundation())

    assert story.slots() == ["screening_review"]
    doubts = [name for verdict, name, _ in _findings(story) if verdict is Verdict.REVIEW]
    assert "lists_current" in doubts


def test_the_european_union_and_the_world_bank_are_asked_for_no_due_diligence(tell: Tell) -> None:
    story = tell(example("eu-contribution"))

    assert story.stages_passed() == ["screening", "due_diligence"]
    assert story.stage is Stage.CONSULTATION


def test_a_small_safe_case_is_decided_in_its_area_office_and_skips_legal_review(tell: Tell) -> None:
    story = tell(a_foundation(beneficiary_contact=False))

    story.reach(Stage.DECISION)
    decides = story.task("decision")
    story.reach(Stage.NEGOTIATION)

    assert (decides.role, decides.office_code) == ("area_director", "AO-LIMA")
    assert story.decisions("legal_review") == []
    assert "legal_review" in story.stages_passed()


def _findings(story: Story) -> list[tuple[Verdict, str, str]]:
    with story.store.session() as session:
        screening = queries.latest_screening(session, story.case)
        assert screening is not None
        return [(found.verdict, found.name, found.reason) for found in queries.findings_of(session, screening)]
