"""`policy/organisation.yaml`: who we are: name, offices, money, calendars, validity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import Field

from approvals.casework.policy.rule import OneOf, PolicyFile, PolicyPart, Rule
from models.assessment import Ending
from models.office import OfficeKind
from models.partner import PartnerKind
from models.risk import RiskLevel


class OfficeEntry(PolicyPart):
    """An office and the office it answers to."""

    code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,29}$")]
    name: str
    in_agreements: Mapping[str, str] = Field(
        default_factory=dict,
        description="By language, as it stands after «acting through»; left out: the name",
    )
    kind: OfficeKind
    parent: str | None = None
    countries: tuple[str, ...] = ()
    time_zone: str | None = Field(
        default=None, description="Where an installation begins; the office's own calendar wins. Left out: UTC"
    )
    closed_on: tuple[date, ...] = Field(
        default=(), description="Days the office does not work; what its own calendar says of a day wins"
    )


class Identity(PolicyPart):
    """The organisation as it stands in the parties clause of its agreements."""

    name: Mapping[str, str] = Field(description="By language")
    short_name: str
    legal_basis: Mapping[str, str] = Field(description="By language")
    address: str
    signatory_name: str
    signatory_title: Mapping[str, str] = Field(description="By language")
    name_with_article: Mapping[str, str] = Field(
        default_factory=dict,
        description="By language, as the name runs in a sentence («For the …»); left out: the name",
    )


class UnTransferRules(Rule):
    """How a transfer between agencies of the United Nations is paid."""

    full_advance_below_usd: Annotated[Decimal, Field(gt=0)]
    full_advance_below_months: Annotated[int, Field(ge=1, le=60)]
    first_instalment_max_percent: Annotated[Decimal, Field(gt=0, le=100)]
    """Of the contribution, where it is not both small and short enough to be paid in full at once."""


class MoneyRules(Rule):
    """Rates that agreements and limits are reckoned with."""

    usd_rates: Mapping[str, Annotated[Decimal, Field(gt=0)]] = Field(
        description="US dollars for one unit of each currency, for limits only"
    )
    max_support_rates: Mapping[PartnerKind, Annotated[Decimal, Field(ge=0, le=100)]]
    """Highest rate of support costs an agreement of this kind may carry, in per cent."""
    world_bank_outputs_months_before_closing: Annotated[int, Field(ge=0, le=24)] | None = None
    """So many months before the financing closes must an outputs agreement be completed; None: not checked."""
    un_transfer: UnTransferRules | None = None


class Validity(Rule):
    """How long an approval of a partner stands before it must be reviewed."""

    months_by_risk: Mapping[RiskLevel, Annotated[int, Field(ge=1, le=120)]]
    ended_by: OneOf[Ending] = Field(
        default=frozenset(Ending), description="What ends the assessment of a partner before; left out: everything"
    )
    evidence_months: Annotated[int, Field(ge=1, le=120)] = Field(
        default=24, description="How long the assessment of another agency is shown as valid at most"
    )


class Organisation(PolicyFile):
    """The facts about ourselves that rules and agreements use."""

    identity: Identity
    offices: tuple[OfficeEntry, ...] = Field(min_length=1)
    money: MoneyRules
    validity: Validity

    def office(self, code: str) -> OfficeEntry | None:
        """Return the office with this code, or None."""
        return next((office for office in self.offices if office.code == code), None)

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together, as sentences."""
        codes = [office.code for office in self.offices]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield f"offices: «{code}» is given twice"
        for office in self.offices:
            parent = self.office(office.parent) if office.parent is not None else None
            if office.parent is not None and parent is None:
                yield f"offices: «{office.code}» answers to «{office.parent}», which is not listed"
            if parent is not None and parent.kind.rank <= office.kind.rank:
                yield f"offices: «{office.code}» answers to «{parent.code}», which is not above it"
            if office.parent is None and office.kind is not OfficeKind.HEADQUARTERS:
                yield f"offices: «{office.code}» needs a parent"
        for office in self.offices:
            if office.time_zone is not None and office.time_zone not in available_timezones():
                yield f"offices: «{office.code}» has no known time zone, «{office.time_zone}»; write Africa/Dakar"
        for level in RiskLevel:
            if level not in self.validity.months_by_risk:
                yield f"validity: months_by_risk lacks «{level}»"
        if "USD" not in self.money.usd_rates:
            yield "money: usd_rates lacks «USD», in which gifts in kind are valued"
        for kind in PartnerKind:
            if kind not in self.money.max_support_rates:
                yield f"money: max_support_rates lacks «{kind}»"
