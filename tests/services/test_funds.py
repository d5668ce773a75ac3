"""What was approved is counted from the proposal as it was decided on."""

from __future__ import annotations

from approvals.services.case_file import case_file
from approvals.services.funds import approved_partnerships
from models.case import Stage
from models.user import Role
from tests.journeys.conftest import At, at, databases_by_stage

__all__ = ["at", "databases_by_stage"]


def test_an_approved_partnership_counts_in_its_year_with_the_amount_decided_on(at: At) -> None:
    before, after = at(Stage.DECISION), at(Stage.CLEARANCE)
    auditor = after.people.with_role(Role.AUDITOR)

    (approved,), policy = approved_partnerships(after.store, by=auditor)

    assert approved_partnerships(before.store, by=auditor)[0] == []
    assert (approved.reference, approved.year, approved.region) == (after.reference, after.now.year, "RO-AMERICAS")
    assert policy.figures.title_of(approved.source).startswith("Companies, foundations")
    file = case_file(after.store, after.reference, by=auditor, today=after.now.date())
    assert approved.amount_usd == file.case.amount_usd
