"""People, for those who manage them: added, changed, let in, signed out, closed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling
from approvals.api.fields import Number, OfficeCode, Page, Words
from approvals.api.forms.people import ChangedPerson, EndedForm, InvitationForm, NewPerson, PersonForm, PersonPage
from approvals.api.paging import LINKS, link_neighbours
from approvals.casework.rights import Right, require
from approvals.errors import Fault, Faulty, NotFound
from approvals.services.passwords import invite
from approvals.services.sessions import end_sessions_of
from approvals.services.users import add_user, close_account, everybody
from models.user import Role, User

router = APIRouter(prefix="/people", tags=["people"])

PAGE = 50
"""As many as in every list."""


@router.get("", name="list_people", responses=refusals(headers=LINKS))
def list_people(
    call: Calling,
    request: Request,
    answer: Response,
    words: Words = "",
    office: OfficeCode = "",
    role: Annotated[Role | None, Query(description="Those who have it")] = None,
    page: Page = 1,
) -> PersonPage:
    """List the people wished for by name, those whose account is closed as well."""
    require(call.by, Right.MANAGE_USERS)
    found = [
        one
        for one in everybody(call.store)
        if words.strip().casefold() in f"{one.name} {one.email}".casefold()
        and office in ("", one.office_code)
        and (role is None or role in one.roles)
    ]
    first, has_next = (page - 1) * PAGE, len(found) > page * PAGE
    link_neighbours(request, answer, page=page, has_next=has_next)
    people = [PersonForm.of(one) for one in found[first : first + PAGE]]
    return PersonPage(page=page, has_next=has_next, people=people)


@router.post("", name="add_person_of_ours", status_code=201, responses=refusals(body=True))
def add(call: Calling, sent: NewPerson) -> PersonForm:
    """Add a person. One whose address is known is never changed here by mistake."""
    require(call.by, Right.MANAGE_USERS)
    if any(one.email == sent.email.lower() for one in everybody(call.store)):
        raise Faulty("The person was not added.", [Fault("email", f"somebody has the address {sent.email} already")])
    return _saved(call, sent.email, sent)


@router.get("/{number}", name="read_person", responses=refusals(404))
def read(call: Calling, number: Number) -> PersonForm:
    """Give a person."""
    return PersonForm.of(_person(call, number))


@router.put("/{number}", name="change_person", responses=refusals(404, body=True))
def change(call: Calling, number: Number, sent: ChangedPerson) -> PersonForm:
    """Change name, office and roles; sessions end, and tasks no longer theirs go back. It opens a closed account."""
    return _saved(call, _person(call, number).email, sent)


@router.post("/{number}/invitation", name="invite_person", status_code=201, responses=refusals(404))
def let_in(call: Calling, number: Number) -> InvitationForm:
    """Make the code by which the person sets a password; it is shown this once, and codes made before are void."""
    person = _person(call, number)
    invited = invite(call.store, person.email, by=call.by, rules=call.api.rules, now=call.now)
    return InvitationForm(email=person.email, code=invited.code, expires_at=invited.expires_at)


@router.post("/{number}/sessions/end", name="sign_person_out", responses=refusals(404))
def sign_out(call: Calling, number: Number) -> EndedForm:
    """End every session of the person."""
    person = _person(call, number)
    return EndedForm(ended=end_sessions_of(call.store, person.email, by=call.by, now=call.now))


@router.post("/{number}/closing", name="close_account", responses=refusals(404))
def close(call: Calling, number: Number) -> PersonForm:
    """Take away all rights; sessions and tokens end, tasks go back to their groups. Twice changes nothing more."""
    return PersonForm.of(close_account(call.store, _person(call, number).email, by=call.by, now=call.now))


def _saved(call: Call, email: str, sent: ChangedPerson) -> PersonForm:
    user = add_user(
        call.store, email=email, name=sent.name, office_code=sent.office, roles=sent.roles, by=call.by, now=call.now
    )
    return PersonForm.of(user)


def _person(call: Call, number: int) -> User:
    require(call.by, Right.MANAGE_USERS)
    found = next((one for one in everybody(call.store) if one.id == number), None)
    if found is None:
        raise NotFound("There is no such person.")
    return found
