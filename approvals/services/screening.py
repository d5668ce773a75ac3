"""Screening a case: the machine's check of its proposal, kept with every finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, cast, exists, func, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select

from approvals.casework.lifecycle import Act, destination
from approvals.casework.route import share_of_limit
from approvals.screening.checks import KnownPartner, OpenApproach
from approvals.screening.names import name_key
from approvals.screening.verdict import ScreeningResult, screen
from approvals.services.amendments import not_below_the_amended
from approvals.services.clearing import cleared_before
from approvals.services.machine import Standing, Step, the_step
from approvals.services.moves import move_case
from approvals.services.transaction import Transaction
from approvals.services.watchlists import as_known, name_index
from approvals.store.engine import Store
from approvals.store.list_queries import lists_in_force
from models.case import ENDS, Case, Stage
from models.partner import Partner
from models.screening import Finding, Screening, Verdict

ACTS = {
    Verdict.CLEAR: Act.FIND_CLEAR,
    Verdict.REVIEW: Act.FIND_DOUBT,
    Verdict.STOP: Act.FIND_FORBIDDEN,
}


def screen_case(store: Store, reference: str, *, now: datetime) -> ScreeningResult | None:
    """Screen the case's proposal, keep every finding, move the case on, and return the result.

    None if another run screened it already.
    """
    with the_step(store, reference, Step.SCREEN, now=now) as given:
        if given is None:
            return None
        act, at = given
        result = _screened(act, at)
        _keep(act, at.case, result)
        at.case.risk = not_below_the_amended(act.session, at.case, result.risk)
        counts = {str(verdict): sum(f.verdict is verdict for f in result.findings) for verdict in Verdict}
        payload = {"verdict": result.verdict, "risk": at.case.risk, "findings": counts}
        to = destination(Stage.SCREENING, ACTS[result.verdict])
        move_case(act, at.case, to, event="CaseScreened", payload=payload, within_a_run=True)
        return result


def _screened(act: Transaction, at: Standing) -> ScreeningResult:
    lists = lists_in_force(act.session)
    return screen(
        at.proposal,
        policy=at.policy,
        index=name_index(act.session, lists, at.policy),
        lists=[as_known(version) for version in lists],
        register=_register(act.session, at),
        office_limit_share=share_of_limit(at.policy, at.case.amount_usd),
        today=act.now.date(),
        cleared=cleared_before(act.session, at.case.partner_id),
    )


def _keep(act: Transaction, case: Case, result: ScreeningResult) -> None:
    assert case.id is not None
    screening = Screening(
        case_id=case.id,
        leg=case.leg,
        proposal_version=case.proposal_version,
        verdict=result.verdict,
        risk=result.risk,
        algorithm=result.algorithm,
        lists=[used.as_dict() for used in result.lists],
        screened_at=act.now,
    )
    act.session.add(screening)
    act.session.flush()
    assert screening.id is not None
    for found in result.findings:
        finding = Finding(
            screening_id=screening.id,
            name=found.name,
            verdict=found.verdict,
            reason=found.reason,
            source=found.source,
            detail=found.detail,
        )
        act.session.add(finding)


def _register(session: Session, at: Standing) -> list[KnownPartner]:
    """Return the partners of other cases that share a word of a name or the registration number, with open cases."""
    form = at.proposal.partner
    words = sorted({word for name in (form.legal_name, *form.aliases) for word in name_key(name).split()})
    alike = func.string_to_array(col(Partner.name_key), " ").bool_op("&&")(cast(words, ARRAY(Text)))
    number = col(Partner.registration_number) == form.registration_number
    others = col(Case.id) != at.case.id  # or a partner would be known by the very case that brings it
    in_another_case = exists().where(col(Case.partner_id) == col(Partner.id), others)
    partners = session.exec(select(Partner).where(or_(alike, number), in_another_case)).all()
    numbers = [partner.id for partner in partners]
    still_open = col(Case.stage).not_in([*ENDS, Stage.IN_FORCE])
    open_cases = session.exec(select(Case).where(col(Case.partner_id).in_(numbers), still_open, others)).all()
    return [_known(partner, [case for case in open_cases if case.partner_id == partner.id]) for partner in partners]


def _known(partner: Partner, open_cases: Sequence[Case]) -> KnownPartner:
    assert partner.id is not None
    return KnownPartner(
        number=partner.id,
        legal_name=partner.legal_name,
        country=partner.country,
        registration_number=partner.registration_number,
        aliases=tuple(partner.aliases),
        open_cases=tuple(OpenApproach(case.reference, case.office_code, case.title) for case in open_cases),
    )
