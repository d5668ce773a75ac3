"""How a case ends: taken back, out of time, or in force until its own end."""

from __future__ import annotations

from datetime import date

import pytest

from approvals.errors import InvalidProposal, NotAllowed, WrongStage
from approvals.services.cases import end_partnership, withdraw
from models.case import Stage
from models.decision import Outcome
from models.task import TaskState
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import Story, a_foundation, example

OPEN = (
    Stage.SCREENING_REVIEW,
    Stage.DUE_DILIGENCE,
    Stage.CONSULTATION,
    Stage.DECISION,
    Stage.LEGAL_REVIEW,
    Stage.NEGOTIATION,
    Stage.CLEARANCE,
    Stage.SIGNATURE,
)


@pytest.mark.parametrize("stage", OPEN)
def test_the_officer_withdraws_a_case_at_any_open_stage_and_nobody_owes_anything(
    tell_in_doubt: Tell, stage: Stage
) -> None:
    story = tell_in_doubt(a_foundation()).reach(stage)

    withdraw(story.store, story.reference, by=story.officer, reason="The partner moved abroad.", now=story.now)

    assert (story.stage, story.owed()) == (Stage.WITHDRAWN, [])
    assert story.case.closed_at == story.now
    assert story.happened()[-1] == "CaseWithdrawn"
    assert story.advance() is Stage.WITHDRAWN


def test_what_was_owed_when_a_case_is_withdrawn_is_cancelled_not_decided(at: At) -> None:
    story = at(Stage.CONSULTATION)
    owed = [task.id for task in story.owed()]

    withdraw(story.store, story.reference, by=story.officer, reason="No funds.", now=story.now)

    from models.task import Task

    with story.store.session() as session:
        states = {session.get_one(Task, number).state for number in owed}
    assert states == {TaskState.CANCELLED}


def test_only_the_officer_who_submitted_withdraws(tell: Tell) -> None:
    story = tell(a_foundation())
    other_officer = story.people.named("jonas.weber@example.org")

    with pytest.raises(NotAllowed, match="submitted by somebody else"):
        withdraw(story.store, story.reference, by=other_officer, reason="Mine now.", now=story.now)


def test_withdrawing_needs_a_reason(tell: Tell) -> None:
    story = tell(a_foundation())

    with pytest.raises(InvalidProposal, match="say why"):
        withdraw(story.store, story.reference, by=story.officer, reason="  ", now=story.now)

    assert story.stage is Stage.DUE_DILIGENCE


def test_a_closed_case_is_not_withdrawn_again(tell: Tell) -> None:
    story = tell(example("stopped-by-screening"))

    with pytest.raises(WrongStage, match=r"closed already \(stopped\)"):
        withdraw(story.store, story.reference, by=story.officer, reason="Too late.", now=story.now)


def test_a_partner_who_withdraws_in_negotiation_ends_the_case(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    story.answer("negotiation", Outcome.WITHDRAWN, "The trustees chose another project.")

    assert (story.stage, story.owed()) == (Stage.WITHDRAWN, [])


# Out of time. The answer is due after ten working days, on Monday 5 October; the case lapses five working days later,
# if the last reminder is two working days old.


def test_an_unanswered_return_lapses_after_the_days_policy_gives(tell: Tell) -> None:
    story = tell(a_foundation())
    story.answer("due_diligence", Outcome.RETURN, "Who owns it?")

    due_on = story.task("answer:due_diligence").due_on
    story.days_pass(18)  # reminded for the last time on Friday
    on_the_last_day = story.days_pass(3)
    stage_on_the_last_day = story.stage
    a_day_later = story.days_pass(1)

    assert due_on == date(2026, 10, 5)
    assert (on_the_last_day.lapsed, stage_on_the_last_day) == (0, Stage.DUE_DILIGENCE)
    assert (a_day_later.lapsed, story.stage) == (1, Stage.LAPSED)
    assert story.owed() == []


def test_a_silent_partner_lapses_the_case(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    story.days_pass(18)
    story.days_pass(3)
    before = story.stage
    story.days_pass(1)

    assert (before, story.stage) == (Stage.NEGOTIATION, Stage.LAPSED)


def test_an_answer_on_the_last_day_saves_the_case(tell: Tell) -> None:
    story = tell(a_foundation())
    story.answer("due_diligence", Outcome.RETURN, "Who owns it?")
    story.days_pass(21)

    story.answer("answer:due_diligence", Outcome.ANSWERED, "The trustees.")
    story.days_pass(60)

    assert (story.stage, story.slots()) == (Stage.DUE_DILIGENCE, ["due_diligence"])


def test_weekends_do_not_count(tell: Tell) -> None:
    story = tell(a_foundation())

    due_on = story.task("due_diligence").due_on  # five working days at moderate risk

    assert due_on == date(2026, 9, 28)


@pytest.mark.parametrize("stage", [Stage.DUE_DILIGENCE, Stage.DECISION, Stage.LEGAL_REVIEW, Stage.CLEARANCE])
def test_our_own_slowness_never_lapses_a_case(at: At, stage: Stage) -> None:
    story = at(stage)

    swept = story.days_pass(400)

    assert (story.stage, swept.lapsed) == (stage, 0)


# In force


def test_a_signed_agreement_enters_the_register_with_its_dates_and_its_review(tell: Tell) -> None:
    story = tell(a_foundation())

    story.finish()

    assert [(owed.due_on, owed.owed_by, owed.title) for owed in story.obligations()] == [
        (date(2027, 6, 30), "organisation", "Adapt the guide on the rights of domestic workers to Quechua"),
        (date(2027, 12, 15), "partner", "Sunday classes in three cities"),
        (date(2028, 1, 31), "both", "Exchange with the unions of domestic workers"),
        (date(2028, 9, 21), "organisation", "Review the partnership"),  # 24 months at moderate risk
    ]


def test_instalments_gifts_and_conditions_enter_the_register_as_well(tell: Tell) -> None:
    story = tell(example("company-cash-in-kind")).reach(Stage.DECISION)
    story.answer("decision", Outcome.APPROVE_WITH_CONDITIONS, "Useful.", conditions=("A social audit each year.",))

    story.finish()

    register = {owed.title: (owed.due_on, owed.owed_by) for owed in story.obligations()}
    assert register["Instalment: Signature of the agreement"] == (date(2027, 1, 31), "partner")
    assert register["In kind: Extraction fans"] == (date(2027, 6, 30), "partner")
    assert register["Condition: A social audit each year."] == (date(2028, 12, 31), "partner")
    assert register["Review the partnership"] == (date(2028, 3, 21), "organisation")  # 18 months at substantial risk


def test_where_we_pay_the_instalments_are_ours(tell: Tell) -> None:
    story = tell(example("ngo-implementing"))

    story.finish()

    payers = {owed.owed_by for owed in story.obligations() if owed.title.startswith("Instalment")}
    assert payers == {"organisation"}


def test_both_sides_may_owe_the_same_on_the_same_day(tell: Tell) -> None:
    report = {"title": "Annual report", "due_on": "2027-12-31"}
    ours, theirs = ({**report, "responsible": side} for side in ("organisation", "partner"))
    story = tell(a_foundation(**{"activities.3": ours, "activities.4": theirs}))

    end = story.finish()

    assert end is Stage.IN_FORCE
    assert sorted(owed.owed_by for owed in story.obligations() if owed.title == "Annual report") == [
        "organisation",
        "partner",
    ]


def test_a_partnership_in_force_is_ended_by_its_officer(tell: Tell) -> None:
    story = in_force(tell)

    end_partnership(story.store, story.reference, by=story.officer, reason="The project is complete.", now=story.now)

    assert story.stage is Stage.ENDED
    assert story.happened()[-1] == "PartnershipEnded"


def test_only_its_officer_ends_a_partnership_and_only_once(tell: Tell) -> None:
    story = in_force(tell)
    other_officer = story.people.named("jonas.weber@example.org")

    with pytest.raises(NotAllowed, match="submitted by somebody else"):
        end_partnership(story.store, story.reference, by=other_officer, reason="Done.", now=story.now)
    end_partnership(story.store, story.reference, by=story.officer, reason="Done.", now=story.now)
    with pytest.raises(WrongStage, match=r"closed already \(ended\)"):
        end_partnership(story.store, story.reference, by=story.officer, reason="Done.", now=story.now)


def test_a_partnership_in_force_is_not_withdrawn_and_an_open_case_not_ended(tell: Tell) -> None:
    signed, under_way = in_force(tell), None

    with pytest.raises(WrongStage, match="«in_force»"):
        withdraw(signed.store, signed.reference, by=signed.officer, reason="Changed our mind.", now=signed.now)

    under_way = Story(signed.store, signed.people, a_foundation(), key="another")
    with pytest.raises(WrongStage, match="cannot be moved by «end»"):
        end_partnership(under_way.store, under_way.reference, by=under_way.officer, reason="Done.", now=under_way.now)


def in_force(tell: Tell) -> Story:
    story = tell(a_foundation())
    assert story.finish() is Stage.IN_FORCE
    return story
