"""The two-minute check: may we work with them? Nothing is kept unless the officer asks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from approvals.casework.policy import Policy
from approvals.casework.rights import Right, require
from approvals.errors import Fault, Faulty
from approvals.screening.enquiry import Enquiry, Outlook, outlook
from approvals.screening.lists import ListedKind
from approvals.services.policies import policy_in_force
from approvals.services.transaction import transaction
from approvals.services.watchlists import ListStatus, known_lists, name_index
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from models.user import User


@dataclass(frozen=True)
class Precheck:
    """The answer to an enquiry, with the policy and the lists it rests on."""

    enquiry: Enquiry
    outlook: Outlook
    lists: tuple[ListStatus, ...]
    policy_hash: str


def precheck(store: Store, enquiry: Enquiry, *, by: User, now: datetime, keep: bool = False) -> Precheck:
    """Return what the policy and the lists in force say of `enquiry`; with `keep`, the trail keeps it as well.

    Raises `NotAllowed` if `by` may not screen names, `Faulty` with everything the policy does not know,
    `SourceUnavailable` without a policy.
    """
    require(by, Right.SCREEN_NAME)
    lists = tuple(known_lists(store, today=now.date()))
    with store.session() as session:
        policy_hash, policy = policy_in_force(session)
        _refuse_the_unknown(enquiry, policy)
        in_force = lists_in_force(session)
        matches = name_index(session, in_force, policy).search(
            enquiry.name, kind=ListedKind.ORGANISATION, country=enquiry.country
        )
    unfit = [
        f"{one.title}: {one.verdict}. The name counts as not compared with it."
        for one in lists
        if not one.is_fit and (one.required or one.age_days is not None)
    ]
    found = Precheck(enquiry, outlook(enquiry, policy, matches=matches, unfit_lists=unfit), lists, policy_hash)
    if keep:
        with transaction(store, now=now) as act:
            payload, personal = _for_the_trail(found)
            act.record("PartnerPrechecked", by=by.id, payload=payload, personal=personal)
    return found


def _refuse_the_unknown(enquiry: Enquiry, policy: Policy) -> None:
    known = {criterion.key for criterion in policy.criteria.criteria}
    faults = [
        Fault("criteria", f"the policy knows no criterion «{key}»; choose from {', '.join(sorted(known))}")
        for key in sorted(set(enquiry.criteria) - known)
    ]
    if policy.organisation.office(enquiry.office_code) is None:
        offices = ", ".join(office.code for office in policy.organisation.offices)
        faults.append(Fault("office", f"«{enquiry.office_code}» is no office; choose from {offices}"))
    if not enquiry.name.strip():
        faults.append(Fault("name", "is empty"))
    if faults:
        raise Faulty("Nothing was checked.", faults)


def _for_the_trail(found: Precheck) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the trail keeps for ever, and what it keeps apart: the name asked for, and the names it met."""
    enquiry = asdict(found.enquiry) | {"amount_usd": str(found.enquiry.amount_usd)}
    name = enquiry.pop("name")
    payload = {
        "enquiry": enquiry,
        "answer": found.outlook.answer,
        "policy_hash": found.policy_hash,
        "lists": {one.source: one.as_of.isoformat() if one.as_of else None for one in found.lists},
    }
    return payload, {"name": name, "reasons": [asdict(reason) for reason in found.outlook.reasons]}
