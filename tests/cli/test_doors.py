"""The desk and the API behind one address: each request goes to the one it is for."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from approvals.cli.doors import build_doors
from approvals.notify.mail import NullSender
from approvals.settings import Settings
from approvals.store.engine import Store
from approvals.wiring import Parts


@pytest.fixture
def client(store: Store) -> TestClient:
    return TestClient(build_doors(Parts(Settings(), store, NullSender(), None)), base_url="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("address", "status", "media_type"),
    [
        ("/api/v1/openapi.json", 200, "application/json"),
        ("/api/v1/me", 401, "application/problem+json"),
        ("/api/v1", 404, "application/problem+json"),
        ("/api/v10", 404, "text/html; charset=utf-8"),
        ("/sign-in", 200, "text/html; charset=utf-8"),
    ],
)
def test_each_request_goes_to_the_door_it_is_for(
    client: TestClient, address: str, status: int, media_type: str
) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.headers["content-type"]) == (status, media_type)
