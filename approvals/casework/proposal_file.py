"""Reading a proposal from a file, and telling the officer everything that is not right with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from approvals.casework.fields import SHAPES
from approvals.casework.fitting import misfits_across
from approvals.casework.plain_json import UnreadableJson, read_json
from approvals.casework.plain_yaml import UnreadableYaml, read_yaml
from approvals.casework.proposal import ProposalForm
from approvals.casework.sentences import faults_in, path_of
from approvals.casework.telling import told
from approvals.errors import Fault, InvalidProposal

MAX_PROPOSAL_BYTES = 1_000_000
"""A proposal is a page or two of text; a larger file is not one."""


def read_proposal(content: bytes, *, name: str) -> ProposalForm:
    """Return the proposal written in `content`, YAML or JSON; `name` is the file's, for messages.

    Raises `InvalidProposal` with every fault when the file is too large, unreadable or does not fit the form.
    """
    return check_proposal(read_mapping(content, name=name), name=name)


def check_proposal(values: Mapping[str, Any], *, name: str) -> ProposalForm:
    """Return the proposal in `values`. Raises `InvalidProposal` with every fault, in the order of the form."""
    try:
        return ProposalForm.model_validate(values)
    except ValidationError as exc:
        faults = _every_fault(values, exc)
        plural = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidProposal(
            told("{name} was not submitted: {plural} to mend.", name=name, plural=plural), faults
        ) from exc


def _every_fault(values: Mapping[str, Any], error: ValidationError) -> list[Fault]:
    # The form compares its parts only when each of them is right; the officer wants to mend everything at once.
    across = [Fault(path_of(place), sentence) for place, sentence in misfits_across(values)]
    found = dict.fromkeys([*faults_in(error, shapes=SHAPES), *across])
    order = list(ProposalForm.model_fields)

    def place_in_the_form(fault: Fault) -> int:
        part = fault.path.partition(".")[0].partition("[")[0]
        return order.index(part) if part in order else len(order)

    return sorted(found, key=place_in_the_form)


def read_mapping(content: bytes, *, name: str) -> Mapping[str, Any]:
    """Return the fields written in `content`, not yet checked. Raises `InvalidProposal` if it is unreadable."""

    def refuse(why: str) -> InvalidProposal:
        return InvalidProposal(told("{name} was not submitted.", name=name), [Fault("", why)])

    if len(content) > MAX_PROPOSAL_BYTES:
        size = f"{len(content) / 1_000_000:.1f} MB"
        raise refuse(f"The file is {size}; a proposal has at most 1 MB. Is it the right file?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise refuse("The file is not text in UTF-8; save it as UTF-8 and try again.") from exc
    try:
        # Numbers stay text, as in YAML: the form reads amounts, years and months from their digits.
        values = read_json(text, numbers_as_text=True) if text.lstrip().startswith("{") else read_yaml(text)
    except UnreadableYaml as exc:
        raise refuse(f"The file is not readable YAML, {exc}.") from exc
    except UnreadableJson as exc:
        raise refuse(f"The file is not readable JSON, {exc}.") from exc
    if not isinstance(values, dict):
        raise refuse("The file holds no proposal: it should be fields such as `title:` and `partner:`.")
    return values
