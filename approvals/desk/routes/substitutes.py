"""Substitutes: who acts for whom, and naming somebody for oneself or, as an administrator, for others."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.rights import Right, may
from approvals.desk.addresses import Number
from approvals.desk.forms import Form, SentForm
from approvals.desk.rendering import page
from approvals.desk.typed import day_of
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import Fault, Faulty
from approvals.services.substitutes import end_substitution, name_substitute, substitutions
from models.user import Role

router = APIRouter(prefix="/substitutes")

FIELDS = {"for": "absent", "role": "roles", "from": "from_on", "to": "until_on"}


@router.get("", name="substitutes")
def show(visit: SignedIn) -> Response:
    """Show who acts for whom, and the form to name somebody."""
    return _page(visit, Form())


@router.post("")
def name(visit: SignedIn, sent: Sent) -> Response:
    """Let somebody act for an absent person; or the form again with everything that is wrong with it."""
    first, last = day_of(sent.text("from_on")), day_of(sent.text("until_on"))
    try:
        name_substitute(
            visit.store,
            absent=sent.text("absent") or ("" if may(visit.by, Right.NAME_SUBSTITUTES) else visit.by.email),
            substitute=sent.text("substitute"),
            from_on=first or visit.today,
            until_on=last or first or visit.today,
            roles=[Role(role) for role in sent.texts("roles") if role in set(Role)],
            when_overdue=sent.text("when_overdue") == "yes",
            reason=sent.text("reason"),
            by=visit.by,
            now=visit.now,
        )
    except Faulty as refused:
        return _page(visit, _mended(visit, sent, refused), status=422)
    return RedirectResponse("/substitutes", status_code=303)


@router.post("/{number}/end")
def end(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """End a rule before its last day."""
    end_substitution(visit.store, number, by=visit.by, now=visit.now)
    return RedirectResponse("/substitutes", status_code=303)


def _mended(visit: Visit, sent: SentForm, refused: Faulty) -> Form:
    """Return the form with its faults; an address left empty is missing, not unknown."""
    missing = visit.language.texts.gettext("Give the address of a colleague.")
    faults = [Fault(FIELDS.get(one.path, one.path), one.message) for one in refused.faults]
    left_empty = [name for name in ("absent", "substitute") if not sent.text(name)]
    return sent.with_faults([Fault(one.path, missing) if one.path in left_empty else one for one in faults])


def _page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    everything = visit.request.query_params.get("view") == "all"
    return page(
        visit,
        "substitutes.html.jinja",
        status=status,
        form=form,
        faulty=bool(form.faults),
        rules=substitutions(visit.store, by=visit.by, now=visit.now, all_of_them=everything),
        everything=everything,
        for_others=may(visit.by, Right.NAME_SUBSTITUTES),
        for_oneself=may(visit.by, Right.NAME_SUBSTITUTE),
        roles=[role for role in Role if role not in (Role.ADMINISTRATOR, Role.AUDITOR)],
    )
