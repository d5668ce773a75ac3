"""Scheduled: what the clock has made due, and whatever was left behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from prefect import flow, get_run_logger

from approvals.errors import SourceUnavailable
from approvals.services import sweep as sweeping
from approvals.services.anchors import file_anchors, note_daily_anchor
from approvals.services.clearing_out import Keeping
from approvals.services.forecasts import make_forecasts
from approvals.services.outbox import take_requests
from approvals.services.turnaround import count_up
from approvals.wiring import Parts, lasting_parts
from models.base import now_utc


@flow(name="sweep", flow_run_name="sweep")
async def sweep() -> str:
    """Remind, let substitutes in, escalate, accept silence, lapse, write digests, and ask again for runs that were
    lost; return how much of each.
    """
    parts = lasting_parts()
    digests = sweeping.Digests(for_all=parts.settings.digest, hour=parts.settings.digest_hour)
    keeping = Keeping(parts.settings.drafts_kept_days, parts.settings.sessions_kept_days)
    swept = await asyncio.to_thread(sweeping.sweep, parts.store, now=now_utc(), digests=digests, keeping=keeping)
    await asyncio.to_thread(_anchor, parts)
    await asyncio.to_thread(count_up, parts.store, now=now_utc())
    await asyncio.to_thread(make_forecasts, parts.store, now=now_utc())
    if parts.runner_is_elsewhere:
        # In-process, the relay hears of the requests by itself; with deployments nobody may be listening.
        for request in await asyncio.to_thread(take_requests, parts.store, now=now_utc()):
            await parts.runner().advance(request)
        await asyncio.to_thread(parts.deliver_mail, now=now_utc())
    return str(swept)


def _anchor(parts: Parts) -> None:
    """Note the head of the trail once a day, and write it outside; what cannot be written now waits."""
    note_daily_anchor(parts.store, now=now_utc(), every=timedelta(hours=parts.settings.anchor_every_hours))
    try:
        file_anchors(parts.store, parts.settings.anchors, now=now_utc())
    except SourceUnavailable as exc:
        get_run_logger().warning(str(exc))
