"""Whatever the description allows, and much that it forbids, is sent by each role: no fault of ours, no answer that is
not documented. `make test` sends a little, `make soak` much more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, PhasesConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from approvals.rehearsal import People
from models.case import Stage
from models.user import Role
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
A_FEW, MANY = 2, 60
"""Requests by each role to each operation."""
