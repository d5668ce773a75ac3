"""Comments: read, written, answered, resolved, reopened, taken note of."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling
from approvals.api.fields import Number, Reference
from approvals.api.forms.comments import CommentsForm, NewAnswer, NewComment, Noted, ThreadForm
from approvals.services import comments
from models.comment import CaseComment

router = APIRouter(tags=["comments"])


@router.get("/cases/{reference}/comments", name="list_comments", responses=refusals(404))
def list_comments(call: Calling, reference: Reference) -> CommentsForm:
    """List the comments on the case with their answers, oldest first, and how many are open or new to the caller."""
    return CommentsForm.of(comments.comments_on(call.store, reference, by=call.by))


@router.post(
    "/cases/{reference}/comments", name="write_comment", status_code=201, responses=refusals(404, 409, body=True)
)
def write(call: Calling, reference: Reference, sent: NewComment) -> ThreadForm:
    """Comment on the case, or on a clause of its agreement. Those who take part in the case are told by mail."""
    kept = comments.comment(
        call.store,
        reference,
        sent.text,
        clause=sent.clause,
        version=sent.version,
        digest=call.api.parts.settings.digest,
        by=call.by,
        now=call.now,
    )
    return _thread(call, kept)


@router.post("/cases/{reference}/comments/noted", name="note_comments", responses=refusals(404, body=True))
def note(call: Calling, reference: Reference, sent: Noted) -> CommentsForm:
    """Take note of the comments up to one of them; later ones stay new to the caller."""
    comments.note_comments(call.store, reference, up_to=sent.up_to, by=call.by, now=call.now)
    return list_comments(call, reference)


@router.post(
    "/comments/{number}/answers", name="answer_comment", status_code=201, responses=refusals(404, 409, body=True)
)
def answer(call: Calling, number: Number, sent: NewAnswer) -> ThreadForm:
    """Answer a comment that is open."""
    digest = call.api.parts.settings.digest
    return _thread(
        call, comments.answer_comment(call.store, number, sent.text, digest=digest, by=call.by, now=call.now)
    )


@router.post("/comments/{number}/resolution", name="resolve_comment", responses=refusals(404))
def resolve(call: Calling, number: Number) -> ThreadForm:
    """Resolve a comment with its answers, as whoever wrote it or reviews agreements. Twice changes nothing."""
    return _thread(call, comments.resolve_comment(call.store, number, by=call.by, now=call.now))


@router.post("/comments/{number}/reopening", name="reopen_comment", responses=refusals(404))
def reopen(call: Calling, number: Number) -> ThreadForm:
    """Reopen a resolved comment, as whoever may resolve it. Twice changes nothing."""
    return _thread(call, comments.reopen_comment(call.store, number, by=call.by, now=call.now))


def _thread(call: Call, kept: CaseComment) -> ThreadForm:
    return ThreadForm.of_thread(comments.thread_of(call.store, kept, by=call.by))
