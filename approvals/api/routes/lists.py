"""The lists we screen against: their age, and bringing a new version."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.forms.lists import ListForm, ListVersionForm, NewList
from approvals.errors import Fault, Faulty, SourceUnavailable
from approvals.services.sent_lists import SentFile, import_sent_list
from approvals.services.watchlists import known_lists

router = APIRouter(prefix="/lists", tags=["lists"])


@router.get("", name="list_lists", responses=refusals())
def show(call: Calling) -> list[ListForm]:
    """List each list the policy names and those in force besides, with their age."""
    return [ListForm.model_validate(one) for one in known_lists(call.store, today=call.today)]


@router.post("", name="import_list", status_code=201, responses=refusals(body=True))
def bring(call: Calling, sent: NewList) -> ListVersionForm:
    """Put a new version of a list in force. One in which nothing has changed is confirmed: its age counts anew."""
    try:
        taken = import_sent_list(
            call.store,
            [SentFile(one.name, one.content) for one in sent.files],
            list_format=sent.format,
            source=sent.source,
            although_smaller=sent.although_smaller,
            although_older=sent.although_older or "",
            by=call.by,
            now=call.now,
        )
    except SourceUnavailable as refusal:  # what was sent is the source; sending it again would not mend it
        raise Faulty("The list was not imported.", [Fault("files", str(refusal))]) from refusal
    return ListVersionForm.model_validate(taken)
