"""An amendment as the officer writes it: the form, and what each kind may touch."""

from __future__ import annotations

from typing import Any

import pytest

from approvals.casework.amendment import FIXED, TOUCHES, covers
from approvals.casework.amendment_file import Drawn, check_amendment, draw_out, read_amendment
from approvals.casework.changes import NAMED_BY, is_a_field
from approvals.casework.proposal_file import check_proposal, read_proposal
from approvals.errors import Fault, InvalidProposal
from approvals.settings import Settings
from models.amendment import AmendmentKind
from tests.factories import a_proposal

EXAMPLES = Settings().example_folder
LONGER = {"project": {"end_on": "2027-12-31"}}


def drawn(kind: str, changes: dict[str, Any], **more: Any) -> Drawn:
    form = check_amendment({"kind": kind, "reason": "Rain.", "changes": changes, **more}, name="rain.yaml")
    return draw_out(form, check_proposal(a_proposal(), name="a proposal"))


def faults_of(kind: str, changes: dict[str, Any], **more: Any) -> list[Fault]:
    with pytest.raises(InvalidProposal) as refused:
        drawn(kind, changes, **more)
    return list(refused.value.faults)


@pytest.mark.parametrize("file", sorted((EXAMPLES / "amendments").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_amends_the_example_its_name_says(file: Any) -> None:
    (parent,) = [path for path in EXAMPLES.glob("*.yaml") if path.stem.startswith(file.stem.partition("-")[0])]
    present = read_proposal(parent.read_bytes(), name=parent.name)

    assert draw_out(read_amendment(file.read_bytes(), name=file.name), present).changes


def test_every_fault_of_the_form_is_told_at_once() -> None:
    with pytest.raises(InvalidProposal) as refused:
        check_amendment({"kind": "longer", "changes": {}, "hurry": True}, name="rain.yaml")

    assert refused.value.summary == "rain.yaml was not submitted."
    assert [fault.path for fault in refused.value.faults] == ["kind", "reason", "changes", "hurry"]


def test_a_reason_is_part_of_it() -> None:
    with pytest.raises(InvalidProposal, match="reason: is empty"):
        check_amendment({"kind": "correction", "reason": "  ", "changes": LONGER}, name="rain.yaml")


def test_the_amended_proposal_keeps_every_rule_of_proposals() -> None:
    told = faults_of(
        "budget_change", {"money": {"budget": [{"heading": "Tools", "amount": "6000"}]}, "colour": "red"}
    )

    assert [fault.path for fault in told] == ["money.budget", "colour"]
    assert "make 23730.00, but the contribution is 22600.00" in told[0].message


def test_the_tables_name_fields_of_a_proposal() -> None:
    named = {field for touched in TOUCHES.values() for field in touched} | set(FIXED) | set(NAMED_BY)

    assert [field for field in sorted(named) if not is_a_field(field)] == []
    assert not is_a_field("money.bugdet")


@pytest.mark.parametrize("field", FIXED)
def test_what_makes_it_another_partnership_is_fixed(field: str) -> None:
    assert [kind for kind, touched in TOUCHES.items() if field in touched] == []


@pytest.mark.parametrize(
    ("kind", "changes", "field", "others"),
    [
        ("no_cost_extension", {"title": "T"}, "title", "scope_change, correction"),
        ("correction", LONGER, "project.end_on", "no_cost_extension, budget_change, scope_change"),
        ("scope_change", {"partner": {"legal_name": "Kapok SA"}}, "partner.legal_name", "partner_change"),
        ("partner_change", {"beneficiary_contact": True}, "beneficiary_contact", "scope_change"),
    ],
)
def test_a_kind_that_does_not_fit_names_those_that_do(
    kind: str, changes: dict[str, Any], field: str, others: str
) -> None:
    assert faults_of(kind, changes) == [Fault(field, f"is not changed by «{kind}»; that is for: {others}")]


def test_a_correction_never_touches_what_was_agreed() -> None:
    touched = TOUCHES[AmendmentKind.CORRECTION]

    assert not [field for field in ("money", "project.end_on", "partner.legal_name") if covers(touched, field)]


def test_only_a_change_of_partner_brings_a_successor() -> None:
    assert faults_of("scope_change", LONGER, succession=True) == [
        Fault("succession", "only goes with kind «partner_change»")
    ]
