"""The rival: the same approval built the stock way, one run that suspends at every human stage.

It does the same machine work through the same services; only the waiting is Prefect's.
"""

from __future__ import annotations

import asyncio

from prefect import flow
from prefect.flow_runs import suspend_flow_run

from approvals.rehearsal import advance
from approvals.wiring import lasting_parts
from models.base import now_utc
from models.case import Stage


@flow(name="stock-case", flow_run_name="stock {reference}", persist_result=True)
async def stock_case(reference: str) -> str:
    """Carry the case to its issued agreement, suspended whenever people are asked."""
    gate = 0
    while await _carry(reference) is not Stage.NEGOTIATION:
        await suspend_flow_run(timeout=None, key=f"gate-{gate}")
        gate += 1
    return "issued"


async def _carry(reference: str) -> Stage:
    return await asyncio.to_thread(advance, lasting_parts().store, reference, now=now_utc())
