"""What an amendment contains: the form an officer fills, and what each kind of amendment may touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from approvals.casework.changes import Change
from approvals.casework.fields import Form, Prose
from approvals.casework.telling import told
from approvals.errors import Fault
from models.amendment import AmendmentKind


class AmendmentForm(Form):
    """An amendment, as an officer submits it."""

    kind: AmendmentKind
    reason: Prose = Field(description="Why the agreement should change; it stands in the recitals of the document")
    succession: bool = Field(default=False, description="Another organisation takes the partner's place")
    changes: dict[str, Any] = Field(min_length=1, description="The fields of the proposal that change, and no others")


_K = AmendmentKind
_TIME = (
    "project.end_on",
    "activities.due_on",
    "money.instalments.due_on",
    "in_kind.deliver_on",
    "world_bank.closing_on",
)
_MONEY = ("money", "in_kind")
_EVIDENCE = ("documents", "criteria", "risk_factors")

TOUCHES: Mapping[AmendmentKind, tuple[str, ...]] = {
    _K.NO_COST_EXTENSION: _TIME,
    _K.BUDGET_CHANGE: (*_TIME, *_MONEY, *_EVIDENCE),
    _K.SCOPE_CHANGE: (
        *_TIME, *_MONEY, *_EVIDENCE, "title", "project", "activities", "emblem_use", "personal_data",
        "beneficiary_contact", "ip_owner", "eu", "world_bank", "un",
    ),
    _K.PARTNER_CHANGE: ("partner", *_EVIDENCE),
    _K.CORRECTION: (
        "title", "project.title", "project.code", "project.objective", "project.strategy_link",
        "activities.deliverable", "in_kind.quantity", "in_kind.valuation_basis", "partner.address", "partner.website",
        "partner.contact", "focal_point",
    ),
}  # fmt: skip
"""The fields each kind of amendment may change; a group stands for all that is in it."""

FIXED = (
    "office", "level", "funds", "language", "requested_by", "money.currency", "world_bank.form",
    "world_bank.financing_kind", "un.in_joint_programme",
)  # fmt: skip
"""What no amendment changes: with another of these it is another partnership."""


def covers(fields: Iterable[str], field: str) -> bool:
    """`field` is one of `fields`, or lies in a group that is."""
    return any(field == one or field.startswith(f"{one}.") for one in fields)


def misfits_of(form: AmendmentForm, changes: Iterable[Change]) -> list[Fault]:
    """Return what the kind of amendment does not allow among its `changes`, and what does not go with its kind."""
    changes = list(changes)
    faults = [_refused(form.kind, change.field) for change in changes if not _allowed(form.kind, change.field)]
    if not changes:
        faults.append(Fault("changes", told("change nothing: everything stands in the agreement as you give it")))
    if form.succession and form.kind is not _K.PARTNER_CHANGE:
        faults.append(Fault("succession", told("only goes with kind «{kind:code}»", kind=_K.PARTNER_CHANGE)))
    return list(dict.fromkeys(faults))


def _allowed(kind: AmendmentKind, field: str) -> bool:
    return covers(TOUCHES[kind], field) and not covers(FIXED, field)


def _refused(kind: AmendmentKind, field: str) -> Fault:
    others = [other for other in AmendmentKind if _allowed(other, field)]
    if not others:
        return Fault(
            field, told("cannot be amended; with another one it is another partnership, so submit a new proposal")
        )
    return Fault(
        field, told("is not changed by «{kind:code}»; that is for: {others:codes}", kind=kind, others=others)
    )
