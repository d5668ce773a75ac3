"""The step that screens a partner."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.artifacts import acreate_table_artifact

from approvals.services.screening import screen_case
from approvals.wiring import lasting_parts
from models.base import now_utc


@task(name="screen partner")
async def screen_partner(reference: str) -> str:
    """Screen the partner, show the findings on Prefect's dashboard and return the verdict."""
    result = await asyncio.to_thread(screen_case, lasting_parts().store, reference, now=now_utc())
    if result is None:
        return "screened already"
    await acreate_table_artifact(
        key=f"screening-{reference.lower()}",
        description=f"Screening of {reference}: {result.verdict}, risk {result.risk}",
        table=[
            {"check": finding.name, "verdict": str(finding.verdict), "reason": finding.reason}
            for finding in result.findings
        ],
    )
    return str(result.verdict)
