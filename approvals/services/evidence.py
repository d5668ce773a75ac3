"""Acts on the evidence of other agencies: record it, withdraw it, show it.

Nothing here touches a risk level or an assessment of ours. Whoever assesses reads it and may name it as a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from approvals.casework.evidence import EvidenceForm, faults_on, last_day_of
from approvals.casework.plain_text import faults_of_text
from approvals.casework.proposal import partner_reference
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.documents.gate import admit
from approvals.errors import Fault, Faulty, NotFound, WrongStage
from approvals.services.files import keep_file, kept_file
from approvals.services.obligations import months_after
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction, transaction
from approvals.store import evidence_queries, partner_queries, queries
from approvals.store.engine import Store
from models.evidence import PartnerEvidence
from models.user import User


@dataclass(frozen=True)
class EvidenceNote:
    """Evidence with the names of those who recorded and withdrew it."""

    evidence: PartnerEvidence
    recorded_by: str
    withdrawn_by: str | None

    def standing(self, today: date) -> str:
        """Return where it stands, in a word: valid, lapsed or withdrawn."""
        if self.evidence.withdrawn_at is not None:
            return "withdrawn"
        return "valid" if self.evidence.stands_on(today) else "lapsed"


def record_evidence(
    store: Store, partner: int, form: EvidenceForm, *, content: bytes | None = None, by: User, now: datetime
) -> PartnerEvidence:
    """Record what another agency found about the partner of that number, with its Word file if given; return it.

    Raises `NotAllowed`, `NotFound`, `RefusedFile` if the gate stops the file, or `Faulty` if the assessment is still
    to come, lapsed already, or is recorded already.
    """
    require(by, Right.RECORD_EVIDENCE)
    if content is not None:
        admit(content)
    with transaction(store, now=now) as act:
        file_hash = keep_file(act, content) if content is not None else None
        [evidence] = enter_evidence(act, partner, [form], file_hash=file_hash, by=by)
    return evidence


def enter_evidence(
    act: Transaction, partner: int, forms: Sequence[EvidenceForm], *, file_hash: str | None, by: User
) -> list[PartnerEvidence]:
    """Enter each of `forms` on the partner, with an event, and return what was entered.

    Raises `NotFound` without such a partner, `Faulty` with what is wrong with any of them.
    """
    assert by.id is not None
    partner_queries.partner_of_number(act.session, partner, lock=True)
    known = evidence_queries.evidence_of(act.session, partner)
    _, policy = policy_in_force(act.session)
    months, today = policy.organisation.validity.evidence_months, act.now.date()
    lapsing = [(form, last_day_of(form, months_after(form.made_on, months))) for form in forms]
    faults = [fault for form, last_day in lapsing for fault in faults_on(form, last_day=last_day, today=today)]
    faults += [fault for form in forms for fault in _recorded_already(form, known)]
    if faults:
        raise Faulty(told("The evidence was not recorded."), faults)
    entered = [
        PartnerEvidence(
            partner_id=partner,
            agency=form.agency,
            kind=form.kind,
            made_on=form.made_on,
            valid_until=last_day,
            outcome=form.outcome,
            level=form.level,
            conditions=list(form.conditions),
            reference=form.reference,
            file_hash=file_hash,
            why_believed=form.why_believed,
            recorded_by=by.id,
            recorded_at=act.now,
        )
        for form, last_day in lapsing
    ]
    act.session.add_all(entered)
    act.session.flush()
    for evidence in entered:
        _record(act, evidence, by)
    return entered


def withdraw_evidence(store: Store, number: int, *, reason: str, by: User, now: datetime) -> PartnerEvidence:
    """Withdraw the evidence of that number, for good, and return it.

    Raises `NotAllowed`, `NotFound`, `Faulty` if no reason is given, `WrongStage` if it was withdrawn before.
    """
    require(by, Right.RECORD_EVIDENCE)
    if faults := faults_of_text("reason", reason, if_empty=told("is empty; say it in a sentence")):
        raise Faulty(told("The evidence was not withdrawn."), faults)
    with transaction(store, now=now) as act:
        evidence = evidence_queries.evidence_of_number(act.session, number, lock=True)
        if evidence.withdrawn_at is not None:
            raise WrongStage(
                told(
                    "Evidence {number} was withdrawn on {withdrawn_on:date} already.",
                    number=number,
                    withdrawn_on=evidence.withdrawn_at.date(),
                )
            )
        evidence.withdrawn_by, evidence.withdrawn_at, evidence.withdrawn_because = by.id, now, reason.strip()
        payload = {
            "partner": partner_reference(evidence.partner_id),
            "evidence": number,
            "reason": evidence.withdrawn_because,
        }
        act.record("EvidenceWithdrawn", by=by.id, payload=payload)
    return evidence


def evidence_list(store: Store, partner: int, *, by: User) -> tuple[EvidenceNote, ...]:
    """Return all evidence on the partner, the newest first. Raises `NotAllowed`, `NotFound`."""
    require(by, Right.SEE_PARTNERS)
    with store.session() as session:
        partner_queries.partner_of_number(session, partner)
        return evidence_notes(session, partner)


def evidence_note(store: Store, partner: int, number: int, *, by: User) -> EvidenceNote:
    """Return the evidence of that number on the partner. Raises `NotAllowed`, `NotFound`."""
    found = next((one for one in evidence_list(store, partner, by=by) if one.evidence.id == number), None)
    if found is None:
        raise NotFound(
            told("There is no evidence {number} on {partner}.", number=number, partner=partner_reference(partner))
        )
    return found


def evidence_file(store: Store, number: int, *, by: User) -> bytes:
    """Return the file of the evidence of that number. Raises `NotAllowed`, `NotFound` also if it has no file."""
    require(by, Right.SEE_PARTNERS)
    with store.session() as session:
        evidence = evidence_queries.evidence_of_number(session, number)
        if evidence.file_hash is None:
            raise NotFound(
                told(
                    "Evidence {number} has no file; it refers to {reference}.",
                    number=number,
                    reference=evidence.reference,
                )
            )
        return kept_file(session, evidence.file_hash)


def evidence_notes(session: Session, partner: int) -> tuple[EvidenceNote, ...]:
    """Return all evidence on the partner with the names of people, the newest assessment first."""
    evidence = evidence_queries.evidence_of(session, partner)
    names = queries.names_of_people(session) if evidence else {}
    return tuple(EvidenceNote(one, names[one.recorded_by], names.get(one.withdrawn_by or 0)) for one in evidence)


def _recorded_already(form: EvidenceForm, known: Iterable[PartnerEvidence]) -> Iterable[Fault]:
    said = (form.agency, form.kind, form.made_on, form.reference)
    for one in known:
        if one.withdrawn_at is None and (one.agency, one.kind, one.made_on, one.reference) == said:
            yield Fault(
                "reference",
                told(
                    "«{reference}» of {agency} is recorded already, as evidence {evidence}",
                    reference=form.reference,
                    agency=form.agency,
                    evidence=one.id,
                ),
            )


def _record(act: Transaction, evidence: PartnerEvidence, by: User) -> None:
    payload = {
        "partner": partner_reference(evidence.partner_id),
        "evidence": evidence.id,
        "agency": evidence.agency,
        "evidence_kind": evidence.kind,
        "made_on": evidence.made_on.isoformat(),
        "valid_until": evidence.valid_until.isoformat(),
        "level": evidence.level,
        "reference": evidence.reference,
        "file": evidence.file_hash,
        "why_believed": evidence.why_believed,
    }
    act.record("EvidenceRecorded", by=by.id, payload=payload)
