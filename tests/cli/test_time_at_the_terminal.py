"""Calendars, substitutes, holds and last days, as people type them."""

from __future__ import annotations

from datetime import timedelta

from models.base import now_utc
from tests.cli.conftest import ADMINISTRATOR, OFFICER, Terminal

CARMEN, SAMUEL = "carmen.diaz@example.org", "samuel.okafor@example.org"
ELENA = "elena.rojas@example.org"


def day(offset: int) -> str:
    return (now_utc().date() + timedelta(days=offset)).isoformat()


def test_an_administrator_keeps_a_calendar(terminal: Terminal) -> None:
    seeded = terminal.done(
        "calendar", "seed", "HQ", "--country", "CH", "--subdivision", "GE", "--years", "2026-2028", who=ADMINISTRATOR
    )
    terminal.done("calendar", "half", "HQ", "2026-12-24", "--name", "Christmas Eve", who=ADMINISTRATOR)
    terminal.done("calendar", "close", "HQ", "2026-12-28", who=ADMINISTRATOR)
    terminal.done("calendar", "open", "HQ", "2026-12-05", who=ADMINISTRATOR)
    terminal.done("calendar", "weekend", "RO-AFRICA", "friday", "saturday", who=ADMINISTRATOR)
    terminal.done("calendar", "zone", "AO-DAKAR", "Africa/Dakar", who=ADMINISTRATOR)

    shown = terminal.done("calendar", "show", "HQ", "--year", "2026", who=OFFICER)

    assert "27 days entered for HQ" in seeded
    assert "Christmas Eve" in shown
    assert "Europe/Zurich; weekend: saturday, sunday" in shown
    assert terminal.json("calendar", "show", "RO-AFRICA", who=OFFICER)["weekend"] == ["friday", "saturday"]
    assert "may not keep the calendars" in terminal("calendar", "close", "HQ", "2026-12-29", who=OFFICER).output


def test_a_director_names_a_substitute_who_finds_the_task(terminal: Terminal, submitted: str) -> None:
    told = terminal.done("substitute", "add", SAMUEL, "--from", day(-1), "--to", day(7), who=ELENA)
    [task] = terminal.json("task", "list", who=SAMUEL)
    listed = terminal.done("task", "list", who=SAMUEL)

    assert "Rule 1: samuel.okafor@example.org substitutes" in told
    assert task["substitute_for"] == "Elena Rojas"
    assert "for Elena Rojas, absent" in listed
    assert "Elena Rojas" in terminal.done("substitute", "list", who=OFFICER)
    terminal.done("substitute", "end", "1", who=ELENA)
    assert terminal.json("task", "list", who=SAMUEL) == []


def test_an_officer_puts_a_case_on_hold_and_goes_on(terminal: Terminal, submitted: str) -> None:
    held = terminal.done("case", "hold", submitted, "--partner", "--reason", "Asked for accounts.", who=OFFICER)
    shown = terminal.done("case", "show", submitted, who=OFFICER)
    clock = terminal.done("case", "clock", submitted, who=OFFICER)
    resumed = terminal.done("case", "resume", submitted, "--reason", "They came.", who=OFFICER)

    assert "stands still, until" in held
    assert "The clock stands still: Asked for accounts." in shown
    assert "partner asked" in clock
    assert "runs again" in resumed


def test_last_days_are_counted_anew_and_tasks_handed_over(terminal: Terminal, submitted: str) -> None:
    [task] = terminal.json("task", "list", who=ELENA)

    due = terminal.json("task", "due", task["task"], "--because", "A flood.", who=ADMINISTRATOR)
    refused = terminal("task", "handover", task["task"], "--to", SAMUEL, "--reason", "Please.", who=ELENA)

    assert due["due_on"] == due["first_due_on"] == task["due_on"]
    assert "is not of AO-LIMA" in refused.output


def test_somebody_chooses_one_mail_a_day(terminal: Terminal) -> None:
    assert terminal.json("user", "digest", "on", who=CARMEN) == {"email": CARMEN, "digest": True}
    assert terminal.json("user", "digest", "default", who=CARMEN)["digest"] is None


def test_a_slip_in_a_date_is_told(terminal: Terminal) -> None:
    refused = terminal("substitute", "add", SAMUEL, "--from", "21.12.2026", "--to", day(7), who=CARMEN)

    assert "«21.12.2026» is not a date of the calendar" in refused.output
