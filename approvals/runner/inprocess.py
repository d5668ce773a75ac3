"""Running the flow in this warm process. Prefect's server keeps track of the run; no worker is needed.

The flow is named by its entrypoint, as in prefect.yaml, because flows stand above this package.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import cast

from prefect import tags
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from approvals.runner.relay import Request

ADVANCE_CASE = "flows.approval:advance_case"
SWEEP = "flows.sweep:sweep"
WATCH_LISTS = "flows.watchlists:watch_lists"
WRITE_REPORTS = "flows.reports:write_reports"
LAST_WORDS_SECONDS = 3.0


class InProcessRunner:
    """Runs the flow here and now; `advance` returns when the case has been carried as far as it goes."""

    def __init__(self, entrypoint: str = ADVANCE_CASE) -> None:
        self._entrypoint = entrypoint

    async def advance(self, request: Request) -> None:
        with tags(f"case:{request.reference}", f"stage:{request.stage}"):
            await self._flow(request.reference)

    async def sweep(self) -> None:
        """Do what the clock has made due, here and now."""
        with tags("sweep"):
            await _flow_at(SWEEP)()

    async def watch_lists(self) -> None:
        """Fetch the lists that are due, here and now, and tell of those that are too old."""
        with tags("lists"):
            await _flow_at(WATCH_LISTS)()

    async def write_reports(self) -> None:
        """Write the reports that are due, here and now."""
        with tags("reports"):
            await _flow_at(WRITE_REPORTS)()

    @cached_property
    def _flow(self) -> Callable[[str], Awaitable[str]]:
        return _flow_at(self._entrypoint)


async def send_what_prefect_holds() -> None:
    """Send the logs and events that Prefect's client still holds back, for at most `LAST_WORDS_SECONDS`.

    Before the server stops: afterwards the client would try for a minute, and complain on the screen.
    """
    for worker in (APILogWorker, EventsWorker):
        waiting = worker.drain_all(timeout=LAST_WORDS_SECONDS, at_exit=False)
        if inspect.isawaitable(waiting):
            await waiting


def _flow_at(entrypoint: str) -> Callable[..., Awaitable[str]]:
    module, name = entrypoint.split(":")
    return cast(Callable[..., Awaitable[str]], getattr(importlib.import_module(module), name))
