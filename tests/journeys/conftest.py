"""Stories begin with the cast of the demonstration and a list of names in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from approvals.casework.proposal import ProposalForm
from approvals.rehearsal import People
from approvals.store.engine import Store
from tests.journeys.stories import Story, put_a_list_in_force

Tell = Callable[[ProposalForm], Story]


@pytest.fixture
def tell(store: Store, people: People, tmp_path: Path) -> Tell:
    """Submit a proposal, screened against a list in force, and give its story."""
    put_a_list_in_force(store, people, tmp_path)
    return lambda proposal: Story(store, people, proposal)


@pytest.fixture
def tell_in_doubt(store: Store, people: People) -> Tell:
    """Submit a proposal while no list is in force: its screening leaves a doubt that a person must judge."""
    return lambda proposal: Story(store, people, proposal)
