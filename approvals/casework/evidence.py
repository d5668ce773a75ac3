"""The assessment of a partner by another agency: what must be said of it before it is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field, ValidationError, model_validator

from approvals.casework.fields import Day, Form, Line, Prose
from approvals.casework.sentences import faults_in, refuse_all
from approvals.errors import Fault, Faulty
from models.evidence import EvidenceKind
from models.risk import RiskLevel


class EvidenceForm(Form):
    """One assessment by another agency, as whoever records it writes it down."""

    agency: Line
    kind: EvidenceKind
    made_on: Day
    valid_until: Day | None = Field(default=None, description="Last day by the agency itself; empty: it named none")
    outcome: Prose = Field(description="What the agency found, in its own words")
    level: RiskLevel | None = Field(default=None, description="The nearest risk level of ours; empty: none compares")
    conditions: tuple[Prose, ...] = Field(default=(), max_length=60)
    reference: Line = Field(description="Where to find it: a document number or an address")
    why_believed: Prose

    @model_validator(mode="after")
    def _lapses_after_it_was_made(self) -> EvidenceForm:
        if self.valid_until is not None and self.valid_until < self.made_on:
            refuse_all("evidence", [(("valid_until",), f"{self.valid_until} is before the assessment was made")])
        return self


def check_evidence(values: Mapping[str, Any]) -> EvidenceForm:
    """Return the evidence written in `values`. Raises `Faulty` with every fault, in the order of the form."""
    try:
        return EvidenceForm.model_validate(values)
    except ValidationError as exc:
        raise Faulty("The evidence was not recorded.", faults_in(exc)) from exc


def last_day_of(form: EvidenceForm, longest: date) -> date:
    """Return the last day on which the evidence counts: the agency's own, or `longest` if that is earlier."""
    return min(form.valid_until or longest, longest)


def faults_on(form: EvidenceForm, *, last_day: date, today: date) -> Sequence[Fault]:
    """Return why evidence that counts until `last_day` cannot be recorded `today`; empty if it can."""
    if form.made_on > today:
        return [Fault("made_on", f"{form.made_on} is still to come")]
    if last_day < today:
        return [Fault("valid_until", f"it lapsed on {last_day}; ask {form.agency} for a newer one")]
    return []
