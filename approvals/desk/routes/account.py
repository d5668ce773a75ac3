"""One's own account: language, password, sessions and tokens."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.telling import told
from approvals.desk.forms import Form, filled
from approvals.desk.rendering import page
from approvals.desk.routes.signing_in import Came, StrangerSent, as_typed, stranger_page
from approvals.desk.security import browser_of
from approvals.desk.visitor import LANGUAGE_COOKIE, SESSION_COOKIE, Sent, SignedIn, Visit
from approvals.errors import Fault, Faulty, TooManyAttempts
from approvals.services.passwords import change_password, has_password, set_password
from approvals.services.sessions import end_my_other_sessions, end_my_session, my_sessions
from approvals.services.tokens import issue_token, my_tokens, revoke_token
from approvals.services.users import choose_language
from models.token import TokenScope
from models.user import Language

router = APIRouter()

LARGEST_NUMBER = 2**63 - 1


@router.get("/account")
def my_account(visit: SignedIn) -> Response:
    """Show language, password, sessions and tokens of the person."""
    return _account_page(visit)


@router.post("/account/language")
def keep_language(visit: SignedIn, sent: Sent) -> Response:
    """Keep the language in which the person reads pages and mails, here and in every other browser."""
    wanted = sent.text("language")
    if wanted not in list(Language):
        return _account_page(
            visit, form=sent.with_faults([Fault("language", told("choose one of the list"))]), status=422
        )
    choose_language(visit.store, Language(wanted), by=visit.by, now=visit.now)
    answer = _back()
    answer.set_cookie(LANGUAGE_COOKIE, wanted, httponly=True, samesite="lax", secure=visit.desk.security.is_https)
    return answer


@router.post("/account/password")
def keep_password(visit: SignedIn, sent: Sent) -> Response:
    """Change the password; every other session of the person ends."""
    security = visit.desk.security
    try:
        opened = change_password(
            visit.store,
            as_typed(sent, "old"),
            as_typed(sent, "password"),
            by=visit.by,
            browser=browser_of(visit.request),
            hashing=security.hashing,
            rules=security.rules,
            now=visit.now,
        )
    except Faulty as exc:
        return _account_page(visit, form=filled().with_faults(exc.faults), status=422)
    except TooManyAttempts as exc:
        return _account_page(visit, form=filled().with_faults([Fault("old", exc.sentence)]), status=429)
    answer = _back()
    security.set_cookie(answer, SESSION_COOKIE, opened.secret)
    return answer


@router.post("/account/sessions/others/end")
def end_others(visit: SignedIn, sent: Sent) -> Response:
    """End every session of the person but this one."""
    end_my_other_sessions(visit.store, but=visit.session_id, by=visit.by, now=visit.now)
    return _back()


@router.post("/account/sessions/{number}/end")
def end_one(visit: SignedIn, sent: Sent, number: int) -> Response:
    """End one session of the person."""
    end_my_session(visit.store, min(number, LARGEST_NUMBER), by=visit.by, now=visit.now)
    return _back()


@router.post("/account/tokens")
def issue(visit: SignedIn, sent: Sent) -> Response:
    """Issue a token and show it at once, not after a redirect: it is nowhere to be read again."""
    rules = visit.desk.security.rules.tokens
    days, scope = sent.text("days"), sent.text("scope")
    faults = [] if scope in list(TokenScope) else [Fault("scope", told("choose one of the list"))]
    faults += (
        [] if days.isascii() and days.isdecimal() and len(days) < 6 else [Fault("days", told("is no number of days"))]
    )
    if faults:
        return _account_page(visit, form=sent.with_faults(faults), status=422)
    try:
        issued = issue_token(
            visit.store, sent.text("name"), TokenScope(scope), days=int(days), by=visit.by, rules=rules, now=visit.now
        )
    except Faulty as exc:
        return _account_page(visit, form=sent.with_faults(exc.faults), status=422)
    return page(visit, "token_issued.html.jinja", status=201, token=issued.token, secret=issued.secret)


@router.post("/account/tokens/{number}/revoke")
def revoke(visit: SignedIn, sent: Sent, number: int) -> Response:
    """Make a token of no use any more."""
    revoke_token(visit.store, min(number, LARGEST_NUMBER), by=visit.by, now=visit.now)
    return _back()


@router.get("/set-password")
def ask_password(came: Came) -> Response:
    """Ask for the code of an invitation and a password."""
    return _password_page(came, filled())


@router.post("/set-password")
def set_invited_password(came: Came, sent: StrangerSent) -> Response:
    """Set the password of whoever was invited, who then signs in with it."""
    security = came.desk.security
    try:
        set_password(
            came.store,
            sent.text("code"),
            as_typed(sent, "password"),
            browser=browser_of(came.request),
            hashing=security.hashing,
            rules=security.rules,
            now=came.now,
        )
    except Faulty as exc:
        return _password_page(came, filled(code=sent.text("code")).with_faults(exc.faults), status=422)
    except TooManyAttempts as exc:
        return _password_page(came, filled().with_faults([Fault("code", exc.sentence)]), status=429)
    return RedirectResponse("/sign-in", status_code=303)


def _password_page(came: Came, form: Form, *, status: int = 200) -> Response:
    shortest = came.desk.security.rules.passwords.shortest
    return stranger_page(came, "set_password.html.jinja", status=status, form=form, shortest=shortest)


def _account_page(visit: Visit, *, form: Form | None = None, status: int = 200) -> Response:
    security = visit.desk.security
    facts: dict[str, Any] = {
        "form": form or filled(language=str(visit.by.language), days=str(security.rules.tokens.usual_days)),
        "sessions": my_sessions(visit.store, by=visit.by, rules=security.rules.sessions, now=visit.now),
        "this_session": visit.session_id,
        "tokens": my_tokens(visit.store, by=visit.by),
        "has_password": has_password(visit.store, visit.by),
        "own_names": [(one.tag, one.own_name) for one in visit.desk.languages.values()],
        "rules": security.rules,
        "now": visit.now,
    }
    return page(visit, "account.html.jinja", status=status, **facts)


def _back() -> RedirectResponse:
    return RedirectResponse("/account", status_code=303)
