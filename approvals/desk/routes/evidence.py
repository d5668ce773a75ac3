"""What other agencies found about a partner: recorded with its file, read, withdrawn."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import RedirectResponse, Response

from approvals.casework.evidence import check_evidence
from approvals.casework.proposal import partner_number
from approvals.casework.rights import Right, require
from approvals.desk.addresses import Number
from approvals.desk.downloads import attachment
from approvals.desk.forms import Form
from approvals.desk.refusals import status_of
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.documents.gate import MAX_BYTES
from approvals.errors import Fault, Faulty, RefusedFile
from approvals.services import evidence
from approvals.services.files import WORD
from approvals.services.partners import partner_file
from models.evidence import EvidenceKind
from models.risk import RiskLevel

router = APIRouter()

Reference = Annotated[str, Path(pattern=r"^P-[1-9][0-9]{0,17}$")]
WORDS = ("agency", "kind", "made_on", "valid_until", "outcome", "level", "reference", "why_believed")
"""What is typed into fields of their own; conditions stand one on each line."""


@router.get("/partners/{reference}/evidence", name="record_evidence")
def ask(visit: SignedIn, reference: Reference) -> Response:
    """Ask what another agency found."""
    return _form_page(visit, reference, Form())


@router.post("/partners/{reference}/evidence")
def record(visit: SignedIn, reference: Reference, sent: Sent) -> Response:
    """Record it with its file; or the form again with everything that is wrong with it."""
    require(visit.by, Right.RECORD_EVIDENCE)
    typed = {name: text for name in WORDS if (text := sent.text(name))}
    conditions = [line.strip() for line in sent.text("conditions").splitlines() if line.strip()]
    try:
        form = check_evidence({**typed, "conditions": conditions})
        evidence.record_evidence(
            visit.store,
            partner_number(reference),
            form,
            content=sent.content("file", at_most=MAX_BYTES),
            by=visit.by,
            now=visit.now,
        )
    except Faulty as faulty:
        return _form_page(visit, reference, sent.with_faults([_at_its_field(one) for one in faulty.faults]))
    except RefusedFile as refusal:
        return _form_page(visit, reference, sent.with_faults([Fault("file", str(refusal))]))
    return RedirectResponse(f"/partners/{reference}#evidence", status_code=303)


@router.get("/evidence/{number}/file")
def download(visit: SignedIn, number: Number) -> Response:
    """Give the Word file of the evidence."""
    return attachment(evidence.evidence_file(visit.store, number, by=visit.by), f"evidence-{number}.docx", WORD)


@router.get("/partners/{reference}/evidence/{number}/withdrawal", name="withdraw_evidence")
def ask_why(visit: SignedIn, reference: Reference, number: Number) -> Response:
    """Ask why evidence is to be withdrawn."""
    return _withdrawal_page(visit, reference, number, Form())


@router.post("/partners/{reference}/evidence/{number}/withdrawal")
def withdraw(visit: SignedIn, reference: Reference, number: Number, sent: Sent) -> Response:
    """Withdraw it for good; or the form again without a reason."""
    _note(visit, reference, number)
    try:
        evidence.withdraw_evidence(visit.store, number, reason=sent.text("reason"), by=visit.by, now=visit.now)
    except Faulty as faulty:
        return _withdrawal_page(visit, reference, number, sent.with_faults(faulty.faults), status=status_of(faulty))
    return RedirectResponse(f"/partners/{reference}#evidence", status_code=303)


def _at_its_field(fault: Fault) -> Fault:
    """Return the fault at the field it is typed in: every condition stands in the same one."""
    return Fault("conditions", fault.message) if fault.path.startswith("conditions") else fault


def _form_page(visit: Visit, reference: str, form: Form) -> Response:
    require(visit.by, Right.RECORD_EVIDENCE)
    return page(
        visit,
        "partners/evidence.html.jinja",
        status=422 if form.faults else 200,
        file=partner_file(visit.store, partner_number(reference), by=visit.by),
        kinds=list(EvidenceKind),
        levels=list(RiskLevel),
        form=form,
        faulty=bool(form.faults),
    )


def _withdrawal_page(visit: Visit, reference: str, number: int, form: Form, *, status: int = 200) -> Response:
    require(visit.by, Right.RECORD_EVIDENCE)
    note = _note(visit, reference, number)
    facts = {"reference": reference, "note": note, "form": form, "faulty": bool(form.faults)}
    return page(visit, "partners/evidence_withdrawal.html.jinja", status=status, **facts)


def _note(visit: Visit, reference: str, number: int) -> evidence.EvidenceNote:
    """Return the evidence of that number on that partner. Raises `NotFound` if there is none."""
    return evidence.evidence_note(visit.store, partner_number(reference), number, by=visit.by)
