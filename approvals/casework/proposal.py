"""What a proposal contains: the form an officer fills, part by part."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from models.base import MAX_AMOUNT
from models.case import Funds, Level
from models.partner import PartnerKind
from models.risk import RiskLevel

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


def _plain(value: str) -> str:
    """Refuse characters that no keyboard types and no document shows; fold the rest to one spelling (NFC)."""
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs", "Co") and character not in "\n\t":
            raise ValueError(f"holds a control character (U+{ord(character):04X}); type the text again without it")
    return unicodedata.normalize("NFC", value).strip()


def _not_empty(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return value


def _calendar_day(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise ValueError(f"{value.isoformat()} is not between {EARLIEST.year} and {LATEST.year}")
    return value


def _exact(value: Any) -> Any:
    """Money is read from its digits, never through binary fractions: YAML's 0.1 would no longer be 0.1."""
    return Decimal(repr(value)) if isinstance(value, float) else value


Line = Annotated[str, Field(max_length=300, strict=True), AfterValidator(_plain), AfterValidator(_not_empty)]
"""A text of one line."""
Prose = Annotated[str, Field(max_length=10_000, strict=True), AfterValidator(_plain), AfterValidator(_not_empty)]
"""A text of one or more paragraphs."""
Day = Annotated[date, AfterValidator(_calendar_day)]
Amount = Annotated[
    Decimal, BeforeValidator(_exact), Field(ge=0, le=MAX_AMOUNT, decimal_places=2, allow_inf_nan=False)
]
Percent = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Form(BaseModel):
    """A part of the proposal: nothing unknown is let in, nothing is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Form):
    """A person the partner names: signatory, contact, board member or owner."""

    name: Line
    function: Line
    email: Email | None = None
    birth_year: Annotated[int, Field(ge=1900, le=2030)] | None = None
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
            raise ValueError(f"end_on {self.end_on} must be after start_on {self.start_on}")
        return self


class Side(StrEnum):
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
        if self.contribution <= 0:
            raise ValueError("contribution must be above zero; leave `money` out when none moves")
        whole = self.direct_costs + self.support_costs
        if whole != self.contribution:
            raise ValueError(
                f"budget lines {self.direct_costs} and support costs {self.support_costs} "
                f"make {whole}, but the contribution is {self.contribution}"
            )
        paid = sum((instalment.amount for instalment in self.instalments), Decimal(0))
        if paid != self.contribution:
            raise ValueError(f"instalments sum to {paid}, but the contribution is {self.contribution}")
        if self.total_cost is not None and self.total_cost < self.contribution:
            raise ValueError(f"total_cost {self.total_cost} is below the contribution {self.contribution}")
        return self


class InKindItem(Form):
    """A contribution that is not money."""

    item: Line
    quantity: Line
    provided_by: Side
    value: Amount
    valuation_basis: Line
    deliver_on: Day


class EuForm(Form):
    """What only an agreement with the European Union asks for."""

    agreement_number: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]+/\d{4}/\d{3}-\d{3}$")] = Field(
        description="Such as NDICI-GEO-NEAR/2026/449-592"
    )
    financing_instrument: Literal["NDICI", "IPA III", "ECHO", "other"]
    financing_decision: Line
    report_every_months: Annotated[int, Field(ge=1, le=24)] = 12
    final_report_within_months: Annotated[int, Field(ge=1, le=12)] = 6


class WorldBankForm(Form):
    """What only a World Bank form asks for. The party is the borrower's agency; the Bank is not a party."""

    borrower_country: Country
    implementing_agency: Line
    financing_kind: Literal["loan", "credit", "grant", "trust_fund"]
    financing_number: Line = Field(description="Such as IDA-6512-XX")
    financing_signed_on: Day
    closing_on: Day = Field(description="Closing date of the loan, credit or grant")
    bank_project_id: Annotated[str, Field(pattern=r"^P\d{6}$")]
    bank_project_name: Line
    form: Literal["technical_assistance", "outputs"]


class Document(Form):
    """A supporting document in the officer's hands; `kind` is a key of policy/requirements.yaml."""

    kind: Key
    title: Line
    dated_on: Day


class ProposalForm(Form):
    """A proposed partnership, as an officer submits it."""

    title: Line
    language: Literal["en", "fr", "es"] = "en"
    office: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,29}$")] = Field(description="Code of your office")
    level: Level
    funds: Funds
    requested_by: Email | None = Field(default=None, description="A colleague who asked for it")
    partner: PartnerForm
    project: ProjectForm
    activities: tuple[Activity, ...] = Field(min_length=1, max_length=200)
    money: MoneyForm | None = None
    in_kind: tuple[InKindItem, ...] = Field(default=(), max_length=200)
    focal_point: Person = Field(description="The officer who answers for the partnership")
    emblem_use: Literal["none", "case_by_case", "schedule"] = "none"
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

    @model_validator(mode="after")
    def _parts_fit_together(self) -> ProposalForm:
        faults = list(self._misfits())
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _misfits(self) -> list[str]:
        """Return what does not fit across parts, each as a sentence that names the fields."""
        kind, project, money = self.partner.kind, self.project, self.money
        late = [a.title for a in self.activities if not project.start_on <= a.due_on <= project.end_on]
        rules = [
            (
                money is None and self.funds is not Funds.NONE,
                f"funds is «{self.funds}», but `money` is missing",
            ),
            (money is not None and self.funds is Funds.NONE, "funds is «none», but `money` is given"),
            ((self.eu is None) == (kind is PartnerKind.EUROPEAN_UNION), _needed("eu", "european_union")),
            (
                (self.world_bank is None) == (kind is PartnerKind.WORLD_BANK),
                _needed("world_bank", "world_bank"),
            ),
            (bool(late), f"due_on outside the project's dates for: {', '.join(late)}"),
        ]
        return [sentence for broken, sentence in rules if broken]

    @property
    def currency(self) -> str:
        """Currency of the contributions; in-kind items without cash are valued in US dollars."""
        return self.money.currency if self.money else "USD"

    @property
    def amount(self) -> Decimal:
        """Cash and in-kind contributions together, in `currency`."""
        in_kind = sum((item.value for item in self.in_kind), Decimal(0))
        return in_kind + (self.money.contribution if self.money else 0)


def _needed(part: str, kind: str) -> str:
    return f"`{part}` must be given when partner.kind is «{kind}», and only then"
