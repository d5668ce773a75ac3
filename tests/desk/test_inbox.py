"""Everybody finds what they owe, sees how urgent it is, and can show a colleague the same list."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from approvals.store.desk_queries import PAGE
from models.case import Stage
from models.decision import Outcome
from models.risk import RiskLevel
from models.user import Role
from tests.desk.conftest import AUDITOR, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import START, a_foundation

LIMA = "elena.rojas@example.org"
HANOI = "quang.le@example.org"


def test_a_task_of_the_group_is_shown_to_those_who_may_take_it(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    task = story.task("due_diligence")
    taker = story.people.who_may_decide(task)

    page = desk_over(story.store).visited_by(taker).opens("/")

    assert page.links()["Due diligence"] == f"/tasks/{task.id}"
    assert page.says("Tasks of your group that nobody has taken yet", story.case.title, "due in")
    assert desk_over(story.store).visited_by(HANOI).opens("/").says("Nothing to do here")


def test_a_task_is_taken_and_given_back(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    task = story.task("due_diligence")
    officer = desk_over(story.store).visited_by(story.people.who_may_decide(task))

    taken = officer.sends(officer.opens("/"), f"/tasks/{task.id}/claim")
    mine = officer.opens("/?view=mine")
    given_back = officer.sends(mine, f"/tasks/{task.id}/release")

    assert taken.says("You have taken this task")
    assert mine.says("Tasks you have taken", "Give back")
    assert given_back.says("Nothing to do here", "One task waits for somebody of your group")
    assert story.happened()[-2:] == ["TaskClaimed", "TaskReleased"]


@pytest.mark.parametrize(
    ("days", "words"), [(0, "due in 5 working days"), (7, "due today"), (9, "2 working days overdue")]
)
def test_how_urgent_a_task_is_stands_in_words(at: At, desk_over: DeskOver, days: int, words: str) -> None:
    story = at(Stage.DUE_DILIGENCE)
    taker = story.people.who_may_decide(story.task("due_diligence"))

    desk = desk_over(story.store, START + timedelta(days=days))

    assert desk.visited_by(taker).opens("/").says(words)


def test_filters_stand_in_the_address(tell: Tell, desk_over: DeskOver) -> None:
    story = tell(a_foundation())
    auditor = desk_over(story.store, START + timedelta(days=30)).visited_by(AUDITOR)

    assert story.reference in auditor.opens("/?view=all&due=overdue&kind=due_diligence").text
    assert story.reference in auditor.opens("/?view=all&words=fundacion").text  # accents do not count
    assert "No task fits these filters" in auditor.opens("/?view=all&due=today").text
    assert "No task fits these filters" in auditor.opens("/?view=all&kind=legal_review").text
    assert "No task fits these filters" in auditor.opens("/?view=all&words=zebra").text


@pytest.mark.parametrize(
    "asked", ["view=nonsense", "page=-1", "page=99999999999", "kind=%00&due=x", "words=%00%27%22%3A"]
)
def test_a_wish_nobody_understands_does_no_harm(desk: TheDesk, asked: str) -> None:
    assert desk.visited_by(AUDITOR).opens(f"/?{asked}").heading == "My work"


def test_what_one_decided_stands_among_the_done(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    person = story.people.who_may_decide(story.task("due_diligence"))
    story.answer("due_diligence", Outcome.ASSESSED, "Sound.", risk=RiskLevel.MODERATE)

    page = desk_over(story.store).visited_by(person).opens("/?view=done")

    assert page.says("Due diligence", "Assessed", story.reference)


def test_the_list_is_taken_along_in_the_readers_order_and_harmless(tell: Tell, desk_over: DeskOver) -> None:
    story = tell(a_foundation(title="=HYPERLINK(1)"))
    auditor = desk_over(story.store).visited_by(AUDITOR)

    answer = auditor.fetches("/inbox.csv?view=all")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == [story.reference]
    assert rows[0]["Title"] == "'=HYPERLINK(1)"
    assert rows[0]["Working days left"] == "5"


def test_a_long_list_comes_in_pages(tell: Tell, desk_over: DeskOver) -> None:
    story = tell(a_foundation())
    with story.store.session() as session:
        task = story.task("due_diligence")
        for number in range(PAGE):
            copy = task.model_copy(update={"id": None, "slot": f"due_diligence:{number}"})
            session.add(type(task).model_validate(copy.model_dump()))
        session.commit()
    auditor = desk_over(story.store).visited_by(AUDITOR)

    first, second = auditor.opens("/?view=all"), auditor.opens("/?view=all&page=2")

    assert len(first.tree.xpath("//tbody/tr")) == PAGE
    assert len(second.tree.xpath("//tbody/tr")) == 1
    assert first.links()["Next"] == "/?view=all&page=2"


@pytest.mark.parametrize("view", ["mine", "group", "all", "done"])
def test_no_text_of_the_inbox_is_hidden_from_translators(at: At, desk_over: DeskOver, view: str) -> None:
    story = at(Stage.LEGAL_REVIEW)
    reviewer = speak_pseudo(desk_over(story.store)).visited_by(story.people.with_role(Role.LEGAL_REVIEWER))

    assert hard_coded(reviewer.glances(f"/?view={view}")) == []
