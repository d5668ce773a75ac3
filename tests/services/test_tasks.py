"""Claiming, giving back and deciding: every refusal has its kind and says what to do."""

from __future__ import annotations

import pytest

from approvals.casework.outcomes import Answer
from approvals.errors import AlreadyDecided, DutiesConflict, Faulty, NotAllowed, NotFound, WrongStage
from approvals.rehearsal import People
from approvals.services.agreements import agreement_file
from approvals.services.cases import withdraw
from approvals.services.tasks import claim, decide, release
from approvals.services.users import add_user
from approvals.store.engine import Store
from models.decision import Outcome
from models.task import Task, TaskState
from models.user import Role, User
from tests.journeys.stories import Story, a_foundation

ASSESSED = Answer(Outcome.ASSESSED, "Sound.")


@pytest.fixture
def story(store: Store, people: People) -> Story:
    """The foundation's case of Lima, whose due diligence the regional office owes."""
    story = Story(store, people, a_foundation())
    story.answer_as_usual()
    return story


@pytest.fixture
def task(story: Story) -> Task:
    return story.task("due_diligence")


@pytest.fixture
def carmen(people: People) -> User:
    return people.named("carmen.diaz@example.org")


def a_colleague_of(carmen: User, story: Story) -> User:
    """Add somebody who could do the same."""
    return add_user(
        story.store,
        email="second@example.org",
        name="Second Assessor",
        office_code=carmen.office_code,
        roles=[Role.DUE_DILIGENCE_OFFICER],
        by=story.people.with_role(Role.ADMINISTRATOR),
        now=story.now,
    )


def test_a_claimed_task_shows_who_works_on_it(story: Story, task: Task, carmen: User) -> None:
    claimed = claim(story.store, task.id or 0, by=carmen, now=story.now)

    assert (claimed.state, claimed.claimed_by, claimed.claimed_at) == (TaskState.CLAIMED, carmen.id, story.now)


def test_claiming_twice_changes_nothing(story: Story, task: Task, carmen: User) -> None:
    claim(story.store, task.id or 0, by=carmen, now=story.now)
    claim(story.store, task.id or 0, by=carmen, now=story.now)

    assert story.happened().count("TaskClaimed") == 1


def test_a_task_somebody_holds_is_not_taken_from_them(story: Story, task: Task, carmen: User) -> None:
    colleague = a_colleague_of(carmen, story)
    claim(story.store, task.id or 0, by=carmen, now=story.now)

    for act in (
        lambda: claim(story.store, task.id or 0, by=colleague, now=story.now),
        lambda: decide(story.store, task.id or 0, ASSESSED, by=colleague, now=story.now),
    ):
        with pytest.raises(
            NotAllowed, match=r"Carmen Díaz holds task .* since 21 September 2026; ask for its release"
        ):
            act()


def test_a_task_given_back_may_be_taken_by_a_colleague(story: Story, task: Task, carmen: User) -> None:
    colleague = a_colleague_of(carmen, story)
    claim(story.store, task.id or 0, by=carmen, now=story.now)

    released = release(story.store, task.id or 0, by=carmen, now=story.now)
    claimed = claim(story.store, task.id or 0, by=colleague, now=story.now)

    assert (released.state, released.claimed_by) == (TaskState.OPEN, None)
    assert claimed.claimed_by == colleague.id


def test_only_the_holder_gives_a_task_back(story: Story, task: Task, carmen: User) -> None:
    with pytest.raises(NotAllowed, match="You do not hold task"):
        release(story.store, task.id or 0, by=carmen, now=story.now)


def test_deciding_without_claiming_is_enough(story: Story, task: Task) -> None:
    story.answer_as_usual()

    with story.store.session() as session:
        decided = session.get_one(Task, task.id)
    assert (decided.state, decided.claimed_by) == (
        TaskState.DECIDED,
        story.people.named("carmen.diaz@example.org").id,
    )


def test_what_was_decided_is_told_with_name_day_and_outcome(story: Story, task: Task, carmen: User) -> None:
    story.answer_as_usual()

    with pytest.raises(AlreadyDecided) as refused:
        decide(story.store, task.id or 0, ASSESSED, by=carmen, now=story.now)

    assert str(refused.value) == f"Task {task.id} was decided by Carmen Díaz on 21 September 2026: assessed."


def test_a_consultation_closed_by_silence_is_told_as_such(story: Story) -> None:
    story.answer_as_usual()
    task = story.task("consultation:technical_unit")
    story.days_pass(10)

    with pytest.raises(
        AlreadyDecided, match="decided by silence, as nobody answered in time, on 01 October 2026: no"
    ):
        story.cast.answer(task, now=story.now)


def test_a_task_of_a_case_that_went_elsewhere_is_no_longer_needed(story: Story, task: Task, carmen: User) -> None:
    withdraw(story.store, story.reference, by=story.officer, reason="No.", now=story.now)

    for act in (claim, lambda *args, **more: decide(*args, ASSESSED, **more)):
        with pytest.raises(WrongStage, match="no longer needed: PA-2026-0001 is now in stage «withdrawn»") as refused:
            act(story.store, task.id or 0, by=carmen, now=story.now)
        assert not isinstance(refused.value, AlreadyDecided)


def test_a_task_of_another_role_is_not_ones_own(story: Story, task: Task) -> None:
    lawyer = story.people.with_role(Role.LEGAL_REVIEWER)

    with pytest.raises(NotAllowed, match="is for the due diligence officer of RO-AMERICAS, which you are not"):
        claim(story.store, task.id or 0, by=lawyer, now=story.now)


def test_a_task_of_another_office_is_not_ones_own(story: Story, task: Task) -> None:
    headquarters = story.people.named("ingrid.hansen@example.org")

    with pytest.raises(NotAllowed, match="of RO-AMERICAS, which you are not"):
        claim(story.store, task.id or 0, by=headquarters, now=story.now)


def test_an_earlier_act_on_the_case_is_a_conflict_of_duties(story: Story, task: Task, carmen: User) -> None:
    administrator = story.people.with_role(Role.ADMINISTRATOR)
    both = add_user(
        story.store,
        email=story.officer.email,
        name=story.officer.name,
        office_code="RO-AMERICAS",
        roles=[Role.OFFICER, Role.DUE_DILIGENCE_OFFICER],
        by=administrator,
        now=story.now,
    )

    with pytest.raises(
        DutiesConflict, match=r"nobody decides a case they submitted or asked for .* A colleague must"
    ):
        claim(story.store, task.id or 0, by=both, now=story.now)


def test_everything_wrong_with_an_answer_is_told_at_once(story: Story, task: Task, carmen: User) -> None:
    with pytest.raises(Faulty) as refused:
        decide(story.store, task.id or 0, Answer(Outcome.ASSESSED, conditions=(" ",)), by=carmen, now=story.now)

    assert [fault.path for fault in refused.value.faults] == ["reason", "risk", "conditions"]
    assert story.slots() == ["due_diligence"]


# What one may not see is not there


def test_a_task_one_may_not_see_is_refused_in_the_words_for_a_missing_one(story: Story, task: Task) -> None:
    stranger = story.people.named("grace.mensah@example.org")  # director of another region

    for act in (claim, release, lambda *args, **more: decide(*args, ASSESSED, **more)):
        told = []
        for number in (task.id or 0, 999_999):
            with pytest.raises(NotFound) as refused:
                act(story.store, number, by=stranger, now=story.now)
            told.append(str(refused.value).replace(str(number), "N"))
        assert told[0] == told[1] == "There is no task N that you may see; look at the list of yours."


def test_a_case_one_may_not_see_is_refused_in_the_words_for_a_missing_one(story: Story) -> None:
    stranger = story.people.named("aminata.diallo@example.org")

    told = []
    for reference in (story.reference, "PA-2026-9999"):
        for act in (
            lambda ref: withdraw(story.store, ref, by=stranger, reason="No.", now=story.now),
            lambda ref: agreement_file(story.store, ref, by=stranger),
        ):
            with pytest.raises(NotFound) as refused:
                act(reference)
            told.append(str(refused.value).replace(reference, "R"))

    assert set(told) == {"There is no case R that you may see; look at the list of yours."}
