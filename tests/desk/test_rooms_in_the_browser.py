"""The rooms of administrators and auditors in a real browser: accessible in light and dark, whole when narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from approvals.services.turnaround import count_up
from models.case import Stage
from tests.desk.browser import SCHEMES, browser, needs_a_browser, reading
from tests.desk.conftest import ADMINISTRATOR, DeskOver
from tests.journeys.conftest import At

pytestmark = needs_a_browser

ROOMS = (
    "/substitutes",
    "/people",
    "/people/1",
    "/offices/AO-LIMA/calendar",
    "/audit",
    "/audit/verification",
    "/policy",
    "/policy/1",
    "/lists",
    "/health-of-the-engine",
    "/turnaround",
    "/turnaround/cases?key=lead",
    "/cases/PA-2026-0001",
    "/cases/PA-2026-0001/clock",
    "/cases/PA-2026-0001/events",
    "/tasks/1/handover",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all rooms."""
    with browser() as started:
        yield started


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_accessible_and_whole(at: At, desk_over: DeskOver, chromium: Browser, room: str) -> None:
    story = at(Stage.IN_FORCE)
    count_up(story.store, now=story.now)
    with reading(desk_over(story.store, story.now), ADMINISTRATOR, using=chromium) as administrator:
        administrator.opens(room)
        for scheme in SCHEMES:
            administrator.sees(scheme)
        administrator.sees("light", "narrow")
