"""What the people who judge may say besides yes, and what follows."""

from __future__ import annotations

import pytest

from approvals.errors import Faulty
from models.case import Stage
from models.decision import Outcome
from models.risk import RiskLevel
from tests.journeys.conftest import Tell
from tests.journeys.stories import Story, example


def test_conditions_of_the_approval_stand_on_the_case_and_in_the_agreement(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.DECISION)

    story.answer(
        "decision",
        Outcome.APPROVE_WITH_CONDITIONS,
        "Useful, with care.",
        conditions=("Classes take place outside working hours.", "No photographs of learners."),
    )

    assert [(one["text"], one["set_by"]) for one in story.case.conditions] == [
        ("Classes take place outside working hours.", "regional director"),
        ("No photographs of learners.", "regional director"),
    ]
    assert "Classes take place outside working hours." in story.text()
    assert "No photographs of learners." in story.text()


def test_conditions_of_the_due_diligence_are_kept_beside_those_of_the_approval(tell: Tell) -> None:
    story = tell(example("foundation"))

    story.answer(
        "due_diligence", Outcome.ASSESSED, "Sound.", risk=RiskLevel.MODERATE, conditions=("An audit each year.",)
    )
    story.reach(Stage.DECISION)
    story.answer("decision", Outcome.APPROVE_WITH_CONDITIONS, "Useful.", conditions=("No photographs.",))

    assert [one["set_by"] for one in story.case.conditions] == ["due diligence officer", "regional director"]
    assert "An audit each year." in story.text()


def test_a_limited_scope_goes_into_the_agreement(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.DECISION)

    story.answer("decision", Outcome.LIMITED_SCOPE, "Lima first.", conditions=("Classes in Lima only.",))

    assert story.stage is Stage.LEGAL_REVIEW
    assert "Classes in Lima only." in story.text()


def test_an_objection_raises_the_decision_one_level(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.CONSULTATION)

    story.answer("consultation:workers_bureau", Outcome.OBJECTION, "The unions were not asked.")
    story.answer_as_usual()

    assert (story.task("decision").role, story.task("decision").office_code) == ("committee", "HQ")


def test_two_objections_raise_the_decision_no_more_than_one(tell: Tell) -> None:
    story = tell(example("foundation", beneficiary_contact=False)).reach(Stage.CONSULTATION)

    story.answer("consultation:workers_bureau", Outcome.OBJECTION, "The unions were not asked.")
    story.answer("consultation:employers_bureau", Outcome.OBJECTION, "Nor were the employers.")
    story.answer_as_usual()

    assert story.task("decision").role == "regional_director"


@pytest.mark.parametrize("outcome", [Outcome.SUPPORT, Outcome.NO_VIEW, Outcome.RESERVATION])
def test_other_views_leave_the_decision_where_it_lies(tell: Tell, outcome: Outcome) -> None:
    story = tell(example("foundation")).reach(Stage.CONSULTATION)

    story.answer("consultation:workers_bureau", outcome, "We have seen it.")
    story.answer_as_usual()

    assert story.task("decision").role == "regional_director"


def test_a_decision_is_referred_up_level_by_level_to_the_top_and_no_further(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.DECISION)

    levels = [story.task("decision").role]
    for _ in range(2):
        story.answer("decision", Outcome.REFER_UP, "Beyond my level.")
        levels.append(story.task("decision").role)
    with pytest.raises(Faulty, match="no level above") as refused:
        story.answer("decision", Outcome.REFER_UP, "Beyond my level.")

    assert levels == ["regional_director", "committee", "executive"]
    assert [fault.path for fault in refused.value.faults] == ["outcome"]
    story.answer_as_usual()
    assert story.stage is Stage.LEGAL_REVIEW


def test_a_declined_case_ends_with_its_reason(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.DECISION)

    story.answer("decision", Outcome.DECLINE, "Does not serve the programme.")

    assert story.stage is Stage.DECLINED
    assert story.decisions("decision")[0].reason == "Does not serve the programme."
    assert story.case.closed_at == story.now


def test_a_confirmed_hit_stops_the_case(tell_in_doubt: Tell) -> None:
    story = tell_in_doubt(example("foundation"))

    story.answer("screening_review", Outcome.CONFIRMED_HIT, "The same organisation, by its register number.")

    assert story.stage is Stage.STOPPED
    assert story.owed() == []


def test_the_assessed_risk_lies_never_below_that_of_the_screening(tell: Tell) -> None:
    story = tell(example("foundation"))

    with pytest.raises(Faulty, match="may not be below «moderate»"):
        story.answer("due_diligence", Outcome.ASSESSED, "All is well.", risk=RiskLevel.LOW)


def test_a_higher_assessed_risk_raises_the_level_of_decision(tell: Tell) -> None:
    story = tell(example("foundation"))

    story.answer("due_diligence", Outcome.ASSESSED, "The owners are unknown.", risk=RiskLevel.HIGH)
    story.reach(Stage.DECISION)

    assert story.task("decision").role == "executive"


# Silence


def test_silence_in_consultation_is_recorded_as_no_view_by_nobody(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.CONSULTATION)
    _all_but_workers(story)

    on_the_last_day = story.days_pass(7)
    a_day_later = story.days_pass(1)

    assert (on_the_last_day.silent, a_day_later.silent) == (0, 1)
    [silence] = story.decisions("consultation:workers_bureau")
    assert (silence.outcome, silence.decided_by) == (Outcome.NO_VIEW, None)
    assert "No answer by 2026-09-28" in silence.reason
    assert story.stage is Stage.DECISION


def test_silence_never_decides_a_decision(tell: Tell) -> None:
    story = tell(example("foundation")).reach(Stage.DECISION)

    story.days_pass(200)

    assert story.stage is Stage.DECISION
    assert story.decisions("decision") == []


def _all_but_workers(story: Story) -> None:
    story.answer_as_usual(*[slot for slot in story.slots() if slot != "consultation:workers_bureau"])
