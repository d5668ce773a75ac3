"""A row of the record that was changed behind the trail's back is named, with the event that left it otherwise."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from approvals.services.anchors import verify_trail
from approvals.services.calendars import set_day
from approvals.store.live_rows import compare_rows
from models.calendar import DayKind
from models.case import Stage
from models.user import Role
from tests.journeys.conftest import At, at, databases_by_stage

__all__ = ["at", "databases_by_stage"]

BEHIND = (
    ("UPDATE decision SET reason = 'Another.' WHERE id = 1", "decision", "1"),
    ("UPDATE approval_case SET amount_usd = amount_usd + 0.01", "approval_case", "1"),
    ('UPDATE proposal SET content = content || \'{"title": "Other"}\'', "proposal", "1/1"),
    ("DELETE FROM obligation WHERE id = 1", "obligation", "1"),
    ("UPDATE user_account SET roles = array_append(roles, 'committee') WHERE id = 1", "user_account", "1"),
)


def test_a_row_changed_past_the_program_is_named(at: At) -> None:
    story = at(Stage.IN_FORCE)
    named = []

    for statement, _, _ in BEHIND:
        with story.store.session() as owner:
            owner.connection().execute(text("SET LOCAL session_replication_role = replica"))
            owner.connection().execute(text(statement))
            broken = compare_rows(owner).first_break
            named.append(broken.what if broken else "nothing was found")

    assert named == [
        f"left the row {key} of {table} otherwise than it is now: it was changed past the program"
        for _, table, key in BEHIND
    ]


def test_whoever_verifies_the_trail_compares_the_rows_as_well(at: At) -> None:
    story = at(Stage.IN_FORCE)
    auditor = story.people.with_role(Role.AUDITOR)
    whole = verify_trail(story.store, by=auditor)

    with story.store.engine.begin() as owner:
        owner.execute(text("SET LOCAL session_replication_role = replica"))
        owner.execute(text(BEHIND[0][0]))
    broken = verify_trail(story.store, by=auditor).first_break

    assert (whole.first_break, whole.rows > 50) == (None, True)
    assert broken is not None
    assert "row 1 of decision" in broken.what


def test_a_day_of_a_calendar_is_compared_as_well(at: At) -> None:
    story = at(Stage.IN_FORCE)
    administrator = story.people.with_role(Role.ADMINISTRATOR)
    set_day(story.store, "HQ", date(2026, 12, 24), DayKind.HALF, by=administrator, now=story.now)

    whole = verify_trail(story.store, by=administrator)
    with story.store.engine.begin() as owner:
        owner.execute(text("SET LOCAL session_replication_role = replica"))
        owner.execute(text("UPDATE calendar_day SET kind = 'open' WHERE day = '2026-12-24'"))
    broken = verify_trail(story.store, by=administrator).first_break

    assert whole.first_break is None
    assert broken is not None
    assert "row HQ/2026-12-24 of calendar_day" in broken.what
