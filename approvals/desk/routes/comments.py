"""Comments on a case and on the clauses of its agreement: read, written, answered, resolved, reopened, noted."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.desk.addresses import Number, Reference
from approvals.desk.forms import Form, filled
from approvals.desk.refusals import status_of
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit, safe_next
from approvals.errors import Faulty, WrongStage
from approvals.services import comments

router = APIRouter()


@router.get("/cases/{reference}/comments", name="comments")
def show(visit: SignedIn, reference: Reference) -> Response:
    """Show the comments on the case, those that are open first, and a form for another."""
    chosen = visit.request.query_params.get("clause", "")
    return _page(visit, reference, filled(clause=chosen))


@router.post("/cases/{reference}/comments")
def write(visit: SignedIn, reference: Reference, sent: Sent) -> Response:
    """Keep a comment on the case or on a clause, and show it among the others."""
    clause, version = sent.text("clause"), sent.text("version")
    try:
        kept = comments.comment(
            visit.store,
            reference,
            sent.text("text"),
            clause=clause or None,
            version=int(version) if version.isdecimal() and len(version) < 5 else None,
            digest=visit.parts.settings.digest,
            by=visit.by,
            now=visit.now,
        )
    except Faulty as faulty:
        return _page(visit, reference, sent.with_faults(faulty.faults), status=status_of(faulty))
    return RedirectResponse(f"/cases/{reference}/comments#comment-{kept.id}", status_code=303)


@router.post("/cases/{reference}/comments/noted")
def take_note(visit: SignedIn, reference: Reference, sent: Sent) -> Response:
    """Keep that the reader took note of the comments the page showed, and no later ones."""
    shown = sent.text("up_to")
    up_to = int(shown) if shown.isdecimal() and len(shown) < 19 else 0
    comments.note_comments(visit.store, reference, up_to=up_to, by=visit.by, now=visit.now)
    return RedirectResponse(safe_next(sent.text("next") or f"/cases/{reference}/comments"), status_code=303)


@router.post("/cases/{reference}/comments/{number}/answer")
def answer(visit: SignedIn, reference: Reference, number: Number, sent: Sent) -> Response:
    """Keep an answer to a comment."""
    try:
        kept = comments.answer_comment(
            visit.store,
            number,
            sent.text("text"),
            digest=visit.parts.settings.digest,
            by=visit.by,
            now=visit.now,
        )
    except (Faulty, WrongStage) as refusal:
        return _page(visit, reference, refused=number, refusal=refusal, status=status_of(refusal), typed=sent)
    return RedirectResponse(f"/cases/{reference}/comments#comment-{kept.id}", status_code=303)


@router.post("/cases/{reference}/comments/{number}/resolve")
def resolve(visit: SignedIn, reference: Reference, number: Number, sent: Sent) -> Response:
    """Resolve a comment with its answers."""
    comments.resolve_comment(visit.store, number, by=visit.by, now=visit.now)
    return RedirectResponse(safe_next(sent.text("next") or f"/cases/{reference}/comments"), status_code=303)


@router.post("/cases/{reference}/comments/{number}/reopen")
def reopen(visit: SignedIn, reference: Reference, number: Number, sent: Sent) -> Response:
    """Reopen a comment that was resolved."""
    comments.reopen_comment(visit.store, number, by=visit.by, now=visit.now)
    return RedirectResponse(safe_next(sent.text("next") or f"/cases/{reference}/comments"), status_code=303)


def _page(
    visit: Visit,
    reference: str,
    form: Form | None = None,
    *,
    status: int = 200,
    refused: int = 0,
    refusal: Faulty | WrongStage | None = None,
    typed: Form | None = None,
) -> Response:
    """Show the comments; `refusal` says why the answer `typed` to the comment `refused` was not kept."""
    found = comments.comments_on(visit.store, reference, by=visit.by)
    version, clauses = comments.clauses_to_comment(visit.store, reference, by=visit.by)
    why = "" if refusal is None else refusal.faults[0].message if isinstance(refusal, Faulty) else refusal.sentence
    return page(
        visit,
        "comments.html.jinja",
        status=status,
        reference=reference,
        comments=found,
        version=version,
        clauses=clauses,
        form=form or Form(),
        faulty=status != 200,
        refused=refused,
        why=why,
        typed=typed or Form(),
        at_most=comments.AT_MOST,
    )
