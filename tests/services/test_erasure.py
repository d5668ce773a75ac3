"""What events say of persons can be erased, and the trail holds as before."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import docx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from approvals.errors import Faulty, NotAllowed, NotFound, WrongStage
from approvals.rehearsal import People
from approvals.services.anchors import verify_trail
from approvals.services.attachments import attach
from approvals.services.case_file import case_file
from approvals.services.cases import submit, withdraw
from approvals.services.erasure import erase_personal_data
from approvals.services.flags import raise_flag
from approvals.services.partners import add_person
from approvals.services.restrictions import restrict_case
from approvals.store.engine import Store
from approvals.store.trail import Break
from models.event import Event, PersonalPart
from models.flag import FlagState
from models.outbox import OutboxMessage
from models.user import Role
from tests.journeys.stories import example

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
SAID = "Ms Ana Paz has left the foundation."


@pytest.fixture
def withdrawn(store: Store, people: People) -> tuple[str, int]:
    """Reference of a case that was withdrawn for a reason that names a person, and the number of the event."""
    officer = people.named("rosa.quispe@example.org")
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    withdraw(store, reference, by=officer, reason=SAID, now=NOW)
    with store.session() as session:
        event = session.exec(select(Event).where(Event.kind == "CaseWithdrawn")).one()
        assert SAID not in str(event.model_dump())
        return reference, event.seq


def last_happening(store: Store, people: People, reference: str) -> str:
    return case_file(store, reference, by=people.with_role(Role.AUDITOR), today=NOW.date()).happenings[-1].what


def test_it_is_read_until_it_is_erased_and_the_trail_holds(
    store: Store, people: People, withdrawn: tuple[str, int]
) -> None:
    reference, number = withdrawn
    assert SAID in last_happening(store, people, reference)

    erase_personal_data(store, number, reason="She asked us to.", by=people.with_role(Role.ADMINISTRATOR), now=NOW)

    assert last_happening(store, people, reference) == "withdrew the proposal: –"
    found = verify_trail(store, by=people.with_role(Role.AUDITOR))
    assert (found.first_break, found.erased) == (None, 1)
    with store.engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM event_personal WHERE content::text LIKE '%Ana Paz%'"))
        assert left.scalar_one() == 0


def test_the_trail_tells_who_erased_what_and_why_and_the_auditors_hear_of_it(
    store: Store, people: People, withdrawn: tuple[str, int]
) -> None:
    administrator = people.with_role(Role.ADMINISTRATOR)

    erase_personal_data(store, withdrawn[1], reason="She asked us to.", by=administrator, now=NOW)

    with store.session() as session:
        event = session.exec(select(Event).order_by(col(Event.seq).desc()).limit(1)).one()
        part = session.get_one(PersonalPart, withdrawn[1])
        mails = session.exec(select(OutboxMessage.recipient).where(OutboxMessage.event_seq == event.seq)).all()
    assert (event.kind, event.actor_id) == ("PersonalDataErased", administrator.id)
    assert event.payload == {"event": withdrawn[1], "reason": "She asked us to."}
    assert (part.salt, part.content, part.erased_by) == (None, None, event.seq)
    assert people.with_role(Role.AUDITOR).email in mails


NAME, EMAIL = "Zyta Óñate", "zyta.onate@example.net"
TEXTS = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY')"
)


def places_of(store: Store, *needles: str) -> list[str]:
    """Return every column of the whole database in which one of these is found, as table.column."""
    found = []
    with store.engine.connect() as connection:
        for table, column in connection.execute(TEXTS).all():
            holds = " OR ".join(f"\"{column}\"::text LIKE '%{needle}%'" for needle in needles)
            if connection.execute(text(f'SELECT EXISTS (SELECT FROM "{table}" WHERE {holds})')).scalar_one():
                found.append(f"{table}.{column}")
    return sorted(found)


def a_word_file() -> bytes:
    content = io.BytesIO()
    docx.Document().save(content)
    return content.getvalue()


def name_her_everywhere(store: Store, people: People) -> None:
    """Write her name or address in every place from which it can be erased."""
    officer, administrator = people.named("rosa.quispe@example.org"), people.with_role(Role.ADMINISTRATOR)
    keeper = people.with_role(Role.SCREENING_OFFICER)
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    names = {"title": f"Passport of {NAME}", "kind": None, "file_name": f"{EMAIL}.docx"}
    attach(store, reference, a_word_file(), **names, by=officer, now=NOW)
    restrict_case(store, reference, restricted=True, reason=f"{NAME} complained.", by=administrator, now=NOW)
    add_person(store, 1, NAME, function=f"director, {EMAIL}", birth_year=None, by=keeper, now=NOW)
    raise_flag(store, 1, FlagState.OBSERVATION, subject="A complaint", reason=f"So says {NAME}.", by=keeper, now=NOW)
    withdraw(store, reference, by=officer, reason=f"{NAME} has left.", now=NOW)


def test_once_everything_about_her_is_erased_no_column_of_the_database_names_her(
    store: Store, people: People
) -> None:
    name_her_everywhere(store, people)
    before = places_of(store, NAME, EMAIL)
    with store.session() as session:
        events = session.exec(select(PersonalPart.event_seq)).all()

    for event in events:
        erase_personal_data(store, event, reason="Asked.", by=people.with_role(Role.ADMINISTRATOR), now=NOW)

    assert before == [
        "attachment.file_name",
        "attachment.title",
        "case_restriction.reason",
        "event_personal.content",
        "flag_step.reason",
        "partner_person.function",
        "partner_person.name",
    ]
    assert places_of(store, NAME, EMAIL) == []
    assert verify_trail(store, by=people.with_role(Role.AUDITOR)).first_break is None


SLY = (
    "UPDATE attachment SET title = 'Other'",
    "UPDATE attachment SET title = '', file_name = '', added_by = 1",
    "UPDATE flag_step SET reason = 'Another.'",
    "UPDATE case_restriction SET reason = '', restricted = false",
    "UPDATE case_restriction SET reason = ''",
)


def test_nothing_is_emptied_without_an_event_that_tells_of_it(store: Store, people: People) -> None:
    name_her_everywhere(store, people)

    for statement in SLY:
        with pytest.raises(DBAPIError, match="never changed"), store.engine.begin() as connection:
            connection.execute(text(statement))


def test_what_cannot_be_erased_is_told(store: Store, people: People, withdrawn: tuple[str, int]) -> None:
    administrator = people.with_role(Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        erase_personal_data(store, withdrawn[1], reason="So.", by=people.with_role(Role.AUDITOR), now=NOW)
    with pytest.raises(Faulty, match="say why"):
        erase_personal_data(store, withdrawn[1], reason=" ", by=administrator, now=NOW)
    with pytest.raises(NotFound, match="says nothing of persons"):
        erase_personal_data(store, 1, reason="So.", by=administrator, now=NOW)
    erase_personal_data(store, withdrawn[1], reason="So.", by=administrator, now=NOW)
    with pytest.raises(WrongStage, match="erased before"):
        erase_personal_data(store, withdrawn[1], reason="So.", by=administrator, now=NOW)


FORBIDDEN = (
    "UPDATE event_personal SET content = '{}'",
    "UPDATE event_personal SET salt = NULL, content = NULL, erased_by = 1",
    "DELETE FROM event_personal",
    "TRUNCATE event_personal CASCADE",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_any_other_change(store: Store, withdrawn: tuple[str, int], statement: str) -> None:
    with store.engine.begin() as connection, pytest.raises(DBAPIError, match="never changed"):
        connection.execute(text(statement))


TAMPERED = (
    ('UPDATE event_personal SET content = \'{"reason": "No reason."}\'', "was changed in what it says of persons"),
    ("UPDATE event_personal SET salt = repeat('0', 64)", "was changed in what it says of persons"),
    ("UPDATE event_personal SET content = NULL", "was changed in what it says of persons"),
    ("DELETE FROM event_personal", "lacks its personal part, which was taken out"),
    (
        "UPDATE event_personal SET salt = NULL, content = NULL, erased_by = 1",
        "says that its personal part was erased, but no event tells of it",
    ),
)


@pytest.mark.parametrize(("statement", "said"), TAMPERED)
def test_whoever_changes_it_past_the_guards_is_found(
    store: Store, people: People, withdrawn: tuple[str, int], statement: str, said: str
) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))

    broken = verify_trail(store, by=people.with_role(Role.AUDITOR)).first_break

    assert isinstance(broken, Break)
    assert (broken.seq, broken.what) == (withdrawn[1], said)
