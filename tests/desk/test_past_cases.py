"""What an officer does with cases of their own at the desk: answer, withdraw, end, amend, renew, copy."""

from __future__ import annotations

from models.case import Stage
from models.decision import Outcome
from tests.desk.conftest import OFFICER, DeskOver
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.journeys.conftest import At
from tests.journeys.stories import Story

QUESTION = "Which workshops are meant?"
COLLEAGUE = "jonas.weber@example.org"


def asked(story: Story) -> int:
    """Let the decision maker ask the officer, and return the number of the officer's task."""
    story.answer("decision", Outcome.RETURN, QUESTION)
    return story.task("answer:decision").id or 0


def test_a_return_is_answered_in_words(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    task = asked(story)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)

    question = officer.opens(f"/answers/{task}")
    draft = officer.sends(question, f"/answers/{task}")
    kept = officer.sends(
        officer.opens(f"{draft.path}/answer"), f"{draft.path}/answer",
        {"answer.reason": "Those of the annex.", "then": "list"},
    )  # fmt: skip
    again = officer.sends(officer.opens(f"/answers/{task}"), f"/answers/{task}")  # next morning
    sent = officer.sends(officer.opens(f"{again.path}/check"), f"{again.path}/send")
    story.advance()

    question.says(QUESTION)
    kept.says(QUESTION, "Your answer")
    assert again.path == draft.path
    assert officer.opens("/proposals").says("You have no drafts.")
    sent.says("Answer sent", story.reference)
    [decision] = story.decisions("answer:decision")
    assert decision.reason == "Those of the annex."
    assert story.case.proposal_version == 1
    assert story.slots() == ["decision"]


def test_an_answer_may_change_the_proposal(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    task = asked(story)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    draft = officer.sends(officer.opens(f"/answers/{task}"), f"/answers/{task}").path

    officer.sends(officer.opens(f"{draft}/answer"), f"{draft}/answer", {"answer.reason": "We say it more clearly."})
    officer.sends(
        officer.opens(f"{draft}/activities"), f"{draft}/activities", {"activities[1].title": "Adapt the whole guide"}
    )
    sent = officer.sends(officer.opens(f"{draft}/check"), f"{draft}/send")

    sent.says("Answer sent")
    assert story.case.proposal_version == 2
    assert officer.opens(f"/answers/{task}").says("Answered by Rosa Quispe", "We say it more clearly.")


def test_an_answer_that_says_nothing_is_told_and_kept(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    task = asked(story)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    draft = officer.sends(officer.opens(f"/answers/{task}"), f"/answers/{task}").path

    answers = officer.opens(f"{draft}/check")

    answers.says("What do you answer?: is empty; answer in a sentence")
    assert not answers.tree.xpath(f"//form[@action='{draft}/send']")


def test_nobody_else_answers_for_the_officer(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    task = asked(story)
    colleague = desk_over(story.store, story.now).visited_by(COLLEAGUE)

    colleague.sends(colleague.opens(f"/answers/{task}"), f"/answers/{task}", status=403)


def test_a_case_is_taken_back_with_a_reason_after_a_second_look(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.CONSULTATION)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    address = f"/cases/{story.reference}/withdraw"

    empty = officer.sends(officer.opens(address), address, {"reason": " "}, status=422)
    check = officer.sends(empty, address, {"reason": "The partner found other funds.", "step": "check"})
    still_open = story.stage
    done = officer.sends(check, address, {"step": "do"})

    empty.says("Say why, in a sentence")
    check.says("Check before it binds", "The partner found other funds.")
    assert still_open is Stage.CONSULTATION
    done.says("Withdrawn", story.reference)
    assert story.stage is Stage.WITHDRAWN


def test_a_partnership_in_force_is_ended(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    address = f"/cases/{story.reference}/end"

    check = officer.sends(officer.opens(address), address, {"reason": "All was carried out.", "step": "check"})
    officer.sends(check, address, {"step": "do"}).says("Partnership ended")

    assert story.stage is Stage.ENDED


def test_only_the_officer_who_submitted_ends_a_case(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.CONSULTATION)
    desk = desk_over(story.store, story.now)

    desk.visited_by(COLLEAGUE).opens(f"/cases/{story.reference}/withdraw", status=403)
    desk.visited_by("linh.tran@example.org").opens(f"/cases/{story.reference}/withdraw", status=404)


def test_a_past_case_is_renewed_without_its_days(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    address = f"/cases/{story.reference}/again"

    draft = officer.sends(officer.opens(address), address, {"how": "renew"})
    partner, purpose = officer.opens(f"{draft.path}/partner"), officer.opens(f"{draft.path}/purpose")

    draft.says("Reading and rights for young domestic workers", "Not yet")
    assert partner.form(partner.path)["partner_is"] == ["P-1"]
    assert purpose.form(purpose.path)["project.title"] == [story.proposal.project.title]
    assert purpose.form(purpose.path)["project.start_on"] == [""]


def test_a_past_case_is_copied_for_another_partner(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    address = f"/cases/{story.reference}/again"

    draft = officer.sends(officer.opens(address), address, {"how": "copy"})
    partner = officer.opens(f"{draft.path}/partner")
    activities = officer.opens(f"{draft.path}/activities")

    assert partner.form(partner.path)["partner.legal_name"] == [""]
    assert activities.form(activities.path)["activities[1].title"] == [story.proposal.activities[0].title]


def test_an_agreement_in_force_is_amended_by_changing_its_pages(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    address = f"/cases/{story.reference}/again"

    draft = officer.sends(officer.opens(address), address, {"how": "amend"}).path
    before = officer.opens(draft)
    officer.sends(
        officer.opens(f"{draft}/amendment"), f"{draft}/amendment",
        {"amendment.kind": "no_cost_extension", "amendment.reason": "The rains came late."},
    )  # fmt: skip
    pages = officer.opens(draft)
    nothing_yet = officer.opens(f"{draft}/check")
    officer.sends(officer.opens(f"{draft}/purpose"), f"{draft}/purpose", {"project.end_on": "2028-06-30"})
    sent = officer.sends(officer.opens(f"{draft}/check"), f"{draft}/send")

    assert "Purpose" not in before.text  # what may be changed depends on the kind
    assert "The partner" not in pages.links()
    pages.says("Purpose", "Activities")
    nothing_yet.says("nothing changes yet; change a page")
    sent.says("Amendment submitted", "PA-2026-0002")


def test_a_page_the_kind_of_amendment_does_not_touch_is_refused_in_words(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.IN_FORCE)
    officer = desk_over(story.store, story.now).visited_by(OFFICER)
    address = f"/cases/{story.reference}/again"
    draft = officer.sends(officer.opens(address), address, {"how": "amend"}).path
    officer.sends(
        officer.opens(f"{draft}/amendment"), f"{draft}/amendment",
        {"amendment.kind": "no_cost_extension", "amendment.reason": "The rains came late."},
    )  # fmt: skip

    page = officer.sends(
        officer.opens(f"{draft}/purpose"), f"{draft}/purpose", {"project.objective": "Something else."}
    )

    page.says("Objective: is not changed by «no-cost extension»; that is for: scope change or correction")


def test_the_pages_of_past_cases_have_no_hard_coded_text(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    task, case = asked(story), f"/cases/{story.reference}"
    officer = speak_pseudo(desk_over(story.store, story.now)).visited_by(OFFICER)

    for address in (f"{case}/withdraw", f"{case}/end", f"{case}/again", f"/answers/{task}", f"{case}/withdraw/done"):
        assert hard_coded(parsed(officer.client.get(address).text)) == []
