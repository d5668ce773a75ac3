"""What lawyers see of a text that came back: clauses with positions, a redline, and a register over all cases."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest

from approvals.casework.clauses import read_clause_library
from approvals.documents.revisions import accepted, rejected
from approvals.errors import Faulty, NotAllowed, NotFound
from approvals.services.deviation_register import RegisteredDeviation, Reply, figures, register
from approvals.services.deviations import ChangedClause, deviations, redline_of
from approvals.settings import Settings
from models.agreement import Agreement, Grade
from models.case import Stage
from models.decision import Outcome
from models.partner import PartnerKind
from models.task import Task
from models.user import Role
from tests.journeys.conftest import At, Tell
from tests.journeys.stories import Story, a_foundation, rewritten, saved_again
from tests.word import parts_of, text_of

LIBRARY = read_clause_library(Settings().clause_folder)
LIABLE = (
    "Neither Party is liable to the other for indirect",
    "The Organisation is liable to the Partner for indirect",
)
COMMA = ("in good faith, in accordance with its own rules", "in good faith in accordance with its own rules")
IMMUNE = ("any of the privileges and immunities", "any of the privileges")
NOTICE = ("sixty days’ written notice", "thirty days’ written notice")


def returned(story: Story, *edits: tuple[str, str]) -> Agreement:
    """Let the partner return the text with `edits`, tracking switched off, and return the version it became."""
    content = saved_again(story.file())
    for old, new in edits:
        content = rewritten(content, old, new)
    story.answer("negotiation", Outcome.CHANGED, content=content)
    return story.agreements()[-1]


def renamed(content: bytes, old: str, new: str) -> bytes:
    """Return the text with another heading over one of its articles."""
    document = docx.Document(io.BytesIO(content))
    [heading] = [p for p in document.paragraphs if p.style and p.style.name == "Heading 1" and p.text == old]
    heading.runs[0].text = new
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def changed_clauses(story: Story, **which: Any) -> list[ChangedClause]:
    lawyer = story.people.with_role(Role.LEGAL_REVIEWER)
    return list(deviations(story.store, story.reference, by=lawyer, library=LIBRARY, **which).clauses)


def registered(story: Story, **which: Any) -> list[RegisteredDeviation]:
    lawyer = story.people.with_role(Role.LEGAL_REVIEWER)
    return list(register(story.store, by=lawyer, library=LIBRARY, **which))


def days_for(task: Task) -> int:
    """Return how many days from Monday to Friday a task may take."""
    opened = task.opened_at.date()
    days = (opened + timedelta(days=number) for number in range(1, (task.due_on - opened).days + 1))
    return sum(day.weekday() < 5 for day in days)


# One case


def test_a_lawyer_has_three_days_for_our_text_five_for_other_words_and_ten_for_other_substance(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)
    ours = days_for(story.task("legal_review"))
    story.answer("legal_review", Outcome.CLEARED)

    returned(story, COMMA)
    wording = days_for(story.task("legal_review"))
    story.answer("legal_review", Outcome.REFUSE, "As we sent it.")
    returned(story, LIABLE)
    substance = days_for(story.task("legal_review"))

    assert (ours, wording, substance) == (3, 5, 10)


def test_one_liability_clause_and_one_comma_give_two_entries_and_a_redline_of_exactly_the_two_texts(
    at: At, engine: Path
) -> None:
    story = at(Stage.NEGOTIATION)
    ours = story.file()

    theirs = returned(story, LIABLE, COMMA)
    liability, comma = changed_clauses(story)
    old, new, made = redline_of(story.store, story.reference, by=story.officer, engine_folder=engine)

    assert [(one.grade, one.clause.key) for one in (liability, comma) if one.clause] == [
        (Grade.SUBSTANCE, "liability"),
        (Grade.WORDING, "obligations_of_the_parties"),
    ]
    assert (old.version, new.version) == (1, theirs.version)
    assert text_of(accepted(made)) == text_of(story.file())
    assert text_of(rejected(made)) == text_of(ours)


def test_a_text_without_deviation_goes_from_the_machine_to_the_partner_to_clearance_without_a_lawyer(
    tell: Tell,
) -> None:
    story = tell(a_foundation(beneficiary_contact=False)).reach(Stage.NEGOTIATION)

    story.answer("negotiation", Outcome.AGREED)

    [passed] = [one for one in story.events("StagePassed") if one.payload["from"] == "legal_review"]
    assert passed.payload["act"] == "pass_over"
    assert "standard" in passed.payload["passed_over_by"]
    assert (story.stage, story.decisions("legal_review")) == (Stage.CLEARANCE, [])


def test_privileges_and_immunities_are_named_first_whatever_else_was_changed(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    returned(story, COMMA, LIABLE, IMMUNE)

    assert [one.grade for one in changed_clauses(story)] == [Grade.IMMUNITIES, Grade.SUBSTANCE, Grade.WORDING]


def test_a_changed_clause_comes_with_the_positions_of_the_library(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    returned(story, NOTICE)

    [termination] = changed_clauses(story)
    assert termination.clause is not None
    assert termination.clause.key == "termination"
    assert termination.clause.positions is not None
    assert "thirty days’ written notice" in termination.clause.positions.fallbacks[1].text.en
    assert termination.fallback == 2  # the partner's wording is one we may accept
    assert [(change.old.count(NOTICE[0]), change.new.count(NOTICE[1])) for change in termination.changes] == [(1, 1)]


def test_a_clause_of_the_partners_own_has_no_position(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    story.answer(
        "negotiation", Outcome.CHANGED, content=renamed(story.file(), "Confidentiality", "Most favoured partner")
    )

    ours, theirs = changed_clauses(story)
    assert (ours.clause.key if ours.clause else None, ours.changes[0].new) == ("confidentiality", "")
    assert (theirs.clause, theirs.changes[0].new) == (None, "Most favoured partner")


def test_any_two_versions_can_be_compared(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    ours = story.file()
    returned(story, NOTICE)
    story.answer("legal_review", Outcome.REFUSE, "Sixty days.")
    returned(story, LIABLE)

    against_theirs = changed_clauses(story, sent=2, returned=3)

    assert [one.clause.key for one in changed_clauses(story) if one.clause] == ["liability"]
    assert {one.clause.key for one in against_theirs if one.clause} == {"liability", "termination"}
    assert story.file(1) == ours


def test_a_draft_changes_no_earlier_version(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    with pytest.raises(NotFound, match=r"Version 1 .* changes no other"):
        changed_clauses(story)
    with pytest.raises(NotFound, match="has no version 4 of the agreement; it has: 1"):
        changed_clauses(story, sent=1, returned=4)
    with pytest.raises(Faulty, match="is version 1 itself"):
        changed_clauses(story, sent=1, returned=1)


def test_who_may_not_see_the_case_gets_no_redline(at: At, engine: Path) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE)
    elsewhere = story.people.named("aminata.diallo@example.org")

    with pytest.raises(NotFound, match="that you may see"):
        redline_of(story.store, story.reference, by=elsewhere, engine_folder=engine)


def test_changes_carry_the_name_of_the_partner_or_of_our_lawyer(at: At, engine: Path) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE)
    story.answer(
        "legal_review",
        Outcome.CLEAR_WITH_EDITS,
        "Ninety.",
        content=rewritten(story.file(), NOTICE[1], "ninety days’"),
    )
    lawyer = story.people.with_role(Role.LEGAL_REVIEWER)

    def author(**which: int) -> set[str]:
        made = redline_of(story.store, story.reference, by=lawyer, engine_folder=engine, **which)[2]
        return set(re.findall(r'w:author="([^"]+)"', parts_of(made)["word/document.xml"].decode()))

    assert author(sent=1, returned=2) == {story.proposal.partner.short_name}
    assert author(sent=2, returned=3) == {lawyer.name}


# The register


def test_the_register_tells_clause_grade_partner_and_what_legal_review_said(at: At) -> None:
    story = at(Stage.NEGOTIATION)

    returned(story, NOTICE, COMMA)
    before = {one.reply for one in registered(story)}
    story.answer("legal_review", Outcome.REFUSE, "Our notice is sixty days.")

    assert before == {Reply.NOT_DECIDED}
    notice, comma = registered(story)
    assert (comma.clause, comma.grade) == ("obligations_of_the_parties", Grade.WORDING)
    assert (notice.clause, notice.title, notice.grade) == (
        "termination",
        "Suspension and termination",
        Grade.SUBSTANCE,
    )
    assert (notice.family, notice.partner_kind) == ("private_partnership", PartnerKind.FOUNDATION)
    assert (notice.case, notice.version, notice.reply) == (story.reference, 2, Reply.REFUSED)
    assert (notice.fallback, comma.fallback) == (2, None)
    assert (notice.decided_by, notice.reason) == ("Claire Martin", "Our notice is sixty days.")


def test_of_a_text_cleared_with_edits_the_clauses_left_alone_are_accepted(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE, LIABLE)

    edited = rewritten(story.file(), LIABLE[1], LIABLE[0])
    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Not the liability.", content=edited)

    assert {one.clause: one.reply for one in registered(story)} == {
        "termination": Reply.ACCEPTED,
        "liability": Reply.EDITED,
    }


def test_a_question_of_the_lawyer_is_no_answer_to_the_partner(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE)

    story.answer("legal_review", Outcome.RETURN, "Did the partner say why?")
    asked = [one.reply for one in registered(story)]
    story.answer("answer:legal_review", Outcome.ANSWERED, "Their statute.")
    story.answer("legal_review", Outcome.CLEARED)

    assert asked == [Reply.NOT_DECIDED]
    assert [one.reply for one in registered(story)] == [Reply.ACCEPTED]


def test_a_figure_counts_rounds_and_shows_the_cases_behind_it(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE)
    story.answer("legal_review", Outcome.REFUSE, "Sixty days.")
    returned(story, NOTICE, COMMA)
    story.answer("legal_review", Outcome.CLEARED, "So be it.")

    first, second = figures(registered(story))

    assert (first.clause, first.times) == ("termination", 2)
    assert first.replies == {Reply.REFUSED: 1, Reply.ACCEPTED: 1}
    assert first.grades == {Grade.SUBSTANCE: 2}
    assert [(one.case, one.version) for one in first.deviations] == [(story.reference, 2), (story.reference, 3)]
    assert (second.clause, second.times) == ("obligations_of_the_parties", 1)


def test_one_clause_is_one_line_in_every_language(tell: Tell) -> None:
    spanish = tell(a_foundation(language="es")).reach(Stage.NEGOTIATION)

    returned(spanish, ("preaviso escrito de sesenta días", "preaviso escrito de treinta días"))

    [notice] = registered(spanish)
    assert (notice.language, notice.clause, notice.title) == ("es", "termination", "Suspension and termination")


def test_the_register_can_be_of_one_family(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE)

    assert len(registered(story, family="private_partnership")) == 1
    assert registered(story, family="eu_contribution") == []


def test_our_own_edits_are_no_deviations_of_the_partner(at: At) -> None:
    story = at(Stage.LEGAL_REVIEW)

    story.answer("legal_review", Outcome.CLEAR_WITH_EDITS, "Thirty.", content=rewritten(story.file(), *NOTICE))

    assert registered(story) == []


def test_the_register_is_for_lawyers_administrators_and_auditors(at: At) -> None:
    story = at(Stage.NEGOTIATION)
    returned(story, NOTICE)

    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert len(register(story.store, by=story.people.with_role(role), library=LIBRARY)) == 1
    with pytest.raises(NotAllowed, match="may not see the register of deviations"):
        register(story.store, by=story.officer, library=LIBRARY)
