"""A person decides at the desk: reads, answers, checks, records, and goes on to the next."""

from __future__ import annotations

import pytest

from approvals.casework.outcomes import OUTCOMES
from approvals.casework.wording import in_words
from models.case import Stage
from models.decision import Outcome
from models.risk import RiskLevel
from models.task import TaskKind
from models.user import Role
from tests.desk.conftest import AUDITOR, DeskOver
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import Page, Visitor
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import Story, a_foundation, with_paragraph

WORD = "agreement.docx"


def decider(story: Story, slot: str, desk_over: DeskOver) -> tuple[Visitor, str]:
    """Return the person who may decide the task in this slot, at the desk, and the address of the task."""
    task = story.task(slot)
    return desk_over(story.store, story.now).visited_by(story.people.who_may_decide(task)), f"/tasks/{task.id}"


def checks(person: Visitor, address: str, status: int = 200, **more: object) -> Page:
    """Fill in the form of the task and go on to the page that shows what would be recorded."""
    files = more.pop("files", None)
    return person.sends(person.opens(address), f"{address}/check", more, files=files, status=status)  # type: ignore[arg-type]


def test_an_answer_is_checked_recorded_and_confirmed(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    person, address = decider(story, "due_diligence", desk_over)

    checking = checks(person, address, outcome="assessed", risk="substantial", reason="Accounts are late.",
                      conditions="Quarterly accounts\n\nAn audit in March")  # fmt: skip
    before = story.decisions("due_diligence")
    done = person.sends(checking, address)

    assert checking.says(
        "Check your answer", "Nothing is recorded yet", "Assessed", "Substantial", "Accounts are late."
    )
    assert before == []
    assert done.says("Recorded: assessed", story.reference, "What happens next", "The machine is at work on it")
    decision = story.decisions("due_diligence")[0]
    assert (decision.outcome, decision.reason) == (Outcome.ASSESSED, "Accounts are late.")
    assert decision.details == {"risk": "substantial", "conditions": ["Quarterly accounts", "An audit in March"]}


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)

    page = checks(person, address, 422, outcome="approve_with_conditions", reason="Because <b>we</b> must.")

    assert page.tree.findtext(".//title").startswith("Mistake: ")
    assert page.links()["Write at least one condition."] == "#f-conditions"
    assert page.form(f"{address}/check")["outcome"] == ["approve_with_conditions"]
    assert page.form(f"{address}/check")["reason"] == ["Because <b>we</b> must."]
    assert story.decisions("decision") == []


def test_an_outcome_the_task_does_not_offer_is_not_chosen(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)

    page = checks(person, address, 422, outcome="assessed", reason="Somebody else's form.")

    assert page.links()["Choose an outcome."] == "#f-outcome"


def test_what_no_page_can_show_is_left_out_of_what_was_typed(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)

    checking = checks(person, address, outcome="decline", reason="Too\x0b early.\uffff")
    person.sends(checking, address)

    assert story.decisions("decision")[0].reason == "Too early."


def test_an_answer_can_be_changed_before_it_binds(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)
    checking = checks(person, address, outcome="decline", reason="Too early.")

    again = person.client.post(f"{address}/change", data=checking.form(address))

    assert 'value="decline" checked' in again.text
    assert "Too early." in again.text


@pytest.mark.parametrize("outcome", OUTCOMES[TaskKind.DECISION])
def test_every_outcome_is_offered_and_explained(at: At, desk_over: DeskOver, outcome: Outcome) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)

    assert in_words(outcome).capitalize() in person.opens(address).text


def test_what_was_hidden_when_another_outcome_was_chosen_is_left_out(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)

    checking = checks(person, address, outcome="approve", conditions="Typed, then thought better of")
    person.sends(checking, address)

    assert story.decisions("decision")[0].details == {}


def test_an_answer_sent_twice_is_recorded_once(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DECISION)
    person, address = decider(story, "decision", desk_over)
    checking = checks(person, address, outcome="approve", reason="Serves our aims.")

    first, second = person.sends(checking, address), person.sends(checking, address)

    assert first.heading == second.heading == "Recorded: approve"
    assert len(story.decisions("decision")) == 1


def test_who_comes_too_late_reads_who_decided_and_when(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    person, address = decider(story, "legal_review", desk_over)
    checking = checks(person, address, outcome="cleared")
    story.answer("legal_review", Outcome.REFUSE, "A clause is missing.")

    late = person.sends(checking, address, status=409)

    assert late.says(
        "This task is decided", "Claire Martin decided it on", "refuse", "What you sent was not recorded"
    )


def test_who_may_read_but_not_decide_is_told_why(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    task = story.task("legal_review")

    page = desk_over(story.store, story.now).visited_by(AUDITOR).opens(f"/tasks/{task.id}")

    assert page.says("You cannot decide this task", "is for the legal reviewer, which you are not")
    assert page.tree.xpath("//form[contains(@action, '/check')]") == []


def test_a_task_of_another_office_is_not_found(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    elsewhere = desk_over(story.store).visited_by("linh.tran@example.org")

    for address in (f"/tasks/{story.task('due_diligence').id}", "/tasks/99999999", "/tasks/9223372036854775808"):
        assert elsewhere.opens(address, status=404).heading == "Not found"


def test_opening_a_task_changes_nothing(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.LEGAL_REVIEW)
    person, address = decider(story, "legal_review", desk_over)
    before = story.happened()

    for page in (address, f"{address}/recorded", f"{address}/claim", f"{address}/check"):
        person.client.get(page)

    assert story.happened() == before


def test_each_name_found_is_judged_by_itself(tell: Tell, desk_over: DeskOver) -> None:
    story = tell(a_foundation(**{"partner.people.0.name": "Ibragim Vydumannyj"}))
    assert story.stage is Stage.SCREENING_REVIEW
    person, address = decider(story, "screening_review", desk_over)
    page = person.opens(address)
    number = next(name for name in page.form(f"{address}/check") if name.startswith("hit-"))
    reason = page.tree.xpath(f"//select[@name='{number}']/option[@value!='']/@value")[0]

    faulty = person.sends(page, f"{address}/check", {"outcome": "cleared", "reason": "Namesake."}, status=422)
    checking = person.sends(
        faulty, f"{address}/check", {number: reason, f"{number}-remark": "Born elsewhere.", "outcome": "cleared"}
    )
    person.sends(checking, address)

    assert faulty.links()["Say what you found about this name."] == f"#f-{number}"
    assert checking.says("Ibragim Vydumannyj", "Born elsewhere.")
    assert story.decisions("screening_review")[0].details["hits"][0]["reason"] == reason


def test_the_partners_file_waits_between_the_pages(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.NEGOTIATION)
    person, address = decider(story, "negotiation", desk_over)
    file = with_paragraph(story.file(), "Paid within ten days.")

    checking = checks(person, address, outcome="changed", files={"file": (WORD, file)})
    person.sends(checking, address)

    assert checking.says(WORD)
    assert story.file(2) == file


def test_a_file_that_is_no_word_document_is_refused_and_kept_nowhere(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.NEGOTIATION)
    person, address = decider(story, "negotiation", desk_over)

    page = checks(person, address, 422, outcome="changed", files={"file": ("letter.pdf", b"%PDF-1.7 nonsense")})

    assert page.says("it is not a Word document")
    assert story.happened()[-1] == "FileRefused"
    assert "held" not in page.form(f"{address}/check")


def test_a_signature_names_the_version_signed(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.SIGNATURE)
    person, address = decider(story, "signature:organisation", desk_over)

    page = checks(person, address, 422, outcome="signed")
    checking = checks(person, address, outcome="signed", file_hash=story.agreements()[-1].file_hash)

    assert page.links()["Confirm which version was signed."] == "#f-file_hash"
    assert checking.says(story.agreements()[-1].file_hash)


def test_after_deciding_the_next_task_is_one_key_away(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.CONSULTATION)
    owed = {task.role: task for task in story.owed()}
    person = story.people.with_role(Role.WORKERS_BUREAU)
    visitor = desk_over(story.store, story.now).visited_by(person)
    address = f"/tasks/{owed[Role.WORKERS_BUREAU].id}"

    done = visitor.sends(checks(visitor, address, outcome="support"), address)

    assert done.says("Back to my work")
    assert "Next task" not in done.links()  # nothing else waits for the workers' bureau


@pytest.mark.parametrize(
    ("stage", "slot"),
    [
        (Stage.DUE_DILIGENCE, "due_diligence"),
        (Stage.DECISION, "decision"),
        (Stage.LEGAL_REVIEW, "legal_review"),
        (Stage.NEGOTIATION, "negotiation"),
        (Stage.SIGNATURE, "signature:organisation"),
    ],
)
def test_no_text_of_a_task_is_hidden_from_translators(at: At, desk_over: DeskOver, stage: Stage, slot: str) -> None:
    story = at(stage)
    task = story.task(slot)
    desk = speak_pseudo(desk_over(story.store, story.now))
    person = desk.visited_by(story.people.who_may_decide(task))

    assert hard_coded(person.glances(f"/tasks/{task.id}")) == []


def test_what_people_wrote_is_never_taken_for_a_page(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.DUE_DILIGENCE)
    attack = "<img src=x onerror=alert(1)>"
    story.answer("due_diligence", Outcome.ASSESSED, attack, risk=RiskLevel.MODERATE, conditions=(attack,))
    visitor = desk_over(story.store, story.now).visited_by(AUDITOR)

    for address in (f"/cases/{story.reference}", f"/tasks/{story.owed()[0].id}"):
        page = visitor.opens(address)
        assert page.says(attack)
        assert page.tree.xpath("//img") == []
