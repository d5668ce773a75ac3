"""Whoever owns the database can switch its guards off. Whatever they then do to the trail, a walk over it finds.

Two things the chain alone cannot show, and the tests say so: an end that was cut off, and a trail that was written
anew from some event on. A head noted elsewhere shows both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, DBAPIError
from sqlmodel import Session, col, select

from approvals.store.engine import Store
from approvals.store.event_hash import content_digest
from approvals.store.trail import Break, Happened, Head, Verification, append, hash_of, head_of, verify
from models.event import Event

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
RICH = Happened(
    "DecisionTaken",
    AT,
    case_id=7,
    actor_id=1,
    on_behalf_of=2,
    payload={"task": 11, "score": 0.5, "name": "Ñahui", "list": [1, None, True], "big": 10**25},
    policy_hash="2" * 64,
    changes=[{"table": "task", "key": "12", "before": None, "after": "3" * 64}],
    personal={"reason": "So says Ada."},
)
COLUMNS = tuple(Event.__table__.columns.keys())  # type: ignore[attr-defined]  # SQLModel does not declare it


@pytest.fixture
def owner(store: Store) -> Iterator[Session]:
    """A session of somebody who owns the database and has switched its guards off, over a small log."""
    with store.session() as session:
        session.connection().execute(text("SET session_replication_role = replica"))
        session.connection().execute(text("DELETE FROM event"))
        append(session, [RICH, RICH, RICH])
        session.commit()
        yield session
        session.rollback()
        session.connection().execute(text("RESET session_replication_role"))


def break_in(session: Session, *anchors: Head) -> tuple[int, str] | None:
    broken = verify(session, anchors).first_break
    return (broken.seq, broken.what) if broken else None


def last_three(session: Session) -> list[int]:
    last = head_of(session).seq
    return [last - 2, last - 1, last]


# One byte


@pytest.mark.parametrize("column", COLUMNS)
def test_any_byte_of_any_row_that_is_flipped_is_found(owner: Session, column: str) -> None:
    rows = owner.exec(select(Event.seq).order_by(col(Event.seq))).all()
    owner.expunge_all()
    found, missed = 0, []
    for seq in rows:
        for place, forged in flipped(owner, column, seq):
            with owner.begin_nested() as attempt:
                if put(owner, column, seq, forged):
                    if break_in(owner) is None:
                        missed.append((seq, place, forged))
                    found += 1
                attempt.rollback()

    assert missed == []
    assert found >= (1 if column == "seq" else len(rows))  # most numbers near by are taken


def flipped(session: Session, column: str, seq: int) -> Iterator[tuple[int, str]]:
    """Yield each value that differs from the one stored in one bit of one byte, as far as it is still text."""
    stored = session.connection().execute(text(f"SELECT {column}::text FROM event WHERE seq = {seq}")).scalar_one()
    content = (stored or "").encode()
    for place in range(len(content)):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        try:
            yield place, changed.decode()
        except UnicodeDecodeError:
            continue


def put(session: Session, column: str, seq: int, forged: str) -> bool:
    """Put the forged value in place; False if the database has no such value, or takes it for the one it was."""
    kind = Event.__table__.columns[column].type.compile(session.get_bind().dialect)  # type: ignore[attr-defined]
    before = text(f"SELECT {column}::text FROM event WHERE seq = {seq}")
    stored = session.connection().execute(before).scalar_one()
    try:
        with session.begin_nested():
            session.connection().execute(
                text(f"UPDATE event SET {column} = CAST(:forged AS {kind}) WHERE seq = {seq}"), {"forged": forged}
            )
    except (DataError, DBAPIError):
        return False
    return column == "seq" or session.connection().execute(before).scalar_one() != stored


@pytest.mark.parametrize("column", [column.name for column in Event.__table__.columns if column.nullable])  # type: ignore[attr-defined]
def test_a_value_that_is_emptied_is_found(owner: Session, column: str) -> None:
    middle = last_three(owner)[1]
    owner.connection().execute(text(f"UPDATE event SET {column} = NULL WHERE seq = {middle}"))

    assert break_in(owner) == (middle, "was changed after it was written")


NEVER_OURS = ("'infinity'", "'0044-03-15 12:00:00 BC'", "'29999-01-01'")


@pytest.mark.parametrize("moment", NEVER_OURS)
def test_a_moment_that_python_cannot_hold_is_found_and_stops_nothing(owner: Session, moment: str) -> None:
    middle = last_three(owner)[1]

    owner.connection().execute(text(f"UPDATE event SET at = {moment} WHERE seq = {middle}"))

    assert break_in(owner) == (middle, "was changed after it was written")


NUMBERS = ("0.50", "0.50000000000000000001", "5e-1000", "1e400")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_only_looks_the_same_is_found(owner: Session, number: str) -> None:
    middle = last_three(owner)[1]

    owner.connection().execute(
        text(f"UPDATE event SET payload = jsonb_set(payload, '{{score}}', '{number}') WHERE seq = {middle}")
    )

    assert break_in(owner) == (middle, "was changed after it was written")


@pytest.mark.parametrize("number", ["10000000000000000000000001", "1e400"])
def test_a_number_that_differs_in_its_last_digit_only_is_found(owner: Session, number: str) -> None:
    middle = last_three(owner)[1]
    without_fractions = f"""payload = '{{"big": {number}}}'"""
    owner.connection().execute(text(f"UPDATE event SET {without_fractions} WHERE seq = {middle}"))
    rechain(owner, middle, previous=owner.get_one(Event, middle - 1).hash)
    assert break_in(owner) is None

    owner.connection().execute(
        text(f"""UPDATE event SET payload = jsonb_set(payload, '{{big}}', '{10**25}') WHERE seq = {middle}""")
    )

    assert break_in(owner) == (middle, "was changed after it was written")


# Whole rows


def test_two_rows_that_changed_places_are_found(owner: Session) -> None:
    one, other, _ = last_three(owner)

    for statement in (
        "seq = -1 WHERE seq = {one}",
        "seq = {one} WHERE seq = {other}",
        "seq = {other} WHERE seq = -1",
    ):
        owner.connection().execute(text(f"UPDATE event SET {statement.format(one=one, other=other)}"))

    assert break_in(owner) == (one, "does not follow the event before it")


def test_two_rows_that_changed_contents_are_found(owner: Session) -> None:
    first, one, other = last_three(owner)
    owner.connection().execute(text(f"UPDATE event SET kind = 'Other' WHERE seq = {one}"))
    rechain(owner, one, previous=owner.get_one(Event, first).hash)

    owner.connection().execute(
        text(f"UPDATE event a SET kind = b.kind FROM event b WHERE a.seq + b.seq = {one + other} AND a.seq >= {one}")
    )

    assert break_in(owner) == (one, "was changed after it was written")


def test_a_row_that_was_taken_out_is_found(owner: Session) -> None:
    _, middle, last = last_three(owner)

    owner.connection().execute(text(f"DELETE FROM event WHERE seq = {middle}"))

    assert break_in(owner) == (last, f"event {middle} is missing")


def test_a_row_that_was_put_in_between_is_found(owner: Session) -> None:
    _, middle, last = last_three(owner)

    owner.connection().execute(text(f"UPDATE event SET seq = {last + 1} WHERE seq = {last}"))
    owner.connection().execute(
        text(
            "INSERT INTO event (seq, at, kind, payload, previous_hash, hash) "
            f"SELECT {last}, at, kind, payload, hash, hash FROM event WHERE seq = {middle}"
        )
    )

    assert break_in(owner) == (last, "was changed after it was written")


# What the chain alone cannot show


def rechain(session: Session, seq: int, *, previous: str) -> None:
    """Write every hash from this event on anew, as somebody would who knows the program."""
    later = select(Event).where(Event.seq >= seq).order_by(col(Event.seq)).execution_options(populate_existing=True)
    for event in session.exec(later).all():
        event.previous_hash = previous
        event.content_digest = content_digest(event.model_dump())
        event.hash = previous = hash_of(event)
        session.flush()


def test_a_cut_end_is_found_by_the_anchor_alone(owner: Session) -> None:
    first, middle, last = last_three(owner)
    noted, before = head_of(owner), Head(first, owner.get_one(Event, first).hash)

    owner.connection().execute(text(f"DELETE FROM event WHERE seq >= {middle}"))

    assert break_in(owner) is None
    assert break_in(owner, before) is None
    assert break_in(owner, before, noted) == (
        last,
        f"was noted elsewhere, but the trail ends at event {first}: its end was cut off",
    )


def test_a_trail_that_was_written_anew_is_found_by_the_anchor_alone(owner: Session) -> None:
    first, middle, last = last_three(owner)
    noted, before = head_of(owner), Head(first, owner.get_one(Event, first).hash)

    owner.connection().execute(text(f"UPDATE event SET payload = '{{}}' WHERE seq = {middle}"))
    rechain(owner, middle, previous=before.hash)

    assert break_in(owner) is None
    assert break_in(owner, before) is None
    assert break_in(owner, before, noted) == (
        last,
        f"was noted elsewhere with the digest {noted.hash}: the trail was written anew, here or before",
    )


def test_a_trail_that_holds_names_what_was_compared(owner: Session) -> None:
    noted = head_of(owner)

    assert verify(owner, [noted, Head(0, "0" * 64)]) == Verification(noted.seq, noted.hash, None, anchors=1)


def test_a_break_says_what_to_do(owner: Session) -> None:
    owner.connection().execute(text("UPDATE event SET kind = 'Other' WHERE seq = 2"))

    broken = verify(owner).first_break

    assert isinstance(broken, Break)
    assert "backup" in broken.advice
