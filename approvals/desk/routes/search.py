"""Search over cases, partners and everything written in proposals."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.desk.addresses import plain
from approvals.desk.rendering import page
from approvals.desk.visitor import SignedIn, paced
from approvals.services import worklist
from approvals.store.wishes import reference_like

router = APIRouter()


@router.get("/search", dependencies=[paced("search")])
def search(visit: SignedIn, q: str = "") -> Response:
    """Show what has all the words; a reference leads straight to its case."""
    words = plain(q)
    found = worklist.search(visit.store, words, by=visit.by, today=visit.today)
    if reference_like(words) and len(found.cases) == 1:
        return RedirectResponse(f"/cases/{found.cases[0].case.reference}", status_code=303)
    return page(visit, "search.html.jinja", words=words, found=found)
