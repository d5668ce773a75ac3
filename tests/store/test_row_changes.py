"""Each event proves the rows it speaks of: what they were before, and what they were after, by digest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

import models
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services.cases import submit
from approvals.services.transaction import transaction
from approvals.services.users import add_user, close_account
from approvals.store.engine import Store
from approvals.store.row_changes import NO_FACTS, digest_of_row, digests_after, key_of
from approvals.store.trail import verify
from models.base import metadata
from models.case import Case, Stage
from models.event import Event
from models.user import Role, User
from tests.journeys.stories import example

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def last_event(session: Session) -> Event:
    return session.exec(select(Event).order_by(Event.seq.desc()).limit(1)).one()  # type: ignore[attr-defined]


def test_a_row_that_is_entered_has_no_before_and_what_it_is_now(store: Store, people: People) -> None:
    administrator = people.with_role(Role.ADMINISTRATOR)
    added = add_user(
        store, email="n@x.org", name="Nora", office_code="HQ", roles=[Role.FINANCE], by=administrator, now=NOW
    )

    with store.session() as session:
        row = session.get_one(User, added.id)
        assert last_event(session).changes == [
            {"table": "user_account", "key": str(added.id), "before": None, "after": digest_of_row(row)}
        ]


def test_a_row_that_is_changed_has_both(store: Store, people: People) -> None:
    administrator = people.with_role(Role.ADMINISTRATOR)
    colleague = people.named("rosa.quispe@example.org")
    before = digest_of_row(colleague)

    close_account(store, colleague.email, by=administrator, now=NOW)

    with store.session() as session:
        [change] = last_event(session).changes or []
        after = digest_of_row(session.get_one(User, colleague.id))
    assert (change["before"], change["after"]) == (before, after)
    assert before != after


def test_a_change_that_is_taken_back_at_once_is_none(store: Store, people: People) -> None:
    colleague = people.named("rosa.quispe@example.org")

    with transaction(store, now=NOW) as act:
        row = act.session.get_one(User, colleague.id)
        row.name = "Somebody Else"
        act.session.flush()
        row.name = colleague.name
        act.record("NothingHappened")

    with store.session() as session:
        assert last_event(session).changes is None


def test_an_event_about_a_case_names_the_policy_the_case_stands_under(store: Store, people: People) -> None:
    case = submit(store, example("foundation"), by=people.named("rosa.quispe@example.org"), key="k", now=NOW)

    with store.session() as session:
        assert last_event(session).policy_hash == case.policy_hash


@pytest.fixture
def signed(store: Store, people: People) -> str:
    """Reference of a case that went the whole way."""
    reference = submit(
        store, example("foundation"), by=people.named("rosa.quispe@example.org"), key="k", now=NOW
    ).reference
    cast = Rehearsal(store, people)
    while advance(store, reference, now=NOW) is not Stage.IN_FORCE:
        cast.answer(cast.owed(reference)[0], now=NOW)
    return reference


def test_every_row_of_a_case_that_went_the_whole_way_is_as_the_trail_says(store: Store, signed: str) -> None:
    """Every table is asked, so a row that some act changes past the trail shows here."""
    with store.session() as session:
        case = session.exec(select(Case).where(Case.reference == signed)).one()
        events = [event.model_dump() for event in session.exec(select(Event).order_by(Event.seq))]  # type: ignore[arg-type]
        said = digests_after(events)
        rows = [
            row
            for model in vars(models).values()
            if getattr(model, "__tablename__", None) in {table.name for table in metadata.sorted_tables} - NO_FACTS
            and "case_id" in model.model_fields
            for row in session.exec(select(model).where(model.case_id == case.id))
        ]
        assert verify(session).first_break is None

        assert {key_of(row) for row in [case, *rows] if said.get(key_of(row)) != digest_of_row(row)} == set()
        assert {key_of(row).table for row in rows} >= {"proposal", "task", "screening", "agreement", "obligation"}
