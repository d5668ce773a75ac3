"""Who calls."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.forms.me import MeForm
from approvals.casework.rights import Right, may
from models.user import Role

router = APIRouter(tags=["me"])


@router.get("/me", name="me", responses=refusals())
def me(call: Calling) -> MeForm:
    """Give the owner of the token: roles, what they may do, and what the token may be used for."""
    by = call.by
    return MeForm(
        email=by.email,
        name=by.name,
        office=by.office_code,
        roles=[Role(role) for role in by.roles],
        language=by.language,
        may=[right for right in Right if may(by, right)],
        scope=call.bearer.scope,
    )
