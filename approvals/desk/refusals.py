"""How a refusal reaches a person at the desk: a page with a sentence and the way on, never a traceback.

Only this file knows status codes of refusals.
"""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals import errors
from approvals.casework.telling import told
from approvals.desk.rendering import page
from approvals.desk.visitor import Arrival, NotSignedIn, arrival, visit_or_arrival
from approvals.errors import ApprovalError, Fault, Faulty, NotFound, TooManyAttempts

STATUS: Mapping[type[BaseException], int] = {
    errors.ApprovalError: 400,
    errors.SignInRefused: 403,
    errors.TokenRefused: 401,
    errors.TooManyAttempts: 429,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.WrongStage: 409,
    errors.StaleForm: 409,
    errors.TemplateError: 409,
    errors.CopyRefused: 409,
    errors.Faulty: 422,
    errors.RefusedFile: 422,
    errors.SourceUnavailable: 503,
}
"""The nearest class decides, as for exit codes at the terminal."""

UNEXPECTED = 500

log = logging.getLogger(__name__)


def status_of(error: BaseException) -> int:
    """Return the status with which a page answers because of `error`."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), UNEXPECTED)


def install(app: FastAPI) -> None:
    """Let `app` answer every refusal with a page."""
    app.add_exception_handler(ApprovalError, _refused)
    app.add_exception_handler(NotSignedIn, _ask_who)
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _no_such_page)
    app.add_middleware(Unforeseen)


def refusal(request: Request, error: ApprovalError) -> HTMLResponse:
    """Return the page that tells the person why not, and where to go from here."""
    return _telling(visit_or_arrival(request), error, status_of(error))


def refused_at_the_gate(request: Request, error: ApprovalError, status: int) -> HTMLResponse:
    """Return the page that tells why not, without asking who it is."""
    return _telling(arrival(request), error, status)


def _telling(came: Arrival, error: ApprovalError, status: int) -> HTMLResponse:
    faults: tuple[Fault, ...] = error.faults if isinstance(error, Faulty) else ()
    sentence = error.summary if isinstance(error, Faulty) else error.sentence
    answer = page(came, "refusal.html.jinja", status=status, code=status, sentence=sentence, faults=faults)
    if isinstance(error, TooManyAttempts):
        answer.headers["retry-after"] = str(math.ceil(error.retry_after.total_seconds()))
    return answer


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApprovalError)
    return refusal(request, error)


def _ask_who(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedIn)
    address = request.url_for("sign_in").path
    wanted = request.url.replace(path=address, query="").include_query_params(next=error.wanted)
    return RedirectResponse(f"{wanted.path}?{wanted.query}", status_code=303)


def _no_such_page(request: Request, error: Exception) -> Response:
    """An address with a wrong number in it, or none we know, is simply not found."""
    if isinstance(error, HTTPException) and error.status_code not in (404, 405):
        return _telling(visit_or_arrival(request), ApprovalError(str(error.detail)), error.status_code)
    return refusal(request, NotFound(told("There is no such page, or none you may see.")))


class Unforeseen:
    """Turns a fault of ours into a page with a number by which administrators find the traceback in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, with the page of faults if nothing else was sent yet."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception:
            number = secrets.token_hex(4)
            log.exception("Fault %s at the desk, %s %s", number, scope.get("method"), scope.get("path"))
            if not begun and scope["type"] == "http":
                await _fault(Request(scope), number)(scope, receive, send)


def _fault(request: Request, number: str) -> HTMLResponse:
    # Without asking who it is: what failed may well be the database.
    return page(arrival(request), "fault.html.jinja", status=UNEXPECTED, number=number)
