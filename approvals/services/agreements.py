"""The agreement of a case: drafted from its template, edited by legal, returned by the partner, handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.changes import Change
from approvals.casework.lifecycle import Act, destination
from approvals.casework.telling import told
from approvals.documents.amendment_fields import AmendmentFacts, amendment_data
from approvals.documents.compare import Comparison, compare
from approvals.documents.facts import Facts
from approvals.documents.fields import ApprovalCondition, CaseFacts, Organisation, agreement_data
from approvals.documents.fill import FilledDocument, fill
from approvals.documents.gate import admit
from approvals.documents.proof import Form, prove
from approvals.documents.rules import broken_rules
from approvals.documents.template import Template
from approvals.errors import Fault, Faulty, NotFound, ProofFailed
from approvals.services.amendments import amended_case
from approvals.services.anchors import anchor_of_a_draft
from approvals.services.files import keep_file, kept_file
from approvals.services.machine import Standing, Step, new_task, open_task, the_step
from approvals.services.moves import move_case
from approvals.services.restrictions import note_reading
from approvals.services.templates import template_for
from approvals.services.transaction import Transaction
from approvals.store import queries
from approvals.store.amendments import amended_form, signed_amendments_before
from approvals.store.engine import Store
from models.agreement import Agreement, Origin
from models.amendment import Amendment
from models.case import Case
from models.task import Task, TaskKind
from models.user import Role, User


def draft_agreement(store: Store, reference: str, *, now: datetime) -> Agreement | None:
    """Fill the template of the case's route, prove the document, keep it as the next version and move the case on.

    None if another run drafted it already, or if the case breaks a rule of the template or the document failed its
    proof: then nothing of it is kept, and the legal reviewers get a task that says why. Raises `TemplateError` if no
    template is in force.
    """
    with the_step(store, reference, Step.DRAFT, now=now) as given:
        if given is None:
            return None
        act, at = given
        family, language = at.route.family, at.proposal.language
        template = template_for(act.session, family, language, case=at.case, today=now.date())
        try:
            filled = _filled_and_proved(act, at, template)
        except Faulty as failure:
            _ask_to_mend(act, at, failure)
            return None
        agreement = _keep_draft(act, at.case, template, filled)
        payload = {"version": agreement.version, "file": agreement.file_hash, "template": agreement.template_hash}
        to = destination(at.case.stage, Act.DRAFT)
        move_case(act, at.case, to, event="AgreementDrafted", payload=payload, within_a_run=True)
        return agreement


def _filled_and_proved(act: Transaction, at: Standing, template: Template) -> FilledDocument:
    """Return the agreement. Raises `Faulty` with the rules it breaks, `ProofFailed` if it did not come out well."""
    version = _next_version(act.session, at.case)
    data = document_data(act.session, at, version=version, drafted_at=act.now)
    facts = Facts(proposal=at.proposal, limits=at.policy.organisation.money, printed=data)
    broken = broken_rules(template.rules, facts)
    if broken:
        raise Faulty(told("It breaks rules of its template, version {version}.", version=template.version), broken)
    filled = fill(template, data)
    form = Form(family=at.route.family, language=at.proposal.language)
    prove(filled.content, template, data, form=form)
    return filled


def document_data(session: Session, at: Standing, *, version: int, drafted_at: datetime) -> dict[str, Any]:
    """Return what the template may print; that of an amendment sees the agreement before and after."""
    facts = facts_of(at, version=version, generated_on=drafted_at.astimezone(UTC).date())
    facts = replace(facts, trail_anchor=anchor_of_a_draft(session, drafted_at))
    if at.amendment is None:
        return agreement_data(at.proposal, facts)
    amended = amended_case(session, at.case)
    return amendment_data(
        amended_form(session, at.amendment, amended),
        at.proposal,
        [Change(**change) for change in at.amendment.changes],
        facts=facts,
        amendment=_facts_of_amendment(session, at.case, amended, at.amendment),
    )


def _facts_of_amendment(session: Session, case: Case, amended: Case, amendment: Amendment) -> AmendmentFacts:
    agreement = queries.standing_agreement(session, amended)
    assert agreement is not None
    return AmendmentFacts(
        reason=amendment.content["reason"],
        succession=amendment.content["succession"],
        number=signed_amendments_before(session, case) + 1,
        agreement_title=agreement.title,
        agreement_reference=amended.reference,
        agreement_version=agreement.version,
        agreement_signed_on=amended.stage_opened_at.date(),
    )


def keep_returned_text(act: Transaction, case: Case, task: Task, content: bytes, *, by: User) -> Agreement:
    """Keep a Word file that came with a decision as the next version, compared with the one that stood.

    Raises `RefusedFile` if the file does not pass the gate, `Faulty` if it says the same.
    """
    before, comparison = _compared_with_standing(act.session, case, task, content)
    origin = Origin.RETURNED if task.kind is TaskKind.NEGOTIATION else Origin.EDITED
    kept = ("family", "language", "title", "template_version", "template_hash", "data_hash")
    agreement = _keep_version(
        act,
        case,
        content,
        origin=origin,
        comparison=comparison.as_dict(),
        created_by=by.id,
        **before.model_dump(include=set(kept)),
    )
    act.record(
        "AgreementReceived", case, by=by.id, payload={"version": agreement.version, "file": agreement.file_hash}
    )
    return agreement


def check_returned_text(session: Session, case: Case, task: Task, content: bytes) -> None:
    """Raise whatever `keep_returned_text` would raise of the file, and keep nothing."""
    _compared_with_standing(session, case, task, content)


def _compared_with_standing(session: Session, case: Case, task: Task, content: bytes) -> tuple[Agreement, Comparison]:
    admit(content)
    before = queries.standing_agreement(session, case)
    assert before is not None
    comparison = compare(kept_file(session, before.file_hash), content)
    if comparison.is_unchanged:
        otherwise = "agreed" if task.kind is TaskKind.NEGOTIATION else "cleared"
        sentence = f"is word for word version {before.version}; record «{otherwise}» instead"
        raise Faulty(told("The decision was not recorded."), [Fault("file", sentence)])
    return before, comparison


def agreement_file(store: Store, reference: str, *, by: User, version: int | None = None) -> tuple[Agreement, bytes]:
    """Return a version of the case's agreement with its file: the one that stands, or else the newest.

    Raises `NotFound` if `by` may not see the case or there is no such version.
    """
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        agreement = queries.agreement_version(session, case, version or case.agreement_version)
        if agreement is None:
            which = "agreement yet" if version is None else f"version {version} of the agreement"
            raise NotFound(
                told(
                    "{reference} has no {which}; it is in stage «{stage:code}».",
                    reference=reference,
                    which=which,
                    stage=case.stage,
                )
            )
        content = kept_file(session, agreement.file_hash)
    note_reading(store, case, by=by)
    return agreement, content


def facts_of(at: Standing, *, version: int, generated_on: date) -> CaseFacts:
    """Return what this version of the agreement says of the case and of the organisation, besides the proposal."""
    identity, language = at.policy.organisation.identity, at.proposal.language
    office = at.policy.organisation.office(at.case.office_code)
    return CaseFacts(
        reference=at.case.reference,
        version=version,
        organisation=Organisation(
            name=identity.name[language],
            short_name=identity.short_name,
            legal_basis=identity.legal_basis[language],
            address=identity.address,
            signatory_name=identity.signatory_name,
            signatory_title=identity.signatory_title[language],
            name_with_article=identity.name_with_article.get(language, ""),
        ),
        office_name=office.in_agreements.get(language, office.name) if office else at.case.office_code,
        generated_on=generated_on,
        conditions=[_condition(at, condition) for condition in at.case.conditions],
    )


def _condition(at: Standing, condition: Mapping[str, Any]) -> ApprovalCondition:
    return ApprovalCondition(
        text=condition["text"], owner=at.proposal.partner.short_name, due_on=at.proposal.project.end_on
    )


def _keep_draft(act: Transaction, case: Case, template: Template, filled: FilledDocument) -> Agreement:
    return _keep_version(
        act,
        case,
        filled.content,
        origin=Origin.DRAFTED,
        family=template.family,
        language=template.language,
        title=template.title,
        template_version=template.version,
        template_hash=template.sha256,
        data_hash=filled.data_sha256,
    )


def _keep_version(act: Transaction, case: Case, content: bytes, **facts: Any) -> Agreement:
    """Keep `content` as the case's next version, the one that then stands; `facts` are the rest of its row."""
    assert case.id is not None
    agreement = Agreement(
        case_id=case.id,
        version=_next_version(act.session, case),
        leg=case.leg,
        file_hash=keep_file(act, content),
        created_at=act.now,
        **facts,
    )
    act.session.add(agreement)
    case.agreement_version = agreement.version
    return agreement


def _next_version(session: Session, case: Case) -> int:
    latest = queries.agreement_version(session, case)
    return latest.version + 1 if latest else 1


def _ask_to_mend(act: Transaction, at: Standing, failure: Faulty) -> None:
    why = "failed its proof" if isinstance(failure, ProofFailed) else "cannot be drafted"
    prompt = f"The agreement of {at.case.reference} {why} and was not released.\n{failure}"
    task = new_task(
        act, at, TaskKind.MEND_DOCUMENT, "mend_document", role=Role.LEGAL_REVIEWER, office_code=None, prompt=prompt
    )
    open_task(act, at.case, task)
