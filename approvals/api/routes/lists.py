"""The lists we screen against."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.forms.lists import ListForm
from approvals.services.watchlists import known_lists

router = APIRouter(prefix="/lists", tags=["lists"])


@router.get("", name="list_lists", responses=refusals())
def show(call: Calling) -> list[ListForm]:
    """List each list the policy names and those in force besides, with their age."""
    return [ListForm.model_validate(one) for one in known_lists(call.store, today=call.today)]
