"""Help, at the same place of every page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from approvals.desk.rendering import page
from approvals.desk.visitor import Arrival, visit_or_arrival

router = APIRouter()


@router.get("/help")
def help_page(came: Annotated[Arrival, Depends(visit_or_arrival)]) -> Response:
    """Explain the desk in a few words; to anybody."""
    return page(came, "help.html.jinja")
