"""A proposal becomes a signed agreement: the whole life of a case, told through the services."""

from __future__ import annotations

from pathlib import Path

from approvals.casework.proposal_file import read_proposal
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services.cases import submit
from approvals.settings import Settings
from approvals.store import queries
from approvals.store.engine import Store
from approvals.store.trail import verify
from models.case import Stage
from tests.conftest import NOW

TEMPLATES = Settings().template_folder


def test_a_foundation_goes_from_proposal_to_signed_agreement(store: Store, people: People, examples: Path) -> None:
    proposal = read_proposal((examples / "foundation.yaml").read_bytes(), name="foundation.yaml")
    officer = people.named(proposal.focal_point.email or "")
    cast = Rehearsal(store, people)

    case = submit(store, proposal, by=officer, key="k1", now=NOW)
    visited = [advance(store, case.reference, template_folder=TEMPLATES, now=NOW)]
    while owed := cast.owed(case.reference):
        for task in owed:
            who = cast.answer(task, now=NOW)
            print(task.slot, who.name)
        visited.append(advance(store, case.reference, template_folder=TEMPLATES, now=NOW))

    assert visited[-1] is Stage.IN_FORCE
    with store.session() as session:
        agreement = queries.latest_agreement(session, queries.case_by_reference(session, case.reference))
        assert agreement is not None
        assert verify(session).first_break is None
    print(visited)
