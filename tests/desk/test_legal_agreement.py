"""A legal reviewer reads the agreement: what came back beside what was sent, and how far we may give way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from approvals.documents.revisions import accepted, rejected
from approvals.settings import Settings
from models.case import Stage
from models.decision import Outcome
from tests.desk.conftest import AUDITOR, LEGAL_REVIEWER, DeskOver
from tests.desk.page_checker import parsed
from tests.desk.pseudo import hard_coded, speak_pseudo
from tests.desk.visiting import Page, TheDesk, Visitor
from tests.journeys.conftest import At
from tests.journeys.stories import Story, rewritten, saved_again
from tests.word import text_of

HANOI = "linh.tran@example.org"
NOTICE = ("sixty days’ written notice", "thirty days’ written notice")
COMMA = ("in good faith, in accordance with its own rules", "in good faith in accordance with its own rules")
ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def story(at: At) -> Story:
    """The partner sent the text back with two changes, one of substance and one of wording."""
    told = at(Stage.NEGOTIATION)
    content = saved_again(told.file())
    for old, new in (NOTICE, COMMA):
        content = rewritten(content, old, new)
    told.answer("negotiation", Outcome.CHANGED, content=content)
    return told


def lawyer(story: Story, desk_over: DeskOver) -> Visitor:
    return desk_over(story.store, story.now).visited_by(LEGAL_REVIEWER)


def reading(story: Story) -> str:
    return f"/cases/{story.reference}/agreement"


def test_the_returned_text_stands_beside_our_positions_the_gravest_change_first(
    story: Story, desk_over: DeskOver
) -> None:
    page = lawyer(story, desk_over).opens(reading(story))

    changes = page.tree.xpath("//ol[@class='deviations']/li")
    assert ["Substance" in one.xpath("string(.)") for one in changes] == [True, False]
    assert page.tree.xpath("//del/text()")[1:] != []
    assert page.says(
        "Version 2, sent back by the partner. Compared with version 1.",
        "This is our fallback 2.",
        "Our position: Suspension and termination",
        "Never",
    )
    assert page.links()["Legal review"].startswith("/tasks/")


def test_each_change_keeps_its_place_in_the_text(story: Story, desk_over: DeskOver) -> None:
    page = lawyer(story, desk_over).opens(reading(story))

    for link in page.tree.xpath("//ol[@class='deviations']//a/@href"):
        [note] = page.tree.xpath("//div[@id=$id]", id=link[1:])
        assert note.xpath("ancestor::div[contains(@class, 'passage')]//*[self::ins or self::del]")


def test_the_reader_chooses_which_versions_are_compared(story: Story, desk_over: DeskOver) -> None:
    reader = lawyer(story, desk_over)

    alone, other_way = reader.opens(f"{reading(story)}?shown=1"), reader.opens(f"{reading(story)}?shown=1&against=2")

    assert alone.says("This version stands by itself")
    assert alone.tree.xpath("//article//ins | //article//del") == []
    assert other_way.says("Version 1, drafted by the machine. Compared with version 2.")
    assert reader.opens(f"{reading(story)}?shown=2&against=2").says("Compared with version 1.")
    assert reader.opens(f"{reading(story)}?shown=9", status=404).says("has no version 9 of the agreement")


@pytest.mark.parametrize("wish", ["shown=x", "shown=-1", "shown=99999999999999999999", "against=%00", "shown=²"])
def test_a_version_that_is_none_is_passed_over(story: Story, desk_over: DeskOver, wish: str) -> None:
    assert lawyer(story, desk_over).opens(f"{reading(story)}?{wish}").says("Version 2")


def test_it_is_reached_from_the_task_and_the_case(story: Story, desk_over: DeskOver) -> None:
    reviewer = lawyer(story, desk_over)

    for address in (f"/tasks/{story.task('legal_review').id}", f"/cases/{story.reference}"):
        assert reviewer.opens(address).links()["Read , Version 2"] == f"{reading(story)}?shown=2"


def test_what_a_partner_wrote_is_never_taken_for_a_page(at: At, desk_over: DeskOver) -> None:
    story = at(Stage.NEGOTIATION)
    story.answer("negotiation", Outcome.CHANGED, content=rewritten(story.file(), NOTICE[0], ATTACK))

    page = lawyer(story, desk_over).opens(reading(story))

    assert ATTACK in page.text
    assert page.tree.xpath("//img") == []


def test_no_text_of_the_page_is_hidden_from_translators(story: Story, desk_over: DeskOver) -> None:
    reviewer = speak_pseudo(desk_over(story.store, story.now)).visited_by(LEGAL_REVIEWER)

    for wish in ("", "?shown=1"):
        assert hard_coded(parsed(reviewer.client.get(reading(story) + wish).text)) == []


def test_without_a_clause_library_the_changes_are_shown_alone(story: Story, tmp_path: Path) -> None:
    desk = TheDesk(story.store, story.now, settings=Settings(clause_folder=tmp_path))

    page = desk.visited_by(LEGAL_REVIEWER).opens(reading(story))

    assert page.says("Our positions cannot be shown", "Substance")


# Taking it along


def test_the_redline_holds_exactly_the_two_texts(story: Story, engine: Path) -> None:
    desk = TheDesk(story.store, story.now, settings=Settings(home=engine.parent))
    page = desk.visited_by(LEGAL_REVIEWER).opens(reading(story))

    answer = desk.visited_by(LEGAL_REVIEWER).fetches(page.links()["Redline: version 1 to 2"])

    assert f'filename="{story.reference}-v1-v2-redline.docx"' in answer.headers["content-disposition"]
    assert text_of(accepted(answer.content)) == story.text(2)
    assert text_of(rejected(answer.content)) == story.text(1)


def test_a_draft_is_had_beside_its_translation(story: Story, desk_over: DeskOver) -> None:
    reader = lawyer(story, desk_over)

    answer = reader.fetches(reader.opens(f"{reading(story)}?shown=1").links()["Beside its translation: Français"])

    assert "Suspension et résiliation" in text_of(answer.content)
    assert f"{story.reference}-v1-fr.docx" in answer.headers["content-disposition"]
    assert reader.opens(f"/cases/{story.reference}/agreements/2/beside-fr.docx", status=409).says(
        "nobody has translated"
    )
    assert reader.opens(f"/cases/{story.reference}/agreements/1/beside-zh.docx", status=422).says(
        "cannot stand beside"
    )


def test_files_are_for_this_reader_alone_and_for_no_other_program(story: Story, desk_over: DeskOver) -> None:
    answer = lawyer(story, desk_over).fetches(f"/cases/{story.reference}/agreements/2.docx")

    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_without_libreoffice_the_reader_is_told_that_there_is_no_pdf_and_what_there_is(story: Story) -> None:
    desk = TheDesk(story.store, story.now, settings=Settings(libreoffice=Path("/nowhere/soffice")))

    page = desk.visited_by(LEGAL_REVIEWER).opens(f"/cases/{story.reference}/agreements/2.pdf", status=503)

    assert page.says("/nowhere/soffice is no program")


def test_who_may_not_see_the_case_gets_nothing_of_its_agreement(story: Story, desk_over: DeskOver) -> None:
    elsewhere = desk_over(story.store, story.now).visited_by(HANOI)
    files = f"/cases/{story.reference}/agreements"

    for address in (reading(story), f"{files}/2.pdf", f"{files}/2/redline-from-1.docx", f"{files}/1/beside-fr.docx"):
        assert elsewhere.opens(address, status=404).heading == "Not found"
    assert desk_over(story.store, story.now).visited_by(AUDITOR).opens(reading(story)).says("What changed")


# Sending an edited version in


def edits(story: Story, who: Visitor, content: bytes, *, name: str = "edited.docx", status: int = 200) -> Page:
    """Answer «clear with edits» with this file, and return the page that comes before it binds."""
    address = f"/tasks/{story.task('legal_review').id}"
    said = {"outcome": "clear_with_edits", "reason": "Our notice is sixty days."}
    return who.sends(who.opens(address), f"{address}/check", said, files={"file": (name, content)}, status=status)


def test_an_edited_version_is_the_answer_and_then_stands_beside_the_one_before(
    story: Story, desk_over: DeskOver
) -> None:
    reviewer = lawyer(story, desk_over)
    address = f"/tasks/{story.task('legal_review').id}"

    checking = edits(story, reviewer, rewritten(story.file(), NOTICE[1], NOTICE[0]))
    reviewer.sends(checking, address)
    story.advance()

    page = reviewer.opens(reading(story))
    assert page.says("Version 3, edited in legal review. Compared with version 2.")
    assert [one.origin for one in story.agreements()] == ["drafted", "returned", "edited"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda story: saved_again(story.file()), "Is word for word version 2; record «cleared» instead"),
        (lambda story: b"%PDF-1.7 nonsense", "not a Word document"),
    ],
    ids=["the same words", "no Word file"],
)
def test_a_file_that_cannot_be_the_answer_is_told_at_its_field_and_the_rest_stays(
    story: Story, desk_over: DeskOver, file: Callable[[Story], bytes], said: str
) -> None:
    page = edits(story, lawyer(story, desk_over), file(story), status=422)

    address = f"/tasks/{story.task('legal_review').id}/check"
    assert said in page.tree.xpath("string(//p[@id='f-file-fault'])")
    assert page.form(address)["reason"] == ["Our notice is sixty days."]
    assert page.form(address)["outcome"] == ["clear_with_edits"]
    assert len(story.agreements()) == 2
