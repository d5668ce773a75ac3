"""kill -9 of the process that runs the flow, at every boundary of its steps and inside each, under a real server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from _pytest.mark.structures import ParameterSet

from approvals.services.sweep import sweep
from models.base import now_utc
from models.case import Stage
from models.task import TaskKind
from tests.faults.house import DRAFTED, House
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.faults.warm import Warm

RELAY = "tests.faults.flow_runs:relay"


def _only_in_a_soak(place: str) -> ParameterSet:
    return pytest.param(place, marks=pytest.mark.soak)


# The deaths between these, statement by statement, are test_kill_at_every_statement's; each here costs two runs.
WHILE_SCREENING = [
    _only_in_a_soak("approvals.services.machine:carry_on:before"),
    _only_in_a_soak("approvals.services.machine:carry_on:after"),
    "flows.screening:screen_case:before",
    "statement:INSERT INTO screening",
    _only_in_a_soak("statement:INSERT INTO finding"),
    "flows.screening:acreate_table_artifact:before",
    _only_in_a_soak("approvals.services.machine:carry_on:before:2"),
    _only_in_a_soak("statement:INSERT INTO task"),
    "approvals.services.machine:carry_on:after:2",
]

WHILE_DRAFTING = [
    _only_in_a_soak("approvals.services.machine:_conclude_stage:after"),
    "approvals.services.machine:carry_on:after",
    _only_in_a_soak("flows.agreement:draft:before"),
    _only_in_a_soak("statement:INSERT INTO stored_file"),
    "statement:INSERT INTO agreement",
    "flows.agreement:acreate_markdown_artifact:before",
    _only_in_a_soak("statement:INSERT INTO task"),
    _only_in_a_soak("approvals.services.machine:_settle:after"),
    _only_in_a_soak("approvals.services.machine:carry_on:after:2"),
]


@pytest.mark.parametrize("place", WHILE_SCREENING)
def test_a_case_whose_screening_died_is_screened_once(house: House, warm_flows: Warm, place: str) -> None:
    reference = house.submit(now=now_utc())

    assert warm_flows.run(RELAY, url=house.url, die=place).killed
    sweep(house.store, now=now_utc() + timedelta(seconds=1), lost_after=timedelta(0))
    mended = warm_flows.run(RELAY, url=house.url)

    assert mended.returned == 0
    assert house.case(reference).stage is Stage.SCREENING_REVIEW
    assert broken_invariants(house.store, Acknowledged(cases={reference}), at_rest=True) == []


@pytest.mark.parametrize("place", WHILE_DRAFTING)
def test_a_case_whose_drafting_died_has_one_agreement(house: House, warm_flows: Warm, place: str) -> None:
    reference = house.submit(now=now_utc())
    (task,) = house.carry_to(reference, TaskKind.DECISION, now=now_utc())
    house.answer(task, now=now_utc())

    assert warm_flows.run(RELAY, url=house.url, die=place).killed
    sweep(house.store, now=now_utc() + timedelta(seconds=1), lost_after=timedelta(0))
    mended = warm_flows.run(RELAY, url=house.url)

    assert mended.returned == 0
    assert house.case(reference).stage in DRAFTED
    assert [agreement.version for agreement in house.agreements(reference)] == [1]
    assert broken_invariants(house.store, at_rest=True) == []


def test_two_processes_that_run_one_case_make_one_agreement(house: House, warm_flows: Warm) -> None:
    reference = house.submit(now=now_utc())
    (task,) = house.carry_to(reference, TaskKind.DECISION, now=now_utc())
    house.answer(task, now=now_utc())

    order = {"url": house.url, "reference": reference}
    children = [warm_flows.start("tests.faults.flow_runs:advance_by_hand", **order) for _ in range(3)]
    ends = [warm_flows.wait(child) for child in children]

    assert {end.returned for end in ends} == {house.case(reference).stage} <= {*DRAFTED}
    assert [agreement.version for agreement in house.agreements(reference)] == [1]
    assert broken_invariants(house.store, at_rest=True) == []
