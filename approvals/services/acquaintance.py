"""Finding a proposed partner in the register, or entering it: the same matcher that screens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

from approvals.casework.flags import StandingFlag
from approvals.casework.policy import Policy
from approvals.casework.proposal import NEW_PARTNER, PartnerForm, ProposalForm, partner_number, partner_reference
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import Fault, Faulty, InvalidProposal, NotFound
from approvals.screening.enquiry import Acquaintance
from approvals.screening.names import name_key
from approvals.screening.register import (
    KnownPartner,
    OpenApproach,
    Sought,
    is_surely,
    is_the_same,
    likeness,
    search_likeness,
)
from approvals.services.transaction import Transaction
from approvals.store import partner_queries, queries
from approvals.store.engine import Store
from models.case import Case
from models.partner import IdentifierKind, Partner, PartnerName, PartnerNameKind, PartnerPerson
from models.user import User


def partner_in_register(act: Transaction, proposal: ProposalForm, policy: Policy, *, by: int) -> int:
    """Return the register's number of the partner proposed, entering it if it is new.

    What the proposal says in `partner_is` counts. Raises `InvalidProposal` if it names nobody, or if it says nothing
    and the register holds a partner of that country that looks the same but need not be.
    """
    queries.lock_key(act.session, "partners")
    said = proposal.partner_is
    if said is not None and said != NEW_PARTNER:
        return _named(act.session, partner_number(said))
    if said is None:
        known = known_partners(act.session, proposal.partner)
        same = next((one for one in known if _is_surely_the_same(proposal.partner, one)), None)
        if same is not None:
            return same.number
        _refuse(_same_or_new(proposal.partner, one) for one in _perhaps_the_same(proposal.partner, known, policy))
    return _enter(act, proposal.partner, by)


def partner_of_revision(
    act: Transaction, revised: ProposalForm, policy: Policy, *, before: ProposalForm, partner: int, by: int
) -> int:
    """Return the register's number of the partner of a revised proposal; `partner` is that of the one `before`.

    It stays while name or registration number, country and `partner_is` stay; otherwise as `partner_in_register`.
    """
    now, then = revised.partner, before.partner
    same_name = now.legal_name == then.legal_name
    same_number = now.registration_number is not None and now.registration_number == then.registration_number
    if revised.partner_is == before.partner_is and now.country == then.country and (same_name or same_number):
        return partner
    return partner_in_register(act, revised, policy, by=by)


def acquaintances(session: Session, sought: Sought, policy: Policy) -> tuple[Acquaintance, ...]:
    """Return the partners of the register that are `sought` or may be, with their flags; those surely it first."""
    line = policy.screening.duplicates.similar_from
    likely = [
        (is_surely(sought, known), known)
        for known in known_partners(session, sought)
        if is_surely(sought, known) or likeness(sought, known, similar_from=line)
    ]
    found = [
        Acquaintance(known, surely, tuple(_flags_on(session, known)))
        for surely, known in sorted(likely, key=lambda row: (not row[0], row[1].number))
    ]
    return tuple(found)


def _flags_on(session: Session, known: KnownPartner) -> list[StandingFlag]:
    return partner_queries.standing_flags(session, partner_queries.partner_of_number(session, known.number))


def known_partners(
    session: Session, form: PartnerForm | Sought, *, outside: Case | None = None
) -> list[KnownPartner]:
    """Return the partners that share a word of a name or a number with `form`, with their open cases.

    With `outside`, only those of other cases than that one; their order is that of the register.
    """
    partners = partner_queries.partners_alike(
        session,
        words=(word for name in (form.legal_name, *form.aliases) for word in name_key(name).split()),
        registration_number=form.registration_number,
        lei=form.lei if isinstance(form, Sought) else None,
        outside=outside,
    )
    return as_known(session, partners, outside=outside)


def as_known(session: Session, partners: Sequence[Partner], *, outside: Case | None = None) -> list[KnownPartner]:
    """Return `partners` as the matcher reads them: with every name, number and open case but the one `outside`."""
    names = partner_queries.names_of(session, partners)
    numbers = partner_queries.identifiers_of(session, partners)
    open_cases = partner_queries.open_cases_of(session, partners, outside=outside)
    return [
        KnownPartner(
            number=partner.id or 0,
            legal_name=partner.legal_name,
            country=partner.country,
            registration_numbers=(
                *filter(None, [partner.registration_number]),
                *(
                    one.value
                    for one in numbers
                    if (one.partner_id, one.kind, one.country)
                    == (partner.id, IdentifierKind.REGISTRATION, partner.country)
                ),
            ),
            aliases=(*partner.aliases, *(one.name for one in names if one.partner_id == partner.id)),
            leis=tuple(
                one.value for one in numbers if (one.partner_id, one.kind) == (partner.id, IdentifierKind.LEI)
            ),
            open_cases=tuple(
                OpenApproach(case.reference, case.office_code, case.title)
                for case in open_cases
                if case.partner_id == partner.id
            ),
        )
        for partner in partners
    ]


def _named(session: Session, number: int) -> int:
    try:
        partner_queries.partner_of_number(session, number)
    except NotFound as exc:
        raise InvalidProposal(told("The proposal was not submitted."), [Fault("partner_is", exc.args[0])]) from exc
    return number


def _is_surely_the_same(form: PartnerForm, known: KnownPartner) -> bool:
    """One number under two names is a change of name or a slip of the pen; somebody must say which."""
    names = {name_key(name) for name in (known.legal_name, *known.aliases)}
    return is_the_same(form, known) and name_key(form.legal_name) in names


def same_or_new(session: Session, proposal: ProposalForm, policy: Policy) -> list[Fault]:
    """Return what an officer must first say of the partner in `partner_is`; empty if it is clear who it is."""
    said = proposal.partner_is
    if said == NEW_PARTNER:
        return []
    try:
        if said is not None:
            _named(session, partner_number(said))
            return []
    except InvalidProposal as refused:
        return list(refused.faults)
    known = known_partners(session, proposal.partner)
    if any(_is_surely_the_same(proposal.partner, one) for one in known):
        return []
    return [_same_or_new(proposal.partner, one) for one in _perhaps_the_same(proposal.partner, known, policy)]


def partners_meant(
    store: Store, name: str, *, country: str, registration_number: str | None, by: User
) -> list[KnownPartner]:
    """Return the partners of the register that may be meant, with the cases open with them, the likeliest first.

    A person looks, so more is shown than a screening finds. Raises `NotAllowed` if `by` may not see the register,
    `Faulty` if the name holds nothing to compare.
    """
    require(by, Right.SEE_PARTNERS)
    if not name_key(name):
        raise Faulty(
            told("Nothing was looked for."),
            [Fault("partner.legal_name", told("holds nothing that could be compared"))],
        )
    with store.session() as session:
        known = as_known(
            session,
            partner_queries.partners_alike(
                session, words=name_key(name).split(), registration_number=registration_number
            ),
        )
    scored = [
        (_meant(one, name, country=country, registration_number=registration_number), -one.number, one)
        for one in known
    ]
    return [one for score, _, one in sorted(scored, reverse=True, key=lambda row: row[:2]) if score >= WORTH_SHOWING]


WORTH_SHOWING = 0.75
"""From which likeness a partner is offered as the one meant."""


def _meant(known: KnownPartner, name: str, *, country: str, registration_number: str | None) -> float:
    if registration_number and registration_number in known.registration_numbers and known.country == country:
        return 1.0
    return search_likeness(name, [known.legal_name, *known.aliases])


def _perhaps_the_same(form: PartnerForm, known: Iterable[KnownPartner], policy: Policy) -> list[KnownPartner]:
    """Return the partners of the same country that may be the one proposed.

    Of other countries the screening asks: a namesake abroad is often a branch, and always another entry.
    """
    line = policy.screening.duplicates.similar_from
    return [one for one in known if one.country == form.country and likeness(form, one, similar_from=line)]


def _refuse(faults: Iterable[Fault]) -> None:
    found = list(faults)
    if found:
        raise InvalidProposal(told("The proposal was not submitted."), found)


def _same_or_new(form: PartnerForm, known: KnownPartner) -> Fault:
    reference = partner_reference(known.number)
    return Fault(
        "partner_is",
        told(
            "«{legal_name}» looks like {reference} «{known_name}» ({country}) of the register; "
            "write `partner_is: {reference}` if it is the same, `partner_is: {new_partner}` if "
            "not",
            legal_name=form.legal_name,
            reference=reference,
            known_name=known.legal_name,
            country=known.country,
            new_partner=NEW_PARTNER,
        ),
    )


def _enter(act: Transaction, form: PartnerForm, by: int) -> int:
    partner = Partner(
        legal_name=form.legal_name,
        name_key=name_key(form.legal_name),
        kind=form.kind,
        country=form.country,
        registration_number=form.registration_number,
        created_at=act.now,
    )
    act.session.add(partner)
    act.session.flush()
    assert partner.id is not None
    entered: dict[str, Any] = {"partner_id": partner.id, "added_by": by, "added_at": act.now}
    for name in form.aliases:
        alias = PartnerName(name=name, name_key=name_key(name), kind=PartnerNameKind.ALIAS, **entered)
        act.session.add(alias)
    for person in {person.name: person for person in (form.representative, *form.people)}.values():
        row = PartnerPerson(name=person.name, function=person.function, birth_year=person.birth_year, **entered)
        act.session.add(row)
    return partner.id
