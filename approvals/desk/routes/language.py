"""The language in which a person reads the desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from approvals.desk.visitor import LANGUAGE_COOKIE, Arrival, arrival, safe_next

router = APIRouter()

A_YEAR_SECONDS = 365 * 24 * 3600


@router.post("/language")
def choose(
    came: Annotated[Arrival, Depends(arrival)],
    language: Annotated[str, Form(max_length=20)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Keep the chosen language in the browser and go back to the page. One we do not speak changes nothing."""
    answer = RedirectResponse(safe_next(next), status_code=303)
    if language in came.desk.languages:
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=A_YEAR_SECONDS, httponly=True, samesite="lax",
            secure=came.desk.security.is_https,
        )  # fmt: skip
    return answer
