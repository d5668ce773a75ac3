"""My work: what a person and their group owe, what else is owed, and what the person has done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from approvals.desk.addresses import address, one_of, page_number, plain
from approvals.desk.rendering import filters, page
from approvals.desk.spreadsheets import csv_answer
from approvals.desk.visitor import SignedIn, Visit, paced
from approvals.services import worklist
from approvals.services.worklist import TaskLine
from approvals.store.wishes import Due, TaskView, TaskWish
from models.task import TaskKind

router = APIRouter()


@router.get("/", name="inbox")
def my_work(visit: SignedIn) -> Response:
    """Show the tasks wished for; if nothing is said, what is the reader's own, or else their group's."""
    asked = visit.request.query_params
    find = worklist.task_list if "view" in asked else worklist.my_work
    number = page_number(asked.get("page", ""))
    listed = find(visit.store, _wish(visit), by=visit.by, today=visit.today, number=number)
    wish = listed.wish
    return page(
        visit,
        "inbox.html.jinja",
        listed=listed,
        wish=wish,
        views=list(TaskView),
        kinds=list(TaskKind),
        dues=list(Due),
        offices=listed.offices,
        address=_addresses("/", wish),
        narrowed=bool(wish.kind or wish.office or wish.due or wish.words),
    )


@router.get("/inbox.csv", dependencies=[paced("export")])
def to_take_along(visit: SignedIn) -> Response:
    """Give the tasks wished for as a table for spreadsheet programs, in the reader's language."""
    lines = worklist.all_task_lines(visit.store, _wish(visit), by=visit.by, today=visit.today)
    gettext = visit.language.texts.gettext
    headings = [
        gettext("Number"),
        gettext("Task"),
        gettext("Reference"),
        gettext("Title"),
        gettext("Partner"),
        gettext("Office"),
        gettext("Owed by"),
        gettext("Asked on"),
        gettext("Due on"),
        gettext("Working days left"),
        gettext("Outcome"),
    ]
    return csv_answer("tasks.csv", headings, [_row(line, visit) for line in lines])


def _row(line: TaskLine, visit: Visit) -> list[Any]:
    write, awaited = filters(visit.language), line.awaited
    return [
        line.task.id,
        write["slot"](line.task.slot),
        line.case.reference,
        line.case.title,
        line.partner,
        line.case.office_code,
        (awaited.person or write["words"](awaited.role)) if awaited else "",
        line.task.opened_at.date(),
        line.task.due_on,
        awaited.days_left if awaited else None,
        write["words"](line.outcome) if line.outcome else "",
    ]


def _wish(visit: Visit) -> TaskWish:
    asked = visit.request.query_params
    return TaskWish(
        view=one_of(TaskView, asked.get("view", "")) or TaskView.MINE,
        kind=one_of(TaskKind, asked.get("kind", "")),
        office=plain(asked.get("office", "")),
        due=one_of(Due, asked.get("due", "")),
        words=plain(asked.get("words", "")),
    )


def _addresses(path: str, wish: TaskWish) -> Callable[..., str]:
    """Return what gives the address of the same list with other wishes."""
    now = {"view": wish.view, "kind": wish.kind, "office": wish.office, "due": wish.due, "words": wish.words}
    return lambda other=path, **wishes: address(other, {**now, **wishes})
