"""The agreement of a case: drafted from its template, edited by legal, returned by the partner, handed out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from approvals.casework.lifecycle import Act, destination
from approvals.documents.compare import compare
from approvals.documents.fields import ApprovalCondition, CaseFacts, Organisation, agreement_data
from approvals.documents.fill import FilledDocument, fill
from approvals.documents.gate import admit
from approvals.documents.proof import Form, prove
from approvals.documents.template import Template, load_template
from approvals.errors import Fault, Faulty, NotFound, ProofFailed
from approvals.services.machine import Standing, Step, new_task, open_task, the_step
from approvals.services.moves import move_case
from approvals.services.transaction import Transaction
from approvals.store import queries
from approvals.store.engine import Store
from models.agreement import Agreement, Origin, StoredFile
from models.case import Case
from models.task import Task, TaskKind
from models.user import Role, User

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def draft_agreement(store: Store, reference: str, *, template_folder: Path, now: datetime) -> Agreement | None:
    """Fill the template of the case's route, prove the document, keep it as the next version and move the case on.

    None if another run drafted it already, or if the document failed its proof: then nothing of it is kept, and the
    legal reviewers get a task that says why. Raises `TemplateError` if the template cannot be used.
    """
    with the_step(store, reference, Step.DRAFT, now=now) as given:
        if given is None:
            return None
        act, at = given
        template = load_template(template_folder, at.route.family, at.proposal.language)
        version = _next_version(act.session, at.case)
        data = agreement_data(at.proposal, facts_of(at, version=version, generated_on=act.now.date()))
        filled = fill(template, data)
        try:
            form = Form(family=at.route.family, language=at.proposal.language)
            prove(filled.content, template, data, form=form)
        except ProofFailed as failure:
            _ask_to_mend(act, at, failure)
            return None
        agreement = _keep_draft(act, at.case, template, filled)
        payload = {"version": agreement.version, "file": agreement.file_hash, "template": agreement.template_hash}
        to = destination(at.case.stage, Act.DRAFT)
        move_case(act, at.case, to, event="AgreementDrafted", payload=payload, within_a_run=True)
        return agreement


def keep_returned_text(act: Transaction, case: Case, task: Task, content: bytes, *, by: User) -> Agreement:
    """Keep a Word file that came with a decision as the next version, compared with the one that stood.

    Raises `RefusedFile` if the file does not pass the gate, `Faulty` if it says the same.
    """
    admit(content)
    before, latest = queries.standing_agreement(act.session, case), queries.latest_agreement(act.session, case)
    assert before is not None
    assert latest is not None
    comparison = compare(file_content(act.session, before), content)
    if comparison.is_unchanged:
        otherwise = "agreed" if task.kind is TaskKind.NEGOTIATION else "cleared"
        sentence = f"is word for word version {before.version}; record «{otherwise}» instead"
        raise Faulty("The decision was not recorded.", [Fault("file", sentence)])
    origin = Origin.RETURNED if task.kind is TaskKind.NEGOTIATION else Origin.EDITED
    agreement = Agreement(
        case_id=before.case_id,
        version=latest.version + 1,
        leg=case.leg,
        origin=origin,
        family=before.family,
        language=before.language,
        title=before.title,
        template_version=before.template_version,
        template_hash=before.template_hash,
        data_hash=before.data_hash,
        file_hash=_keep_file(act, content),
        comparison=comparison.as_dict(),
        created_by=by.id,
        created_at=act.now,
    )
    act.session.add(agreement)
    case.agreement_version = agreement.version
    act.record(
        "AgreementReceived", case, by=by.id, payload={"version": agreement.version, "file": agreement.file_hash}
    )
    return agreement


def agreement_file(store: Store, reference: str, *, by: User, version: int | None = None) -> tuple[Agreement, bytes]:
    """Return a version of the case's agreement with its file: the one that stands, or else the newest.

    Raises `NotFound` if `by` may not see the case or there is no such version.
    """
    with store.session() as session:
        case = queries.case_by_reference(session, reference, seen_by=by)
        query = select(Agreement).where(Agreement.case_id == case.id).order_by(col(Agreement.version).desc())
        wanted = version or case.agreement_version
        agreement = session.exec(query if wanted is None else query.where(Agreement.version == wanted)).first()
        if agreement is None:
            which = "agreement yet" if version is None else f"version {version} of the agreement"
            raise NotFound(f"{reference} has no {which}; it is in stage «{case.stage}».")
        return agreement, file_content(session, agreement)


def file_content(session: Session, agreement: Agreement) -> bytes:
    """Return the bytes of the agreement's document."""
    stored = session.get(StoredFile, agreement.file_hash)
    assert stored is not None
    return stored.content


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
    assert case.id is not None
    agreement = Agreement(
        case_id=case.id,
        version=_next_version(act.session, case),
        leg=case.leg,
        origin=Origin.DRAFTED,
        family=template.family,
        language=template.language,
        title=template.title,
        template_version=template.version,
        template_hash=template.sha256,
        data_hash=filled.data_sha256,
        file_hash=_keep_file(act, filled.content),
        created_at=act.now,
    )
    act.session.add(agreement)
    case.agreement_version = agreement.version
    return agreement


def _next_version(session: Session, case: Case) -> int:
    latest = queries.latest_agreement(session, case)
    return latest.version + 1 if latest else 1


def _keep_file(act: Transaction, content: bytes) -> str:
    """Keep the bytes under their digest, once, and return it."""
    sha256 = hashlib.sha256(content).hexdigest()
    row = {
        "sha256": sha256,
        "media_type": WORD,
        "size_bytes": len(content),
        "content": content,
        "stored_at": act.now,
    }
    act.session.connection().execute(insert(StoredFile).values(row).on_conflict_do_nothing())
    return sha256


def _ask_to_mend(act: Transaction, at: Standing, failure: ProofFailed) -> None:
    prompt = f"The agreement of {at.case.reference} failed its proof and was not released.\n{failure}"
    task = new_task(
        act, at, TaskKind.MEND_DOCUMENT, "mend_document", role=Role.LEGAL_REVIEWER, office_code=None, prompt=prompt
    )
    open_task(act, at.case, task)
