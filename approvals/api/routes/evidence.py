"""What other agencies found about a partner: recorded, listed, withdrawn."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import WordFile, refusals, word_file
from approvals.api.caller import Call, Calling, paced
from approvals.api.fields import Number, PartnerReference
from approvals.api.forms.base import Why
from approvals.api.forms.partners import EvidenceNoteForm, NewEvidence
from approvals.casework.proposal import partner_number
from approvals.services import evidence

router = APIRouter(tags=["partners"])


@router.get("/partners/{partner}/evidence", name="list_evidence", responses=refusals(404))
def list_evidence(call: Calling, partner: PartnerReference) -> list[EvidenceNoteForm]:
    """List all evidence on the partner, the newest assessment first."""
    return _notes(call, partner_number(partner))


@router.post(
    "/partners/{partner}/evidence", name="record_evidence", status_code=201, responses=refusals(404, body=True)
)
def record(call: Calling, partner: PartnerReference, sent: NewEvidence) -> EvidenceNoteForm:
    """Record what another agency found about the partner."""
    number = partner_number(partner)
    kept = evidence.record_evidence(call.store, number, sent.evidence, content=sent.file, by=call.by, now=call.now)
    return next(note for note in _notes(call, number) if note.number == kept.id)


@router.get(
    "/evidence/{number}/file",
    name="download_evidence",
    response_class=WordFile,
    responses=refusals(404),
    dependencies=[paced("export")],
)
def download(call: Calling, number: Number) -> WordFile:
    """Give the Word file of the evidence."""
    return word_file(evidence.evidence_file(call.store, number, by=call.by), f"evidence-{number}.docx")


@router.post("/evidence/{number}/withdrawal", name="withdraw_evidence", responses=refusals(404, 409, body=True))
def withdraw(call: Calling, number: Number, why: Why) -> EvidenceNoteForm:
    """Withdraw the evidence, for good."""
    kept = evidence.withdraw_evidence(call.store, number, reason=why.reason, by=call.by, now=call.now)
    return next(note for note in _notes(call, kept.partner_id) if note.number == number)


def _notes(call: Call, partner: int) -> list[EvidenceNoteForm]:
    notes = evidence.evidence_list(call.store, partner, by=call.by)
    return [EvidenceNoteForm.of(note, call.today) for note in notes]
