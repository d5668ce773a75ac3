"""The files of a case: which documents were declared, which are there, and a form to add one."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.telling import told
from approvals.desk.addresses import Number, Reference
from approvals.desk.forms import Form
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.documents.gate import MAX_BYTES
from approvals.errors import Fault, Faulty, NotAllowed, RefusedFile
from approvals.services.attachments import attach, attached_file, attachments_of, may_attach
from approvals.services.case_file import CaseFile, case_file

router = APIRouter()


@router.get("/cases/{reference}/documents")
def documents(visit: SignedIn, reference: Reference) -> Response:
    """Show the documents of the case, and to its officer the form to add a file."""
    return _documents(visit, reference, Form())


@router.post("/cases/{reference}/documents")
def add(visit: SignedIn, sent: Sent, reference: Reference) -> Response:
    """Add a file; what is wrong with it is told, and nothing else typed is lost."""
    file = case_file(visit.store, reference, by=visit.by, today=visit.today)
    if not may_attach(file.case, visit.by):
        raise NotAllowed(
            told(
                "Only {submitted_by}, who submitted {reference}, adds files, while the case is open.",
                submitted_by=file.submitted_by,
                reference=reference,
            )
        )
    kind, title = _which(file, sent)
    content = sent.content("file", at_most=MAX_BYTES)
    faults = [Fault("title", told("is empty; say what the document is"))] if not title else []
    if content is None:
        faults.append(Fault("file", told("choose the file")))
    if faults or content is None:
        return _documents(visit, reference, sent.with_faults(faults))
    name = sent.file_name("file")
    try:
        attach(visit.store, reference, content, title=title, kind=kind, file_name=name, by=visit.by, now=visit.now)
    except RefusedFile as refusal:
        return _documents(visit, reference, sent.with_faults([Fault("file", refusal.sentence)]))
    except Faulty as faulty:
        return _documents(visit, reference, sent.with_faults(faulty.faults))
    return RedirectResponse(f"/cases/{reference}/documents", status_code=303)


@router.get("/cases/{reference}/documents/{number}")
def download(visit: SignedIn, reference: Reference, number: Number) -> Response:
    """Hand the file out, to be kept and not to be shown by the browser."""
    attachment, media_type, content = attached_file(visit.store, reference, number, by=visit.by)
    name = quote(attachment.file_name, safe="")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


def _which(file: CaseFile, sent: Form) -> tuple[str | None, str]:
    """Return kind and title of the document: those declared in the proposal, or the title typed."""
    declared = file.proposal.documents
    number = sent.text("document")
    if number.isdecimal() and 1 <= int(number) <= len(declared):
        document = declared[int(number) - 1]
        return document.kind, document.title
    return None, sent.text("title")


def _documents(visit: Visit, reference: str, form: Form) -> Response:
    file = case_file(visit.store, reference, by=visit.by, today=visit.today)
    lines = attachments_of(visit.store, reference, by=visit.by)
    return page(
        visit,
        "past/documents.html.jinja",
        status=422 if form.faults else 200,
        file=file,
        lines=lines,
        there={line.attachment.title for line in lines},
        may_add=may_attach(file.case, visit.by),
        form=form,
        faulty=bool(form.faults),
    )
