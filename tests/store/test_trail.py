"""The trail of events shows every change, gap and swap; only a cut at its end needs a head noted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from sqlalchemy import text

from approvals.store.engine import Store
from approvals.store.event_hash import AS_TEXT, Texts, content_digest, hash_of_texts
from approvals.store.trail import FIRST_HASH, Happened, append, canonical, digest, hash_of, verify
from models.event import Event

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def five_more(store: Store) -> tuple[int, str]:
    """Add five events to what installing left, and return the number of the first of them and the head."""
    with store.session() as session:
        events = append(session, [Happened(f"Thing{n}Happened", AT, payload={"n": n}) for n in range(5)])
        session.commit()
        return events[0].seq, events[-1].hash


def tamper(store: Store, *statements: str) -> None:
    """Change the log as somebody would who owns the database and switches the guards off."""
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


def found(store: Store) -> tuple[int, str] | None:
    with store.session() as session:
        broken = verify(session).first_break
        return (broken.seq, broken.what) if broken else None


def test_an_untouched_log_holds(store: Store, five_more: tuple[int, str]) -> None:
    first, head = five_more

    with store.session() as session:
        verified = verify(session)

    assert (verified.events, verified.head, verified.first_break) == (first + 4, head, None)


def test_an_empty_log_holds(store: Store) -> None:
    tamper(store, "DELETE FROM outbox", "DELETE FROM event")

    with store.session() as session:
        verified = verify(session)

    assert (verified.events, verified.head, verified.first_break) == (0, FIRST_HASH, None)


CHANGES = (
    # column, value an owner of the database might write
    ("payload", """'{"n": 7}'"""),
    ("kind", "'OtherHappened'"),
    ("at", "at + interval '1 microsecond'"),
    ("actor_id", "1"),
    ("on_behalf_of", "1"),
    ("case_id", "1"),
    ("hash", "repeat('f', 64)"),
)


@pytest.mark.parametrize(("column", "value"), CHANGES, ids=[row[0] for row in CHANGES])
def test_a_change_of_any_column_is_found_where_it_was_made(
    store: Store, five_more: tuple[int, str], column: str, value: str
) -> None:
    middle = five_more[0] + 2

    tamper(store, f"UPDATE event SET {column} = {value} WHERE seq = {middle}")

    assert found(store) == (middle, "was changed after it was written")


def test_a_changed_row_with_a_fitting_hash_breaks_at_the_next(store: Store, five_more: tuple[int, str]) -> None:
    middle = five_more[0] + 2
    with store.session() as session:
        event = session.get_one(Event, middle)
        session.expunge(event)
        event.payload = {"n": 7}
        said, forged = content_digest(event.model_dump()), hash_of(event)

    values = f"""payload = '{{"n": 7}}', content_digest = '{said}', hash = '{forged}'"""
    tamper(store, f"UPDATE event SET {values} WHERE seq = {middle}")

    assert found(store) == (middle + 1, "does not follow the event before it")


def test_a_deleted_middle_is_found(store: Store, five_more: tuple[int, str]) -> None:
    middle = five_more[0] + 2

    tamper(store, f"DELETE FROM event WHERE seq = {middle}")

    assert found(store) == (middle + 1, f"event {middle} is missing")


def test_a_deleted_beginning_is_found(store: Store, five_more: tuple[int, str]) -> None:
    tamper(store, "DELETE FROM outbox", "DELETE FROM event WHERE seq = 1")

    assert found(store) == (2, "event 1 is missing")


def test_swapped_events_are_found(store: Store, five_more: tuple[int, str]) -> None:
    one, other = five_more[0] + 1, five_more[0] + 2

    tamper(
        store,
        f"UPDATE event SET seq = -1 WHERE seq = {one}",
        f"UPDATE event SET seq = {one} WHERE seq = {other}",
        f"UPDATE event SET seq = {other} WHERE seq = -1",
    )

    assert found(store) == (one, "does not follow the event before it")


def test_a_cut_tail_is_not_found_by_the_chain_alone_but_by_a_head_noted_elsewhere(
    store: Store, five_more: tuple[int, str]
) -> None:
    first, noted_elsewhere = five_more

    tamper(store, f"DELETE FROM event WHERE seq >= {first + 3}")

    with store.session() as session:
        verified = verify(session)
    assert verified.first_break is None
    assert verified.head != noted_elsewhere


def test_the_next_event_follows_the_last(store: Store, five_more: tuple[int, str]) -> None:
    first, head = five_more

    with store.session() as session:
        [added] = append(session, [Happened("NextHappened", AT)])
        session.commit()
        event = session.get_one(Event, added.seq)

    assert (event.seq, event.previous_hash, event.hash) == (first + 5, head, added.hash)
    assert found(store) is None


def test_an_undone_transaction_leaves_no_gap(store: Store, five_more: tuple[int, str]) -> None:
    with store.session() as session:
        append(session, [Happened("UndoneHappened", AT)])
        session.rollback()

    with store.session() as session:
        [event] = append(session, [Happened("NextHappened", AT)])
        session.commit()

    assert event.seq == five_more[0] + 5


# What is hashed


def an_event(**changes: Any) -> Event:
    columns: dict[str, Any] = {
        "seq": 7,
        "at": AT,
        "kind": "TaskClaimed",
        "case_id": 3,
        "actor_id": 5,
        "on_behalf_of": None,
        "payload": {"task": 11},
        "previous_hash": "0" * 64,
        "hash": "",
    }
    return Event(**{**columns, **changes})


OTHERS: Sequence[tuple[str, Any]] = (
    ("seq", 8),
    ("at", AT + timedelta(microseconds=1)),
    ("kind", "TaskReleased"),
    ("case_id", None),
    ("actor_id", 6),
    ("on_behalf_of", 5),
    ("payload", {"task": 12}),
    ("previous_hash", "1" * 64),
)
LATER: Sequence[tuple[str, Any]] = (
    ("policy_hash", "2" * 64),
    ("changes", [{"table": "task", "key": "12", "before": None, "after": "3" * 64}]),
    ("personal_digest", "4" * 64),
)


@pytest.mark.parametrize(("column", "value"), OTHERS, ids=[column for column, _ in OTHERS])
def test_the_hash_of_an_old_event_covers_each_column_it_had(column: str, value: Any) -> None:
    assert hash_of(an_event(**{column: value})) != hash_of(an_event())


@pytest.mark.parametrize(("column", "value"), [*OTHERS, *LATER], ids=[column for column, _ in [*OTHERS, *LATER]])
def test_the_hash_covers_each_column(column: str, value: Any) -> None:
    assert hash_of(a_new_event(**{column: value})) != hash_of(a_new_event())


def test_no_column_is_left_out_of_the_hash() -> None:
    covered = {column for column, _ in [*OTHERS, *LATER]}

    assert set(Event.model_fields) == covered | {"content_digest", "hash"}


def a_new_event(**changes: Any) -> Event:
    return an_event(**{"content_digest": "is computed, and compared where the trail is walked", **changes})


def test_the_hash_of_an_old_event_never_changes() -> None:
    assert hash_of(an_event()) == "9e5a5af316b02a6e9c2655a9fa20b8aaadba188b80f4fcf0771c6a7810c5b817"


def test_the_hash_of_an_event_never_changes() -> None:
    assert hash_of(a_new_event()) == "a90f2f4dce15fceb9b2767407eee6a3e79cae38c452809b2e8f095057d464b6d"


@pytest.mark.parametrize(
    ("column", "value"), [("policy_hash", "'2'"), ("changes", "'[]'"), ("personal_digest", "''")]
)
def test_an_old_trail_goes_on_and_is_still_guarded(store: Store, column: str, value: str) -> None:
    tamper(store, "DELETE FROM outbox", "DELETE FROM event")
    old = an_event(seq=1, case_id=None, actor_id=None)
    old.hash = hash_of(old)
    with store.session() as session:
        session.add(old)
        session.commit()
        append(session, [FULL])
        session.commit()
    assert found(store) is None

    tamper(store, f"UPDATE event SET {column} = {value} WHERE seq = 1")

    assert found(store) == (1, "was changed after it was written")


def test_the_hash_does_not_depend_on_the_zone_a_time_is_told_in() -> None:
    told_elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert hash_of(an_event(at=told_elsewhere)) == hash_of(an_event())


def test_canonical_json_has_one_spelling() -> None:
    one = {"b": [1, None, True], "a": {"ü": "Ñahui", "z": 1}}
    other = {"a": {"z": 1, "ü": "Ñahui"}, "b": [1, None, True]}

    assert canonical(one) == canonical(other) == '{"a":{"z":1,"ü":"Ñahui"},"b":[1,null,true]}'.encode()
    assert digest(one) == digest(other)


def test_canonical_json_refuses_what_has_no_spelling() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical({"rate": float("nan")})


ODD = {
    "name": 'Ñahui 中文 «"\\\n\t\x01\x7f\u2028',
    "n": 12345678901234567890,
    "empty": {},
    "list": [1, [2, None]],
    "ü": 0.1,
}
FULL = Happened(
    "Odd\tThingHappened",
    AT,
    payload=ODD | {"small": 1e-07, "whole": 1.0, "score": 93.75, "flag": True},
    policy_hash="2" * 64,
    changes=[{"table": "task", "key": "12", "before": None, "after": "3" * 64}],
    personal={"name": "Ada Sow"},
)


def test_a_payload_survives_the_database_byte_for_byte(store: Store) -> None:
    with store.session() as session:
        append(session, [FULL])
        session.commit()

    assert found(store) is None


def test_what_is_read_as_text_hashes_as_the_event_does(store: Store) -> None:
    with store.session() as session:
        [event] = append(session, [FULL])
        row = session.connection().exec_driver_sql(f"{AS_TEXT} WHERE seq = {event.seq}").one()

        assert hash_of_texts(cast(Texts, tuple(row))) == event.hash == hash_of(session.get_one(Event, event.seq))
