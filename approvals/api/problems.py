"""How a refusal reaches a program: one form for all of them, problem details by RFC 9457, never a stack trace.

Only this file knows which refusal has which status.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from approvals import errors
from approvals.casework.fields import SHAPES
from approvals.casework.sentences import faults_among
from approvals.errors import ApprovalError, Fault, Faulty, TooManyAttempts

MEDIA_TYPE = "application/problem+json"
BY_ITSELF = "about:blank"
"""Type of a problem that says no more than its status does."""


class FaultForm(BaseModel):
    """One thing wrong with what was sent."""

    path: str = Field(description="Where it is, such as `money.instalments[2].amount`; list entries count from 1")
    message: str = Field(description="What is wrong there, in words for a person")


class Problem(BaseModel):
    """Why something was refused: the one form of every refusal (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:approvals:problem:already-decided",
                    "title": "Already decided",
                    "status": 409,
                    "detail": "Task 17 was decided by Grace Mensah on 21 September 2026: approve.",
                    "faults": [],
                }
            ]
        }
    )

    type: str = Field(description="What kind of refusal it is, for programs; one kind has one meaning for ever")
    title: str = Field(description="The kind in words, the same for all of the kind")
    status: int = Field(description="Status of the answer", ge=400, le=599)
    detail: str = Field(description="What happened, to what, and what to try, for a person")
    faults: list[FaultForm] = Field(default=[], description="Everything wrong with what was sent, in its order")


@dataclass(frozen=True)
class Kind:
    """A kind of refusal: its status, and what it is called."""

    status: int
    title: str

    @property
    def type(self) -> str:
        """The name of the kind for programs."""
        return f"urn:approvals:problem:{self.title.lower().replace(' ', '-')}"


KINDS: Mapping[type[BaseException], Kind] = {
    errors.ApprovalError: Kind(400, "Refused"),
    errors.TokenRefused: Kind(401, "Token refused"),
    errors.SignInRefused: Kind(403, "Sign-in refused"),
    errors.NotAllowed: Kind(403, "Not allowed"),
    errors.DutiesConflict: Kind(403, "Conflict of duties"),
    errors.NotFound: Kind(404, "Not found"),
    errors.WrongStage: Kind(409, "Wrong stage"),
    errors.AlreadyDecided: Kind(409, "Already decided"),
    errors.TemplateError: Kind(409, "Template not usable"),
    errors.CopyRefused: Kind(409, "Copy refused"),
    errors.StaleForm: Kind(412, "Changed since you looked"),
    errors.Faulty: Kind(422, "Faulty"),
    errors.InvalidProposal: Kind(422, "Invalid proposal"),
    errors.RefusedFile: Kind(422, "File refused"),
    errors.TooManyAttempts: Kind(429, "Too many attempts"),
    errors.SourceUnavailable: Kind(503, "Not available"),
}
"""The nearest class decides, as for exit codes at the terminal."""

SUMMARY = "What was sent does not fit the description of this operation."
UNREADABLE = "The body is not readable JSON."
FAULT_OF_OURS = (
    "Something went wrong that should not. Nothing half-done was kept. Administrators find it as fault {}."
)

STATUS_OF_MISSING = {"if-match": 428, "idempotency-key": 400}
"""What it means that a header is missing."""


def install(app: FastAPI) -> None:
    """Let `app` answer every refusal with a problem."""
    app.add_exception_handler(ApprovalError, _refused)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(RequestValidationError, _does_not_fit)


def kind_of(error: ApprovalError) -> Kind:
    """Return the kind of refusal `error` is."""
    return next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)


def problem_of(error: ApprovalError) -> Response:
    """Return the answer that tells a program why not."""
    kind = kind_of(error)
    faults = error.faults if isinstance(error, Faulty) else ()
    detail = error.summary if isinstance(error, Faulty) else str(error)
    return _answer(kind.status, detail, kind=kind, faults=faults, headers=_headers(error))


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer for a refusal that says no more than its status does."""
    return _answer(status, detail, headers=headers)


def fault_of_ours(number: str) -> Response:
    """Return the answer for what nobody foresaw; administrators find the traceback in the log by its number."""
    return _answer(500, FAULT_OF_OURS.format(number))


def _headers(error: ApprovalError) -> dict[str, str]:
    if isinstance(error, errors.TokenRefused):
        return {"www-authenticate": 'Bearer realm="approvals"'}
    if isinstance(error, TooManyAttempts):
        return {"retry-after": str(math.ceil(error.retry_after.total_seconds()))}
    return {}


def _answer(
    status: int,
    detail: str,
    *,
    kind: Kind | None = None,
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    told = Problem(
        type=kind.type if kind else BY_ITSELF,
        title=kind.title if kind else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        faults=[FaultForm(path=fault.path, message=fault.message) for fault in faults],
    )
    return JSONResponse(told.model_dump(), status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApprovalError)
    return problem_of(error)


def _by_status(request: Request, error: Exception) -> Response:
    """A refusal of the framework: no such address, no such method, a body that cannot be read."""
    assert isinstance(error, HTTPException)
    details = {404: "There is no such address; /api/v1/openapi.json describes all there are.", 400: UNREADABLE}
    detail = details.get(error.status_code, str(error.detail))
    return problem(error.status_code, detail, headers=error.headers)


def _does_not_fit(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found: list[Any] = list(error.errors())
    if any(each["type"] == "json_invalid" for each in found):
        return problem(400, UNREADABLE)
    for each in found:
        where, *name = each["loc"]
        if where == "header" and each["type"] == "missing" and name[0].lower() in STATUS_OF_MISSING:
            return problem(STATUS_OF_MISSING[name[0].lower()], MISSING[name[0].lower()])
    # The first part says where in the request it stands; in a body, the path is that of its fields.
    kind = Kind(422, "Faulty")
    shortened: list[Any] = [{**each, "loc": each["loc"][1:]} for each in found]
    return _answer(422, SUMMARY, kind=kind, faults=tuple(faults_among(shortened, shapes=SHAPES)))


MISSING = {
    "if-match": "Send the ETag of the task as you saw it in If-Match, so that nobody decides the unseen.",
    "idempotency-key": (
        "Send an Idempotency-Key of your own making, so that sending the same twice makes one case; a UUID will do."
    ),
}
