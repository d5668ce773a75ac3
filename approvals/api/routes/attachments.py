"""Files of a case: listed, downloaded, added."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from approvals.api.answers import AnyFile, refusals
from approvals.api.caller import Call, Calling, paced
from approvals.api.fields import Number, Reference
from approvals.api.forms.attachments import AttachmentForm, NewAttachment
from approvals.services import attachments

router = APIRouter(prefix="/cases/{reference}/attachments", tags=["cases"])


@router.get("", name="list_attachments", responses=refusals(404))
def list_attachments(call: Calling, reference: Reference) -> list[AttachmentForm]:
    """List the files of the case in the order they came."""
    return _files(call, reference)


@router.post("", name="attach_file", status_code=201, responses=refusals(404, 409, body=True))
def attach(call: Calling, reference: Reference, sent: NewAttachment) -> AttachmentForm:
    """Add a file to a case of the caller's own; the same file under the same title is kept once."""
    kept = attachments.attach(
        call.store,
        reference,
        sent.file,
        title=sent.title,
        kind=sent.kind,
        file_name=sent.file_name,
        by=call.by,
        now=call.now,
    )
    return next(one for one in _files(call, reference) if one.number == kept.id)


@router.get(
    "/{number}/file",
    name="download_attachment",
    response_class=AnyFile,
    responses=refusals(404),
    dependencies=[paced("export")],
)
def download(call: Calling, reference: Reference, number: Number) -> Response:
    """Give a file of the case as it was added."""
    kept, _, content = attachments.attached_file(call.store, reference, number, by=call.by)
    named = {"content-disposition": f"attachment; filename*=UTF-8''{quote(kept.file_name, safe='')}"}
    return AnyFile(content, headers=named)


def _files(call: Call, reference: str) -> list[AttachmentForm]:
    return [AttachmentForm.of(line) for line in attachments.attachments_of(call.store, reference, by=call.by)]
