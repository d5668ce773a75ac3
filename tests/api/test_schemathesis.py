"""Whatever the description allows, and much that it forbids, is sent by each role: there is no fault of ours and no
answer that is not documented. `make test` sends a little, `make soak` much more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from approvals.api.app import ROOT
from approvals.rehearsal import People
from approvals.settings import Settings
from models.case import Stage
from models.user import Role, User
from tests.api.calling import TheApi
from tests.journeys.conftest import DatabasesByStage
from tests.journeys.stories import START

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
THERE = {"reference": "PA-2026-0001", "number": 1, "partner": "P-1", "version": 1}
"""What the database holds, so that not every request asks for what does not exist."""

A_FEW, MANY = 30, 4000
"""Requests by each role."""

GENERATION = GenerationConfig(
    modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE], with_security_parameters=False, allow_x00=True
)
CONFIG = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=GENERATION)))
SPARING = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def api(databases_by_stage: DatabasesByStage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TheApi]:
    """The API over a case in legal review, which has an agreement."""
    with databases_by_stage.story_at(Stage.LEGAL_REVIEW) as story:
        yield TheApi(story.store, START, settings=Settings(home=tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def requests(api: TheApi) -> st.SearchStrategy[Any]:
    """Requests to all operations, right and wrong ones, some of them about what there is."""
    described = schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", api.app, config=CONFIG)
    operations = [found.ok() for found in described.get_all_operations()]
    ways = st.tuples(st.sampled_from(operations), st.sampled_from(list(GenerationMode)), st.booleans())
    return ways.flatmap(lambda way: way[0].as_strategy(way[1], path_parameters=_there(way[0]) if way[2] else None))


def _there(operation: Any) -> Mapping[str, Any]:
    return {name: value for name, value in THERE.items() if f"{{{name}}}" in operation.path}


@pytest.mark.parametrize("role", Role)
def test_answers_as_it_says(api: TheApi, requests: st.SearchStrategy[Any], role: Role) -> None:
    few = settings(SPARING, max_examples=A_FEW)
    _send(api, requests, role, lambda test: seed(list(Role).index(role))(few(test)))  # the same in every run


@pytest.mark.soak
@pytest.mark.parametrize("role", Role)
def test_answers_as_it_says_for_long(api: TheApi, requests: st.SearchStrategy[Any], role: Role) -> None:
    _send(api, requests, role, settings(SPARING, max_examples=MANY))


def _somebody(people: People, role: Role) -> User:
    """Somebody with this role, of the case's office if it has one: who sees the case gets further."""
    try:
        return people.with_role(role, "AO-LIMA")
    except StopIteration:
        return people.with_role(role)


def _send(api: TheApi, requests: st.SearchStrategy[Any], role: Role, how: Callable[[Any], Any]) -> None:
    headers = api.called_by(_somebody(People(api.store), role)).headers

    @how
    @given(case=requests)
    def answers_as_described(case: Any) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    answers_as_described()
