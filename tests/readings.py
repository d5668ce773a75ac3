"""Who reads a restricted case leaves a note: what the tests of the doors need to see it, door by door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import text
from sqlmodel import select

from approvals.services.attachments import attach
from approvals.services.comments import comment
from approvals.services.restrictions import restrict_case
from approvals.store.engine import Store
from models.case import Stage
from models.restriction import CaseReading
from models.user import User
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START, Story


@contextmanager
def a_restricted_case(databases: DatabasesByStage) -> Iterator[Story]:
    """Give the foundation's case, restricted, with everything one can read: text, screening, a file, a comment."""
    with databases.story_at(Stage.NEGOTIATION) as story:
        administrator = story.people.named("anna.kowalska@example.org")
        restrict_case(
            story.store, story.reference, restricted=True, reason="A complaint.", by=administrator, now=START
        )
        statutes = {"title": "Statutes", "kind": None, "file_name": "statutes.docx"}
        attach(story.store, story.reference, story.file(), **statutes, by=story.officer, now=START)
        comment(story.store, story.reference, "Whose workshops are these?", by=story.officer, now=START)
        yield story


@dataclass(frozen=True)
class Notes:
    """The notes of one reader, which a test takes away so that the next door must leave one again."""

    store: Store
    reader: User

    def were_left(self) -> bool:
        """Tell whether the reader left a note, and take it away, as only the owner of the database can."""
        with self.store.session() as session:
            found = session.exec(select(CaseReading).where(CaseReading.read_by == self.reader.id)).all()
            session.connection().execute(text("SET LOCAL session_replication_role = replica"))
            session.connection().execute(text("DELETE FROM case_reading"))
            session.commit()
            return bool(found)


def silent_and_shut(doors: Iterable[str], opens: Callable[[str], int], notes: Notes) -> tuple[set[str], set[str]]:
    """Return which of the doors show the case and leave no note of it, and which show nothing.

    `opens` opens a door and returns the status it answers with.
    """
    notes.were_left()
    silent, shut = set(), set()
    for door in sorted(doors):
        if opens(door) != HTTPStatus.OK:
            shut.add(door)
        elif not notes.were_left():
            silent.add(door)
    return silent, shut
