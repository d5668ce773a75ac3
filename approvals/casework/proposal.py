"""What a proposal contains: the form an officer fills, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from approvals.casework.fields import (
    Amount,
    BankProject,
    Country,
    Currency,
    Day,
    Email,
    EuAgreementNumber,
    Form,
    Key,
    Line,
    OfficeCode,
    PartnerAnswer,
    Percent,
    Prose,
    Whole,
)
from approvals.casework.fitting import COMPARED, misfits_across
from approvals.casework.sentences import Place, refuse_all
from approvals.casework.telling import told
from models.case import AgreementForm, Funds, Level
from models.partner import PartnerKind
from models.risk import RiskLevel


class Person(Form):
    """A person the partner names: signatory, contact, board member or owner."""

    name: Line
    function: Line
    email: Email | None = None
    birth_year: Annotated[Whole, Field(ge=1900, le=2030)] | None = None
    nationality: Country | None = None


class PartnerForm(Form):
    """The organisation proposed."""

    legal_name: Line
    short_name: Line
    kind: PartnerKind
    legal_form: Line = Field(description="Such as «foundation under Swiss law»")
    country: Country = Field(description="Country of law")
    address: Prose
    registration_number: Line | None = None
    website: Line | None = None
    parent: Line | None = Field(default=None, description="Parent company or mother organisation")
    aliases: tuple[Line, ...] = Field(default=(), max_length=30, description="Other and former names")
    sector: Key = Field(description="A key of policy/sectors.yaml, such as textiles")
    representative: Person = Field(description="Who signs for the partner")
    contact: Person
    people: tuple[Person, ...] = Field(default=(), max_length=60, description="Board, owners, directors")


class ProjectForm(Form):
    """What the partnership is for."""

    title: Line
    code: Line | None = Field(default=None, description="Project code, such as RAS/26/01/XYZ")
    objective: Prose
    strategy_link: Line = Field(description="The programme outcome or country priority it serves")
    countries: tuple[Country, ...] = Field(min_length=1, max_length=60)
    start_on: Day
    end_on: Day

    @model_validator(mode="after")
    def _ends_after_start(self) -> ProjectForm:
        if self.end_on <= self.start_on:
            refuse_all(
                "project",
                [
                    (
                        ("end_on",),
                        told("{end:date} must be after start_on {start:date}", end=self.end_on, start=self.start_on),
                    )
                ],
            )
        return self


NEW_PARTNER = "new"
"""Said in `partner_is` of an organisation that is none of the similar ones in the register."""


def partner_reference(number: int) -> str:
    """Return how people write the partner of this number: P-12."""
    return f"P-{number}"


def partner_number(reference: str) -> int:
    """Return the number of the partner that people write as P-12."""
    return int(reference.removeprefix("P-"))


class Side(StrEnum):
    """Who does or gives something."""

    ORGANISATION = "organisation"
    PARTNER = "partner"
    BOTH = "both"


class Activity(Form):
    """Something to be done, by whom and by when."""

    title: Line
    responsible: Side
    due_on: Day
    deliverable: Line | None = None


class BudgetLine(Form):
    """A heading of the budget and what it costs."""

    heading: Line
    amount: Amount


class Instalment(Form):
    """A payment: when, on what condition, how much."""

    due_on: Day
    trigger: Line
    amount: Amount


class MoneyForm(Form):
    """The cash side. The budget holds direct costs; support costs come on top at `support_rate` per cent."""

    currency: Currency
    contribution: Amount
    total_cost: Amount | None = Field(default=None, description="Cost of the whole project, if co-financed")
    support_rate: Percent = Decimal(0)
    budget: tuple[BudgetLine, ...] = Field(min_length=1, max_length=3000)
    instalments: tuple[Instalment, ...] = Field(min_length=1, max_length=60)

    @property
    def direct_costs(self) -> Decimal:
        """The sum of the budget lines."""
        return sum((line.amount for line in self.budget), Decimal(0))

    @property
    def support_costs(self) -> Decimal:
        """`support_rate` per cent of the direct costs, rounded half up to the cent."""
        return (self.direct_costs * self.support_rate / 100).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")

    @model_validator(mode="after")
    def _sums_agree(self) -> MoneyForm:
        refuse_all("money", self._disagreements())
        return self

    def _disagreements(self) -> Iterator[tuple[Place, str]]:
        given = self.contribution
        whole = self.direct_costs + self.support_costs
        paid = sum((instalment.amount for instalment in self.instalments), Decimal(0))
        if given <= 0:
            yield ("contribution",), told("must be above zero; leave `money` out when none moves")
        if self.total_cost is not None and self.total_cost < given:
            yield (
                ("total_cost",),
                told("{total:amount} is below the contribution {given:amount}", total=self.total_cost, given=given),
            )
        if whole != given:
            yield (
                ("budget",),
                told(
                    "budget lines {direct:amount} and support costs {support:amount} make {whole:amount}, but the "
                    "contribution is {given:amount}",
                    direct=self.direct_costs,
                    support=self.support_costs,
                    whole=whole,
                    given=given,
                ),
            )
        if paid != given:
            yield (
                ("instalments",),
                told(
                    "instalments sum to {paid:amount}, but the contribution is {given:amount}", paid=paid, given=given
                ),
            )


class InKindItem(Form):
    """A contribution that is not money."""

    item: Line
    quantity: Line
    provided_by: Side
    value: Amount
    valuation_basis: Line
    deliver_on: Day


class EuResult(Form):
    """A line of the logical framework: what is to be seen, how it is measured, from where to where."""

    result: Line
    indicator: Line
    baseline: Line
    target: Line
    source: Line = Field(description="Source of verification")


class EuForm(Form):
    """What only an agreement with the European Union asks for."""

    agreement_number: EuAgreementNumber = Field(description="Such as NDICI-GEO-NEAR/2026/449-592")
    financing_instrument: Literal["NDICI", "IPA III", "ECHO", "other"]
    financing_decision: Line
    report_every_months: Annotated[Whole, Field(ge=1, le=24)] = 12
    final_report_within_months: Annotated[Whole, Field(ge=1, le=12)] = 6
    under_framework: bool = Field(default=True, description="The EU–UN Framework Agreement (FAFA) applies")
    retroactive_reason: Line | None = Field(
        default=None, description="Why the EU accepts costs before entry into force; left out: it accepts none"
    )
    grants_per_recipient: Amount | None = Field(
        default=None, description="Highest grant to one third party; left out: there are no grants"
    )
    results: tuple[EuResult, ...] = Field(default=(), max_length=100, description="The logical framework")


class Output(Form):
    """Something we deliver under a World Bank agreement for outputs, and how it is accepted."""

    title: Line
    quantity: Line = Field(description="Such as «12 workshops»")
    specification: Line = Field(description="What the output must be, so that it can be examined")
    acceptance: Line = Field(description="What is examined at hand-over, and by whom")
    place: Line = Field(description="Where it is handed over")
    due_on: Day


class WorldBankForm(Form):
    """What only a World Bank form asks for. The party is the borrower's agency; the Bank is not a party."""

    borrower_country: Country
    implementing_agency: Line
    financing_kind: Literal["loan", "credit", "grant", "trust_fund"]
    financing_number: Line = Field(description="Such as IDA-6512-XX")
    financing_signed_on: Day
    closing_on: Day = Field(description="Closing date of the loan, credit or grant")
    bank_project_id: BankProject
    bank_project_name: Line
    form: AgreementForm = Field(description="technical_assistance for advice, outputs for goods, works and services")
    no_objection_on: Day | None = Field(default=None, description="When the Bank stated that it has no objection")
    outputs: tuple[Output, ...] = Field(
        default=(), max_length=200, description="For the form outputs: what is handed over"
    )
    includes_works: bool = Field(default=False, description="Outputs are built or repaired")
    defects_months: Annotated[Whole, Field(ge=1, le=36)] = Field(
        default=12, description="For so many months after acceptance we remedy defects"
    )


class UnForm(Form):
    """What only a transfer between two agencies of the United Nations asks for. Who receives is accountable."""

    donor: Line | None = Field(default=None, description="Who gave the money to the agency that passes it on")
    in_joint_programme: bool = Field(
        default=False, description="The transfer is part of a joint programme, which has agreements of its own"
    )
    report_every_months: Annotated[Whole, Field(ge=1, le=24)] = 12
    final_report_within_months: Annotated[Whole, Field(ge=1, le=12)] = 6
    equipment_goes_to: Literal["recipient", "contributor", "beneficiaries"] = Field(
        default="recipient", description="Whose the equipment is when the activities are completed"
    )
    sub_recipients: bool = Field(
        default=False, description="The recipient may entrust activities to partners of its own"
    )
    next_after_spent_percent: Percent = Field(
        default=Decimal(70), description="Share of the funds received to be spent before the next instalment (UNAIDS)"
    )
    balance_returned_above_usd: Amount = Field(
        default=Decimal(1000), description="An unspent balance above this is returned (UNAIDS)"
    )


class Document(Form):
    """A supporting document in the officer's hands; `kind` is a key of policy/requirements.yaml."""

    kind: Key
    title: Line
    dated_on: Day


class ProposalForm(Form):
    """A proposed partnership, as an officer submits it."""

    title: Line
    language: Literal["en", "fr", "es"] = "en"
    office: OfficeCode = Field(description="Code of your office")
    level: Level
    funds: Funds
    requested_by: Email | None = Field(default=None, description="A colleague who asked for it")
    partner: PartnerForm
    partner_is: PartnerAnswer | None = Field(
        default=None,
        description="If the register holds a similar name: the partner it is, such as P-12, or «new» if it is none",
    )
    project: ProjectForm
    activities: tuple[Activity, ...] = Field(min_length=1, max_length=200)
    money: MoneyForm | None = None
    in_kind: tuple[InKindItem, ...] = Field(default=(), max_length=200)
    focal_point: Person = Field(description="The officer who answers for the partnership")
    emblem_use: Literal["none", "case_by_case", "schedule"] = "none"
    ip_owner: Literal["organisation", "joint", "each"] = Field(
        default="each",
        description="To whom belongs what is produced: the organisation, both jointly, or each its own",
    )
    personal_data: bool = False
    beneficiary_contact: bool = False
    criteria: dict[Key, bool] = Field(
        default_factory=dict,
        max_length=100,
        description="Answers to the exclusion criteria: true where the partner is involved",
    )
    risk_factors: dict[Key, RiskLevel] = Field(
        default_factory=dict, max_length=100, description="Your assessment of risk factors"
    )
    documents: tuple[Document, ...] = Field(default=(), max_length=100)
    eu: EuForm | None = None
    world_bank: WorldBankForm | None = None
    un: UnForm | None = None

    @model_validator(mode="after")
    def _parts_fit_together(self) -> ProposalForm:
        refuse_all("proposal", misfits_across(self.model_dump(include=COMPARED)))
        return self

    @property
    def currency(self) -> str:
        """Currency of the contributions; in-kind items without cash are valued in US dollars."""
        return self.money.currency if self.money else "USD"

    @property
    def form(self) -> AgreementForm | None:
        """Which of the partner's forms of agreement is asked for; None where the partner has only one."""
        return self.world_bank.form if self.world_bank else None

    @property
    def amount(self) -> Decimal:
        """Cash and in-kind contributions together, in `currency`."""
        in_kind = sum((item.value for item in self.in_kind), Decimal(0))
        return in_kind + (self.money.contribution if self.money else 0)
