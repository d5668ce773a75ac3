"""People at the desk at the same time: each looks at a page, reads for a while, and opens the next."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx

FIRST_SECONDS = 3.0
"""What comes so early is not counted: templates and connections are made then."""

KEPT_OPEN_SECONDS = 3.0
"""A connection idle for longer is opened anew, as the server closes those idle for five seconds."""


@dataclass(frozen=True)
class Reader:
    """Somebody with a session, and the addresses they open in turn."""

    cookies: dict[str, str]
    addresses: Sequence[str]


@dataclass(frozen=True)
class Answers:
    """How long answers took, in milliseconds in rising order, and how large they were in the middle, in bytes."""

    times: list[float]
    size: int

    def share(self, of_100: int) -> float:
        """Return the time within which so many of a hundred answers came."""
        return self.times[min(len(self.times) * of_100 // 100, len(self.times) - 1)]


def load(
    home: str, readers: Sequence[Reader], *, seconds: float, pause: float, before_seconds: float = FIRST_SECONDS
) -> Answers:
    """Let all `readers` open pages for so many seconds, with `pause` between two in the mean, and return the answers.

    What they open in the `before_seconds` is not counted. Raises `RuntimeError` if one is not the page asked for.
    """
    return asyncio.run(_load(home, readers, seconds, pause, before_seconds))


def first_looks(home: str, readers: Sequence[Reader]) -> Answers:
    """Open every address of every reader once, one after the other, and return the answers."""
    found: list[tuple[float, int]] = []
    with httpx.Client(base_url=home, timeout=120) as client:
        for reader in {id(reader): reader for reader in readers}.values():
            for address in reader.addresses:
                asked = time.perf_counter()
                answer = client.get(address, headers=_headers(reader))
                found.append(((time.perf_counter() - asked) * 1000, len(answer.content)))
    sizes = sorted(size for _, size in found)
    return Answers(sorted(took for took, _ in found), sizes[len(sizes) // 2])


async def _load(home: str, readers: Sequence[Reader], seconds: float, pause: float, before: float) -> Answers:
    began = time.perf_counter()
    found: list[tuple[float, int]] = []
    limits = httpx.Limits(max_connections=len(readers), keepalive_expiry=KEPT_OPEN_SECONDS)
    async with httpx.AsyncClient(base_url=home, limits=limits, timeout=120) as client:

        async def get(reader: Reader, address: str) -> None:
            asked = time.perf_counter()
            answer = await client.get(address, headers=_headers(reader))
            took = time.perf_counter() - asked
            if answer.status_code != 200:
                raise RuntimeError(f"{address} was answered with {answer.status_code}: {answer.text[:300]}")
            if asked - began >= before:
                found.append((took * 1000, len(answer.content)))

        until = began + before + seconds
        await asyncio.gather(
            *(_reads(get, reader, until, pause, random.Random(place)) for place, reader in enumerate(readers))
        )
    sizes = sorted(size for _, size in found)
    return Answers(sorted(took for took, _ in found), sizes[len(sizes) // 2])


def _headers(reader: Reader) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in reader.cookies.items())
    return {"cookie": cookies, "accept-language": "en"}


async def _reads(
    get: Callable[[Reader, str], Awaitable[None]],
    reader: Reader,
    until: float,
    pause: float,
    chance: random.Random,
) -> None:
    await asyncio.sleep(chance.uniform(0, pause))
    await get(reader, chance.choice(reader.addresses))
    while time.perf_counter() < until:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
        await get(reader, chance.choice(reader.addresses))
