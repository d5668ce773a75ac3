"""The two-minute check: may we work with them? Nothing is kept unless the officer asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from approvals.casework.identifiers import what_is_wrong, written
from approvals.casework.policy import Policy
from approvals.casework.proposal import partner_reference
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty
from approvals.screening.enquiry import Acquaintance, Enquiry, Outlook, outlook
from approvals.screening.lists import ListedKind
from approvals.screening.matching import Match
from approvals.screening.names import name_key
from approvals.services.acquaintance import acquaintances
from approvals.services.evidence import EvidenceNote, evidence_notes
from approvals.services.policies import policy_in_force
from approvals.services.transaction import transaction
from approvals.services.watchlists import ListStatus, known_lists, name_index
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from models.partner import IdentifierKind
from models.user import User


@dataclass(frozen=True)
class Precheck:
    """The answer to an enquiry, with the policy and the lists it rests on."""

    enquiry: Enquiry
    outlook: Outlook
    lists: tuple[ListStatus, ...]
    policy_hash: str
    acquaintances: tuple[Acquaintance, ...] = ()
    """Partners of the register that are the one asked about, or may be."""
    evidence: tuple[EvidenceNote, ...] = ()
    """What other agencies found about those that surely are, and still stands."""


def precheck(store: Store, enquiry: Enquiry, *, by: User, now: datetime, keep: bool = False) -> Precheck:
    """Return what the policy and the lists in force say of `enquiry`; with `keep`, the trail keeps it as well.

    Raises `NotAllowed` if `by` may not screen names, `Faulty` with everything the policy does not know,
    `SourceUnavailable` without a policy.
    """
    require(by, Right.SCREEN_NAME)
    lists = tuple(known_lists(store, today=now.date()))
    with store.session() as session:
        policy_hash, policy = policy_in_force(session)
        enquiry = _as_written(enquiry, policy)
        known = acquaintances(session, enquiry.sought, policy)
        found = Precheck(
            enquiry,
            outlook(
                enquiry,
                policy,
                matches=_like_names(session, enquiry, policy),
                unfit_lists=_unfit(lists),
                acquaintances=known,
            ),
            lists,
            policy_hash,
            known,
            _standing_evidence(session, known, today=now.date()),
        )
    if keep:
        with transaction(store, now=now) as act:
            payload, personal = _for_the_trail(found)
            act.record("PartnerPrechecked", by=by.id, payload=payload, personal=personal)
    return found


def _like_names(session: Session, enquiry: Enquiry, policy: Policy) -> list[Match]:
    return name_index(session, lists_in_force(session), policy).search(
        enquiry.name, kind=ListedKind.ORGANISATION, country=enquiry.country, identifiers=enquiry.identifiers
    )


def _unfit(lists: Iterable[ListStatus]) -> list[str]:
    return [
        f"{one.title}: {one.verdict}. The name counts as not compared with it."
        for one in lists
        if not one.is_fit and (one.required or one.age_days is not None)
    ]


def _standing_evidence(session: Session, known: Iterable[Acquaintance], *, today: date) -> tuple[EvidenceNote, ...]:
    notes = [note for one in known if one.surely for note in evidence_notes(session, one.known.number)]
    return tuple(note for note in notes if note.evidence.stands_on(today))


def _as_written(enquiry: Enquiry, policy: Policy) -> Enquiry:
    """Return the enquiry with its numbers as they are kept. Raises `Faulty` with everything wrong in it."""
    lei = written(IdentifierKind.LEI, enquiry.lei) if enquiry.lei is not None else None
    number = enquiry.registration_number.strip() if enquiry.registration_number else None
    faults = list(_unknown(enquiry, policy))
    if lei is not None and (wrong := what_is_wrong(IdentifierKind.LEI, lei, None)):
        faults.append(Fault("lei", told("«{lei}» {wrong}", lei=lei, wrong=wrong)))
    if faults:
        raise Faulty(told("Nothing was checked."), faults)
    return replace(enquiry, lei=lei, registration_number=number)


def _unknown(enquiry: Enquiry, policy: Policy) -> Iterator[Fault]:
    known = {criterion.key for criterion in policy.criteria.criteria}
    for key in sorted(set(enquiry.criteria) - known):
        yield Fault(
            "criteria",
            told(
                "the policy knows no criterion «{key}»; choose from {known}", key=key, known=", ".join(sorted(known))
            ),
        )
    if policy.organisation.office(enquiry.office_code) is None:
        offices = ", ".join(office.code for office in policy.organisation.offices)
        yield Fault(
            "office",
            told(
                "«{office_code}» is no office; choose from {offices}",
                office_code=enquiry.office_code,
                offices=offices,
            ),
        )
    if not name_key(enquiry.name):
        yield Fault("name", told("holds nothing that could be compared"))


def _for_the_trail(found: Precheck) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the trail keeps for ever, and what it keeps apart: the name asked for, and the names it met."""
    enquiry = asdict(found.enquiry) | {"amount_usd": str(found.enquiry.amount_usd)}
    name = enquiry.pop("name")
    payload = {
        "enquiry": enquiry,
        "answer": found.outlook.answer,
        "policy_hash": found.policy_hash,
        "register": [partner_reference(one.known.number) for one in found.acquaintances],
        "lists": {one.source: one.as_of.isoformat() if one.as_of else None for one in found.lists},
    }
    return payload, {"name": name, "reasons": [asdict(reason) for reason in found.outlook.reasons]}
