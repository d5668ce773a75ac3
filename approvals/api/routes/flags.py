"""Flags on partners: brought further, settled."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.fields import Number
from approvals.api.forms.partners import FlagStepForm, NewFlagStep
from approvals.services.flags import move_flag

router = APIRouter(prefix="/flags", tags=["partners"])


@router.post("/{number}/steps", name="move_flag", status_code=201, responses=refusals(404, body=True))
def move(call: Calling, number: Number, sent: NewFlagStep) -> FlagStepForm:
    """Bring the flag to another state, with the reason."""
    step = move_flag(call.store, number, sent.state, reason=sent.reason, by=call.by, now=call.now)
    return FlagStepForm.model_validate(step)
