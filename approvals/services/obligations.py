"""The register of what agreements in force oblige both sides to do."""

from __future__ import annotations

from datetime import date

from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm, Side
from approvals.casework.telling import told
from approvals.services.transaction import Transaction
from approvals.store import queries
from models.case import Case
from models.obligation import Obligation
from models.risk import RiskLevel

Duty = tuple[str, str, date]
"""What is owed, by whom and by when."""


def register_obligations(act: Transaction, case: Case, proposal: ProposalForm, policy: Policy) -> None:
    """Enter what the signed agreement obliges each side to do, and the date by which the partnership is reviewed."""
    duties = {*_owed(case, proposal), _review(act, case, policy)}
    _enter(act, case, duties)
    act.record("ObligationsRegistered", case, payload={"count": len(duties)})


def renew_obligations(
    act: Transaction, case: Case, proposal: ProposalForm, policy: Policy, *, amendment: Case, assessed_again: bool
) -> None:
    """Let the register follow `amendment`: what the agreement no longer asks for ends, what is new is entered.

    The date of the review stays, unless the partner was `assessed_again`. What ended stays on record with the
    amendment that ended it.
    """
    present = {_duty(kept): kept for kept in queries.obligations_of(act.session, case)}
    reviews = {duty for duty in present if duty[0] == REVIEW}
    duties = {*_owed(case, proposal), *([_review(act, case, policy)] if assessed_again else reviews)}
    for duty, kept in present.items():
        if duty not in duties:
            kept.ended_by = amendment.id
    entered = duties - set(present)
    _enter(act, case, entered)
    counts = {"count": len(entered), "ended": len(set(present) - duties)}
    act.record("ObligationsRegistered", case, payload={**counts, "amendment": amendment.reference})


def _enter(act: Transaction, case: Case, duties: set[Duty]) -> None:
    """Enter the duties; one that an amendment had ended is owed again."""
    assert case.id is not None
    ended = {_duty(kept): kept for kept in queries.ended_obligations_of(act.session, case)}
    for duty in sorted(duties):
        title, owed_by, due_on = duty
        if duty in ended:
            ended[duty].ended_by = None
        else:
            act.session.add(Obligation(case_id=case.id, title=title, owed_by=owed_by, due_on=due_on))


def _duty(kept: Obligation) -> Duty:
    return kept.title, kept.owed_by, kept.due_on


def _owed(case: Case, proposal: ProposalForm) -> list[Duty]:
    payer = Side.PARTNER if proposal.funds == "receiving" else Side.ORGANISATION
    instalments = proposal.money.instalments if proposal.money else ()
    outputs = proposal.world_bank.outputs if proposal.world_bank else ()
    return [
        *((activity.title, activity.responsible, activity.due_on) for activity in proposal.activities),
        *((f"Output: {output.title}", Side.ORGANISATION, output.due_on) for output in outputs),
        *((f"Instalment: {part.trigger}", payer, part.due_on) for part in instalments),
        *((f"In kind: {item.item}", item.provided_by, item.deliver_on) for item in proposal.in_kind),
        *(
            (f"Condition: {condition['text']}", Side.PARTNER, proposal.project.end_on)
            for condition in case.conditions
        ),
    ]


REVIEW = told("Review the partnership")


def _review(act: Transaction, case: Case, policy: Policy) -> Duty:
    months = policy.organisation.validity.months_by_risk[case.risk or RiskLevel.LOW]
    return REVIEW, Side.ORGANISATION, months_after(act.now.date(), months)


def months_after(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")
