"""Substitutes: who acts for whom, and naming somebody."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling
from approvals.api.fields import Number
from approvals.api.forms.substitutions import NewSubstitution, SubstitutionForm
from approvals.services import substitutes

router = APIRouter(prefix="/substitutions", tags=["people"])


@router.get("", name="list_substitutions", responses=refusals())
def list_substitutions(call: Calling, everything: bool = False) -> list[SubstitutionForm]:
    """List who acts for whom now and in days to come; with `everything`, also what is over."""
    return _known(call, everything=everything)


@router.post("", name="name_substitute", status_code=201, responses=refusals(body=True))
def name(call: Calling, sent: NewSubstitution) -> SubstitutionForm:
    """Let somebody act for the caller, or as an administrator for anybody. Both are told by mail."""
    made = substitutes.name_substitute(
        call.store,
        absent=sent.absent or call.by.email,
        substitute=sent.substitute,
        from_on=sent.from_on,
        until_on=sent.until_on,
        roles=sent.roles,
        when_overdue=sent.when_overdue,
        reason=sent.reason,
        by=call.by,
        now=call.now,
    )
    return next(one for one in _known(call, everything=True) if one.number == made.id)


@router.post("/{number}/end", name="end_substitution", responses=refusals(404))
def end(call: Calling, number: Number) -> SubstitutionForm:
    """End a rule before its last day; what the substitute had taken goes back. Twice changes nothing."""
    substitutes.end_substitution(call.store, number, by=call.by, now=call.now)
    return next(one for one in _known(call, everything=True) if one.number == number)


def _known(call: Call, *, everything: bool) -> list[SubstitutionForm]:
    found = substitutes.substitutions(call.store, by=call.by, now=call.now, all_of_them=everything)
    return [SubstitutionForm.model_validate(one) for one in found]
