"""Colleagues comment on the clauses of an agreement, and each sees what is open and what is new to them."""

from __future__ import annotations

import pytest

from approvals.services.comments import comment_counts
from models.case import Stage
from models.decision import Outcome
from models.user import User
from tests.desk.conftest import AUDITOR, LEGAL_REVIEWER, DeskOver
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import Page, TheDesk, Visitor
from tests.journeys.conftest import At
from tests.journeys.stories import Story, rewritten

CLAUSE = "Suspension and termination"
HANOI = "linh.tran@example.org"
ATTACK = "<img src=x onerror=alert(1)> & «»"


@pytest.fixture
def story(at: At) -> Story:
    return at(Stage.LEGAL_REVIEW)


@pytest.fixture
def desk(story: Story, desk_over: DeskOver) -> TheDesk:
    return desk_over(story.store, story.now)


@pytest.fixture
def lawyer(desk: TheDesk) -> Visitor:
    return desk.visited_by(LEGAL_REVIEWER)


@pytest.fixture
def officer(desk: TheDesk, story: Story) -> Visitor:
    return desk.visited_by(story.officer)


def place(story: Story) -> str:
    return f"/cases/{story.reference}/comments"


def writes(who: Visitor, story: Story, text: str, clause: str = "", status: int = 200) -> Page:
    return who.sends(who.opens(place(story)), place(story), {"text": text, "clause": clause}, status=status)


def counted(story: Story, who: User) -> tuple[int, int]:
    counts = comment_counts(story.store, story.reference, by=who)
    return counts.open, counts.new


def test_a_comment_stands_beside_its_clause_with_its_answers_until_it_is_resolved(
    story: Story, lawyer: Visitor, officer: Visitor
) -> None:
    writes(lawyer, story, "Thirty days would do.", CLAUSE)
    answered = officer.sends(officer.opens(place(story)), f"{place(story)}/1/answer", {"text": "The partner agrees."})
    in_place = lawyer.opens(f"/cases/{story.reference}/agreement")
    resolved = lawyer.sends(in_place, f"{place(story)}/1/resolve")

    assert answered.says("Thirty days would do.", "The partner agrees.", "1 open comment", f"{CLAUSE} in version 1")
    [heading] = in_place.tree.xpath("//h3[contains(., $clause)][../div[@class='under']/section]", clause=CLAUSE)
    assert "The partner agrees." in heading.getparent().xpath("string(.)")
    assert resolved.path == f"/cases/{story.reference}/agreement"
    assert resolved.says("0 open comments", "Resolved by Claire Martin")
    assert story.happened()[-3:] == ["CommentWritten", "CommentWritten", "CommentResolved"]


def test_what_others_wrote_since_is_new_until_one_takes_note_of_it(
    story: Story, lawyer: Visitor, officer: Visitor
) -> None:
    writes(lawyer, story, "Is the budget final?")
    shown = officer.opens(place(story))
    writes(lawyer, story, "And the dates?")
    noted = officer.sends(shown, f"{place(story)}/noted")  # the page showed one; the other came meanwhile

    assert shown.says("1 new to you")
    assert noted.says("2 open comments, 1 new to you")
    assert counted(story, story.officer) == (2, 1)
    assert counted(story, story.people.named(LEGAL_REVIEWER)) == (2, 0)


def test_looking_at_comments_changes_nothing(story: Story, lawyer: Visitor, officer: Visitor) -> None:
    writes(lawyer, story, "Is the budget final?")
    before = story.happened()

    for _ in range(2):
        assert officer.opens(place(story)).says("1 new to you")

    assert story.happened() == before


def test_an_empty_comment_and_one_on_no_clause_are_told_at_the_field(story: Story, lawyer: Visitor) -> None:
    empty = writes(lawyer, story, "  ", CLAUSE, status=422)
    nowhere = writes(lawyer, story, "Typed.", "No such clause", status=422)

    assert empty.links()["Is empty; say what you mean in a sentence"] == "#f-text"
    assert empty.form(place(story))["clause"] == [CLAUSE]
    assert nowhere.says("«No such clause» is no clause of version 1")
    assert nowhere.form(place(story))["text"] == ["Typed."]


def test_the_link_beside_a_clause_leads_to_a_form_about_it(story: Story, lawyer: Visitor) -> None:
    links = lawyer.opens(f"/cases/{story.reference}/agreement").links()

    page = lawyer.opens(links[f"Comment on {CLAUSE}"].partition("#")[0])

    assert page.form(place(story))["clause"] == [CLAUSE]


def test_a_resolved_comment_takes_no_answer_and_what_was_typed_is_told_why(
    story: Story, lawyer: Visitor, officer: Visitor
) -> None:
    writes(lawyer, story, "Fine?")
    open_page = officer.opens(place(story))
    lawyer.sends(lawyer.opens(place(story)), f"{place(story)}/1/resolve")

    late = officer.sends(open_page, f"{place(story)}/1/answer", {"text": "One more thing."}, status=409)
    empty = writes(officer, story, "", status=422)

    assert late.says("Your answer was not kept", "Claire Martin has resolved this comment", "One more thing.")
    assert empty.says("Resolved")


def test_who_wrote_a_comment_and_legal_reviewers_resolve_it_and_nobody_else(
    story: Story, lawyer: Visitor, officer: Visitor
) -> None:
    writes(officer, story, "Mine.")
    writes(lawyer, story, "Ours.")
    forms = [
        form.get("action") for form in officer.opens(place(story)).tree.xpath("//form[contains(@action, '/resolve')]")
    ]

    token = officer.opens(place(story)).form(place(story))["csrf"][0]
    refused = officer.client.post(f"{place(story)}/2/resolve", data={"csrf": token})

    assert forms == [f"{place(story)}/1/resolve"]
    assert refused.status_code == 403
    assert "resolved by whoever wrote it or by a legal reviewer" in refused.text


def test_auditors_read_and_do_not_write(story: Story, desk: TheDesk, lawyer: Visitor) -> None:
    writes(lawyer, story, "For the file.")

    page = desk.visited_by(AUDITOR).opens(place(story))

    assert page.says("For the file.")
    assert "Write a comment" not in page.text


def test_comments_of_a_case_of_another_office_are_not_found(story: Story, desk: TheDesk, lawyer: Visitor) -> None:
    writes(lawyer, story, "Between us.")
    elsewhere = desk.visited_by(HANOI)
    token = elsewhere.opens("/help").form("/sign-out")["csrf"][0]

    answers = [
        elsewhere.client.post(f"{place(story)}/1/{act}", data={"csrf": token, "text": "Hello"}).status_code
        for act in ("answer", "resolve")
    ]

    assert elsewhere.opens(place(story), status=404).heading == "Not found"
    assert answers == [404, 404]


def test_a_comment_stays_with_its_clause_in_the_next_version(story: Story, lawyer: Visitor) -> None:
    writes(lawyer, story, "Sixty is our rule.", CLAUSE)
    ninety = rewritten(story.file(), "sixty days’ written notice", "ninety days’ written notice")
    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Ninety.", content=ninety)

    page = lawyer.opens(f"/cases/{story.reference}/agreement")

    assert page.says("Version 2, edited in legal review")
    assert page.tree.xpath("//div[@class='under']/section[contains(., 'Sixty is our rule.')]")


def test_what_people_wrote_is_never_taken_for_a_page(story: Story, lawyer: Visitor) -> None:
    writes(lawyer, story, ATTACK, CLAUSE)

    for address in (place(story), f"/cases/{story.reference}/agreement", f"/cases/{story.reference}"):
        assert lawyer.opens(address).tree.xpath("//img") == []
    assert lawyer.opens(place(story)).says(ATTACK)


def test_no_text_of_the_page_is_hidden_from_translators(story: Story, lawyer: Visitor) -> None:
    writes(lawyer, story, "One.", CLAUSE)
    writes(lawyer, story, "Two.")
    lawyer.sends(lawyer.opens(place(story)), f"{place(story)}/1/resolve")
    reader = speak_pseudo(TheDesk(story.store, story.now)).visited_by(story.officer)

    for address in (place(story), f"/cases/{story.reference}/agreement"):
        assert hard_coded(parsed(reader.client.get(address).text)) == []


def test_the_case_page_counts_what_is_open_and_what_is_new_to_its_reader(
    story: Story, lawyer: Visitor, officer: Visitor
) -> None:
    writes(lawyer, story, "Is the budget final?")
    writes(lawyer, story, "And the dates?")

    page = officer.opens(f"/cases/{story.reference}")

    assert page.says("2 open comments , 2 new to you")
    assert page.links()["2 open comments"] == place(story)
    assert "new to you" not in lawyer.opens(f"/cases/{story.reference}").text


def test_a_resolved_comment_is_reopened_by_those_who_may_resolve_it(
    story: Story, lawyer: Visitor, officer: Visitor
) -> None:
    writes(lawyer, story, "Thirty days would do.")
    resolved = lawyer.sends(lawyer.opens(place(story)), f"{place(story)}/1/resolve")

    reopened = lawyer.sends(resolved, f"{place(story)}/1/reopen")

    assert reopened.says("1 open comment")
    assert story.happened()[-2:] == ["CommentResolved", "CommentReopened"]
    token = officer.opens(place(story)).form(place(story))["csrf"][0]
    refused = officer.client.post(f"{place(story)}/1/reopen", data={"csrf": token})
    assert refused.status_code == 403
