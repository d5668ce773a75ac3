"""The page of a case says what is done, what is next, what cannot start yet and why, and on whom it waits."""

from __future__ import annotations

import csv
import io

import pytest

from approvals.casework.outcomes import Answer
from approvals.services.progress import progress
from approvals.services.tasks import decide
from models.case import Stage
from models.decision import Outcome
from tests.desk.conftest import AUDITOR, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import a_foundation

HANOI = "linh.tran@example.org"


def test_the_way_of_the_case_is_a_list_of_tasks(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.CONSULTATION)
    page = desk_over(story.store, story.now).visited_by(story.officer).opens(f"/cases/{story.reference}")
    steps = {
        " ".join(step.xpath("string(./div/*[1])").split()): step.xpath("string(./span)")
        for step in page.tree.xpath("//ul[@class='task-list']/li")
    }

    assert steps["Screening"] == "Done"
    assert steps["Screening review"] == "Passed over"
    assert steps["Consultation"] == "Now"
    assert steps["Decision"] == "Cannot start yet"
    assert page.says("First what stands above. Then asked: Regional director, RO-AMERICAS.")
    assert page.tree.xpath("//ul[@class='task-list']//a/@href") == ["#waiting"]


def test_it_says_on_whom_it_waits_since_when_and_what_to_expect(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    page = desk_over(story.store, story.now).visited_by(story.officer).opens(f"/cases/{story.reference}")

    assert page.says("Waits for Legal reviewer, since today", "If everybody takes the time policy gives them")


def test_whoever_it_waits_for_sees_so_first(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    task = story.task("legal_review")
    reviewer = desk_over(story.store, story.now).visited_by(story.people.who_may_decide(task))

    assert "This waits for you" in reviewer.opens(f"/cases/{story.reference}").text
    assert (
        "This waits for you" not in desk_over(story.store).visited_by(AUDITOR).opens(f"/cases/{story.reference}").text
    )


def test_it_tells_what_happened_when_and_by_whom(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    page = desk_over(story.store).visited_by(AUDITOR).opens(f"/cases/{story.reference}")

    first = page.tree.xpath("//ol[@class='timeline']/li")[-1]
    assert "Rosa Quispe" in first.xpath("string(.)")
    assert "Submitted the proposal" in first.xpath("string(.)")


def test_a_case_of_another_office_is_not_found(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.NEGOTIATION)
    elsewhere = desk_over(story.store).visited_by(HANOI)

    for address in ("", "/agreements/1.docx", "/progress"):
        assert elsewhere.opens(f"/cases/{story.reference}{address}", status=404).heading == "Not found"


def test_the_agreement_is_taken_along_as_a_word_file(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.NEGOTIATION)
    officer = desk_over(story.store).visited_by(story.officer)
    page = officer.opens(f"/cases/{story.reference}")

    answer = officer.fetches(page.links()["Word file , Version 1"])

    assert answer.content == story.file(1)
    assert f'filename="{story.reference}-v1.docx"' in answer.headers["content-disposition"]


def test_the_cases_of_an_officer_say_on_whom_each_waits(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    officer = desk_over(story.store).visited_by(story.officer)

    page = officer.opens("/cases?view=mine")

    assert page.says(story.case.title, "Legal review", "Legal reviewer", "since today")
    assert "No case here" in desk_over(story.store).visited_by(HANOI).opens("/cases").text


def test_cases_are_narrowed_and_taken_along(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    auditor = desk_over(story.store).visited_by(AUDITOR)

    rows = list(
        csv.DictReader(io.StringIO(auditor.fetches("/cases.csv?stage=legal_review").content.decode("utf-8-sig")))
    )

    assert [row["Reference"] for row in rows] == [story.reference]
    assert "No case fits these filters" in auditor.opens("/cases?stage=decision").text


@pytest.mark.parametrize("words", ["Semilla", "FUNDACION semil", "domestic workers"])
def test_a_search_finds_words_of_the_proposal(tell: Tell, desk_over: DeskOver, words: str) -> None:
    story = tell(a_foundation())
    auditor = desk_over(story.store).visited_by(AUDITOR)

    assert story.reference in auditor.opens(f"/search?q={words}").text
    assert "Nothing found that you may see" in auditor.opens("/search?q=zebra semilla").text


@pytest.mark.parametrize("typed", ["PA-2026-0001", "pa 2026 1"])
def test_a_reference_leads_straight_to_its_case(tell: Tell, desk_over: DeskOver, typed: str) -> None:
    story = tell(a_foundation())

    page = desk_over(story.store).visited_by(AUDITOR).opens(f"/search?q={typed}")

    assert page.path == f"/cases/{story.reference}"


def test_a_search_does_not_show_cases_of_other_offices(tell: Tell, desk_over: DeskOver) -> None:
    story = tell(a_foundation())
    elsewhere = desk_over(story.store).visited_by(HANOI)

    assert story.reference not in elsewhere.opens("/search?q=semilla").text
    assert "Nothing found" in elsewhere.opens(f"/search?q={story.reference}").text


@pytest.mark.parametrize("words", ["'", "a & | !b", "%", ":*", "\\", "()", "\x00", "x" * 5000])
def test_whatever_is_typed_into_the_search_is_only_words(tell: Tell, desk_over: DeskOver, words: str) -> None:
    story = tell(a_foundation())
    client = desk_over(story.store).visited_by(AUDITOR).client

    assert client.get("/search", params={"q": words}).status_code == 200


def test_a_page_is_told_when_the_machine_has_come_to_rest(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    officer = desk_over(story.store).visited_by(story.officer)

    told = officer.fetches(f"/cases/{story.reference}/progress")

    assert told.headers["content-type"].startswith("text/event-stream")
    assert [line for line in told.text.splitlines() if line.startswith("event")] == [
        "event: changed",
        "event: settled",
    ]


def test_the_machine_is_at_work_until_somebody_owes_something(at: At) -> None:
    story = at(Stage.DECISION)
    task = story.task("decision")
    before = progress(story.store, story.reference, by=story.officer)

    decide(story.store, task.id or 0, Answer(Outcome.APPROVE), by=story.people.who_may_decide(task), now=story.now)
    at_work = progress(story.store, story.reference, by=story.officer)
    story.advance()
    at_rest = progress(story.store, story.reference, by=story.officer)

    assert (before.at_rest, at_work.at_rest, at_rest.at_rest) == (True, False, True)
    assert before.newest_event < at_work.newest_event < at_rest.newest_event


@pytest.mark.parametrize("stage", [Stage.DUE_DILIGENCE, Stage.NEGOTIATION, Stage.IN_FORCE])
def test_no_text_of_the_case_is_hidden_from_translators(at: At, desk_over: DeskOver, stage: Stage) -> None:
    story = at(stage)
    auditor = speak_pseudo(desk_over(story.store, story.now)).visited_by(AUDITOR)

    for address in (
        f"/cases/{story.reference}",
        "/cases",
        "/cases?stage=draft",
        "/search?q=semilla",
        "/search?q=",
        "/search?q=zz",
    ):
        assert hard_coded(auditor.glances(address)) == []
