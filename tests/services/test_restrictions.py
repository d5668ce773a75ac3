"""Whoever reads a restricted case leaves a note in the trail, once a day; of others nothing is noted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from approvals.errors import Faulty, NotAllowed
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services.case_file import case_file, task_sheet
from approvals.services.cases import submit
from approvals.services.restrictions import restrict_case
from approvals.store.engine import Store
from models.decision import Outcome
from models.event import Event
from models.user import Role
from tests.journeys.stories import Story, a_foundation, example

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def reference(store: Store, people: People) -> str:
    officer = people.named("rosa.quispe@example.org")
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    advance(store, reference, now=NOW)
    return reference


def readers(store: Store) -> list[int | None]:
    with store.session() as session:
        query = select(Event.actor_id).where(Event.kind == "CaseRead").order_by(col(Event.seq))
        return list(session.exec(query))


def restrict(store: Store, people: People, reference: str, *, restricted: bool = True) -> None:
    administrator = people.with_role(Role.ADMINISTRATOR)
    restrict_case(store, reference, restricted=restricted, reason="A complaint.", by=administrator, now=NOW)


def test_reading_an_ordinary_case_writes_nothing(store: Store, people: People, reference: str) -> None:
    case_file(store, reference, by=people.with_role(Role.AUDITOR), today=TODAY)

    assert readers(store) == []


def test_each_reader_is_noted_once_a_day(store: Store, people: People, reference: str) -> None:
    auditor, officer = people.with_role(Role.AUDITOR), people.named("rosa.quispe@example.org")
    restrict(store, people, reference)
    task = Rehearsal(store, people).owed(reference)[0]

    for reader in (auditor, officer, auditor):
        case_file(store, reference, by=reader, today=TODAY)
    task_sheet(store, task.id or 0, by=auditor, today=TODAY)

    assert readers(store) == [auditor.id, officer.id]


def test_a_restriction_is_lifted(store: Store, people: People, reference: str) -> None:
    restrict(store, people, reference)
    restrict(store, people, reference, restricted=False)

    case_file(store, reference, by=people.with_role(Role.AUDITOR), today=TODAY)

    assert readers(store) == []


def test_a_confirmed_hit_restricts_by_itself(store: Store, people: People) -> None:
    story = Story(store, people, a_foundation())  # without lists in force, a person must look
    story.answer("screening_review", Outcome.CONFIRMED_HIT, "The same organisation, by its register number.")
    officer = people.named("rosa.quispe@example.org")

    case_file(store, story.reference, by=officer, today=TODAY)

    assert readers(store) == [officer.id]


def test_not_everybody_restricts_and_nobody_without_a_reason(store: Store, people: People, reference: str) -> None:
    with pytest.raises(NotAllowed):
        restrict_case(store, reference, restricted=True, reason="So.", by=people.with_role(Role.AUDITOR), now=NOW)
    with pytest.raises(Faulty, match="say why"):
        restrict_case(store, reference, restricted=True, reason="", by=people.with_role(Role.ADMINISTRATOR), now=NOW)
