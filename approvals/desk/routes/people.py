"""People: who they are and what they may do, letting them in, and closing accounts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.desk.addresses import Number, one_of, plain
from approvals.desk.forms import Form, SentForm, filled
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import Faulty, NotFound
from approvals.services import worklist
from approvals.services.passwords import invite
from approvals.services.sessions import end_sessions_of
from approvals.services.users import add_user, close_account, everybody, tasks_left_with
from models.user import Role, User

router = APIRouter(prefix="/people")

FIELDS = {"office": "office_code"}


@router.get("", name="people")
def people(visit: SignedIn) -> Response:
    """Show the people wished for, and the form to add one."""
    return _list_page(visit, Form())


@router.post("")
def add(visit: SignedIn, sent: Sent) -> Response:
    """Add a person; one whose address is known is never changed here by mistake."""
    require(visit.by, Right.MANAGE_USERS)
    known = next((one for one in everybody(visit.store) if one.email == sent.text("email").lower()), None)
    if known is not None:
        return RedirectResponse(f"/people/{known.id}", status_code=303)
    try:
        user = _save(visit, sent, email=sent.text("email"))
    except Faulty as refused:
        return _list_page(visit, sent.with_faults(refused.faults, FIELDS), status=422)
    return RedirectResponse(f"/people/{user.id}", status_code=303)


@router.get("/{number}", name="person")
def person(visit: SignedIn, number: Number) -> Response:
    """Show a person with everything an administrator may do about them."""
    user = _person(visit, number)
    return _person_page(visit, user, filled(name=user.name, office_code=user.office_code, roles=user.roles))


@router.post("/{number}")
def change(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Change name, office and roles; sessions end and tasks no longer theirs go back."""
    user = _person(visit, number)
    try:
        _save(visit, sent, email=user.email)
    except Faulty as refused:
        return _person_page(visit, user, sent.with_faults(refused.faults, FIELDS), status=422)
    return RedirectResponse(f"/people/{number}", status_code=303)


@router.post("/{number}/invite")
def let_in(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Show the code by which the person sets a password, at once: it is nowhere to be read again."""
    user = _person(visit, number)
    invited = invite(visit.store, user.email, by=visit.by, rules=visit.desk.security.rules, now=visit.now)
    return page(visit, "invited.html.jinja", status=201, invited=invited)


@router.post("/{number}/sign-out")
def sign_out(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """End every session of the person."""
    user = _person(visit, number)
    end_sessions_of(visit.store, user.email, by=visit.by, now=visit.now)
    return RedirectResponse(f"/people/{number}", status_code=303)


@router.post("/{number}/close")
def close(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Take away all rights; the page then shows the tasks that wait for nobody."""
    user = _person(visit, number)
    try:
        close_account(visit.store, user.email, by=visit.by, now=visit.now)
    except Faulty as refused:
        form = filled(name=user.name, office_code=user.office_code, roles=user.roles)
        return _person_page(visit, user, form.with_faults(refused.faults, FIELDS), status=422)
    return RedirectResponse(f"/people/{number}", status_code=303)


def _save(visit: Visit, sent: SentForm, *, email: str) -> User:
    return add_user(
        visit.store,
        email=email,
        name=sent.text("name"),
        office_code=sent.text("office_code"),
        roles=[Role(role) for role in sent.texts("roles") if role in set(Role)],
        by=visit.by,
        now=visit.now,
    )


def _person(visit: Visit, number: int) -> User:
    require(visit.by, Right.MANAGE_USERS)
    found = next((one for one in everybody(visit.store) if one.id == number), None)
    if found is None:
        raise NotFound(told("There is no such person."))
    return found


def _list_page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    require(visit.by, Right.MANAGE_USERS)
    asked = visit.request.query_params
    words, office = plain(asked.get("words", "")).casefold(), plain(asked.get("office", ""))
    role = one_of(Role, asked.get("role", ""))
    shown = [
        one
        for one in everybody(visit.store)
        if words in f"{one.name} {one.email}".casefold()
        and office in ("", one.office_code)
        and (role is None or role in one.roles)
    ]
    facts = {"people": shown, "words": plain(asked.get("words", "")), "office": office, "role": role}
    return page(visit, "people.html.jinja", status=status, **facts, **_choices(visit, form))


def _person_page(visit: Visit, user: User, form: Form, *, status: int = 200) -> Response:
    left = tasks_left_with(visit.store, user, by=visit.by)
    return page(visit, "person.html.jinja", status=status, person=user, left=left, **_choices(visit, form))


def _choices(visit: Visit, form: Form) -> dict[str, Any]:
    return {
        "form": form,
        "faulty": bool(form.faults),
        "offices": worklist.offices(visit.store),
        "roles": list(Role),
    }
