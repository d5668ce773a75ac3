"""My work: what a person owes."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from approvals.desk.rendering import page
from approvals.desk.visitor import SignedIn
from approvals.services.case_file import inbox

router = APIRouter()


@router.get("/", name="inbox")
def my_work(visit: SignedIn) -> Response:
    """Show what the person may take or holds, the earliest due first."""
    return page(visit, "inbox.html.jinja", owed=inbox(visit.store, by=visit.by, today=visit.today))
