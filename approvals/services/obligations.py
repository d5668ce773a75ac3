"""The register of what agreements in force oblige both sides to do."""

from __future__ import annotations

from datetime import date

from approvals.casework.policy import Policy
from approvals.casework.proposal import ProposalForm, Side
from approvals.services.transaction import Transaction
from models.case import Case
from models.obligation import Obligation
from models.risk import RiskLevel


def register_obligations(act: Transaction, case: Case, proposal: ProposalForm, policy: Policy) -> None:
    """Enter what the signed agreement obliges each side to do, and the date by which the partnership is reviewed."""
    assert case.id is not None
    rows = {(title, owed_by, due_on) for title, owed_by, due_on in _owed(act, case, proposal, policy)}
    for title, owed_by, due_on in sorted(rows):
        act.session.add(Obligation(case_id=case.id, title=title, owed_by=owed_by, due_on=due_on))
    act.record("ObligationsRegistered", case, payload={"count": len(rows)})


def _owed(act: Transaction, case: Case, proposal: ProposalForm, policy: Policy) -> list[tuple[str, str, date]]:
    months = policy.organisation.validity.months_by_risk[case.risk or RiskLevel.LOW]
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
        ("Review the partnership", Side.ORGANISATION, months_after(act.now.date(), months)),
    ]


def months_after(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")
