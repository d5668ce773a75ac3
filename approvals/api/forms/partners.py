"""The partner register as programs see it, and entries as programs send them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Base64Bytes, Field

from approvals.api.forms.base import Given, Sent
from approvals.api.forms.tasks import MOST_BASE64
from approvals.casework.evidence import EvidenceForm
from approvals.casework.fields import Country, Day, Line, Prose, Whole
from approvals.casework.partner_record import Scope
from approvals.casework.proposal import partner_reference
from approvals.services.evidence import EvidenceNote
from approvals.services.partners import PartnerFile
from models.case import Stage
from models.evidence import EvidenceKind
from models.flag import FlagState
from models.partner import IdentifierKind, Partner, PartnerKind, PartnerNameKind
from models.risk import RiskLevel


class FoundForm(Given):
    """A partner whose name is like the one looked for, from 0 to 1, with its gravest flag."""

    reference: str
    legal_name: str
    country: str
    kind: PartnerKind
    likeness: float
    flag: FlagState | None
    open_cases: int


class RelatedForm(Given):
    """A partner above or below another."""

    reference: str
    legal_name: str
    country: str

    @classmethod
    def of(cls, partner: Partner) -> RelatedForm:
        """Return the partner."""
        reference = partner_reference(partner.id or 0)
        return cls(reference=reference, legal_name=partner.legal_name, country=partner.country)


class NameForm(Given):
    """A name of a partner besides its legal name."""

    name: str
    kind: PartnerNameKind
    until: date | None
    added_at: datetime


class IdentifierForm(Given):
    """A number by which an authority knows a partner."""

    kind: IdentifierKind
    value: str
    country: str | None
    added_at: datetime


class PartnerPersonForm(Given):
    """A person of a partner."""

    name: str
    function: str
    birth_year: int | None
    added_at: datetime


class FlagForm(Given):
    """A flag that was not lifted, on the partner or on one above it."""

    number: int
    legal_name: str
    subject: str
    state: FlagState
    reason: str
    since: datetime
    inherited: bool


class FlagStepForm(Given):
    """Where a flag went, and why."""

    flag_id: int
    state: FlagState
    reason: str
    taken_at: datetime


class AssessmentForm(Given):
    """A due diligence of the partner."""

    tier: str
    level: RiskLevel
    assessed_at: datetime
    valid_until: date
    ended_at: datetime | None
    ended_because: str | None


class EvidenceNoteForm(Given):
    """What another agency found, whether it still counts, and who recorded it."""

    number: int
    agency: str
    kind: EvidenceKind
    made_on: date
    valid_until: date
    outcome: str
    level: RiskLevel | None
    conditions: list[str]
    reference: str
    why_believed: str
    has_file: bool
    standing: str
    recorded_by: str
    recorded_at: datetime
    withdrawn_by: str | None
    withdrawn_because: str | None

    @classmethod
    def of(cls, note: EvidenceNote, today: date) -> EvidenceNoteForm:
        """Return the note as it stands today."""
        one = note.evidence
        own = cls.model_fields.keys() - {"number", "has_file", "standing", "recorded_by", "withdrawn_by"}
        return cls(
            **{name: getattr(one, name) for name in own},
            number=one.id or 0,
            has_file=one.file_hash is not None,
            standing=note.standing(today),
            recorded_by=note.recorded_by,
            withdrawn_by=note.withdrawn_by,
        )


class CaseOfPartner(Given):
    """A case with the partner that the caller may see."""

    reference: str
    title: str
    stage: Stage


class RegisteredPartner(Given):
    """All that the register knows of a partner. `cases_unseen` counts the cases the caller may not see."""

    reference: str
    legal_name: str
    kind: PartnerKind
    country: str
    registration_number: str | None
    aliases: list[str]
    above: list[RelatedForm]
    branches: list[RelatedForm]
    names: list[NameForm]
    identifiers: list[IdentifierForm]
    people: list[PartnerPersonForm]
    flags: list[FlagForm]
    assessments: list[AssessmentForm]
    evidence: list[EvidenceNoteForm]
    cases: list[CaseOfPartner]
    cases_unseen: int

    @classmethod
    def of(cls, file: PartnerFile, today: date) -> RegisteredPartner:
        """Return the partner of the file."""
        partner = file.partner
        return cls(
            reference=file.reference,
            legal_name=partner.legal_name,
            kind=partner.kind,
            country=partner.country,
            registration_number=partner.registration_number,
            aliases=partner.aliases,
            above=[RelatedForm.of(one) for one in file.above],
            branches=[RelatedForm.of(one) for one in file.branches],
            names=[NameForm.model_validate(one) for one in file.names],
            identifiers=[IdentifierForm.model_validate(one) for one in file.identifiers],
            people=[PartnerPersonForm.model_validate(one) for one in file.people],
            flags=[FlagForm.model_validate(one) for one in file.flags],
            assessments=[AssessmentForm.model_validate(one) for one in file.assessments],
            evidence=[EvidenceNoteForm.of(one, today) for one in file.evidence],
            cases=[CaseOfPartner.model_validate(one) for one in file.cases],
            cases_unseen=file.cases_unseen,
        )


class DocumentKindForm(Given):
    """A supporting document that policy asks for; null months mean that it does not age."""

    key: str
    title: str
    maximum_age_months: int | None


class NewName(Sent):
    """Another or a former name; only a former one has an end."""

    name: Line
    kind: PartnerNameKind
    until: Day | None = None


class NewIdentifier(Sent):
    """A number by which an authority knows the partner; all but an LEI need the authority's country."""

    kind: IdentifierKind
    value: Line
    country: Country | None = None


class NewPerson(Sent):
    """A person of the partner."""

    name: Line
    function: Line
    birth_year: Annotated[Whole, Field(ge=1900, le=2030)] | None = None


class NewParent(Sent):
    """The partner above this one; null puts it under none."""

    parent: Annotated[str, Field(pattern=r"^P-[1-9][0-9]{0,17}$")] | None


class NewFlag(Sent):
    """A matter held against the partner."""

    state: FlagState
    subject: Line
    reason: Prose


class NewFlagStep(Sent):
    """Where a flag goes from here."""

    state: FlagState
    reason: Prose


class NewEvidence(Sent):
    """What another agency found, with its Word file if there is one."""

    evidence: EvidenceForm
    file: Annotated[Base64Bytes, Field(max_length=MOST_BASE64, description="The Word file, in base64")] | None = None


class RecordWish(Sent):
    """How much the exported record tells."""

    scope: Scope = Scope.SHARED
    with_people: bool = False
