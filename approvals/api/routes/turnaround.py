"""Where the time goes."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling, paced
from approvals.reporting.turnaround import Turnaround
from approvals.services.turnaround import turnaround_report

router = APIRouter(prefix="/turnaround", tags=["figures"])


@router.get("", name="read_turnaround", responses=refusals(), dependencies=[paced("export")])
def turnaround(call: Calling) -> Turnaround:
    """Give the report on the cases the caller may see: how long they stay in each stage and take in all."""
    return turnaround_report(call.store, by=call.by, now=call.now)
