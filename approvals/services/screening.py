"""Screening a case: the machine's check of its proposal, kept with every finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Text, cast, func, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select

from approvals.casework.lifecycle import Act, destination
from approvals.casework.route import office_limit_usd
from approvals.screening.checks import KnownPartner, OpenApproach
from approvals.screening.names import name_key
from approvals.screening.verdict import ScreeningResult, screen
from approvals.services.machine import Standing, Step, the_step
from approvals.services.moves import move_case
from approvals.services.transaction import Transaction
from approvals.services.watchlists import as_known, lists_in_force, name_index
from approvals.store.engine import Store
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
        at.case.risk = result.risk
        counts = {str(verdict): sum(f.verdict is verdict for f in result.findings) for verdict in Verdict}
        payload = {"verdict": result.verdict, "risk": result.risk, "findings": counts}
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
        office_limit_share=_share_of_limit(at),
        today=act.now.date(),
    )


def _share_of_limit(at: Standing) -> Decimal | None:
    limit = office_limit_usd(at.policy, at.case.office_code)
    return at.case.amount_usd / limit if limit else None


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
    """Return the partners that share a word of a name or the registration number, with their other open cases."""
    form = at.proposal.partner
    words = sorted({word for name in (form.legal_name, *form.aliases) for word in name_key(name).split()})
    alike = func.string_to_array(col(Partner.name_key), " ").bool_op("&&")(cast(words, ARRAY(Text)))
    number = col(Partner.registration_number) == form.registration_number
    partners = session.exec(select(Partner).where(or_(alike, number))).all()
    others = session.exec(
        select(Case).where(
            col(Case.partner_id).in_([partner.id for partner in partners]),
            col(Case.stage).not_in([*ENDS, Stage.IN_FORCE]),
            Case.id != at.case.id,
        )
    ).all()
    return [_known(partner, [case for case in others if case.partner_id == partner.id], at) for partner in partners]


def _known(partner: Partner, open_cases: Sequence[Case], at: Standing) -> KnownPartner:
    assert partner.id is not None
    return KnownPartner(
        number=partner.id,
        legal_name=partner.legal_name,
        country=partner.country,
        registration_number=partner.registration_number,
        aliases=tuple(partner.aliases),
        open_cases=tuple(OpenApproach(case.reference, case.office_code, case.title) for case in open_cases),
    )
