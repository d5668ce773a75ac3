"""A partner's record: what one agency tells another about a partner, in a form that both can check.

The form is published as `docs/schemas/partner-record-1.json`, made from these classes. A change that an older reader
would not understand is another form with another number; this one is then still read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from approvals.casework.fields import Country, Day, Form, Key, Line, Prose, Whole
from approvals.casework.policy.routes import Tier
from approvals.casework.sentences import refuse_all
from models.evidence import EvidenceKind
from models.flag import FlagState
from models.partner import IdentifierKind, PartnerKind
from models.risk import RiskLevel

FORM_NAME = "partner-record-1"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Scope(StrEnum):
    """How much a record tells: what other agencies may know, or the remarks of our own people as well."""

    SHARED = "shared"
    INTERNAL = "internal"


class NumberPart(Form):
    """A number by which an authority knows the partner."""

    kind: IdentifierKind
    value: Line
    country: Country | None = Field(description="Country of the authority; null as for an LEI")


class FormerName(Form):
    """A name the partner had before."""

    name: Line
    until: Day | None


class RelatedPart(Form):
    """A partner above or below this one."""

    legal_name: Line
    country: Country
    numbers: tuple[NumberPart, ...] = Field(max_length=100)


class IdentityPart(Form):
    """Who the partner is."""

    legal_name: Line
    kind: PartnerKind
    country: Country
    other_names: tuple[Line, ...] = Field(max_length=200)
    former_names: tuple[FormerName, ...] = Field(max_length=200)
    numbers: tuple[NumberPart, ...] = Field(max_length=100)
    parent: RelatedPart | None
    branches: tuple[RelatedPart, ...] = Field(max_length=1000)


class PersonPart(Form):
    """A person of the partner; personal data, only on demand."""

    name: Line
    function: Line
    birth_year: Annotated[Whole, Field(ge=1900, le=2030)] | None


class FlagPart(Form):
    """A matter held against the partner or, if inherited, against one above it."""

    state: FlagState
    subject: Prose
    since: Day
    inherited: bool
    reason: Prose | None = Field(description="An internal remark; null in a shared record")


class AssessmentPart(Form):
    """A due diligence of the partner that is valid when the record is exported."""

    level: RiskLevel
    tier: Tier
    made_on: Day
    valid_until: Day
    factors: Mapping[Key, RiskLevel] = Field(description="Level of each risk factor of the partner itself")
    countries: tuple[Country, ...] = Field(max_length=300, description="Where the project it was made for lay")
    conditions: tuple[Prose, ...] = Field(max_length=200)
    policy_sha256: Sha256 = Field(description="Digest of the version of the policy it was made under")

    @model_validator(mode="after")
    def _lapses_after_it_was_made(self) -> AssessmentPart:
        if self.valid_until < self.made_on:
            refuse_all("assessment", [(("valid_until",), f"{self.valid_until} is before it was made")])
        return self


class EvidencePart(Form):
    """What a third agency found, as whoever exports the record has recorded it."""

    agency: Line
    kind: EvidenceKind
    made_on: Day
    valid_until: Day
    outcome: Prose
    level: RiskLevel | None
    conditions: tuple[Prose, ...] = Field(max_length=60)
    reference: Line
    why_believed: Prose | None = Field(description="An internal remark; null in a shared record")


class ListPart(Form):
    """A list the partner's names were compared with."""

    source: Line
    title: Line
    dated_on: Day | None = Field(description="The authority's own date")
    imported_on: Day
    sha256: Sha256


class ScreeningPart(Form):
    """The newest comparison of the partner's names with lists."""

    screened_at: AwareDatetime
    algorithm: Line
    names_alike: Annotated[Whole, Field(ge=0)] = Field(description="Listed names that a person had to judge")
    lists: tuple[ListPart, ...] = Field(max_length=100)


class ProvenancePart(Form):
    """Who says all this, when, and how to tell that nothing was changed since."""

    organisation: Line
    reference: Line = Field(description="Number of the partner in that organisation's register")
    exported_at: AwareDatetime
    software: Line
    scope: Scope
    digest: Sha256 = Field(
        description="SHA-256 of the record without this field, as JSON with sorted keys and without blanks, in UTF-8"
    )


class PartnerRecord(Form):
    """What one agency tells another about a partner."""

    form: Literal["partner-record-1"]
    identity: IdentityPart
    people: tuple[PersonPart, ...] = Field(max_length=1000)
    flags: tuple[FlagPart, ...] = Field(max_length=200)
    assessments: tuple[AssessmentPart, ...] = Field(max_length=200)
    evidence: tuple[EvidencePart, ...] = Field(max_length=200)
    screening: ScreeningPart | None
    provenance: ProvenancePart


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of the form, as it is published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{FORM_NAME}.json",
        **PartnerRecord.model_json_schema(),
    }
