"""Named questions about the partner register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Text, cast, exists, func, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from approvals.casework.flags import StandingFlag
from approvals.casework.proposal import partner_reference
from approvals.casework.telling import told
from approvals.errors import NotFound
from approvals.store.queries import visible_to
from models.assessment import EntityAssessment
from models.case import ENDS, Case, Stage
from models.decision import Decision
from models.flag import FlagState, FlagStep, PartnerFlag
from models.obligation import Obligation
from models.partner import IdentifierKind, Partner, PartnerIdentifier, PartnerName, PartnerPerson
from models.screening import Screening
from models.task import Task
from models.user import User


def partner_of_number(session: Session, number: int, *, lock: bool = False) -> Partner:
    """Return the partner, locked until the transaction ends if asked. Raises `NotFound` if there is none."""
    query = select(Partner).where(Partner.id == number)
    partner = session.exec(query.with_for_update() if lock else query).first()
    if partner is None:
        reference = partner_reference(number)
        raise NotFound(
            told(
                "The register has no partner {reference}; look for the partner by name.",
                reference=reference,
            )
        )
    return partner


def partners_alike(
    session: Session,
    *,
    words: Iterable[str],
    registration_number: str | None = None,
    lei: str | None = None,
    outside: Case | None = None,
) -> Sequence[Partner]:
    """Return the partners of which a name holds one of `words`, folded, or which have one of the numbers.

    Ordered by number. With `outside`, only those of another case than that one, or a partner would be known by the
    very case that brings it.
    """
    asked = cast(sorted(set(words)), ARRAY(Text))
    named = select(PartnerName.id).where(col(PartnerName.partner_id) == col(Partner.id))
    numbers = [
        (kind, value)
        for kind, value in ((IdentifierKind.REGISTRATION, registration_number), (IdentifierKind.LEI, lei))
        if value
    ]
    numbered = select(PartnerIdentifier.id).where(
        col(PartnerIdentifier.partner_id) == col(Partner.id),
        tuple_(col(PartnerIdentifier.kind), col(PartnerIdentifier.value)).in_(numbers),
    )
    alike = or_(
        func.string_to_array(col(Partner.name_key), " ").bool_op("&&")(asked),
        exists(named.where(func.string_to_array(col(PartnerName.name_key), " ").bool_op("&&")(asked))),
        col(Partner.registration_number).in_([registration_number] if registration_number else []),
        exists(numbered),
    )
    query = select(Partner).where(alike).order_by(col(Partner.id))
    if outside is not None:
        others = select(Case.id).where(col(Case.partner_id) == col(Partner.id), col(Case.id) != outside.id)
        query = query.where(exists(others))
    return session.exec(query).all()


def names_of(session: Session, partners: Iterable[Partner]) -> Sequence[PartnerName]:
    """Return the names besides the legal one that were entered for `partners`, in the order of entry."""
    query = select(PartnerName).where(col(PartnerName.partner_id).in_([partner.id for partner in partners]))
    return session.exec(query.order_by(col(PartnerName.id))).all()


def identifiers_of(session: Session, partners: Iterable[Partner]) -> Sequence[PartnerIdentifier]:
    """Return the numbers that were entered for `partners`, in the order of entry."""
    query = select(PartnerIdentifier).where(col(PartnerIdentifier.partner_id).in_([one.id for one in partners]))
    return session.exec(query.order_by(col(PartnerIdentifier.id))).all()


def identifier_written(
    session: Session, kind: IdentifierKind, value: str, *, country: str | None
) -> PartnerIdentifier | None:
    """Return the first entry of this number of this authority, whoever has it; None if nobody does."""
    query = select(PartnerIdentifier).where(
        PartnerIdentifier.kind == kind, PartnerIdentifier.value == value, PartnerIdentifier.country == country
    )
    return session.exec(query.order_by(col(PartnerIdentifier.id))).first()


def people_of(session: Session, partner: Partner) -> Sequence[PartnerPerson]:
    """Return the people of the partner, in the order of entry."""
    query = select(PartnerPerson).where(PartnerPerson.partner_id == partner.id)
    return session.exec(query.order_by(col(PartnerPerson.id))).all()


def open_cases_of(session: Session, partners: Iterable[Partner], *, outside: Case | None = None) -> Sequence[Case]:
    """Return the cases under way with `partners`, oldest first, without the one they are asked for."""
    query = select(Case).where(
        col(Case.partner_id).in_([partner.id for partner in partners]),
        col(Case.stage).not_in([*ENDS, Stage.IN_FORCE]),
    )
    if outside is not None:
        query = query.where(col(Case.id) != outside.id)
    return session.exec(query.order_by(col(Case.id))).all()


def cases_with(session: Session, partner: Partner, *, seen_by: User) -> tuple[Sequence[Case], int]:
    """Return the cases with the partner that a person may see, newest first, and how many there are besides."""
    query = select(Case).where(Case.partner_id == partner.id)
    seen = session.exec(query.where(visible_to(session, seen_by)).order_by(col(Case.id).desc())).all()
    every = session.exec(select(func.count()).select_from(query.subquery())).one()
    return seen, every - len(seen)


def obligations_under(session: Session, cases: Iterable[Case]) -> Sequence[Obligation]:
    """Return what the signed agreements of `cases` oblige to, the earliest first."""
    query = select(Obligation).where(col(Obligation.case_id).in_([case.id for case in cases]))
    return session.exec(query.order_by(col(Obligation.due_on), col(Obligation.id))).all()


def branches_of(session: Session, partner: Partner) -> Sequence[Partner]:
    """Return the partners directly under this one, by name."""
    return session.exec(
        select(Partner).where(Partner.parent_id == partner.id).order_by(col(Partner.legal_name))
    ).all()


def line_above(session: Session, partner: Partner) -> list[Partner]:
    """Return the partners above this one, the nearest first; empty for one that is no branch."""
    above: list[Partner] = []
    while partner.parent_id is not None:
        partner = partner_of_number(session, partner.parent_id)
        above.append(partner)
    return above


# Flags


def standing_flags(session: Session, partner: Partner) -> list[StandingFlag]:
    """Return the flags on the partner and on those above it that were not lifted, the gravest first."""
    line = {one.id: one for one in (partner, *line_above(session, partner))}
    newest = select(func.max(FlagStep.id)).group_by(col(FlagStep.flag_id))
    query = (
        select(PartnerFlag, FlagStep)
        .join(FlagStep, col(FlagStep.flag_id) == col(PartnerFlag.id))
        .where(col(PartnerFlag.partner_id).in_(list(line)), col(FlagStep.id).in_(newest))
    )
    standing = [
        StandingFlag(
            number=flag.id or 0,
            partner=flag.partner_id,
            legal_name=line[flag.partner_id].legal_name,
            subject=flag.subject,
            state=step.state,
            reason=step.reason,
            since=step.taken_at,
            inherited=flag.partner_id != partner.id,
        )
        for flag, step in session.exec(query)
        if step.state is not FlagState.LIFTED
    ]
    return sorted(standing, key=lambda flag: (-flag.state.rank, flag.number))


def flag_with_steps(session: Session, number: int) -> tuple[PartnerFlag, Sequence[FlagStep]]:
    """Return the flag, locked until the transaction ends, and its steps, oldest first. Raises `NotFound`."""
    flag = session.exec(select(PartnerFlag).where(PartnerFlag.id == number).with_for_update()).first()
    if flag is None:
        raise NotFound(told("There is no flag {number}; look at the page of its partner.", number=number))
    return flag, session.exec(select(FlagStep).where(FlagStep.flag_id == number).order_by(col(FlagStep.id))).all()


# Assessments


def newest_assessment(session: Session, case: Case) -> EntityAssessment | None:
    """Return the newest assessment of the case's partner that another case made; None if there is none.

    A case that restarts rests on nothing that was decided on it before.
    """
    return session.exec(_assessments_with_cases(case.partner_id).where(Task.case_id != case.id).limit(1)).first()


def assessment_relied_on(session: Session, case: Case) -> EntityAssessment | None:
    """Return the assessment that the newest screening of the case lets it rely on; None if none, or if it ended."""
    query = (
        select(EntityAssessment)
        .join(Screening, col(Screening.assessment_id) == col(EntityAssessment.id))
        .where(Screening.case_id == case.id, col(EntityAssessment.ended_at).is_(None))
        .where(Screening.leg == select(func.max(Screening.leg)).where(Screening.case_id == case.id).scalar_subquery())
    )
    return session.exec(query).first()


def assessments_of(session: Session, partner: Partner) -> Sequence[EntityAssessment]:
    """Return every assessment of the partner, the newest first."""
    return session.exec(_assessments_with_cases(partner.id or 0)).all()


def standing_assessments(session: Session, partner_id: int) -> Sequence[EntityAssessment]:
    """Return the assessments of the partner that nothing has ended, the newest first; lapsed ones among them."""
    query = _assessments_with_cases(partner_id)
    return session.exec(query.where(col(EntityAssessment.ended_at).is_(None))).all()


def case_of_assessment(session: Session, assessment: EntityAssessment) -> Case:
    """Return the case whose due diligence made the assessment."""
    query = (
        select(Case)
        .join(Task, col(Task.case_id) == col(Case.id))
        .join(Decision, col(Decision.task_id) == col(Task.id))
        .where(Decision.id == assessment.decision_id)
    )
    return session.exec(query).one()


def _assessments_with_cases(partner_id: int) -> SelectOfScalar[EntityAssessment]:
    return (
        select(EntityAssessment)
        .join(Decision, col(Decision.id) == col(EntityAssessment.decision_id))
        .join(Task, col(Task.id) == col(Decision.task_id))
        .where(EntityAssessment.partner_id == partner_id)
        .order_by(col(EntityAssessment.id).desc())
    )
