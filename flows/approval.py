"""The whole approval, as a table of contents.

A flow never waits for a person: it does all the machine can do for a case now, and ends. What people decide stands in
our database and starts the flow again, so a lost run, a lost worker or a lost Prefect database loses no case.
"""

from __future__ import annotations

import asyncio

from prefect import flow

from approvals.errors import ApprovalError
from approvals.services import machine
from approvals.services.machine import Step
from approvals.wiring import lasting_parts
from flows.agreement import draft_agreement
from flows.screening import screen_partner
from flows.stages import conclude_stage, open_tasks
from models.base import now_utc

PERFORM = {
    Step.SCREEN: screen_partner,
    Step.OPEN_TASKS: open_tasks,
    Step.CONCLUDE: conclude_stage,
    Step.DRAFT: draft_agreement,
}

MOST_STEPS = 40
"""Far more than any case takes at once; a step that moves nothing ends the run here instead of never."""


@flow(name="advance-case", flow_run_name="{reference}", log_prints=False)
async def advance_case(reference: str) -> str:
    """Carry the case forward until it needs a person, and return the stage where it stopped."""
    try:
        for _ in range(MOST_STEPS):
            upcoming = await asyncio.to_thread(machine.next_step, lasting_parts().store, reference, now=now_utc())
            if upcoming.step is None:
                return str(upcoming.stage)
            await PERFORM[upcoming.step](reference)
        raise ApprovalError(f"{reference} did not come to rest after {MOST_STEPS} steps; tell the administrators.")
    except ApprovalError as exc:
        await asyncio.to_thread(machine.note_problem, lasting_parts().store, reference, str(exc), now=now_utc())
        raise
