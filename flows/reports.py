"""Scheduled: the weekly and the yearly report, each written once."""

from __future__ import annotations

import asyncio

from prefect import flow, get_run_logger

from approvals.services.reports import write_due_reports
from approvals.services.turnaround import count_up
from approvals.wiring import lasting_parts
from models.base import now_utc


@flow(name="write-reports", flow_run_name="write reports", persist_result=False)
async def write_reports() -> str:
    """Write the reports that are due and not written yet, and name their files. Safe to run at any time, twice."""
    parts = lasting_parts()
    await asyncio.to_thread(count_up, parts.store, now=now_utc())
    made = await asyncio.to_thread(write_due_reports, parts.store, now=now_utc())
    for name in made:
        get_run_logger().info(f"{name} was written")
    return ", ".join(made) or "no report was due"
