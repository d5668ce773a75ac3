"""Tasks: listed, read, claimed, released, handed over, decided."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling
from approvals.api.etags import ETAG, etag, marks_in
from approvals.api.fields import IfMatch, Number, OfficeCode, Page, Words
from approvals.api.forms.tasks import DecisionForm, HandOver, TaskForm, TaskPage
from approvals.api.paging import LINKS, link_neighbours
from approvals.casework.task_mark import mark_of
from approvals.errors import AlreadyDecided
from approvals.services import tasks, worklist
from approvals.services.case_file import task_sheet
from approvals.services.handover import hand_over
from approvals.store.wishes import Due, TaskView, TaskWish
from models.task import TaskKind

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("", name="list_tasks", responses=refusals(headers=LINKS))
def list_tasks(
    call: Calling,
    request: Request,
    answer: Response,
    view: TaskView = TaskView.MINE,
    kind: TaskKind | None = None,
    office: OfficeCode = "",
    due: Due | None = None,
    words: Words = "",
    page: Page = 1,
) -> TaskPage:
    """List the tasks wished for, the earliest due first; if nothing is said, those that are the caller's own."""
    wish = TaskWish(view=view, kind=kind, office=office, due=due, words=words.strip())
    listed = worklist.task_list(call.store, wish, by=call.by, today=call.today, number=page)
    link_neighbours(request, answer, page=page, has_next=listed.has_next)
    return TaskPage.of(listed)


@router.get("/{number}", name="read_task", responses=refusals(404, headers=ETAG))
def read(call: Calling, answer: Response, number: Number) -> TaskForm:
    """Give the task with everything its answer needs. Its ETag is what a decision says it has seen."""
    sheet = task_sheet(call.store, number, by=call.by, today=call.today)
    answer.headers["etag"] = etag(mark_of(sheet.task, sheet.file.case))
    return TaskForm.of_sheet(sheet, tasks.why_not(call.store, number, by=call.by, now=call.now))


@router.post("/{number}/claim", name="claim_task", responses=refusals(404, 409, headers=ETAG))
def claim(call: Calling, answer: Response, number: Number) -> TaskForm:
    """Take the task, so that colleagues see it is being worked on. Taking it twice changes nothing."""
    tasks.claim(call.store, number, by=call.by, now=call.now)
    return read(call, answer, number)


@router.post("/{number}/release", name="release_task", responses=refusals(404, headers=ETAG))
def release(call: Calling, answer: Response, number: Number) -> TaskForm:
    """Give the task back to its group."""
    tasks.release(call.store, number, by=call.by, now=call.now)
    return read(call, answer, number)


@router.post("/{number}/hand-over", name="hand_over_task", responses=refusals(404, 409, body=True, headers=ETAG))
def hand_over_to(call: Calling, answer: Response, number: Number, sent: HandOver) -> TaskForm:
    """Give the task to a colleague, who alone owes it from then on."""
    hand_over(call.store, number, to=sent.to, reason=sent.reason, by=call.by, now=call.now)
    return read(call, answer, number)


@router.post(
    "/{number}/decision",
    name="decide_task",
    responses=refusals(400, 404, 409, 412, 428, body=True, headers=ETAG),
)
def decide(
    call: Calling, answer: Response, number: Number, decision: Annotated[DecisionForm, Body()], if_match: IfMatch
) -> TaskForm:
    """Record the decision. Sending it twice records it once; a task that changed since it was seen is not decided."""
    try:
        tasks.decide(call.store, number, decision.as_answer(), by=call.by, now=call.now, seen=marks_in(if_match))
    except AlreadyDecided:
        if not _said_the_same(call, number, decision):
            raise
    return read(call, answer, number)


def _said_the_same(call: Call, number: int, decision: DecisionForm) -> bool:
    """It was the caller who decided, with this outcome and reason: the decision came twice."""
    taken = task_sheet(call.store, number, by=call.by, today=call.today).decision
    said = (call.by.id, decision.outcome, decision.reason.strip())
    return taken is not None and (taken.by_number, taken.decided, taken.reason) == said
