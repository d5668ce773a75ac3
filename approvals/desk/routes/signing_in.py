"""Signing in and out: with a password, at the provider, or by choosing who to be on a developer's own machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from approvals.casework.telling import told
from approvals.desk.forms import Form, SentForm, filled
from approvals.desk.provider import Journey, Provider
from approvals.desk.rendering import page
from approvals.desk.security import browser_of
from approvals.desk.visitor import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    Arrival,
    Sent,
    SignedIn,
    Visit,
    arrival,
    checked_form,
    safe_next,
    visit_or_arrival,
)
from approvals.errors import Fault, NotFound, SignInRefused, TooManyAttempts
from approvals.services.secret import derived, new_secret
from approvals.services.sessions import OpenedSession, sign_out
from approvals.services.sign_in import sign_in_as_chosen, sign_in_from_provider, sign_in_with_password
from approvals.services.users import everybody
from models.user import Language

router = APIRouter()

STRANGER_COOKIE = "before"
"""Held by browsers in which nobody is signed in yet; the token of their forms is derived from it."""

JOURNEY_COOKIE = "journey"
JOURNEY_SECONDS = 600
BACK = "/sign-in/provider/back"

Came = Annotated[Arrival, Depends(arrival)]
Perhaps = Annotated[Arrival | Visit, Depends(visit_or_arrival)]


async def stranger_form(request: Request) -> AsyncIterator[SentForm]:
    """Give the form a stranger sent. Raises `StaleForm` if it is not from a page we gave this browser."""
    async with checked_form(request, _stranger_token(arrival(request))) as form:
        yield form


StrangerSent = Annotated[SentForm, Depends(stranger_form)]


@router.get("/sign-in", name="sign_in")
def ask_who(came: Perhaps, next: str = "/") -> Response:
    """Ask who it is, in all the ways this desk offers; whoever is signed in goes on."""
    wanted = safe_next(next)
    return RedirectResponse(wanted, status_code=303) if isinstance(came, Visit) else sign_in_page(came, wanted)


@router.post("/sign-in")
def with_password(came: Came, sent: StrangerSent) -> Response:
    """Sign the person in who has this address and this password."""
    security = came.desk.security
    if not security.settings.passwords_are_offered:
        raise NotFound(told("This desk knows no passwords; sign in at your provider."))
    wanted = safe_next(sent.text("next"))
    try:
        opened = sign_in_with_password(
            came.store,
            sent.text("email"),
            as_typed(sent, "password"),
            browser=browser_of(came.request),
            hashing=security.hashing,
            rules=security.rules,
            now=came.now,
            replaces=security.cookie(came.request, SESSION_COOKIE),
        )
    except (SignInRefused, TooManyAttempts) as exc:
        status = 403 if isinstance(exc, SignInRefused) else 429
        form = filled(email=sent.text("email")).with_faults([Fault("email", exc.sentence)])
        return sign_in_page(came, wanted, form=form, status=status)
    return let_in(came, opened, wanted)


@router.post("/sign-in/chosen")
def as_chosen(came: Came, sent: StrangerSent) -> Response:
    """Sign in whoever was chosen from the list; only where that is offered."""
    security = came.desk.security
    if not security.offers_choosing:
        raise NotFound(told("There is no such page, or none you may see."))
    opened = sign_in_as_chosen(
        came.store,
        sent.text("person"),
        browser=browser_of(came.request),
        rules=security.rules,
        now=came.now,
        replaces=security.cookie(came.request, SESSION_COOKIE),
    )
    return let_in(came, opened, safe_next(sent.text("next")))


@router.get("/sign-in/provider")
async def at_provider(came: Came, next: str = "/") -> Response:
    """Lead the person to the provider, and let the browser hold what its answer must fit."""
    journey = Journey.begun(safe_next(next))
    address = await _provider(came).address_for(journey, back=address_of_desk(came) + BACK)
    answer = RedirectResponse(address, status_code=303)
    came.desk.security.set_cookie(answer, JOURNEY_COOKIE, journey.cookie, seconds=JOURNEY_SECONDS)
    return answer


@router.get(BACK)
async def back_from_provider(came: Came) -> Response:
    """Sign in whom the provider names. The one address that changes something on a GET: providers lead back so."""
    security = came.desk.security
    try:
        journey = Journey.from_cookie(security.cookie(came.request, JOURNEY_COOKIE))
        answered = dict(came.request.query_params)
        provided = await _provider(came).vouches_for(journey, answered, back=address_of_desk(came) + BACK)
        opened = await run_in_threadpool(
            sign_in_from_provider,
            came.store,
            provided,
            browser=browser_of(came.request),
            rules=security.rules,
            now=came.now,
            replaces=security.cookie(came.request, SESSION_COOKIE),
        )
    except SignInRefused as exc:
        answer: Response = page(came, "sign_in_refused.html.jinja", status=400, sentence=exc.sentence)
    else:
        answer = let_in(came, opened, safe_next(journey.wanted))
    security.delete_cookie(answer, JOURNEY_COOKIE)
    return answer


@router.post("/sign-out")
def end(visit: SignedIn, sent: Sent) -> Response:
    """Sign the person out."""
    security = visit.desk.security
    sign_out(visit.store, security.cookie(visit.request, SESSION_COOKIE), now=visit.now)
    answer = RedirectResponse("/signed-out", status_code=303)
    security.delete_cookie(answer, SESSION_COOKIE)
    return answer


@router.get("/signed-out")
async def signed_out(came: Came) -> Response:
    """Say that nobody is signed in any more, and where to sign out of the provider as well."""
    provider = came.desk.security.provider
    elsewhere = await provider.sign_out_address(back=address_of_desk(came) + "/signed-out") if provider else None
    return page(came, "signed_out.html.jinja", elsewhere=elsewhere)


def sign_in_page(came: Arrival, wanted: str, *, form: Form | None = None, status: int = 200) -> Response:
    """Return the page that asks who it is, with the ways in this desk offers."""
    security = came.desk.security
    people = everybody(came.store) if security.offers_choosing else []
    return stranger_page(
        came,
        "sign_in.html.jinja",
        status=status,
        form=form or filled(),
        wanted=wanted,
        passwords=security.settings.passwords_are_offered,
        provider=security.provider is not None,
        people=[person for person in people if person.is_active],
    )


def stranger_page(came: Arrival, template: str, *, status: int = 200, **facts: object) -> Response:
    """Return a page with a form for somebody who is not signed in, whose token this browser alone can bring back."""
    security = came.desk.security
    held = security.cookie(came.request, STRANGER_COOKIE)
    secret = held or new_secret()
    answer = page(came, template, status=status, token=derived(secret, "csrf"), **facts)
    if not held:
        security.set_cookie(answer, STRANGER_COOKIE, secret)
    return answer


def let_in(came: Arrival, opened: OpenedSession, wanted: str) -> Response:
    """Lead the person who is now signed in to the page that was wanted, with the cookies of the session."""
    security = came.desk.security
    answer = RedirectResponse(wanted, status_code=303)
    security.set_cookie(answer, SESSION_COOKIE, opened.secret)
    security.delete_cookie(answer, STRANGER_COOKIE)
    if opened.user.language != Language.ENGLISH and LANGUAGE_COOKIE not in came.request.cookies:
        answer.set_cookie(
            LANGUAGE_COOKIE, str(opened.user.language), httponly=True, samesite="lax", secure=security.is_https
        )
    return answer


def as_typed(form: Form, name: str) -> str:
    """Return what was typed with the space around it: in a password it counts."""
    return next(iter(form.values.get(name, ())), "")


def address_of_desk(came: Arrival) -> str:
    """Return the address of the desk that people use, for a provider to lead back to."""
    given = came.desk.security.settings.desk_url
    return (given or f"{came.request.url.scheme}://{came.request.url.netloc}").rstrip("/")


def _stranger_token(came: Arrival) -> str:
    secret = came.desk.security.cookie(came.request, STRANGER_COOKIE)
    return derived(secret or new_secret(), "csrf")  # a browser that holds nothing brings nothing back


def _provider(came: Arrival) -> Provider:
    provider = came.desk.security.provider
    if provider is None:
        raise NotFound(told("There is no such page, or none you may see."))
    return provider
