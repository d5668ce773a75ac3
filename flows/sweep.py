"""Scheduled: what the clock has made due, and whatever was left behind."""

from __future__ import annotations

import asyncio

from prefect import flow

from approvals.services import sweep as sweeping
from approvals.services.outbox import deliver_mail, take_requests
from approvals.wiring import lasting_parts
from models.base import now_utc


@flow(name="sweep", flow_run_name="sweep")
async def sweep() -> str:
    """Remind, let substitutes in, escalate, accept silence, lapse, write digests, and ask again for runs that were
    lost; return how much of each.
    """
    parts = lasting_parts()
    digests = sweeping.Digests(for_all=parts.settings.digest, hour=parts.settings.digest_hour)
    swept = await asyncio.to_thread(sweeping.sweep, parts.store, now=now_utc(), digests=digests)
    if parts.runner_is_elsewhere:
        # In-process, the relay hears of the requests by itself; with deployments nobody may be listening.
        for request in await asyncio.to_thread(take_requests, parts.store, now=now_utc()):
            await parts.runner().advance(request)
        await asyncio.to_thread(deliver_mail, parts.store, parts.send, now=now_utc())
    return str(swept)
