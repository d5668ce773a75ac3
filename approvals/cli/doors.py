"""The desk and the API behind one address: they do not know each other, so this is where they meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.types import ASGIApp, Receive, Scope, Send

from approvals.api.app import ROOT, build_api
from approvals.desk.app import build_app
from approvals.wiring import Parts
from models.base import now_utc


def build_doors(parts: Parts, *, clock: Callable[[], datetime] = now_utc) -> ASGIApp:
    """Return what answers all requests: the API below its root, the desk everywhere else. `clock` says the time."""
    return _beside(api=build_api(parts, clock=clock), desk=build_app(parts, clock=clock))


def _beside(*, api: ASGIApp, desk: ASGIApp) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        door = api if path == ROOT or path.startswith(f"{ROOT}/") else desk
        await door(scope, receive, send)

    return answer
