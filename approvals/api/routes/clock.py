"""The clock of a case: read, stopped, let run."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.fields import Reference
from approvals.api.forms.base import Why
from approvals.api.forms.clock import ClockForm, HeldUntil, Hold
from approvals.services import clocks

router = APIRouter(prefix="/cases/{reference}", tags=["cases"])


@router.get("/clock", name="read_clock", responses=refusals(404))
def read(call: Calling, reference: Reference) -> ClockForm:
    """Give how long the case took, by stage, with and without what its clock stood still for."""
    return ClockForm.of(clocks.case_clock(call.store, reference, by=call.by, now=call.now))


@router.post("/hold", name="hold_case", responses=refusals(404, 409, body=True))
def hold(call: Calling, reference: Reference, sent: Hold) -> HeldUntil:
    """Let the clock stand still; nobody is reminded meanwhile."""
    stop = clocks.hold_case(
        call.store,
        reference,
        reason=sent.reason,
        partner_asked=sent.partner_asked,
        until_on=sent.until_on,
        by=call.by,
        now=call.now,
    )
    return HeldUntil.model_validate(stop)


@router.post("/resumption", name="resume_case", responses=refusals(404, 409, body=True))
def resume(call: Calling, reference: Reference, why: Why) -> ClockForm:
    """Let the clock run again; last days move by the working days it stood still."""
    clocks.resume_case(call.store, reference, reason=why.reason, by=call.by, now=call.now)
    return read(call, reference)
