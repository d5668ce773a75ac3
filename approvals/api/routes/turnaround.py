"""Where the time goes."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling, paced
from approvals.api.forms.figures import LeadTimesForm, StageTimesForm, TurnaroundForm
from approvals.casework.rights import Right, require
from approvals.reporting.figures import lead_times, stage_times

router = APIRouter(prefix="/turnaround", tags=["figures"])


@router.get("", name="read_turnaround", responses=refusals(), dependencies=[paced("export")])
def turnaround(call: Calling, amendments: bool = False) -> TurnaroundForm:
    """Give how long cases stay in each stage and take in all; amendments, whose way is shorter, are counted apart."""
    require(call.by, Right.SEE_TURNAROUND)
    with call.store.session() as session:
        stages = stage_times(session, now=call.now, amendments=amendments)
        leads = lead_times(session, amendments=amendments)
    return TurnaroundForm(
        stages=[StageTimesForm.model_validate(one) for one in stages],
        lead_times=[LeadTimesForm.model_validate(one) for one in leads],
    )
