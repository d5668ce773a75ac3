"""The API in tests: over the database of the test, or of a story told before."""

from __future__ import annotations

from pathlib import Path

import pytest

from approvals.settings import Settings
from approvals.store.engine import Store
from tests.api.calling import TheApi
from tests.journeys.conftest import at, databases_by_stage, tell
from tests.journeys.stories import START

__all__ = ["at", "databases_by_stage", "tell"]


@pytest.fixture
def api(store: Store, tmp_path: Path) -> TheApi:
    """The API over the test's own database, on a Monday in September."""
    return TheApi(store, START, settings=Settings(home=tmp_path))
