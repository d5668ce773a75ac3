"""A proposal's life with everything people do to it, in orders nobody thought of.

`make test` takes a few steps, others each time; `make soak` many. What fails is printed, step by step. It is not made
shorter, as that would take longer than reading it.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from models.case import Stage
from tests.journeys.conftest import DatabasesByStage, databases_by_stage
from tests.life.life_of_cases import LifeOfCases
from tests.life.town import Towns

__all__ = ["databases_by_stage"]

A_FEW, STEPS = 3, 12
MANY, LONG_STEPS = int(os.environ.get("APPROVALS_SOAK_LIVES", "60")), 40
NEARBY = (Stage.DECISION, Stage.NEGOTIATION, Stage.IN_FORCE)
ALL = (
    Stage.DUE_DILIGENCE,
    Stage.CONSULTATION,
    Stage.DECISION,
    Stage.LEGAL_REVIEW,
    Stage.NEGOTIATION,
    Stage.CLEARANCE,
    Stage.SIGNATURE,
    Stage.IN_FORCE,
)

PATIENT = settings(
    deadline=None, database=None, suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=True
)


@pytest.fixture(scope="module")
def towns(databases_by_stage: DatabasesByStage, tmp_path_factory: pytest.TempPathFactory) -> Towns:
    """Towns with the same desk and API."""
    return Towns(databases_by_stage, tmp_path_factory.mktemp("home"))


def test_promises_hold_whatever_people_do(towns: Towns) -> None:
    few = settings(PATIENT, max_examples=A_FEW, stateful_step_count=STEPS, phases=[Phase.generate])
    run_state_machine_as_test(lambda: LifeOfCases(towns, NEARBY), settings=few)  # type: ignore[no-untyped-call]


@pytest.mark.soak
def test_promises_hold_whatever_people_do_for_long(towns: Towns) -> None:
    many = settings(PATIENT, max_examples=MANY, stateful_step_count=LONG_STEPS, phases=[Phase.generate])
    try:
        run_state_machine_as_test(lambda: LifeOfCases(towns, ALL), settings=many)  # type: ignore[no-untyped-call]
    finally:
        print(f"{towns.steps} steps, {towns.answers} answers watched")
