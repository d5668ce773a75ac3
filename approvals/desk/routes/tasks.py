"""A task: the facts, the form, the check before it binds, and what happens next."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.desk.addresses import Number
from approvals.desk.answering import Sheet, faults_in, may_choose, read_answer, shown_again
from approvals.desk.forms import Form
from approvals.desk.refusals import status_of
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit, safe_next
from approvals.errors import AlreadyDecided, ApprovalError, NotAllowed, RefusedFile, WrongStage
from approvals.services import tasks, worklist
from approvals.services.case_file import TaskSheet, task_sheet
from models.risk import RiskLevel

router = APIRouter(prefix="/tasks")

REFUSALS = (NotAllowed, WrongStage)
"""What a person is told on the page of the task itself."""


@router.get("/{number}", name="task")
def show(visit: SignedIn, number: Number) -> Response:
    """Show the task: the facts and documents, and the form if it is for the reader to decide."""
    sheet = _sheet(visit, number)
    return _task_page(visit, sheet, Form(), tasks.why_not(visit.store, number, by=visit.by, now=visit.now))


@router.post("/{number}/claim")
def claim(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Take the task and go to it."""
    try:
        tasks.claim(visit.store, number, by=visit.by, now=visit.now)
    except REFUSALS as refusal:
        return _refused(visit, number, refusal)
    return RedirectResponse(f"/tasks/{number}", status_code=303)


@router.post("/{number}/release")
def release(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Give the task back to its group."""
    try:
        tasks.release(visit.store, number, by=visit.by, now=visit.now)
    except REFUSALS as refusal:
        return _refused(visit, number, refusal)
    return RedirectResponse(safe_next(sent.text("next") or f"/tasks/{number}"), status_code=303)


@router.post("/{number}/check")
def check(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Show what would be recorded, before it binds; or the form again with everything that is wrong with it."""
    sheet = _sheet(visit, number)
    answered = read_answer(visit, sheet, sent)
    try:
        faults = faults_in(visit, sheet, answered)
    except REFUSALS as refusal:
        return _refused(visit, number, refusal)
    if faults:
        return _task_page(visit, sheet, shown_again(answered, faults), status=422)
    return page(visit, "task_check.html.jinja", **_checked(sheet, answered))


@router.post("/{number}/change")
def change(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Show the form again as it was sent, to be changed."""
    sheet = _sheet(visit, number)
    refusal = tasks.why_not(visit.store, number, by=visit.by, now=visit.now)
    return _task_page(visit, sheet, shown_again(read_answer(visit, sheet, sent)), refusal)


@router.post("/{number}")
def decide(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Record the decision. Sending it twice records it once."""
    sheet = _sheet(visit, number)
    answered = read_answer(visit, sheet, sent)
    try:
        faults = faults_in(visit, sheet, answered)
        if faults or answered.answer is None:
            return _task_page(visit, sheet, shown_again(answered, faults), status=422)
        tasks.decide(visit.store, number, answered.answer, by=visit.by, now=visit.now)
    except AlreadyDecided as refusal:
        if _said_the_same(sheet, answered, visit):
            return RedirectResponse(f"/tasks/{number}/recorded", status_code=303)
        return _refused(visit, number, refusal)
    except RefusedFile as refusal:
        return _refused(visit, number, refusal)
    except REFUSALS as refusal:
        return _refused(visit, number, refusal)
    return RedirectResponse(f"/tasks/{number}/recorded", status_code=303)


@router.get("/{number}/recorded")
def recorded(visit: SignedIn, number: Number) -> Response:
    """Confirm what was recorded, and say what happens next."""
    sheet = _sheet(visit, number)
    if sheet.decision is None:
        return RedirectResponse(f"/tasks/{number}", status_code=303)
    following = worklist.next_task(visit.store, by=visit.by, today=visit.today, after=number)
    return page(visit, "task_recorded.html.jinja", sheet=sheet, file=sheet.file, following=following)


def _sheet(visit: Visit, number: int) -> TaskSheet:
    return task_sheet(visit.store, number, by=visit.by, today=visit.today)


def _task_page(
    visit: Visit, sheet: TaskSheet, form: Form, refusal: ApprovalError | None = None, *, status: int = 200
) -> Response:
    return page(
        visit,
        "task.html.jinja",
        status=status,
        sheet=sheet,
        file=sheet.file,
        form=form,
        faulty=bool(form.faults),
        refusal=refusal,
        outcomes=may_choose(sheet),
        levels=list(RiskLevel),
        following=worklist.next_task(visit.store, by=visit.by, today=visit.today, after=sheet.task.id or 0),
    )


def _refused(visit: Visit, number: int, refusal: ApprovalError) -> Response:
    """Show the task as it stands now, with the reason why nothing was recorded."""
    return _task_page(visit, _sheet(visit, number), Form(), refusal, status=status_of(refusal))


def _checked(sheet: TaskSheet, answered: Sheet) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "file": sheet.file,
        "answer": answered.answer,
        "form": shown_again(answered),
        "file_name": answered.file_name,
        "file_digest": answered.file_digest,
        "meaning": dict(may_choose(sheet))[answered.answer.outcome] if answered.answer else "",
    }


def _said_the_same(sheet: TaskSheet, answered: Sheet, visit: Visit) -> bool:
    """It was this person who decided, with this outcome and reason: the form came twice."""
    taken, answer = sheet.decision, answered.answer
    if taken is None or answer is None:
        return False
    return (taken.by_number, taken.decided, taken.reason) == (visit.by.id, answer.outcome, answer.reason)
