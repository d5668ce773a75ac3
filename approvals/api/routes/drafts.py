"""Drafts: begun or filled by a program, finished and sent by its owner at the desk."""

from __future__ import annotations

from fastapi import APIRouter, Response

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling
from approvals.api.fields import Number
from approvals.api.forms.drafts import DraftForm, SentDraft
from approvals.casework.rights import Right, require
from approvals.errors import NotFound
from approvals.services import drafts
from models.draft import DraftPurpose

router = APIRouter(prefix="/drafts", tags=["drafts"])


@router.get("", name="list_drafts", responses=refusals())
def list_drafts(call: Calling) -> list[DraftForm]:
    """List the caller's own drafts, the newest typing first. Nobody else sees them."""
    require(call.by, Right.SUBMIT_PROPOSAL)
    return [DraftForm.of(*one) for one in drafts.my_drafts(call.store, by=call.by)]


@router.post("", name="begin_draft", status_code=201, responses=refusals(body=True))
def begin(call: Calling, sent: SentDraft) -> DraftForm:
    """Begin the draft of a proposal, to be finished at the desk. What is wrong with it is told there."""
    draft = drafts.begin_draft(call.store, DraftPurpose.PROPOSAL, sent.typed, by=call.by, now=call.now)
    return DraftForm.of(draft, None)


@router.get("/{number}", name="read_draft", responses=refusals(404))
def read(call: Calling, number: Number) -> DraftForm:
    """Give a draft of the caller's own."""
    return _mine(call, number)


@router.put("/{number}", name="write_draft", responses=refusals(404, body=True))
def write(call: Calling, number: Number, sent: SentDraft) -> DraftForm:
    """Replace what the draft holds. To send it, submit the proposal itself, or use the desk."""
    drafts.write_down(call.store, number, section=None, rewritten=lambda _: sent.typed, by=call.by, now=call.now)
    return _mine(call, number)


@router.delete("/{number}", name="discard_draft", status_code=204, responses=refusals())
def discard(call: Calling, number: Number) -> Response:
    """Take the draft away for good. One that is gone already changes nothing."""
    drafts.discard_draft(call.store, number, by=call.by, now=call.now)
    return Response(status_code=204)


def _mine(call: Call, number: int) -> DraftForm:
    found = next((one for one in drafts.my_drafts(call.store, by=call.by) if one[0].id == number), None)
    if found is None:
        raise NotFound(f"You have no draft {number}. Perhaps it was sent or discarded already.")
    return DraftForm.of(*found)
