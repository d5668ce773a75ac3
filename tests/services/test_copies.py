"""Copies for reading: who may have one, of which version, and when none can be made."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from approvals.errors import CopyRefused, Faulty, NotFound, PdfUnavailable, TemplateError
from approvals.rehearsal import People
from approvals.services.copies import bilingual_copy, pdf_of_agreement
from approvals.store import queries
from approvals.store.engine import Store
from models.case import Stage
from models.decision import Outcome
from models.user import User
from tests.journeys.stories import Story, a_foundation, put_a_list_in_force, rewritten
from tests.services.test_templates import put_in_force
from tests.word import text_of


@pytest.fixture
def story(store: Store, people: People, tmp_path: Path) -> Story:
    """The foundation's case, whose agreement the partner holds."""
    put_a_list_in_force(store, people, tmp_path)
    return Story(store, people, a_foundation()).reach(Stage.NEGOTIATION)


def copy_in(language: str, story: Story, *, by: User | None = None) -> bytes:
    return bilingual_copy(story.store, story.reference, beside=language, by=by or story.officer)[1]


@pytest.mark.parametrize(("language", "sentence"), [("fr", "Accord de partenariat"), ("es", "Acuerdo de")])
def test_the_officer_gets_the_agreement_beside_its_translation(story: Story, language: str, sentence: str) -> None:
    text = text_of(copy_in(language, story))

    assert sentence in text
    assert "Partnership Agreement" in text
    assert story.reference in text
    assert f"SHA-256 {story.agreements()[0].file_hash}" in text


def test_it_says_the_same_days_later(story: Story) -> None:
    first = copy_in("fr", story)
    story.days_pass(3)

    assert copy_in("fr", story) == first


@pytest.mark.parametrize("language", ["en", "de", ""])
def test_only_another_of_our_languages_can_stand_beside_it(story: Story, language: str) -> None:
    with pytest.raises(Faulty, match="cannot stand beside «en»; choose fr or es"):
        copy_in(language, story)


def test_a_text_the_partner_changed_has_no_translation(story: Story) -> None:
    returned = rewritten(story.file(), "The Parties shall", "The Parties will")
    story.answer("negotiation", Outcome.CHANGED, content=returned)

    with pytest.raises(CopyRefused, match=r"Version 2 .* was returned, and nobody has translated"):
        copy_in("fr", story)


def test_a_newer_template_changes_nothing_for_the_text_drafted_before(story: Story) -> None:
    before = copy_in("fr", story)
    put_in_force(story.store, story.people)

    assert copy_in("fr", story) == before


def test_a_text_whose_conditions_have_changed_since_has_no_translation(story: Story) -> None:
    with story.store.session() as session:
        queries.case_by_reference(session, story.reference).conditions = [{"text": "Report every month"}]
        session.commit()

    with pytest.raises(CopyRefused, match="before the proposal or its conditions changed"):
        copy_in("fr", story)


def test_a_version_of_the_template_that_is_not_translated_is_said_so(store: Store, people: People) -> None:
    put_in_force(store, people)
    story = Story(store, people, a_foundation()).reach(Stage.NEGOTIATION)

    with pytest.raises(TemplateError, match=r"Version 2\.1 of the template .* is not published in «es»"):
        copy_in("es", story)


def test_who_may_not_see_the_case_gets_no_copy(story: Story, people: People) -> None:
    stranger = people.named("aminata.diallo@example.org")

    with pytest.raises(NotFound):
        copy_in("fr", story, by=stranger)
    with pytest.raises(NotFound):
        pdf_of_agreement(story.store, story.reference, by=stranger, libreoffice=None, timeout_seconds=1)


def test_the_word_file_can_be_had_where_no_pdf_can(story: Story, tmp_path: Path) -> None:
    with pytest.raises(PdfUnavailable, match="The Word file can be had as before"):
        pdf_of_agreement(
            story.store, story.reference, by=story.officer, libreoffice=Path("/bin/true"), timeout_seconds=20
        )

    assert docx.Document(io.BytesIO(story.file())).paragraphs


def test_making_a_copy_leaves_no_trace_on_the_case(story: Story) -> None:
    before = story.happened()

    copy_in("fr", story)

    assert story.happened() == before
    assert len(story.agreements()) == 1
