"""Handing over a task to a colleague, who alone owes it from then on."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.desk.addresses import Number
from approvals.desk.forms import Form
from approvals.desk.refusals import status_of
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import ApprovalError, Faulty, NotAllowed, WrongStage
from approvals.services.case_file import task_sheet
from approvals.services.handover import hand_over

router = APIRouter(prefix="/tasks/{number}/handover")


@router.get("", name="handover")
def ask(visit: SignedIn, number: Number) -> Response:
    """Ask to whom the task goes and why."""
    return _page(visit, number, Form())


@router.post("")
def give(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Give the task to the colleague, who is told by mail; or the form again with what is wrong."""
    try:
        hand_over(visit.store, number, to=sent.text("to"), reason=sent.text("reason"), by=visit.by, now=visit.now)
    except Faulty as refused:
        return _page(visit, number, sent.with_faults(refused.faults), status=422)
    except (NotAllowed, WrongStage) as refusal:
        return _page(visit, number, sent, refusal, status=status_of(refusal))
    return RedirectResponse(f"/tasks/{number}", status_code=303)


def _page(
    visit: Visit, number: int, form: Form, refusal: ApprovalError | None = None, *, status: int = 200
) -> Response:
    sheet = task_sheet(visit.store, number, by=visit.by, today=visit.today)
    facts = {"sheet": sheet, "form": form, "faulty": bool(form.faults), "refusal": refusal}
    return page(visit, "handover.html.jinja", status=status, **facts)
