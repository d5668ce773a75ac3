"""Telling another agency about a partner, and recording as evidence what another agency tells us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.evidence import EvidenceForm, check_evidence, faults_on, last_day_of
from approvals.casework.flags import StandingFlag
from approvals.casework.hits import hits_in
from approvals.casework.partner_record import FORM_NAME, AssessmentPart, IdentityPart, PartnerRecord, Scope
from approvals.casework.partner_record_file import read_record, written_record
from approvals.casework.policy import Policy
from approvals.casework.proposal import partner_reference
from approvals.casework.rights import Right, require, sees_everything
from approvals.casework.wording import in_words
from approvals.errors import Fault, Faulty, NotAllowed
from approvals.screening.register import Sought
from approvals.services.acquaintance import acquaintances
from approvals.services.evidence import enter_evidence
from approvals.services.files import JSON, keep_file
from approvals.services.obligations import months_after
from approvals.services.policies import policy_in_force
from approvals.services.transaction import transaction
from approvals.store import evidence_queries, partner_queries, queries
from approvals.store.engine import Store
from approvals.store.trail import digest
from models.assessment import EntityAssessment
from models.evidence import EvidenceKind, PartnerEvidence
from models.office import Office
from models.partner import IdentifierKind, Partner, PartnerNameKind
from models.user import User

# Telling others ---------------------------------------------------------------------------------------------------


def export_record(
    store: Store, number: int, *, scope: Scope, with_people: bool, software: str, by: User, now: datetime
) -> dict[str, Any]:
    """Return the record of the partner as plain JSON values with their digest; that it left the house is an event.

    An internal record holds the remarks of our people as well. Raises `NotFound`, `NotAllowed` if `by` exports no
    records, or no internal ones, and `Faulty` if something in the register does not fit the form.
    """
    require(by, Right.EXPORT_PARTNER)
    with transaction(store, now=now) as act:
        session = act.session
        if scope is Scope.INTERNAL:
            _require_internal(session, by)
        partner = partner_queries.partner_of_number(session, number)
        _, policy = policy_in_force(session)
        record = _record_of(session, partner, policy, scope=scope, with_people=with_people, today=now.date())
        record["provenance"] = {
            "organisation": _our_name(policy),
            "reference": partner_reference(number),
            "exported_at": now,
            "software": software,
            "scope": scope,
        }
        document = written_record(record, digest=digest)
        payload = {
            "partner": partner_reference(number),
            "scope": scope,
            "people": len(document["people"]),
            "digest": document["provenance"]["digest"],
        }
        act.record("PartnerExported", by=by.id, payload=payload)
    return document


def _require_internal(session: Session, by: User) -> None:
    office = session.get(Office, by.office_code)
    assert office is not None
    if not sees_everything(by, office.kind):
        raise NotAllowed(
            "Internal remarks leave the house only through headquarters, administrators or auditors; "
            "without --internal you may export the record."
        )


def _record_of(
    session: Session, partner: Partner, policy: Policy, *, scope: Scope, with_people: bool, today: date
) -> dict[str, Any]:
    """Return all parts of the record but its provenance."""
    is_internal = scope is Scope.INTERNAL
    flags = partner_queries.standing_flags(session, partner)
    people = partner_queries.people_of(session, partner) if with_people else ()
    return {
        "form": FORM_NAME,
        "identity": _identity(session, partner),
        "people": [{"name": one.name, "function": one.function, "birth_year": one.birth_year} for one in people],
        "flags": [
            _flag(flag, with_reason=is_internal)
            for flag in flags
            if is_internal or policy.screening.shares(flag.state)
        ],
        "assessments": [
            _assessment(session, one)
            for one in partner_queries.standing_assessments(session, partner.id or 0)
            if one.valid_until >= today
        ],
        "evidence": [
            _evidence(one, with_remarks=is_internal)
            for one in evidence_queries.standing_evidence(session, partner.id or 0, on=today)
        ],
        "screening": _screening(session, partner),
    }


def _identity(session: Session, partner: Partner) -> dict[str, Any]:
    names = partner_queries.names_of(session, [partner])
    above = partner_queries.line_above(session, partner)
    return {
        "legal_name": partner.legal_name,
        "kind": partner.kind,
        "country": partner.country,
        "other_names": [*partner.aliases, *(one.name for one in names if one.kind is PartnerNameKind.ALIAS)],
        "former_names": [
            {"name": one.name, "until": one.until} for one in names if one.kind is PartnerNameKind.FORMER
        ],
        "numbers": _numbers(session, partner),
        "parent": _related(session, above[0]) if above else None,
        "branches": [_related(session, one) for one in partner_queries.branches_of(session, partner)],
    }


def _related(session: Session, partner: Partner) -> dict[str, Any]:
    return {
        "legal_name": partner.legal_name,
        "country": partner.country,
        "numbers": _numbers(session, partner),
    }


def _numbers(session: Session, partner: Partner) -> list[dict[str, Any]]:
    first = (IdentifierKind.REGISTRATION, partner.registration_number, partner.country)
    entered = [(one.kind, one.value, one.country) for one in partner_queries.identifiers_of(session, [partner])]
    given = dict.fromkeys([*([first] if partner.registration_number else []), *entered])
    return [{"kind": kind, "value": value, "country": country} for kind, value, country in given]


def _flag(flag: StandingFlag, *, with_reason: bool) -> dict[str, Any]:
    return {
        "state": flag.state,
        "subject": flag.subject,
        "since": flag.since.date(),
        "inherited": flag.inherited,
        "reason": flag.reason if with_reason else None,
    }


def _assessment(session: Session, assessment: EntityAssessment) -> dict[str, Any]:
    return {
        "level": assessment.level,
        "tier": assessment.tier,
        "made_on": assessment.assessed_at.date(),
        "valid_until": assessment.valid_until,
        "factors": assessment.factors,
        "countries": assessment.countries,
        "conditions": [one["text"] for one in assessment.conditions],
        "policy_sha256": partner_queries.case_of_assessment(session, assessment).policy_hash,
    }


def _evidence(evidence: PartnerEvidence, *, with_remarks: bool) -> dict[str, Any]:
    told = ("agency", "kind", "made_on", "valid_until", "outcome", "level", "conditions", "reference")
    return {
        **{name: getattr(evidence, name) for name in told},
        "why_believed": evidence.why_believed if with_remarks else None,
    }


def _screening(session: Session, partner: Partner) -> dict[str, Any] | None:
    screening = queries.newest_screening_of_partner(session, partner.id or 0)
    if screening is None:
        return None
    told = ("source", "title", "dated_on", "imported_on", "sha256")
    return {
        "screened_at": screening.screened_at,
        "algorithm": screening.algorithm,
        "names_alike": len(hits_in(queries.findings_of(session, screening))),
        "lists": [{name: used[name] for name in told} for used in screening.lists],
    }


def _our_name(policy: Policy) -> str:
    name = policy.organisation.identity.name
    return name.get("en") or next(iter(name.values()))


# Hearing from others ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenIn:
    """What was recorded of another agency's record, and on which partner; and what was not, in sentences."""

    partner: str
    organisation: str
    recorded: tuple[PartnerEvidence, ...]
    left_out: tuple[str, ...]


def import_record(
    store: Store, content: bytes, *, partner: int | None, why_believed: str, by: User, now: datetime
) -> TakenIn:
    """Record the assessments in another agency's record as evidence, and return what was recorded.

    Without `partner`, the register is asked whom the record is about; with it, it must at least look so. Flags and
    the evidence of third agencies are not taken over, only told of. Raises `NotAllowed`, or `Faulty` with everything
    wrong with the record, if it is about nobody we know, or if none of its assessments counts today.
    """
    require(by, Right.RECORD_EVIDENCE)
    record = read_record(content, digest=digest)
    with transaction(store, now=now) as act:
        _, policy = policy_in_force(act.session)
        _refuse_our_own(record, policy)
        number = _whom_it_is_about(act.session, record.identity, policy, said=partner)
        forms = [_as_evidence(record, one, why_believed) for one in record.assessments]
        not_counting = _not_counting(forms, policy, today=now.date())
        counting = [form for place, form in enumerate(forms) if place not in not_counting]
        if not counting:
            reasons = list(not_counting.values()) or [Fault("assessments", "the record holds none")]
            raise Faulty("The evidence was not recorded.", reasons)
        kept = keep_file(act, content, media_type=JSON)
        recorded = enter_evidence(act, number, counting, file_hash=kept, by=by)
    left_out = [*map(str, not_counting.values()), *_only_told_of(record)]
    return TakenIn(partner_reference(number), record.provenance.organisation, tuple(recorded), tuple(left_out))


def _refuse_our_own(record: PartnerRecord, policy: Policy) -> None:
    identity = policy.organisation.identity
    if record.provenance.organisation in (*identity.name.values(), identity.short_name):
        fault = Fault("provenance.organisation", "is our own; evidence is what other agencies found")
        raise Faulty("The evidence was not recorded.", [fault])


def _whom_it_is_about(session: Session, identity: IdentityPart, policy: Policy, *, said: int | None) -> int:
    """Return the number of the partner: the one `said` if it may be, or the only one that it surely is."""
    known = acquaintances(session, _sought(identity), policy)
    possible = [one.known.number for one in known if one.surely or said is not None]
    if said in possible or (said is None and len(possible) == 1):
        return said or possible[0]
    named = ", ".join(one.title for one in known) or "nobody in our register"
    hint = "it may be the wrong record" if said else "name the partner with --partner, if it is one of them"
    fault = Fault("identity", f"«{identity.legal_name}» ({identity.country}) looks like {named}; {hint}")
    raise Faulty("The evidence was not recorded.", [fault])


def _sought(identity: IdentityPart) -> Sought:
    numbers = {(one.kind, one.country): one.value for one in identity.numbers}
    return Sought(
        legal_name=identity.legal_name,
        country=identity.country,
        registration_number=numbers.get((IdentifierKind.REGISTRATION, identity.country)),
        lei=numbers.get((IdentifierKind.LEI, None)),
        aliases=(*identity.other_names, *(one.name for one in identity.former_names)),
    )


def _as_evidence(record: PartnerRecord, assessment: AssessmentPart, why_believed: str) -> EvidenceForm:
    return check_evidence(
        {
            "agency": record.provenance.organisation,
            "kind": EvidenceKind.DUE_DILIGENCE,
            "made_on": assessment.made_on,
            "valid_until": assessment.valid_until,
            "outcome": f"{in_words(assessment.tier).capitalize()} due diligence, risk {assessment.level}",
            "level": assessment.level,
            "conditions": assessment.conditions,
            "reference": f"{record.provenance.reference}, record {record.provenance.digest[:12]}",
            "why_believed": why_believed,
        }
    )


def _not_counting(forms: Iterable[EvidenceForm], policy: Policy, *, today: date) -> Mapping[int, Fault]:
    """Return why those of `forms` that do not count today do not, by their place."""
    months = policy.organisation.validity.evidence_months
    faults: dict[int, Fault] = {}
    for place, form in enumerate(forms):
        last_day = last_day_of(form, months_after(form.made_on, months))
        for fault in faults_on(form, last_day=last_day, today=today):
            faults[place] = Fault(f"assessments[{place + 1}]", fault.message)
    return faults


def _only_told_of(record: PartnerRecord) -> Iterable[str]:
    for flag in record.flags:
        yield f"a flag ({flag.state}): {flag.subject}; raise one yourself if you hold it against the partner"
    for one in record.evidence:
        yield f"{one.agency}'s {in_words(one.kind)} of {one.made_on}; ask {one.agency} for it"
