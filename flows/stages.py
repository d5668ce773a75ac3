"""Steps every stage has: open what it asks of people, and move on when all have answered."""

from __future__ import annotations

import asyncio

from prefect import task

from approvals.services import machine
from approvals.wiring import lasting_parts
from models.base import now_utc


@task(name="open tasks")
async def open_tasks(reference: str) -> str:
    """Open the tasks of the case's stage and return their slots."""
    slots = await asyncio.to_thread(machine.open_tasks, lasting_parts().store, reference, now=now_utc())
    return ", ".join(slots)


@task(name="conclude stage")
async def conclude_stage(reference: str) -> str:
    """Move the case on as its decisions say and return its new stage."""
    return await asyncio.to_thread(machine.conclude_stage, lasting_parts().store, reference, now=now_utc())
