"""Scheduled: what the clock has made due, and whatever was left behind."""

from __future__ import annotations

import asyncio

from prefect import flow

from approvals.services import sweep as sweeping
from approvals.services.forecasts import make_forecasts
from approvals.services.outbox import deliver_mail, take_requests
from approvals.services.turnaround import count_up
from approvals.wiring import lasting_parts
from models.base import now_utc


@flow(name="sweep", flow_run_name="sweep")
async def sweep() -> str:
    """Remind, accept silence, lapse, and ask again for runs that were lost; return how much of each."""
    parts = lasting_parts()
    swept = await asyncio.to_thread(sweeping.sweep, parts.store, now=now_utc())
    await asyncio.to_thread(count_up, parts.store, now=now_utc())
    await asyncio.to_thread(make_forecasts, parts.store, now=now_utc())
    if parts.runner_is_elsewhere:
        # In-process, the relay hears of the requests by itself; with deployments nobody may be listening.
        for request in await asyncio.to_thread(take_requests, parts.store, now=now_utc()):
            await parts.runner().advance(request)
        await asyncio.to_thread(deliver_mail, parts.store, parts.send, now=now_utc())
    return str(swept)
