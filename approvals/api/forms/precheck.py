"""The two-minute check: what is asked, and the answer with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field

from approvals.api.forms.base import Given, Sent
from approvals.api.forms.lists import ListForm
from approvals.api.forms.partners import DocumentKindForm, EvidenceNoteForm
from approvals.casework.fields import Amount, Country, Key, Line
from approvals.casework.policy.precheck import Acceptability, Ground
from approvals.casework.proposal import partner_reference
from approvals.screening.enquiry import Enquiry
from approvals.services.precheck import Precheck
from models.case import Funds, Level, Stage
from models.partner import PartnerKind
from models.risk import RiskLevel


class EnquiryForm(Sent):
    """What is known of a partner before any contact. A criterion that is not in `criteria` is not answered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Nordvik Tekstil AS",
                    "kind": "company",
                    "country": "NO",
                    "sector": "textiles",
                    "criteria": {},
                }
            ]
        }
    )

    name: Line
    kind: PartnerKind
    country: Country
    sector: Key
    office: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,29}$")] | None = Field(
        default=None, description="The office that would propose it; yours if none is named"
    )
    funds: Funds = Funds.NONE
    level: Level = Level.COUNTRY
    amount_usd: Amount = Decimal(0)
    criteria: Annotated[dict[Key, bool], Field(default_factory=dict, max_length=100)]
    personal_data: bool = False
    emblem: bool = False
    beneficiary_contact: bool = False
    registration_number: Line | None = None
    lei: Line | None = None
    keep: bool = Field(default=False, description="Keep question and answer in the trail")

    def as_enquiry(self, *, office: str) -> Enquiry:
        """Return what is asked, for `office` if none is named."""
        return Enquiry(**self.model_dump(exclude={"keep", "office"}), office_code=self.office or office)


class ReasonForm(Given):
    """One thing that weighs on the answer: what it means, in words, and by which rule of which source."""

    ground: Ground
    answer: Acceptability
    sentence: str
    source: str
    rule: str


class ExpectedStageForm(Given):
    """A stage a case would pass, with the working days policy gives, ours and the partner's."""

    stage: Stage
    our_days: int
    partner_days: int


class KnownPartnerForm(Given):
    """A partner of the register that is `surely` the one asked about, or may be."""

    reference: str
    legal_name: str
    country: str
    surely: bool
    open_cases: list[str]


class PrecheckForm(Given):
    """The answer, why, what lies ahead, and the policy and lists it rests on."""

    answer: Acceptability
    reasons: list[ReasonForm]
    risk: RiskLevel
    stages: list[ExpectedStageForm]
    left_out: Mapping[Stage, str]
    our_days: int
    partner_days: int
    documents: list[DocumentKindForm]
    known: list[KnownPartnerForm]
    evidence: list[EvidenceNoteForm]
    lists: list[ListForm]
    policy_hash: str

    @classmethod
    def of(cls, found: Precheck, today: date) -> PrecheckForm:
        """Return the answer."""
        outlook = found.outlook
        return cls(
            answer=outlook.answer,
            reasons=[ReasonForm.model_validate(one) for one in outlook.reasons],
            risk=outlook.risk.level,
            stages=[ExpectedStageForm.model_validate(one) for one in outlook.stages],
            left_out=outlook.left_out,
            our_days=outlook.our_days,
            partner_days=outlook.partner_days,
            documents=[DocumentKindForm.model_validate(one) for one in outlook.documents],
            known=[
                KnownPartnerForm(
                    reference=partner_reference(one.known.number),
                    legal_name=one.known.legal_name,
                    country=one.known.country,
                    surely=one.surely,
                    open_cases=[approach.reference for approach in one.known.open_cases],
                )
                for one in found.acquaintances
            ],
            evidence=[EvidenceNoteForm.of(one, today) for one in found.evidence],
            lists=[ListForm.model_validate(one) for one in found.lists],
            policy_hash=found.policy_hash,
        )
