"""Reading an amendment from a file, and telling the officer everything that is not right with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from approvals.casework.amendment import AmendmentForm, misfits_of
from approvals.casework.changes import Change, amended_values, changes_between
from approvals.casework.fields import SHAPES
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal, read_mapping
from approvals.casework.sentences import faults_in
from approvals.casework.telling import told
from approvals.errors import InvalidProposal


@dataclass(frozen=True)
class Drawn:
    """An amendment drawn out: the form, the proposal as it would then be, and every difference."""

    form: AmendmentForm
    proposal: ProposalForm
    changes: tuple[Change, ...]


def read_amendment(content: bytes, *, name: str) -> AmendmentForm:
    """Return the amendment written in `content`, YAML or JSON; `name` is the file's, for messages.

    Raises `InvalidProposal` with every fault when the file is too large, unreadable or does not fit the form.
    """
    return check_amendment(read_mapping(content, name=name), name=name)


def check_amendment(values: Mapping[str, Any], *, name: str) -> AmendmentForm:
    """Return the amendment in `values`. Raises `InvalidProposal` with every fault, in the order of the form."""
    try:
        return AmendmentForm.model_validate(values)
    except ValidationError as exc:
        raise InvalidProposal(told("{name} was not submitted.", name=name), faults_in(exc, shapes=SHAPES)) from exc


def draw_out(form: AmendmentForm, present: ProposalForm) -> Drawn:
    """Return what `form` makes of the `present` proposal.

    Raises `InvalidProposal` with every fault: changes that cannot be read, that the kind of amendment does not
    allow, or that leave a proposal with faults.
    """
    values, faults = amended_values(present.model_dump(mode="json"), form.changes)
    if faults:
        raise InvalidProposal(told("The amendment was not submitted."), faults)
    proposal = check_proposal(values, name="the amendment")
    changes = changes_between(present, proposal)
    faults = misfits_of(form, changes)
    if faults:
        raise InvalidProposal(told("The amendment was not submitted."), faults)
    return Drawn(form, proposal, changes)
