"""The desk in tests: over the database of the test, or of a story told before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from approvals.settings import Settings
from approvals.store.engine import Store
from tests.desk.browser import browser
from tests.desk.visiting import TheDesk
from tests.journeys.conftest import at, databases_by_stage, tell, tell_in_doubt
from tests.journeys.stories import START

__all__ = ["at", "databases_by_stage", "tell", "tell_in_doubt"]

ADMINISTRATOR = "anna.kowalska@example.org"
AUDITOR = "peter.novak@example.org"
OFFICER = "rosa.quispe@example.org"
LEGAL_REVIEWER = "claire.martin@example.org"
SCREENING_OFFICER = "sara.lindqvist@example.org"

DeskOver = Callable[..., TheDesk]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> TheDesk:
    """The desk over the test's own database, on a Monday in September."""
    return TheDesk(store, START, settings=Settings(home=tmp_path))


@pytest.fixture
def desk_over(tmp_path: Path) -> DeskOver:
    """Build the desk over the database of a story, at its time."""

    def over(store: Store, now: datetime = START) -> TheDesk:
        return TheDesk(store, now, settings=Settings(home=tmp_path))

    return over


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of the desk; not for longer, as its event loop is in the way of others."""
    with browser() as started:
        yield started
