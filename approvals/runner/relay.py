"""The relay: takes what the outbox offers and asks a runner to do it, at once when it hears of it.

It knows neither the database nor Prefect; it is given the few things it calls. One relay may run several cases at a
time, so that a slow document does not hold up the others. It takes no more than it can begin now: what it took and
did not begin would look lost until the sweep offers it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
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
    """Hands requests from `take` to `runner` whenever `wait` hears of some, at the latest every `wait_seconds`.

    `take` is told how many requests there is room for.
    """

    runner: Runner
    take: Callable[[int], Sequence[Request]]
    wait: Callable[[float], bool]
    deliver_mail: Callable[[], int]
    at_once: int = 8
    wait_seconds: float = 0.5

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then let what was begun come to its end."""
        running: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as work:
            work.create_task(self._send_mail(stop))
            while not stop.is_set():
                requests = await self._taken(self.at_once - len(running))
                for request in requests:
                    begun = work.create_task(self._advance(request))
                    running.add(begun)
                    begun.add_done_callback(running.discard)
                if len(running) >= self.at_once:
                    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                elif not requests:
                    await _without_outages(lambda: self.wait(self.wait_seconds), otherwise=False)

    async def _taken(self, room: int) -> Sequence[Request]:
        nothing: Sequence[Request] = ()
        return await _without_outages(lambda: self.take(room), otherwise=nothing)

    async def _advance(self, request: Request) -> None:
        try:
            await self.runner.advance(request)
            log.info("%s was carried on from %s.", request.reference, request.stage)
        except Exception as exc:
            # Whatever went wrong, the outbox still holds the request and the sweep asks again; other cases go on.
            log.warning("%s was not carried on: %s", request.reference, exc)

    async def _send_mail(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await _without_outages(self.deliver_mail, otherwise=0)
            await asyncio.sleep(self.wait_seconds)


async def every(seconds: float, act: Callable[[], Awaitable[object]], *, stop: asyncio.Event) -> None:
    """Do `act` now and then every so many seconds until `stop` is set; when it fails, the next time comes anyhow."""
    while not stop.is_set():
        try:
            await act()
        except Exception as exc:
            log.warning("What is done regularly did not come to its end: %s", exc)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def _without_outages(call: Callable[[], T], *, otherwise: T) -> T:
    """Return what `call` gives, made in a thread; `otherwise`, after a pause, when it fails.

    The relay outlives every failure: it would be of no use to those who wait if it ended because of one.
    """
    try:
        return await asyncio.to_thread(call)
    except SourceUnavailable as exc:
        log.warning("%s", exc)
    except Exception:
        log.exception("The relay met something unforeseen and goes on.")
    await asyncio.sleep(PAUSE_AFTER_AN_OUTAGE_SECONDS)
    return otherwise
