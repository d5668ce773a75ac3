"""The rooms of administrators and auditors in a real browser: accessible in light and dark, whole when narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from approvals.services.turnaround import count_up
from approvals.settings import Settings
from models.case import Stage
from tests.desk.browser import Reader, needs_a_browser, reading
from tests.desk.conftest import ADMINISTRATOR
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import DatabasesByStage

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
def administrator(
    databases_by_stage: DatabasesByStage, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """An administrator with one browser for all rooms; the case is in force. Nobody changes anything."""
    with databases_by_stage.story_at(Stage.IN_FORCE) as story:
        count_up(story.store, now=story.now)
        desk = TheDesk(story.store, story.now, settings=Settings(home=tmp_path_factory.mktemp("home")))
        with reading(desk, ADMINISTRATOR, using=chromium) as reader:
            yield reader


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_accessible_and_whole(administrator: Reader, room: str) -> None:
    administrator.opens(room)

    administrator.looks()
