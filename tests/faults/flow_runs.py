"""What the children of a warm process do with Prefect: the real relay and flows, dying where they are told."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import Any

import flows.approval
import flows.sweep
from approvals.services.transaction import ADVANCE_CHANNEL
from approvals.store import outbox_queries
from approvals.store.notifications import Listener
from approvals.wiring import lasting_parts
from tests.faults.fail_points import kill_around, kill_when_statement

assert threading.active_count() == 1, "a process with threads must not be forked"


def relay(url: str, seconds: float = 60, runner: str = "inprocess", die: str = "", patient: bool = False) -> int:
    """Be the relay of the house at `url` until the machine has no more work, and return how much there still is.

    `die` names a place as `fail_points.kill_around` knows it, or the beginning of a statement after "statement:".
    A `patient` relay stays for all the `seconds`, whatever happens.
    """
    os.environ["APPROVALS_DATABASE_URL"], os.environ["APPROVALS_RUNNER"] = url, runner
    parts = lasting_parts()
    if die.startswith("statement:"):
        kill_when_statement(parts.store.engine, die.removeprefix("statement:"))
    elif die:
        kill_around(die)

    async def work() -> None:
        stop, deadline = asyncio.Event(), time.monotonic() + seconds
        with Listener(parts.store, ADVANCE_CHANNEL) as listener:
            working = asyncio.create_task(parts.relay(listener).run(stop))
            while time.monotonic() < deadline and (patient or _left(parts.store)):
                await asyncio.sleep(0.1)
                assert not working.done(), "the relay gave up"
            stop.set()
            await working

    asyncio.run(work())
    return _left(parts.store)


def _left(store: Any) -> int:
    with store.session() as session:
        return outbox_queries.machine_work_waiting(session)


def advance_by_hand(url: str, reference: str) -> str:
    """Run the flow for the case as somebody at Prefect's dashboard might, though nobody asked for it."""
    os.environ["APPROVALS_DATABASE_URL"] = url
    return asyncio.run(flows.approval.advance_case(reference))
