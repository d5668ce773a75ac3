"""Hits of a case: which are to be judged, and the memory of those that were cleared."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from approvals.casework.hits import Hit, hits_in, judgements_in, to_judge
from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.second_look import SCREENING_REVIEW, SECOND
from approvals.screening.lists import Listed
from approvals.screening.remembering import ClearedBefore, digest_of, entry_facts, known_keys, partner_facts
from approvals.services.transaction import Transaction
from approvals.store import queries
from models.case import Case
from models.clearing import ClearedHit
from models.decision import Decision
from models.screening import Finding


def open_hits(session: Session, case: Case) -> tuple[Hit, ...]:
    """Return the hits of the case's newest screening that a person must judge, numbered; empty if there are none."""
    screening = queries.latest_screening(session, case)
    return hits_in(queries.findings_of(session, screening)) if screening else ()


def hits_to_judge(session: Session, case: Case, policy: Policy, *, slot: str) -> tuple[Hit, ...]:
    """Return the hits that an answer in this `slot` must judge; a second look judges the strong ones."""
    return to_judge(open_hits(session, case), policy.screening.clearing, again=slot.endswith(SECOND))


def remember_cleared_hits(
    act: Transaction, case: Case, proposal: ProposalForm, policy: Policy, done: Mapping[str, Decision]
) -> None:
    """Keep each hit that the decisions of the case's review cleared, with what list and partner said."""
    rule, first, second = policy.screening.clearing, done[SCREENING_REVIEW], done.get(SCREENING_REVIEW + SECOND)
    if rule is None:
        return
    judged, seconded = judgements_in(first), judgements_in(second)
    partner = partner_facts(proposal.partner)
    for hit in open_hits(act.session, case):
        finding = act.session.get(Finding, hit.finding)
        assert finding is not None
        assert first.decided_by is not None
        entry, why = Listed.from_dict(finding.detail["entry"]), judged[hit.number]
        said = entry_facts(entry)
        kept = ClearedHit(
            partner_id=case.partner_id,
            case_id=case.id or 0,
            finding_id=hit.finding,
            source=entry.source,
            known_keys=sorted(known_keys(entry)),
            asked=hit.asked,
            entry=said,
            entry_digest=digest_of(said),
            partner=partner,
            partner_digest=digest_of(partner),
            reason=why.reason,
            reason_title=rule.titles[why.reason],
            remark=why.remark,
            cleared_by=first.decided_by,
            seconded_by=second.decided_by if second and hit.number in seconded else None,
            cleared_at=act.now,
        )
        act.session.add(kept)


def cleared_before(session: Session, partner_id: int) -> tuple[ClearedBefore, ...]:
    """Return the hits that people cleared for this partner, the newest last."""
    kept = queries.cleared_hits(session, partner_id)
    if not kept:
        return ()
    names = queries.names_of_people(session)
    return tuple(_as_remembered(one, names) for one in kept)


def _as_remembered(kept: ClearedHit, names: Mapping[int, str]) -> ClearedBefore:
    people = [number for number in (kept.cleared_by, kept.seconded_by) if number is not None]
    return ClearedBefore(
        number=kept.id or 0,
        source=kept.source,
        known_keys=frozenset(kept.known_keys),
        asked=kept.asked,
        entry=kept.entry,
        partner=kept.partner,
        by=tuple(names[number] for number in people),
        on=kept.cleared_at.date(),
        because=f"{kept.reason_title}; {kept.remark}" if kept.remark else kept.reason_title,
    )
