"""Who is at the desk: what every handler is given before it does anything."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Request

from approvals.casework.telling import told
from approvals.desk.forms import SentForm, as_sent
from approvals.desk.languages import Language, Languages, chosen
from approvals.desk.security import Security
from approvals.errors import StaleForm
from approvals.services.sessions import current_session
from approvals.store.engine import Store
from approvals.wiring import Parts
from models.user import User

SESSION_COOKIE = "desk"
LANGUAGE_COOKIE = "language"
MOST_FIELDS = 2000
MOST_FILES = 20


@dataclass(frozen=True)
class Desk:
    """What the desk was built of."""

    parts: Parts
    security: Security
    languages: Languages
    clock: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A request by anybody, signed in or not."""

    desk: Desk
    request: Request
    now: datetime
    language: Language

    @property
    def parts(self) -> Parts:
        """The parts of the house."""
        return self.desk.parts

    @property
    def store(self) -> Store:
        """The way to the database."""
        return self.desk.parts.store

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.now.astimezone().date()

    @property
    def address(self) -> str:
        """The page that was asked for, with its filters, to come back to."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path


@dataclass(frozen=True, kw_only=True)
class Visit(Arrival):
    """A request by a person who is signed in."""

    by: User
    csrf: str
    session_id: int


class NotSignedIn(Exception):
    """Nobody is signed in; the person is asked who they are and led back to `wanted`."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


def desk_of(request: Request) -> Desk:
    """Return what the desk that serves this request was built of."""
    desk: Desk = request.app.state.desk
    return desk


def arrival(request: Request) -> Arrival:
    """Return the request with its time and language."""
    desk = desk_of(request)
    asked, accepted = request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language", "")
    language = chosen(desk.languages, asked=asked, accepted=accepted)
    return Arrival(desk=desk, request=request, now=desk.clock(), language=language)


def signed_in(request: Request) -> Visit:
    """Return the visit of the person who is signed in. Raises `NotSignedIn` if nobody is."""
    visit = visit_or_arrival(request)
    if not isinstance(visit, Visit):
        raise NotSignedIn(visit.address if request.method == "GET" else "/")
    return visit


def visit_or_arrival(request: Request) -> Visit | Arrival:
    """Return the visit of the person who is signed in, the bare arrival if nobody is."""
    came = arrival(request)
    security = came.desk.security
    secret = security.cookie(request, SESSION_COOKIE)
    current = current_session(came.store, secret, rules=security.rules.sessions, now=came.now) if secret else None
    if current is None:
        return came
    return Visit(
        desk=came.desk,
        request=request,
        now=came.now,
        language=came.language,
        by=current.user,
        csrf=current.csrf,
        session_id=current.session.id or 0,
    )


SignedIn = Annotated[Visit, Depends(signed_in)]
"""For handlers: the visit of the person who is signed in; everybody else is sent to sign in."""


async def sent_form(request: Request, visit: SignedIn) -> AsyncIterator[SentForm]:
    """Give the form that was sent. Raises `StaleForm` if it is not from a page we gave this person."""
    async with checked_form(request, visit.csrf) as form:
        yield form


Sent = Annotated[SentForm, Depends(sent_form)]
"""For handlers of POST: the form, checked to come from a page of ours."""


@asynccontextmanager
async def checked_form(request: Request, csrf: str) -> AsyncIterator[SentForm]:
    """Give the form that was sent, and close its files. Raises `StaleForm` if it does not bring `csrf` back.

    That no other site sent it was seen to at the gate.
    """
    async with request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES) as data:
        form = as_sent(data)
        if not hmac.compare_digest(form.text("csrf").encode(), csrf.encode()):
            raise StaleForm(STALE)
        yield form


STALE = told("This page was opened before you signed in. Nothing was done; open it again and repeat the step.")


def paced(what: Literal["search", "export"]) -> Any:
    """Return the dependency of a route that costs much; it raises `TooManyAttempts` if a person asks too often."""

    def keep_pace(visit: SignedIn) -> None:
        security = visit.desk.security
        limit = getattr(security.rules.limits, what)
        security.pace.keep(what, str(visit.by.id), limit, said=PACES[what])

    return Depends(keep_pace)


PACES = {"search": told("There were too many searches."), "export": told("There were too many exports.")}


def safe_next(wanted: str) -> str:
    """Return `wanted` if it is a page of the desk, the first page otherwise: nobody is led away by a link."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if is_ours and wanted.isprintable() else "/"
