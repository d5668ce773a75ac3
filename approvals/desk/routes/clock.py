"""The clock of a case: how long it took by both readings, and stopping it and letting it run."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.lifecycle import UNDER_WAY
from approvals.casework.rights import Right, may
from approvals.desk.addresses import Reference
from approvals.desk.forms import Form
from approvals.desk.rendering import page
from approvals.desk.typed import day_of
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import Faulty
from approvals.services.case_file import case_file
from approvals.services.clocks import case_clock, hold_case, resume_case
from models.user import Role

router = APIRouter(prefix="/cases/{reference}")


@router.get("/clock", name="clock")
def show(visit: SignedIn, reference: Reference) -> Response:
    """Show how long the case took, with and without what its clock stood still for."""
    return _page(visit, reference, Form())


@router.post("/hold")
def hold(visit: SignedIn, reference: Reference, sent: Sent) -> Response:
    """Let the clock stand still; or the form again with what is wrong."""
    try:
        hold_case(
            visit.store,
            reference,
            reason=sent.text("reason"),
            partner_asked=sent.text("why") == "partner_asked",
            until_on=day_of(sent.text("until")),
            by=visit.by,
            now=visit.now,
        )
    except Faulty as refused:
        return _page(visit, reference, sent.with_faults(refused.faults), status=422)
    return RedirectResponse(f"/cases/{reference}/clock", status_code=303)


@router.post("/resume")
def resume(visit: SignedIn, reference: Reference, sent: Sent) -> Response:
    """Let the clock run again; or the form again with what is wrong."""
    try:
        resume_case(visit.store, reference, reason=sent.text("reason"), by=visit.by, now=visit.now)
    except Faulty as refused:
        return _page(visit, reference, sent.with_faults(refused.faults), status=422)
    return RedirectResponse(f"/cases/{reference}/clock", status_code=303)


def _page(visit: Visit, reference: str, form: Form, *, status: int = 200) -> Response:
    clock = case_clock(visit.store, reference, by=visit.by, now=visit.now)
    case = case_file(visit.store, reference, by=visit.by, today=visit.today).case
    is_theirs = case.submitted_by == visit.by.id or Role.ADMINISTRATOR in visit.by.roles
    return page(
        visit,
        "clock.html.jinja",
        status=status,
        case=case,
        clock=clock,
        form=form,
        faulty=bool(form.faults),
        held=[stop for stop in clock.stops if stop.resumed_at is None and stop.stopped_by],
        may_hold=is_theirs and may(visit.by, Right.HOLD_CASE) and case.stage in UNDER_WAY,
    )
