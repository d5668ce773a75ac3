"""Files to take along, and the work of making them, which is long and must not hold up anybody's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi.responses import Response

PDF = "application/pdf"
PRIVATE = "private, no-store"
AT_ONCE = 2
"""Each PDF or redline takes a core and hundreds of megabytes while it is made."""

Made = TypeVar("Made")


class LongWork:
    """Threads of its own for what takes seconds; whoever comes when all are taken waits without holding one."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = CapacityLimiter(at_once)

    async def do(self, work: Callable[[], Made]) -> Made:
        """Return what `work` makes, as soon as there is a place for it."""
        return await run_sync(work, limiter=self._places)


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Return a file that is saved under `name`, which is plain ASCII, and that nobody on the way may keep."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": PRIVATE,
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)
