"""Cases: submitted, listed, read, withdrawn, ended, amended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import WrapValidator

from approvals.api.answers import Answers, refusals
from approvals.api.caller import Call, Calling
from approvals.api.fields import LARGEST_NUMBER, IdempotencyKey, OfficeCode, Page, Reference, Words
from approvals.api.forms.base import Why
from approvals.api.forms.cases import (
    AmendmentLineForm,
    CaseForm,
    CasePage,
    DocumentForm,
    FindingForm,
    HappeningForm,
    ProgressForm,
    ScreeningForm,
)
from approvals.api.paging import LINKS, link_neighbours
from approvals.casework.amendment import AmendmentForm
from approvals.casework.amendment_file import check_amendment
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal
from approvals.errors import NotFound
from approvals.services import amendments, cases, worklist
from approvals.services.case_file import CaseFile, case_file
from approvals.services.progress import progress
from approvals.store.wishes import CaseView, CaseWish
from models.case import Stage

router = APIRouter(prefix="/cases", tags=["cases"])

Proposal = Annotated[
    ProposalForm,
    # The form alone compares its parts only when each of them is right; a sender wants every fault at once.
    WrapValidator(
        lambda sent, form: check_proposal(sent, name="The proposal") if isinstance(sent, dict) else form(sent)
    ),
]
SentAmendment = Annotated[
    AmendmentForm,
    WrapValidator(
        lambda sent, form: check_amendment(sent, name="The amendment") if isinstance(sent, dict) else form(sent)
    ),
]
CREATED = "Recorded, or recorded before under the same key; Location is the address of the case"
LOCATION = {"Location": {"description": "Address of the case", "schema": {"type": "string"}}}


def _created(*statuses: int) -> Answers:
    return {**refusals(*statuses, body=True), 201: {"description": CREATED, "headers": LOCATION}}


@router.get("", name="list_cases", responses=refusals(headers=LINKS))
def list_cases(
    call: Calling,
    request: Request,
    answer: Response,
    view: CaseView = CaseView.OPEN,
    stage: Stage | None = None,
    office: OfficeCode = "",
    words: Words = "",
    partner: Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="12 for the partner P-12")] = None,
    page: Page = 1,
) -> CasePage:
    """List the cases wished for, the newest first; if nothing is said, those under way."""
    wish = CaseWish(view=view, stage=stage, office=office, words=words.strip(), partner=partner)
    listed = worklist.case_list(call.store, wish, by=call.by, today=call.today, number=page)
    link_neighbours(request, answer, page=page, has_next=listed.has_next)
    return CasePage.of(listed)


@router.post("", name="submit_case", status_code=201, responses=_created(409))
def submit(
    call: Calling,
    request: Request,
    answer: Response,
    proposal: Annotated[Proposal, Body()],
    idempotency_key: IdempotencyKey,
) -> CaseForm:
    """Submit a proposal; the machine then starts on it. The same key again gives the case it made the first time."""
    case = cases.submit(call.store, proposal, by=call.by, key=idempotency_key, now=call.now)
    return _made(call, request, answer, case.reference)


@router.get("/{reference}", name="read_case", responses=refusals(404))
def read(call: Calling, reference: Reference) -> CaseForm:
    """Give everything about the case that has no address of its own."""
    return CaseForm.of_file(_file(call, reference))


@router.get("/{reference}/proposal", name="read_proposal", responses=refusals(404))
def read_proposal(call: Calling, reference: Reference) -> ProposalForm:
    """Give the version of the proposal the case now rests on, as it would be sent again."""
    return _file(call, reference).proposal


@router.get("/{reference}/timeline", name="read_timeline", responses=refusals(404))
def timeline(call: Calling, reference: Reference) -> list[HappeningForm]:
    """Give what happened to the case, oldest first."""
    return [HappeningForm.model_validate(one) for one in _file(call, reference).happenings]


@router.get("/{reference}/findings", name="read_findings", responses=refusals(404))
def findings(call: Calling, reference: Reference) -> ScreeningForm:
    """Give the newest screening with its findings."""
    file = _file(call, reference)
    if file.screening is None:
        raise NotFound(f"{reference} was not screened yet; it is in stage «{file.case.stage}».")
    own = ScreeningForm.model_fields.keys() - {"findings"}
    found = [FindingForm.model_validate(one) for one in file.findings]
    return ScreeningForm(**{name: getattr(file.screening, name) for name in own}, findings=found)


@router.get("/{reference}/documents", name="list_documents", responses=refusals(404))
def documents(call: Calling, reference: Reference) -> list[DocumentForm]:
    """List the supporting documents the proposal names."""
    return [DocumentForm.model_validate(one) for one in _file(call, reference).proposal.documents]


@router.get("/{reference}/progress", name="read_progress", responses=refusals(404))
def how_far(call: Calling, reference: Reference) -> ProgressForm:
    """Tell whether the machine has come to rest; cheap enough to be asked every second."""
    return ProgressForm.model_validate(progress(call.store, reference, by=call.by))


@router.post("/{reference}/withdrawal", name="withdraw_case", responses=refusals(404, 409, body=True))
def withdraw(call: Calling, reference: Reference, why: Why) -> CaseForm:
    """Take the proposal back; the case ends."""
    cases.withdraw(call.store, reference, by=call.by, reason=why.reason, now=call.now)
    return read(call, reference)


@router.post("/{reference}/end", name="end_partnership", responses=refusals(404, 409, body=True))
def end(call: Calling, reference: Reference, why: Why) -> CaseForm:
    """Record that a partnership in force has come to its end."""
    cases.end_partnership(call.store, reference, by=call.by, reason=why.reason, now=call.now)
    return read(call, reference)


@router.get("/{reference}/amendments", name="list_amendments", responses=refusals(404))
def list_amendments(call: Calling, reference: Reference) -> list[AmendmentLineForm]:
    """List the amendments of the case; each is a case of its own."""
    return [AmendmentLineForm.model_validate(one) for one in _file(call, reference).amendments]


@router.post("/{reference}/amendments", name="amend_case", status_code=201, responses=_created(404, 409))
def amend(
    call: Calling,
    request: Request,
    answer: Response,
    reference: Reference,
    amendment: Annotated[SentAmendment, Body()],
    idempotency_key: IdempotencyKey,
) -> CaseForm:
    """Amend a case in force, and give the amendment's own case. Keys are those of submissions."""
    case = amendments.amend(call.store, reference, amendment, by=call.by, key=idempotency_key, now=call.now)
    return _made(call, request, answer, case.reference)


def _file(call: Call, reference: str) -> CaseFile:
    return case_file(call.store, reference, by=call.by, today=call.today)


def _made(call: Call, request: Request, answer: Response, reference: str) -> CaseForm:
    answer.headers["location"] = request.app.url_path_for("read_case", reference=reference)
    return read(call, reference)
