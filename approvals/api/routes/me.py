"""Who calls: what they may do, how they read, their tokens and sessions."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling
from approvals.api.fields import Number
from approvals.api.forms.me import Habits, IssuedTokenForm, MeForm, NewToken, SessionForm, TokenForm
from approvals.api.forms.people import EndedForm
from approvals.casework.rights import Right, may
from approvals.errors import Fault, Faulty
from approvals.services import sessions, tokens, users
from models.user import Role, User

router = APIRouter(tags=["me"])


@router.get("/me", name="me", responses=refusals())
def me(call: Calling) -> MeForm:
    """Give the owner of the token: roles, what they may do, and what the token may be used for."""
    return _me(call, call.by)


@router.patch("/me", name="change_habits", responses=refusals(body=True))
def change_habits(call: Calling, sent: Habits) -> MeForm:
    """Choose the language of pages and mails, or whether one mail a day takes the place of reminders."""
    if sent.language is not None:
        users.choose_language(call.store, sent.language, by=call.by, now=call.now)
    if "digest" in sent.model_fields_set:
        users.choose_digest(call.store, sent.digest, by=call.by, now=call.now)
    return _me(call, users.the_user(call.store, call.by.email))


@router.get("/me/tokens", name="list_tokens", responses=refusals())
def list_tokens(call: Calling) -> list[TokenForm]:
    """List the caller's tokens, none of them with its secret."""
    return [TokenForm.of(one) for one in tokens.my_tokens(call.store, by=call.by)]


@router.post("/me/tokens", name="issue_token", status_code=201, responses=refusals(body=True))
def issue(call: Calling, sent: NewToken) -> IssuedTokenForm:
    """Issue another token; its secret is shown this once. It does not outlast the token it was asked for with."""
    if call.now + timedelta(days=sent.days) > call.bearer.expires_at:
        last = f"{call.bearer.expires_at:%d %B %Y}"
        said = (
            f"a token issued by a token does not outlast it: this one ends on {last}; the account page issues longer"
        )
        raise Faulty("No token was issued.", [Fault("days", said)])
    issued = tokens.issue_token(
        call.store, sent.name, sent.scope, days=sent.days, by=call.by, rules=call.api.rules.tokens, now=call.now
    )
    return IssuedTokenForm(number=issued.token.id or 0, secret=issued.secret, expires_at=issued.token.expires_at)


@router.post("/me/tokens/{number}/revocation", name="revoke_token", responses=refusals(404))
def revoke(call: Calling, number: Number) -> TokenForm:
    """Make a token of no use any more. Twice changes nothing."""
    return TokenForm.of(tokens.revoke_token(call.store, number, by=call.by, now=call.now))


@router.get("/me/sessions", name="list_sessions", responses=refusals())
def list_sessions(call: Calling) -> list[SessionForm]:
    """List the browsers in which the caller is signed in at the desk."""
    found = sessions.my_sessions(call.store, by=call.by, rules=call.api.rules.sessions, now=call.now)
    own = SessionForm.model_fields.keys() - {"number"}
    return [SessionForm(**{name: getattr(one, name) for name in own}, number=one.id) for one in found]


@router.post("/me/sessions/end", name="end_sessions", responses=refusals())
def end_sessions(call: Calling) -> EndedForm:
    """Sign the caller out in every browser."""
    return EndedForm(ended=sessions.end_my_other_sessions(call.store, but=0, by=call.by, now=call.now))


@router.post("/me/sessions/{number}/end", name="end_session", responses=refusals(404))
def end_session(call: Calling, number: Number) -> EndedForm:
    """Sign the caller out in one browser."""
    sessions.end_my_session(call.store, number, by=call.by, now=call.now)
    return EndedForm(ended=1)


def _me(call: Call, by: User) -> MeForm:
    return MeForm(
        email=by.email,
        name=by.name,
        office=by.office_code,
        roles=[Role(role) for role in by.roles],
        language=by.language,
        may=[right for right in Right if may(by, right)],
        scope=call.bearer.scope,
    )
