"""Signing in and out. For development only: on loopback one names who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from approvals.desk.rendering import page
from approvals.desk.sessions import COOKIE
from approvals.desk.visitor import Arrival, Sent, SignedIn, arrival, refuse_from_elsewhere, safe_next
from approvals.errors import NotAllowed
from approvals.services.users import everybody, the_user

router = APIRouter()

Came = Annotated[Arrival, Depends(arrival)]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@router.get("/sign-in", name="sign_in")
def sign_in(came: Came, next: str = "/") -> Response:
    """Ask who it is."""
    _only_at_home(came)
    people = [person for person in everybody(came.store) if person.is_active]
    return page(came, "sign_in.html.jinja", people=people, wanted=safe_next(next))


@router.post("/sign-in")
def begin(
    came: Came, request: Request, email: Annotated[str, Form()], next: Annotated[str, Form()] = "/"
) -> Response:
    """Sign the person in."""
    _only_at_home(came)
    refuse_from_elsewhere(request)
    secret = came.desk.sessions.begin(came.store, the_user(came.store, email))
    answer = RedirectResponse(safe_next(next), status_code=303)
    answer.set_cookie(COOKIE, secret, httponly=True, samesite="lax")
    return answer


@router.post("/sign-out")
def end(visit: SignedIn, sent: Sent) -> Response:
    """Sign the person out."""
    visit.desk.sessions.end(visit.store, visit.request.cookies[COOKIE])
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def _only_at_home(came: Arrival) -> None:
    if came.parts.settings.desk_host not in LOOPBACK:
        raise NotAllowed("Signing in without a proof is for development on this machine alone.")
