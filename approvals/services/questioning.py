"""What a new hit on a changed list does to a live case: under way it starts again, in force it is questioned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from approvals.casework.hits import STRONG
from approvals.casework.lifecycle import UNDER_WAY, Act, destination
from approvals.casework.policy import Policy
from approvals.casework.policy.rescreening import OnHit
from approvals.casework.proposal import ProposalForm
from approvals.screening.checks import Result, hit_result
from approvals.screening.matching import NameIndex
from approvals.screening.remembering import partner_facts, recall
from approvals.screening.rescreening import NewHit, compare_partner
from approvals.screening.verdict import compared_with_lists
from approvals.services.clearing import cleared_before
from approvals.services.moves import move_case, start_again
from approvals.services.policies import policy_of
from approvals.services.screening_record import keep_screening
from approvals.services.transaction import Transaction
from approvals.services.watchlists import as_known, name_index
from approvals.store import queries
from approvals.store.list_queries import lists_in_force
from models.case import Case, Stage
from models.risk import RiskLevel
from models.screening import Verdict
from models.watchlist import WatchlistVersion


def question(
    act: Transaction, reference: str, version: WatchlistVersion, changed: NameIndex, policy: Policy
) -> list[dict[str, Any]]:
    """Do what new hits on `version` ask for, and return each as plain values; empty if none of them is new.

    A hit is not new if the case was screened with this version, is about to be screened, or the hit was cleared and
    neither side has changed since. A case under way starts again at its screening, which finds the hit with all
    others. A partnership in force stays so, or is suspended, as `policy`, the one in force now, says.
    """
    case = queries.locked_case(act.session, reference)
    act.session.refresh(case)  # only under the lock is what we read the last word
    if case.stage not in UNDER_WAY - {Stage.SCREENING} and case.stage is not Stage.IN_FORCE:
        return []
    if _was_screened_with(act.session, case, version):
        return []
    proposal = queries.form_in_force(act.session, case)
    hits = _new_hits(act.session, case, proposal, changed)
    if not hits:
        return []
    if case.stage is Stage.IN_FORCE:
        results = _all_hits(act, case, proposal, policy, version, hits)
        followed = _question_partnership(act, case, policy, results, new=len(hits), source=version.source)
    else:
        followed = "starts again at its screening"
        payload = {"source": version.source, "hits": len(hits), "from_stage": case.stage}
        start_again(act, case, event="HitOnChangedList", payload=payload)
    return [_as_found(case, hit, followed) for hit in hits]


def _was_screened_with(session: Session, case: Case, version: WatchlistVersion) -> bool:
    screening = queries.latest_screening(session, case)
    return screening is not None and any(used["sha256"] == version.sha256 for used in screening.lists)


def _new_hits(session: Session, case: Case, proposal: ProposalForm, changed: NameIndex) -> list[NewHit]:
    """Return the hits nobody has judged: the others stay quiet."""
    rule = policy_of(session, case.policy_hash).screening.clearing
    cleared, facts = cleared_before(session, case.partner_id), partner_facts(proposal.partner)
    two = rule is not None and rule.strong_hits_need_two
    hits, _ = compare_partner(proposal.partner, changed)
    remembered = [recall(hit.match, facts, cleared, strong_needs_two=two) for hit in hits]
    return [hit for hit, memory in zip(hits, remembered, strict=True) if memory is None or not memory.is_quiet]


def _question_partnership(
    act: Transaction, case: Case, policy: Policy, results: Sequence[Result], *, new: int, source: str
) -> str:
    """Have the hits reviewed, and suspend the partnership if policy says so; return what followed, in words."""
    open_ones = [result for result in results if result.verdict is Verdict.REVIEW]
    strong = [result for result in open_ones if result.detail["band"] == STRONG]
    suspends = policy.screening.rescreening.follows(strong=bool(strong)) is OnHit.SUSPEND
    if suspends and case.suspended_at is None:
        case.suspended_at, case.suspended_because = act.now, (strong or open_ones)[0].reason
    payload = {"source": source, "hits": new, "suspended": suspends}
    to = destination(case.stage, Act.QUESTION)
    move_case(act, case, to, event="PartnershipQuestioned", payload=payload, tells_officer=suspends)
    # The screening is of the case's new leg: the review that follows is about it.
    keep_screening(
        act,
        case,
        results,
        verdict=Verdict.REVIEW,
        risk=case.risk or RiskLevel.HIGH,
        lists=[as_known(one) for one in lists_in_force(act.session)],
    )
    return "is suspended until two have looked" if suspends else "stays in force; a task is open"


def _all_hits(
    act: Transaction,
    case: Case,
    proposal: ProposalForm,
    policy: Policy,
    version: WatchlistVersion,
    hits: Sequence[NewHit],
) -> list[Result]:
    """Return the hits on all lists in force, so that a question still open from another list is asked with this one.

    What the changed list brought is among them in any case.
    """
    lists = lists_in_force(act.session)
    found = compared_with_lists(
        proposal,
        policy=policy_of(act.session, case.policy_hash),
        index=name_index(act.session, lists, policy),
        lists=[as_known(one) for one in lists],
        today=act.now.date(),
        cleared=cleared_before(act.session, case.partner_id),
    )
    known = {(one.detail.get("asked"), _entry_of(one)) for one in found}
    besides = [hit for hit in hits if (hit.match.asked, (version.source, hit.match.entry.key)) not in known]
    return [*found, *(hit_result(hit.name, hit.match, as_known(version), None) for hit in besides)]


def _entry_of(result: Result) -> tuple[str, str] | None:
    entry = result.detail.get("entry")
    return (entry["source"], entry["key"]) if entry else None


def _as_found(case: Case, hit: NewHit, followed: str) -> dict[str, Any]:
    return {
        "case": case.reference,
        "name": hit.match.asked,
        "listed": hit.match.name.text,
        "key": hit.match.entry.key,
        "score": round(hit.match.score, 3),
        "strong": hit.match.band == STRONG,
        "followed": followed,
    }
