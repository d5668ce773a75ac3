"""Acts on the partner register: look somebody up, and keep names, numbers, people and branches right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from approvals.casework.flags import StandingFlag
from approvals.casework.identifiers import what_is_wrong, written
from approvals.casework.policy.requirements import DocumentKind
from approvals.casework.proposal import partner_reference
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty
from approvals.screening.names import name_key
from approvals.screening.register import search_likeness
from approvals.services.acquaintance import as_known
from approvals.services.assessments import end_assessments
from approvals.services.evidence import EvidenceNote, evidence_notes
from approvals.services.policies import policy_in_force
from approvals.services.transaction import Transaction, transaction
from approvals.store import partner_queries, queries
from approvals.store.engine import Store
from models.assessment import Ending, EntityAssessment
from models.case import Case, Funds
from models.flag import FlagState
from models.obligation import Obligation
from models.partner import (
    IdentifierKind,
    Partner,
    PartnerIdentifier,
    PartnerName,
    PartnerNameKind,
    PartnerPerson,
)
from models.user import User

WORTH_SHOWING = 0.6
"""From which likeness a partner is an answer to a search: a person looks, so more is shown than a screening finds."""


@dataclass(frozen=True)
class Found:
    """A partner whose name is like the one looked for: how alike, by which name, and its gravest flag if any."""

    reference: str
    legal_name: str
    country: str
    kind: str
    likeness: float
    flag: FlagState | None
    open_cases: int


@dataclass(frozen=True)
class PartnerFile:
    """All that the register knows of a partner. `cases` are those the person who asks may see."""

    reference: str
    partner: Partner
    above: tuple[Partner, ...]
    branches: tuple[Partner, ...]
    names: tuple[PartnerName, ...]
    identifiers: tuple[PartnerIdentifier, ...]
    people: tuple[PartnerPerson, ...]
    flags: tuple[StandingFlag, ...]
    assessments: tuple[EntityAssessment, ...]
    evidence: tuple[EvidenceNote, ...]
    cases: tuple[Case, ...]
    cases_unseen: int
    obligations: tuple[Obligation, ...]


def find_partners(store: Store, name: str, *, by: User) -> list[Found]:
    """Return the partners with a name like `name`, the most alike first; empty if none comes near.

    One word at least must be the same once folded: it brings the partner into the comparison.
    Raises `NotAllowed` if `by` may not see the register, `Faulty` if the name holds nothing to compare.
    """
    require(by, Right.SEE_PARTNERS)
    if not name_key(name):
        raise Faulty(told("Nothing was looked for."), [Fault("name", told("holds nothing that could be compared"))])
    with store.session() as session:
        words = name_key(name).split()
        alike = partner_queries.partners_alike(session, words=words)
        scored = [
            (search_likeness(name, [known.legal_name, *known.aliases]), partner, len(known.open_cases))
            for partner, known in zip(alike, as_known(session, alike), strict=True)
        ]
        shown = sorted((row for row in scored if row[0] >= WORTH_SHOWING), key=lambda row: -row[0])
        return [
            Found(
                partner_reference(partner.id or 0),
                partner.legal_name,
                partner.country,
                partner.kind,
                round(score, 2),
                next((flag.state for flag in partner_queries.standing_flags(session, partner)), None),
                open_cases,
            )
            for score, partner, open_cases in shown
        ]


def partner_file(store: Store, number: int, *, by: User) -> PartnerFile:
    """Return what the register knows of the partner of that number. Raises `NotAllowed`, `NotFound`."""
    require(by, Right.SEE_PARTNERS)
    with store.session() as session:
        partner = partner_queries.partner_of_number(session, number)
        cases, unseen = partner_queries.cases_with(session, partner, seen_by=by)
        return PartnerFile(
            reference=partner_reference(number),
            partner=partner,
            above=tuple(partner_queries.line_above(session, partner)),
            branches=tuple(partner_queries.branches_of(session, partner)),
            names=tuple(partner_queries.names_of(session, [partner])),
            identifiers=tuple(partner_queries.identifiers_of(session, [partner])),
            people=tuple(partner_queries.people_of(session, partner)),
            flags=tuple(partner_queries.standing_flags(session, partner)),
            assessments=tuple(partner_queries.assessments_of(session, partner)),
            evidence=evidence_notes(session, number),
            cases=tuple(cases),
            cases_unseen=unseen,
            obligations=tuple(partner_queries.obligations_under(session, cases)),
        )


def documents_for(store: Store, number: int, funds: Funds, *, by: User) -> tuple[Partner, tuple[DocumentKind, ...]]:
    """Return the partner and the documents the policy in force asks of its kind when money moves this way."""
    require(by, Right.SEE_PARTNERS)
    with store.session() as session:
        partner = partner_queries.partner_of_number(session, number)
        _, policy = policy_in_force(session)
        return partner, policy.requirements.required_of(partner.kind, funds)


def add_name(
    store: Store, number: int, name: str, kind: PartnerNameKind, *, until: date | None, by: User, now: datetime
) -> PartnerName:
    """Enter another or a former name of the partner, and return it.

    Raises `NotAllowed`, `NotFound`, or `Faulty` if the name cannot be compared, is known already, or has an end
    although it is no former one.
    """
    with _keeping(store, number, by, now) as (act, partner, entered):
        key = name_key(name)
        known = {partner.name_key, *(one.name_key for one in partner_queries.names_of(act.session, [partner]))}
        faults = []
        if not key:
            faults.append(Fault("name", told("holds nothing that could be compared")))
        elif key in known:
            faults.append(
                Fault("name", told("«{name}» is known already, in this or another spelling", name=name.strip()))
            )
        if until is not None and kind is not PartnerNameKind.FORMER:
            faults.append(Fault("until", told("only a former name has an end")))
        _refuse(faults)
        row = PartnerName(name=name.strip(), name_key=key, kind=kind, until=until, **entered)
        ended = end_assessments(act, number, Ending.NAME_CHANGE) if kind is PartnerNameKind.FORMER else []
        what = {"name": row.name, "name_kind": kind, "until": _day(until), "ended_assessments": ended}
        _enter(act, row, "PartnerNameAdded", by, what)
    return row


def add_identifier(
    store: Store,
    number: int,
    kind: IdentifierKind,
    value: str,
    *,
    country: str | None,
    by: User,
    now: datetime,
) -> PartnerIdentifier:
    """Enter a number by which an authority knows the partner, and return it as it is kept.

    Raises `NotAllowed`, `NotFound`, or `Faulty` if it can be no such number or is in the register already.
    """
    with _keeping(store, number, by, now) as (act, _, entered):
        value = written(kind, value)
        wrong = what_is_wrong(kind, value, country)
        known = partner_queries.identifier_written(act.session, kind, value, country=country)
        if known is not None:
            wrong = told("belongs to {partner} already", partner=partner_reference(known.partner_id))
        _refuse([Fault(kind, told("«{value}» {wrong}", value=value, wrong=wrong))] if wrong else [])
        row = PartnerIdentifier(kind=kind, value=value, country=country, **entered)
        _enter(act, row, "PartnerIdentifierAdded", by, {"identifier": kind, "value": value, "country": country})
    return row


def add_person(
    store: Store, number: int, name: str, *, function: str, birth_year: int | None, by: User, now: datetime
) -> PartnerPerson:
    """Enter a person of the partner, and return the entry. Raises `NotAllowed`, `NotFound`, `Faulty` if empty."""
    with _keeping(store, number, by, now) as (act, _, entered):
        empty = [key for key, text in (("name", name), ("function", function)) if not text.strip()]
        _refuse([Fault(key, told("is empty")) for key in empty])
        row = PartnerPerson(name=name.strip(), function=function.strip(), birth_year=birth_year, **entered)
        _enter(act, row, "PartnerPersonAdded", by, {}, personal={"name": row.name, "function": row.function})
    return row


def set_parent(store: Store, number: int, parent: int | None, *, by: User, now: datetime) -> Partner:
    """Put the partner under another one, or under none, and return it; its branches come along.

    Raises `NotAllowed`, `NotFound`, or `Faulty` if it would stand above itself.
    """
    with _keeping(store, number, by, now) as (act, partner, _):
        before = partner.parent_id
        if parent is not None:
            above = partner_queries.partner_of_number(act.session, parent)
            line = [above, *partner_queries.line_above(act.session, above)]
            if number in (one.id for one in line):
                name = partner_reference(number)
                _refuse(
                    [
                        Fault(
                            "parent",
                            told(
                                "{name} would stand above itself; first take {legal_name} away",
                                name=name,
                                legal_name=line[0].legal_name,
                            ),
                        )
                    ]
                )
        if parent != before:
            partner.parent_id = parent
            act.record(
                "PartnerParentSet",
                by=by.id,
                payload={
                    "partner": partner_reference(number),
                    "from": partner_reference(before) if before else None,
                    "to": partner_reference(parent) if parent else None,
                    "ended_assessments": end_assessments(act, number, Ending.OWNERSHIP_CHANGE),
                },
            )
    return partner


@contextmanager
def _keeping(
    store: Store, number: int, by: User, now: datetime
) -> Iterator[tuple[Transaction, Partner, Mapping[str, Any]]]:
    """Give a transaction, the partner, and what every entry says of itself; one person at a time."""
    require(by, Right.KEEP_PARTNERS)
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "partners")
        partner = partner_queries.partner_of_number(act.session, number, lock=True)
        yield act, partner, {"partner_id": number, "added_by": by.id, "added_at": now}


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Faulty(told("The register was not changed."), faults)


def _enter(
    act: Transaction,
    row: PartnerName | PartnerIdentifier | PartnerPerson,
    event: str,
    by: User,
    what: Mapping[str, Any],
    *,
    personal: Mapping[str, Any] | None = None,
) -> None:
    act.session.add(row)
    act.session.flush()
    payload = {"partner": partner_reference(row.partner_id), **what}
    act.record(event, by=by.id, payload=payload, personal=personal)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None
