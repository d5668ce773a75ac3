"""What an officer does with cases of their own: take one back, end it, amend it, renew it, answer a return."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.proposal import partner_reference
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.desk.addresses import Number, Reference
from approvals.desk.forms import Form
from approvals.desk.proposing.questions import Typed
from approvals.desk.proposing.sections import SECTIONS
from approvals.desk.proposing.sheet import AMENDMENT
from approvals.desk.proposing.starting import of_a_copy, of_a_renewal
from approvals.desk.proposing.typed import typed_of
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit
from approvals.errors import Fault, NotAllowed, NotFound, WrongStage
from approvals.services import cases
from approvals.services.case_file import CaseFile, case_file, task_sheet
from approvals.services.drafts import begin_draft
from approvals.services.sending import amendment_said
from models.case import Stage
from models.draft import Draft, DraftPurpose
from models.task import TaskKind

router = APIRouter()

ENDING = {"withdraw": (cases.withdraw, Stage.WITHDRAWN), "end": (cases.end_partnership, Stage.ENDED)}
"""The two ways in which an officer ends a case: before it is in force, and while it is."""


def _ending(word: str) -> None:
    @router.get(f"/cases/{{reference}}/{word}", name=f"ask_to_{word}")
    def ask(visit: SignedIn, reference: Reference) -> Response:
        return _reason_page(visit, reference, word, Form())

    @router.post(f"/cases/{{reference}}/{word}", name=word)
    def act(visit: SignedIn, sent: Sent, reference: Reference) -> Response:
        if not sent.text("reason"):
            form = sent.with_faults([Fault("reason", told("say why, in a sentence"))])
            return _reason_page(visit, reference, word, form)
        if sent.text("step") != "do":
            step = "write" if sent.text("step") == "change" else "check"
            return _reason_page(visit, reference, word, sent, step=step)
        ENDING[word][0](visit.store, reference, by=visit.by, reason=sent.text("reason"), now=visit.now)
        return _to(f"/cases/{reference}/{word}/done")

    @router.get(f"/cases/{{reference}}/{word}/done", name=f"{word}_done")
    def done(visit: SignedIn, reference: Reference) -> Response:
        file = _file(visit, reference)
        if file.case.stage is not ENDING[word][1]:
            return _to(f"/cases/{reference}")
        return page(visit, "past/ended.html.jinja", file=file, word=word)


for _word in ENDING:
    _ending(_word)


def _reason_page(visit: Visit, reference: str, word: str, form: Form, *, step: str = "write") -> Response:
    """Ask why, or show the reason once more before it binds."""
    file = _file(visit, reference)
    _refuse_unless_own(visit, file)
    facts = {"file": file, "word": word, "form": form, "step": step, "faulty": bool(form.faults)}
    return page(visit, "past/reason.html.jinja", status=422 if form.faults else 200, **facts)


@router.get("/cases/{reference}/again")
def ask_again(visit: SignedIn, reference: Reference) -> Response:
    """Offer to renew a past case, to copy it, or to amend it if it is in force."""
    require(visit.by, Right.SUBMIT_PROPOSAL)
    return _again_page(visit, _file(visit, reference), Form())


def _again_page(visit: Visit, file: CaseFile, form: Form) -> Response:
    is_own = file.case.submitted_by == visit.by.id
    may_amend = is_own and file.case.stage is Stage.IN_FORCE and file.case.amends is None
    facts = {"file": file, "may_amend": may_amend, "form": form, "faulty": bool(form.faults)}
    return page(visit, "past/again.html.jinja", status=422 if form.faults else 200, **facts)


@router.post("/cases/{reference}/again")
def again(visit: SignedIn, sent: Sent, reference: Reference) -> Response:
    """Begin a draft from the case: a renewal, a copy for another partner, or an amendment."""
    require(visit.by, Right.SUBMIT_PROPOSAL)
    file = _file(visit, reference)
    begun = {"renew": _renewal, "copy": _copy, "amend": _amendment}.get(sent.text("how"))
    if begun is None:
        return _again_page(visit, file, sent.with_faults([Fault("how", told("choose one of them"))]))
    draft = begun(visit, file)
    return _to(f"/proposals/{draft.id}")


def _renewal(visit: Visit, file: CaseFile) -> Draft:
    typed = of_a_renewal(file.proposal, partner_reference(file.case.partner_id), visit.by)
    return _begin(visit, DraftPurpose.PROPOSAL, typed, file)


def _copy(visit: Visit, file: CaseFile) -> Draft:
    return _begin(visit, DraftPurpose.PROPOSAL, of_a_copy(file.proposal, visit.by), file)


def _amendment(visit: Visit, file: CaseFile) -> Draft:
    require(visit.by, Right.AMEND_PARTNERSHIP)
    _refuse_unless_own(visit, file)
    if file.case.stage is not Stage.IN_FORCE or file.case.amends is not None:
        raise WrongStage(
            told(
                "{reference} is in stage «{stage:code}»; only an agreement in force is amended.",
                reference=file.case.reference,
                stage=file.case.stage,
            )
        )
    typed = typed_of(file.proposal.model_dump(mode="json"))
    return _begin(visit, DraftPurpose.AMENDMENT, typed, file, seen=_ALL[1:])


@router.post("/answers/{task}")
def begin_answer(visit: SignedIn, sent: Sent, task: Number) -> Response:
    """Begin the answer to a return, with the proposal as it stands, or go on with the one begun before."""
    return _to(f"/proposals/{_answer(visit, task).id}")


@router.get("/answers/{task}")
def ask_for_answer(visit: SignedIn, task: Number) -> Response:
    """Show what is asked, and offer to answer."""
    sheet = task_sheet(visit.store, task, by=visit.by, today=visit.today)
    if sheet.task.kind is not TaskKind.ANSWER:
        raise NotFound(told("Task {task} asks for no answer; open it from your work.", task=task))
    return page(visit, "past/question.html.jinja", sheet=sheet)


def _answer(visit: Visit, number: int) -> Draft:
    sheet = task_sheet(visit.store, number, by=visit.by, today=visit.today)
    if sheet.task.kind is not TaskKind.ANSWER:
        raise NotFound(told("Task {number} asks for no answer; open it from your work.", number=number))
    if sheet.task.assigned_to != visit.by.id:
        raise NotAllowed(
            told(
                "Task {number} is asked of the officer who submitted {reference}.",
                number=number,
                reference=sheet.file.case.reference,
            )
        )
    if sheet.decision is not None or not sheet.task.is_live:
        raise WrongStage(told("Task {number} is answered already, or no longer needed.", number=number))
    with visit.store.session() as session:
        amendment = amendment_said(session, sheet.file.case)
    typed = typed_of(sheet.file.proposal.model_dump(mode="json") | ({"amendment": amendment} if amendment else {}))
    return begin_draft(
        visit.store, DraftPurpose.REVISION, typed,
        by=visit.by, now=visit.now, case=sheet.file.case, task=sheet.task, seen=_ALL,
    )  # fmt: skip


_ALL = (AMENDMENT.key, *(section.key for section in SECTIONS))
"""What stands in a proposal already counts as filled."""


def _begin(visit: Visit, purpose: DraftPurpose, typed: Typed, file: CaseFile, *, seen: tuple[str, ...] = ()) -> Draft:
    return begin_draft(visit.store, purpose, typed, by=visit.by, now=visit.now, case=file.case, seen=seen)


def _file(visit: Visit, reference: str) -> CaseFile:
    return case_file(visit.store, reference, by=visit.by, today=visit.today)


def _refuse_unless_own(visit: Visit, file: CaseFile) -> None:
    if file.case.submitted_by != visit.by.id:
        raise NotAllowed(
            told(
                "{reference} was submitted by {submitted_by}; only that officer may do this.",
                reference=file.case.reference,
                submitted_by=file.submitted_by,
            )
        )


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)
