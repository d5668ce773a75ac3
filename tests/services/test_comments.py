"""Who learns of a comment, and what becomes of its words."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from approvals.errors import WrongStage
from approvals.services.anchors import verify_trail
from approvals.services.bundle import write_bundle
from approvals.services.comments import answer_comment, comment, comments_on, note_comments
from approvals.services.digests import write_digests
from approvals.services.erasure import erase_personal_data
from approvals.services.tasks import claim
from approvals.settings import Settings
from approvals.store import queries
from models.case import Stage
from models.event import Event
from models.outbox import OutboxMessage
from models.user import Role, User
from tests.journeys.conftest import At, at, databases_by_stage
from tests.journeys.stories import Story

__all__ = ["at", "databases_by_stage"]

SAID = "Ms Ana Paz will not sign."
CLAUSE = "Suspension and termination"


@pytest.fixture
def story(at: At) -> Story:
    return at(Stage.LEGAL_REVIEW)


@pytest.fixture
def lawyer(story: Story) -> User:
    return story.people.named("claire.martin@example.org")


def told(story: Story, message: str = "comment_written") -> list[str]:
    """Who got this mail, in order of the alphabet."""
    with story.store.session() as session:
        query = select(OutboxMessage.recipient).where(OutboxMessage.message == message)
        return sorted(filter(None, session.exec(query)))


def event_of(story: Story, kind: str) -> int:
    with story.store.session() as session:
        return session.exec(select(Event).where(Event.kind == kind).order_by(col(Event.seq).desc())).all()[0].seq


def test_those_who_take_part_in_the_case_learn_of_a_comment_but_not_who_wrote_it(story: Story, lawyer: User) -> None:
    first = comment(story.store, story.reference, SAID, by=lawyer, now=story.now)

    assert told(story) == [story.officer.email]

    answer_comment(story.store, first.id or 0, "She will.", by=story.officer, now=story.now)

    assert told(story) == sorted([story.officer.email, lawyer.email])


def test_a_mail_about_a_comment_does_not_say_what_was_commented(story: Story, lawyer: User) -> None:
    comment(story.store, story.reference, SAID, by=lawyer, now=story.now)

    with story.store.session() as session:
        mail = session.exec(select(OutboxMessage).where(OutboxMessage.message == "comment_written")).one()
    assert "Ana Paz" not in str(mail.facts)


def test_a_comment_on_a_clause_reaches_the_legal_reviewers_until_one_has_taken_the_review(
    story: Story, lawyer: User
) -> None:
    def comments_on_the_clause() -> set[str]:
        before = told(story)
        comment(story.store, story.reference, "Why?", clause=CLAUSE, version=1, by=story.officer, now=story.now)
        after = told(story)
        return set(after) if not before else {one for one in set(after) if after.count(one) > before.count(one)}

    with story.store.session() as session:
        reviewers = {one.email for one in queries.holders_of(session, Role.LEGAL_REVIEWER)}
    assert comments_on_the_clause() == reviewers
    claim(story.store, story.task("legal_review").id or 0, by=lawyer, now=story.now)
    assert comments_on_the_clause() == {lawyer.email}


def test_who_reads_digests_reads_of_it_there_until_they_take_note(story: Story, lawyer: User) -> None:
    comment(story.store, story.reference, SAID, digest=True, by=lawyer, now=story.now)
    assert told(story) == []

    write_digests(story.store, installation=True, hour=0, now=story.now + timedelta(hours=1))

    with story.store.session() as session:
        query = select(OutboxMessage).where(
            OutboxMessage.message == "digest", OutboxMessage.recipient == story.officer.email
        )
        facts = session.exec(query).one().facts
    assert facts["remarks"] == [{"reference": story.reference, "title": story.case.title, "new": 1}]

    comment(story.store, story.reference, "One more.", digest=True, by=lawyer, now=story.now + timedelta(hours=2))
    newest = comments_on(story.store, story.reference, by=story.officer).newest
    note_comments(story.store, story.reference, up_to=newest, by=story.officer, now=story.now + timedelta(hours=3))
    write_digests(story.store, installation=True, hour=0, now=story.now + timedelta(days=1))

    with story.store.session() as session:
        later = [one.facts for one in session.exec(query)][1:]
    assert all(one["remarks"] == [] for one in later)


def test_the_words_of_a_comment_are_erased_and_the_trail_and_the_bundle_hold(
    story: Story, lawyer: User, tmp_path: Path
) -> None:
    kept = comment(story.store, story.reference, SAID, by=lawyer, now=story.now)
    event, administrator = event_of(story, "CommentWritten"), story.people.with_role(Role.ADMINISTRATOR)
    auditor = story.people.with_role(Role.AUDITOR)
    assert SAID in bundled(story, auditor, tmp_path / "before.zip")

    erase_personal_data(story.store, event, reason="She asked us to.", by=administrator, now=story.now)

    [thread] = comments_on(story.store, story.reference, by=lawyer).threads
    assert (thread.first.number, thread.first.text) == (kept.id, None)
    assert verify_trail(story.store, by=auditor).first_break is None
    words = bundled(story, auditor, tmp_path / "after.zip")
    assert "Ana Paz" not in words
    assert "What it said was erased." in words
    with pytest.raises(WrongStage, match="erased before"):
        erase_personal_data(story.store, event, reason="Again.", by=administrator, now=story.now)


def bundled(story: Story, by: User, file: Path) -> str:
    """All that is readable in the bundle of the case."""
    write_bundle(story.store, story.reference, file, folder=Settings().bundle_folder, by=by, now=story.now)
    with zipfile.ZipFile(file) as package:
        names = ("rows.json", "trail.jsonl", "reading/comments.txt", "case.txt")
        return "".join(package.read(name).decode() for name in names)
