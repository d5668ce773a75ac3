"""The relay: takes what the outbox offers and asks a runner to do it, at once when it hears of it.

It knows neither the database nor Prefect; it is given the few things it calls. One relay may run several cases at a
time, so that a slow document does not hold up the others.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from approvals.errors import SourceUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

PAUSE_AFTER_AN_OUTAGE_SECONDS = 2.0


class Request(Protocol):
    """What a runner is asked: carry this case on. The same ask has the same key."""

    @property
    def reference(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def key(self) -> str: ...


class Runner(Protocol):
    """Somebody who runs the flow `advance_case`."""

    async def advance(self, request: Request) -> None:
        """Carry the case on, or see to it that it will be. Raises whatever kept it from that."""


@dataclass(frozen=True)
class Relay:
    """Hands requests from `take` to `runner` whenever `wait` hears of some, at the latest every `wait_seconds`."""

    runner: Runner
    take: Callable[[], Sequence[Request]]
    wait: Callable[[float], bool]
    deliver_mail: Callable[[], int]
    at_once: int = 8
    wait_seconds: float = 0.5

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then let what was begun come to its end."""
        room = asyncio.Semaphore(self.at_once)
        async with asyncio.TaskGroup() as work:
            work.create_task(self._send_mail(stop))
            while not stop.is_set():
                nothing: Sequence[Request] = ()
                for request in await _without_outages(self.take, otherwise=nothing):
                    await room.acquire()
                    work.create_task(self._advance(request, room))
                await _without_outages(lambda: self.wait(self.wait_seconds), otherwise=False)

    async def _advance(self, request: Request, room: asyncio.Semaphore) -> None:
        try:
            await self.runner.advance(request)
        except Exception as exc:
            # Whatever went wrong, the outbox still holds the request and the sweep asks again; other cases go on.
            log.warning("%s was not carried on: %s", request.reference, exc)
        finally:
            room.release()

    async def _send_mail(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await _without_outages(self.deliver_mail, otherwise=0)
            await asyncio.sleep(self.wait_seconds)


async def _without_outages(call: Callable[[], T], *, otherwise: T) -> T:
    """Return what `call` gives, made in a thread; `otherwise`, after a pause, while the database is away."""
    try:
        return await asyncio.to_thread(call)
    except SourceUnavailable as exc:
        log.warning("%s", exc)
        await asyncio.sleep(PAUSE_AFTER_AN_OUTAGE_SECONDS)
        return otherwise
