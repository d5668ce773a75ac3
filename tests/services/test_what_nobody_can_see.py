"""Words that stay on record hold nothing that nobody can see: not where it is typed, and not where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from approvals.errors import Faulty
from approvals.services.cases import withdraw
from approvals.services.clocks import hold_case, recount_due_date
from approvals.services.comments import comment
from approvals.services.handover import hand_over
from approvals.services.restrictions import restrict_case
from models.case import Stage
from models.user import Role, User
from tests.journeys.conftest import At, at, databases_by_stage
from tests.journeys.stories import Story

__all__ = ["at", "databases_by_stage"]

ODD = ("Turned \u202e round", "Half a line\x0b", "No character \ufffe")
UNTIL = date(2026, 9, 25)


def administrator(story: Story) -> User:
    return story.people.with_role(Role.ADMINISTRATOR)


def task(story: Story) -> int:
    return story.task("due_diligence").id or 0


ACTS: dict[str, Callable[[Story, str], object]] = {
    "withdraw": lambda s, why: withdraw(s.store, s.reference, by=s.officer, reason=why, now=s.now),
    "hold": lambda s, why: hold_case(s.store, s.reference, reason=why, until_on=UNTIL, by=s.officer, now=s.now),
    "count anew": lambda s, why: recount_due_date(s.store, task(s), because=why, by=administrator(s), now=s.now),
    "comment": lambda s, why: comment(s.store, s.reference, why, by=s.officer, now=s.now),
    "hand over": lambda s, why: hand_over(
        s.store, task(s), to="carmen.diaz@example.org", reason=why, by=administrator(s), now=s.now
    ),
    "restrict": lambda s, why: restrict_case(
        s.store, s.reference, restricted=True, reason=why, by=administrator(s), now=s.now
    ),
}


def test_a_reason_with_a_character_nobody_can_see_is_refused_in_words(at: At) -> None:
    story = at(Stage.DUE_DILIGENCE)
    before = story.happened()

    for act in ACTS.values():
        for why in ODD:
            with pytest.raises(Faulty) as refused:
                act(story, why)
            assert [fault.message for fault in refused.value.faults if "nobody can see" in fault.message]

    assert story.happened() == before
