"""Whoever must judge may first ask. The officer answers, and the case goes on where it was."""

from __future__ import annotations

from typing import Any

import pytest

from approvals.errors import Fault, InvalidProposal, NotAllowed
from models.case import Stage
from models.decision import Outcome
from models.task import TaskKind
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import Story, a_foundation, example, values_of

QUESTION = "Which workshops are meant?"
RETURNABLE = (
    (Stage.SCREENING_REVIEW, "screening_review"),
    (Stage.DUE_DILIGENCE, "due_diligence"),
    (Stage.CONSULTATION, "consultation:workers_bureau"),
    (Stage.DECISION, "decision"),
    (Stage.LEGAL_REVIEW, "legal_review"),
    (Stage.CLEARANCE, "clearance:finance"),
    (Stage.SIGNATURE, "signature:organisation"),
)


def returned(story: Story, slot: str) -> None:
    """Let whoever owes `slot` ask the officer, after the case has come there."""
    story.answer(slot, Outcome.RETURN, QUESTION)


def answered(story: Story, slot: str, reason: str = "Those of the annex.", **more: Any) -> None:
    """Let the officer answer the return of `slot`."""
    story.answer(f"answer:{slot}", Outcome.ANSWERED, reason, by=story.officer, **more)


@pytest.mark.parametrize(("stage", "slot"), RETURNABLE, ids=[stage for stage, _ in RETURNABLE])
def test_a_return_is_answered_by_the_officer_and_resumes_at_the_same_stage_with_the_same_people(
    tell_in_doubt: Tell, stage: Stage, slot: str
) -> None:
    story = tell_in_doubt(example("company-cash-in-kind")).reach(stage)
    asked, others = story.task(slot), [task for task in story.owed() if task.slot != slot]
    leg = story.case.leg

    returned(story, slot)
    owes = story.task(f"answer:{slot}")
    answered(story, slot)
    again = story.task(slot)

    assert (owes.kind, owes.assigned_to) == (TaskKind.ANSWER, story.officer.id)
    assert QUESTION in owes.prompt
    assert (story.stage, story.case.leg) == (stage, leg)
    assert (again.kind, again.role, again.office_code) == (asked.kind, asked.role, asked.office_code)
    assert [task.id for task in story.owed() if task.slot != slot] == [task.id for task in others]


def test_a_case_that_was_asked_about_at_every_stage_is_signed_all_the_same(tell_in_doubt: Tell) -> None:
    story = tell_in_doubt(example("company-cash-in-kind"))

    for stage, slot in RETURNABLE:
        story.reach(stage)
        returned(story, slot)
        answered(story, slot)

    assert story.finish() is Stage.IN_FORCE


def test_the_stage_waits_for_the_answer_even_when_all_others_have_spoken(at: At) -> None:
    story = at(Stage.CONSULTATION)
    returned(story, "consultation:workers_bureau")

    for slot in ("consultation:employers_bureau", "consultation:technical_unit", "consultation:country_office"):
        story.answer_as_usual(slot)

    assert story.stage is Stage.CONSULTATION
    assert story.slots() == ["answer:consultation:workers_bureau"]


def test_the_same_may_be_asked_again(at: At) -> None:
    story = at(Stage.DECISION)

    for _ in range(3):
        returned(story, "decision")
        answered(story, "decision")
    story.answer_as_usual()

    assert [decision.outcome for decision in story.decisions("decision")] == [*["return"] * 3, "approve"]
    assert story.stage is Stage.LEGAL_REVIEW


def test_only_the_officer_who_submitted_may_answer(tell: Tell) -> None:
    story = tell(a_foundation())
    returned(story, "due_diligence")
    colleague = story.people.named("jonas.weber@example.org")

    with pytest.raises(NotAllowed, match="officer"):
        story.answer("answer:due_diligence", Outcome.ANSWERED, "I know it.", by=colleague)


def test_an_officer_may_withdraw_instead_of_answering(at: At) -> None:
    story = at(Stage.CONSULTATION)
    returned(story, "consultation:workers_bureau")

    story.answer("answer:consultation:workers_bureau", Outcome.WITHDRAWN, "The partner has gone elsewhere.")

    assert story.stage is Stage.WITHDRAWN
    assert story.owed() == []


# A revised proposal


FOUNDATIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("amount", {"in_kind.0.value": "62800.00"}),
    ("partner", {"partner_is": "new"}),
    ("criteria", {"criteria.union_rights_denied": False, "criteria.child_labour": True}),
)


@pytest.mark.parametrize(("what", "changes"), FOUNDATIONS, ids=[what for what, _ in FOUNDATIONS])
def test_an_answer_that_changes_what_screening_rests_on_starts_again_there(
    tell: Tell, what: str, changes: dict[str, Any]
) -> None:
    story = tell(example("company-cash-in-kind")).reach(Stage.LEGAL_REVIEW)
    returned(story, "legal_review")

    answered(story, "legal_review", proposal=values_of(story.proposal, **changes))

    assert story.case.proposal_version == 2
    assert story.stages_passed()[-2:] == ["legal_review", "screening"]
    assert "CaseRestarted" in story.happened()


def test_a_restarted_case_rests_on_nothing_decided_before(at: At) -> None:
    story = at(Stage.DECISION)
    story.answer("decision", Outcome.REFER_UP, "Of interest beyond the region.")
    story.answer("decision", Outcome.APPROVE_WITH_CONDITIONS, "Useful.", conditions=("A yearly report.",))
    story.reach(Stage.LEGAL_REVIEW)
    returned(story, "legal_review")

    answered(story, "legal_review", proposal=values_of(story.proposal, emblem_use="case_by_case"))

    case = story.case
    assert (case.stage, case.conditions, case.decision_level) == (Stage.DUE_DILIGENCE, [], None)
    assert case.agreement_version is None
    assert story.reach(Stage.DECISION).task("decision").role == "regional_director"


def test_a_new_partner_is_entered_in_the_register_and_carries_the_case(tell: Tell) -> None:
    story = tell(a_foundation())
    before = story.case.partner_id
    returned(story, "due_diligence")

    other = {"partner.legal_name": "Fundación Otra", "partner.aliases": [], "partner.registration_number": "110999"}
    answered(story, "due_diligence", proposal=values_of(story.proposal, **other))

    assert story.case.partner_id != before


def test_a_partner_said_to_be_new_is_entered_once_however_often_its_proposal_is_revised(tell: Tell) -> None:
    story = tell(a_foundation(partner_is="new"))
    before = story.case.partner_id
    returned(story, "due_diligence")

    answered(story, "due_diligence", proposal=values_of(story.proposal, emblem_use="case_by_case"))

    assert "CaseRestarted" in story.happened()
    assert story.case.partner_id == before


def test_new_activities_before_drafting_resume_where_the_case_was(at: At) -> None:
    story = at(Stage.DECISION)
    returned(story, "decision")

    answered(story, "decision", proposal=values_of(story.proposal, **{"activities.1.deliverable": "50 classes"}))

    assert (story.stage, story.case.proposal_version) == (Stage.DECISION, 2)
    assert story.slots() == ["decision"]
    assert "50 classes" in story.reach(Stage.LEGAL_REVIEW).text()


def test_new_activities_after_drafting_are_drafted_anew_as_the_next_version(at: At) -> None:
    story = at(Stage.CLEARANCE)
    returned(story, "clearance:signatory")

    answered(
        story, "clearance:signatory", proposal=values_of(story.proposal, **{"activities.1.deliverable": "50 classes"})
    )

    assert story.stage is Stage.LEGAL_REVIEW
    assert [agreement.version for agreement in story.agreements()] == [1, 2]
    assert "45 classes" in story.text(version=1)
    assert "50 classes" in story.text()
    assert story.finish() is Stage.IN_FORCE


def test_a_restarted_case_does_not_jump_to_drafting_past_the_decision(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)
    returned(story, "legal_review")
    revised = values_of(story.proposal, emblem_use="case_by_case")
    answered(story, "legal_review", proposal=revised)
    returned(story, "due_diligence")

    revised["activities"][1]["deliverable"] = "50 classes"
    answered(story, "due_diligence", proposal=revised)

    assert story.stage is Stage.DUE_DILIGENCE


UNCHANGEABLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("office", {"office": "AO-DAKAR"}),
    ("requested_by", {"requested_by": "elena.rojas@example.org"}),
)


@pytest.mark.parametrize(("path", "changes"), UNCHANGEABLE, ids=[path for path, _ in UNCHANGEABLE])
def test_where_a_case_comes_from_is_not_revised(tell: Tell, path: str, changes: dict[str, Any]) -> None:
    story = tell(a_foundation())
    returned(story, "due_diligence")

    with pytest.raises(InvalidProposal) as refused:
        answered(story, "due_diligence", proposal=values_of(story.proposal, **changes))

    assert [fault.path for fault in refused.value.faults] == [path]
    assert (story.case.proposal_version, story.slots()) == (1, ["answer:due_diligence"])


def test_a_faulty_revision_is_refused_whole_and_may_be_sent_again(tell: Tell) -> None:
    story = tell(a_foundation())
    returned(story, "due_diligence")

    with pytest.raises(InvalidProposal) as refused:
        answered(story, "due_diligence", proposal=values_of(story.proposal, title="", funds="sideways"))

    assert [fault.path for fault in refused.value.faults if isinstance(fault, Fault)] == ["title", "funds"]
    answered(story, "due_diligence")
    assert story.slots() == ["due_diligence"]
