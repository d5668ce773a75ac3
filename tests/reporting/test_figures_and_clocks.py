"""What turnaround says of a case is what its clock says, its tasks say, and its events say."""

from __future__ import annotations

from approvals.reporting.keys import read_key
from approvals.services.clocks import hold_case, resume_case
from approvals.services.tasks import claim
from approvals.services.turnaround import cases_behind
from models.case import Stage
from models.user import Role
from tests.journeys.conftest import At, at, databases_by_stage
from tests.journeys.stories import Story
from tests.reporting.recount import disagreements

__all__ = ["at", "databases_by_stage"]


def rows(story: Story, key: str) -> int:
    """The number of rows behind the figure of this key."""
    administrator = story.people.with_role(Role.ADMINISTRATOR)
    return len(cases_behind(story.store, read_key(key), by=administrator, now=story.now).rows)


def test_figures_clock_and_events_tell_the_same(at: At) -> None:
    story = at(Stage.DUE_DILIGENCE)
    administrator = story.people.with_role(Role.ADMINISTRATOR)
    task = story.task("due_diligence")
    claim(story.store, task.id or 0, by=story.people.who_may_decide(task), now=story.now)
    story.days_pass(2)
    hold_case(story.store, story.reference, reason="Elections.", by=story.officer, now=story.now)
    story.days_pass(5)
    resume_case(story.store, story.reference, reason="They are over.", by=story.officer, now=story.now)
    story.days_pass(20)
    story.days_pass(1)
    story.answer_as_usual()
    story.reach(Stage.SIGNATURE)
    story.days_pass(4)
    story.answer_as_usual("signature:organisation")
    story.days_pass(3)
    story.answer_as_usual()

    found = disagreements(story.store, by=administrator, now=story.now)

    assert story.stage is Stage.IN_FORCE
    assert found == []
    assert rows(story, "escalated/task=due_diligence") == rows(story, "let_in/task=due_diligence") == 1


def test_both_readings_of_lateness_are_kept(at: At) -> None:
    story = at(Stage.DUE_DILIGENCE)
    hold_case(story.store, story.reference, reason="Elections.", by=story.officer, now=story.now)
    story.days_pass(10)
    resume_case(story.store, story.reference, reason="They are over.", by=story.officer, now=story.now)
    story.answer_as_usual()

    disagreements(story.store, by=story.people.with_role(Role.ADMINISTRATOR), now=story.now)

    assert (rows(story, "due"), rows(story, "breach")) == (1, 0)
    assert (rows(story, "due_at_first"), rows(story, "breach_at_first")) == (1, 1)
