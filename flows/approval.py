"""The whole approval, as a table of contents.

A flow never waits for a person: it does all the machine can do for a case now, and ends. What people decide stands in
our database and starts the flow again, so a lost run, a lost worker or a lost Prefect database loses no case.
"""

from __future__ import annotations

import asyncio

from prefect import flow, get_run_logger

from approvals.errors import ApprovalError
from approvals.services import machine
from approvals.services.machine import Step
from approvals.wiring import lasting_parts
from flows.agreement import draft_agreement
from flows.screening import screen_partner
from models.base import now_utc

PERFORM = {
    Step.SCREEN: screen_partner,
    Step.DRAFT: draft_agreement,
}

MOST_STEPS = 10
"""Far more than any case takes at once; a step that moves nothing ends the run here instead of never."""


@flow(name="advance-case", flow_run_name="{reference}", persist_result=False)
async def advance_case(reference: str) -> str:
    """Carry the case forward until it needs a person, and return the stage where it stopped."""
    try:
        for _ in range(MOST_STEPS):
            carried = await carry_on(reference)
            if carried.step is None:
                return str(carried.stage)
            await PERFORM[carried.step](reference)
        raise ApprovalError(f"{reference} did not come to rest after {MOST_STEPS} steps; tell the administrators.")
    except Exception as exc:
        await asyncio.to_thread(machine.note_problem, lasting_parts().store, reference, in_words(exc), now=now_utc())
        raise


def in_words(exc: Exception) -> str:
    """Return what a person is told of `exc`: its own sentence if it is one of ours, else who must look at it."""
    if isinstance(exc, ApprovalError):
        return str(exc)
    return (
        f"The program failed ({type(exc).__name__}); tell the administrators, who find the reason in Prefect's log."
    )


async def carry_on(reference: str) -> machine.Carried:
    """Conclude stages and open tasks as far as that goes, and tell the run's log.

    Not a step of its own for Prefect: it touches nothing outside our database, and each step of Prefect's costs its
    server as much as half a run.
    """
    carried = await asyncio.to_thread(machine.carry_on, lasting_parts().store, reference, now=now_utc())
    for line in carried.did:
        get_run_logger().info(line)
    return carried
