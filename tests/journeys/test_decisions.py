"""What the people who judge may say besides yes, and what follows."""

from __future__ import annotations

import pytest

from approvals.errors import DutiesConflict, Faulty
from approvals.rehearsal import People
from approvals.services.users import add_user
from approvals.store.engine import Store
from models.case import Stage
from models.decision import Outcome
from models.risk import RiskLevel
from models.user import Role, User
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import Story, a_foundation


def test_conditions_of_the_approval_stand_on_the_case_and_in_the_agreement(at: At) -> None:
    story = at(Stage.DECISION)

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
    story = tell(a_foundation())

    story.answer(
        "due_diligence", Outcome.ASSESSED, "Sound.", risk=RiskLevel.MODERATE, conditions=("An audit each year.",)
    )
    story.reach(Stage.DECISION)
    story.answer("decision", Outcome.APPROVE_WITH_CONDITIONS, "Useful.", conditions=("No photographs.",))

    assert [one["set_by"] for one in story.case.conditions] == ["due diligence officer", "regional director"]
    assert "An audit each year." in story.text()


def test_a_limited_scope_goes_into_the_agreement(at: At) -> None:
    story = at(Stage.DECISION)

    story.answer("decision", Outcome.LIMITED_SCOPE, "Lima first.", conditions=("Classes in Lima only.",))

    assert story.stage is Stage.LEGAL_REVIEW
    assert "Classes in Lima only." in story.text()


def test_an_objection_raises_the_decision_one_level(at: At) -> None:
    story = at(Stage.CONSULTATION)

    story.answer("consultation:workers_bureau", Outcome.OBJECTION, "The unions were not asked.")
    story.answer_as_usual()

    assert (story.task("decision").role, story.task("decision").office_code) == ("committee", "HQ")


def test_two_objections_raise_the_decision_no_more_than_one(tell: Tell) -> None:
    story = tell(a_foundation(beneficiary_contact=False)).reach(Stage.CONSULTATION)

    story.answer("consultation:workers_bureau", Outcome.OBJECTION, "The unions were not asked.")
    story.answer("consultation:employers_bureau", Outcome.OBJECTION, "Nor were the employers.")
    story.answer_as_usual()

    assert story.task("decision").role == "regional_director"


@pytest.mark.parametrize("outcome", [Outcome.SUPPORT, Outcome.NO_VIEW, Outcome.RESERVATION])
def test_other_views_leave_the_decision_where_it_lies(at: At, outcome: Outcome) -> None:
    story = at(Stage.CONSULTATION)

    story.answer("consultation:workers_bureau", outcome, "We have seen it.")
    story.answer_as_usual()

    assert story.task("decision").role == "regional_director"


def test_a_decision_is_referred_up_level_by_level_to_the_top_and_no_further(at: At) -> None:
    story = at(Stage.DECISION)

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


def test_a_declined_case_ends_with_its_reason(at: At) -> None:
    story = at(Stage.DECISION)

    story.answer("decision", Outcome.DECLINE, "Does not serve the programme.")

    assert story.stage is Stage.DECLINED
    assert story.decisions("decision")[0].reason == "Does not serve the programme."
    assert story.case.closed_at == story.now


def test_a_confirmed_hit_stops_the_case(tell_in_doubt: Tell) -> None:
    story = tell_in_doubt(a_foundation())

    story.answer("screening_review", Outcome.CONFIRMED_HIT, "The same organisation, by its register number.")

    assert story.stage is Stage.STOPPED
    assert story.owed() == []


def test_a_lower_risk_counts_only_when_a_second_person_at_headquarters_has_looked(tell: Tell) -> None:
    story = tell(a_foundation())
    story.answer("due_diligence", Outcome.ASSESSED, "They have met beneficiaries for years.", risk=RiskLevel.LOW)

    second = story.task("due_diligence:second")
    assert (story.stage, story.case.risk, second.office_code) == (Stage.DUE_DILIGENCE, RiskLevel.MODERATE, "HQ")
    assert "would lower the risk from moderate to low: «They have met beneficiaries for years.»" in second.prompt
    story.answer("due_diligence:second", Outcome.ASSESSED, "Agreed.", risk=RiskLevel.LOW)

    assert (story.stage, story.case.risk) == (Stage.CONSULTATION, RiskLevel.LOW)
    assert story.reach(Stage.DECISION).task("decision").role == "area_director"


def test_the_second_look_decides_and_never_goes_below_the_first(tell: Tell) -> None:
    story = tell(a_foundation(**{"partner.sector": "mining"}))
    story.answer("due_diligence", Outcome.ASSESSED, "Only a name.", risk=RiskLevel.MODERATE)

    with pytest.raises(Faulty, match="may not be below «moderate», which the first look came to"):
        story.answer("due_diligence:second", Outcome.ASSESSED, "Even less.", risk=RiskLevel.LOW)
    story.answer("due_diligence:second", Outcome.ASSESSED, "It is a mine.", risk=RiskLevel.SUBSTANTIAL)

    assert (story.stage, story.case.risk) == (Stage.CONSULTATION, RiskLevel.SUBSTANTIAL)


def test_nobody_takes_the_second_look_at_their_own_answer(tell: Tell, store: Store, people: People) -> None:
    story = tell(a_foundation())
    story.answer("due_diligence", Outcome.ASSESSED, "All is well.", risk=RiskLevel.LOW)
    first = story.decisions("due_diligence")[0].decided_by
    with store.session() as session:
        colleague = session.get(User, first)
        assert colleague is not None
    moved = add_user(
        store,
        email=colleague.email,
        name=colleague.name,
        office_code="HQ",
        roles=[Role.DUE_DILIGENCE_OFFICER],
        by=people.with_role(Role.ADMINISTRATOR),
        now=story.now,
    )

    with pytest.raises(DutiesConflict, match="nobody takes the second look at what they decided themselves"):
        story.answer("due_diligence:second", Outcome.ASSESSED, "Yes.", by=moved, risk=RiskLevel.LOW)


def test_a_second_look_may_ask_the_officer_first(tell: Tell) -> None:
    story = tell(a_foundation())
    story.answer("due_diligence", Outcome.ASSESSED, "All is well.", risk=RiskLevel.LOW)

    story.answer("due_diligence:second", Outcome.RETURN, "Which beneficiaries do they meet?")
    story.answer("answer:due_diligence:second", Outcome.ANSWERED, "Young domestic workers, in classes.")
    story.answer("due_diligence:second", Outcome.ASSESSED, "Then it stays.", risk=RiskLevel.MODERATE)

    assert (story.stage, story.case.risk) == (Stage.CONSULTATION, RiskLevel.MODERATE)


def test_a_higher_assessed_risk_raises_the_level_of_decision(tell: Tell) -> None:
    story = tell(a_foundation())

    story.answer("due_diligence", Outcome.ASSESSED, "The owners are unknown.", risk=RiskLevel.HIGH)
    story.reach(Stage.DECISION)

    assert story.task("decision").role == "executive"


# Silence


def test_silence_in_consultation_is_recorded_as_no_view_by_nobody(at: At) -> None:
    story = at(Stage.CONSULTATION)
    _all_but_workers(story)

    on_the_last_day = story.days_pass(7)
    a_day_later = story.days_pass(1)

    assert (on_the_last_day.silent, a_day_later.silent) == (0, 1)
    [silence] = story.decisions("consultation:workers_bureau")
    assert (silence.outcome, silence.decided_by) == (Outcome.NO_VIEW, None)
    assert "No answer by 2026-09-28" in silence.reason
    assert story.stage is Stage.DECISION


def test_silence_never_decides_a_decision(at: At) -> None:
    story = at(Stage.DECISION)

    story.days_pass(200)

    assert story.stage is Stage.DECISION
    assert story.decisions("decision") == []


def _all_but_workers(story: Story) -> None:
    story.answer_as_usual(*[slot for slot in story.slots() if slot != "consultation:workers_bureau"])
