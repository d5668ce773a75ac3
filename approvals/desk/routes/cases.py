"""Cases: their list, and the page of one as a list of what is done, what is next and what cannot start yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from approvals.desk.addresses import Reference, address, one_of, page_number, plain
from approvals.desk.downloads import attachment
from approvals.desk.rendering import filters, page
from approvals.desk.spreadsheets import csv_answer
from approvals.desk.visitor import SignedIn, Visit, paced
from approvals.services import worklist
from approvals.services.agreements import agreement_file
from approvals.services.case_file import case_file
from approvals.services.comments import comment_counts
from approvals.services.files import WORD
from approvals.services.progress import Progress, progress
from approvals.services.worklist import CaseEntry
from approvals.store.wishes import CaseView, CaseWish
from models.case import Stage

router = APIRouter()

Version = Annotated[int, Path(ge=1, le=10_000)]

LOOK_EVERY_SECONDS = 1.0
MOST_LOOKS = 300
"""After five minutes the browser asks anew, if the page is still open."""


@router.get("/cases", name="cases")
def cases(visit: SignedIn) -> Response:
    """Show the cases wished for; if nothing is said, those under way."""
    wish, number = _wish(visit), page_number(visit.request.query_params.get("page", ""))
    listed = worklist.case_list(visit.store, wish, by=visit.by, today=visit.today, number=number)
    return page(
        visit,
        "cases.html.jinja",
        listed=listed,
        wish=wish,
        views=list(CaseView),
        stages=list(Stage),
        offices=listed.offices,
        address=_addresses("/cases", wish),
        narrowed=bool(wish.stage or wish.office or wish.words or wish.partner is not None),
    )


@router.get("/cases.csv", dependencies=[paced("export")])
def to_take_along(visit: SignedIn) -> Response:
    """Give the cases wished for as a table for spreadsheet programs, in the reader's language."""
    entries = worklist.all_case_entries(visit.store, _wish(visit), by=visit.by, today=visit.today)
    gettext = visit.language.texts.gettext
    headings = [
        gettext("Reference"),
        gettext("Title"),
        gettext("Partner"),
        gettext("Office"),
        gettext("Stage"),
        gettext("Risk"),
        gettext("Amount"),
        gettext("Currency"),
        gettext("Submitted on"),
        gettext("Waits for"),
        gettext("Due on"),
        gettext("Expected to end on"),
    ]
    return csv_answer("cases.csv", headings, [_row(entry, visit) for entry in entries])


@router.get("/cases/{reference}", name="case")
def show(visit: SignedIn, reference: Reference) -> Response:
    """Show everything about the case; to somebody who may not see it, that there is none."""
    file = case_file(visit.store, reference, by=visit.by, today=visit.today)
    awaited = [one.task for one in file.awaited]
    owed = worklist.of_these_mine(visit.store, awaited, by=visit.by, today=visit.today)
    mine = [one for one in file.awaited if one.task in owed]
    remarks = comment_counts(visit.store, reference, by=visit.by)
    return page(visit, "case.html.jinja", file=file, mine=mine, remarks=remarks)


@router.get("/cases/{reference}/agreements/{version}.docx")
def agreement(visit: SignedIn, reference: Reference, version: Version) -> Response:
    """Give a version of the agreement as a Word file."""
    found, content = agreement_file(visit.store, reference, by=visit.by, version=version)
    return attachment(content, f"{reference}-v{found.version}.docx", WORD)


@router.get("/cases/{reference}/progress")
async def follow(visit: SignedIn, reference: Reference) -> Response:
    """Tell a page, as it happens, that the machine has done something for the case, and when it has come to rest."""

    def look() -> Progress:
        return progress(visit.store, reference, by=visit.by)

    seen = await run_in_threadpool(look)  # first, so that whoever may not see the case is told so
    return StreamingResponse(
        _as_it_happens(seen, look), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )


async def _as_it_happens(seen: Progress, look: Callable[[], Progress]) -> AsyncIterator[str]:
    # The page may be older than our first look, so it is told to look again at once.
    yield "event: changed\ndata: \n\n"
    for _ in range(MOST_LOOKS):
        if seen.at_rest:
            yield "event: settled\ndata: \n\n"
            return
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        now = await run_in_threadpool(look)
        yield "event: changed\ndata: \n\n" if now != seen else ": nothing new\n\n"
        seen = now


def _wish(visit: Visit) -> CaseWish:
    asked = visit.request.query_params
    partner = asked.get("partner", "")
    return CaseWish(
        view=one_of(CaseView, asked.get("view", "")) or CaseView.OPEN,
        stage=one_of(Stage, asked.get("stage", "")),
        office=plain(asked.get("office", "")),
        words=plain(asked.get("words", "")),
        partner=int(partner) if partner.isascii() and partner.isdigit() and len(partner) < 18 else None,
    )


def _addresses(path: str, wish: CaseWish) -> Callable[..., str]:
    """Return what gives the address of the same list with other wishes."""
    now = {
        "view": wish.view,
        "stage": wish.stage,
        "office": wish.office,
        "words": wish.words,
        "partner": wish.partner,
    }
    return lambda other=path, **wishes: address(other, {**now, **wishes})


def _row(entry: CaseEntry, visit: Visit) -> list[Any]:
    case, write = entry.case, filters(visit.language)
    return [
        case.reference,
        case.title,
        entry.partner,
        case.office_code,
        write["words"](case.stage),
        write["words"](case.risk) if case.risk else "",
        case.amount,
        case.currency,
        case.submitted_at.date(),
        "; ".join(one.person or write["words"](one.role) for one in entry.awaited),
        min((one.due_on for one in entry.awaited if one.due_on), default=None),
        entry.expected_on,
    ]
