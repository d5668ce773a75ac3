"""A case: a proposed partnership on its way from proposal to signed agreement."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models import base
from models.risk import RiskLevel


class Stage(StrEnum):
    """Where a case is in its life. The last seven are ends."""

    DRAFT = "draft"
    SCREENING = "screening"
    SCREENING_REVIEW = "screening_review"
    DUE_DILIGENCE = "due_diligence"
    CONSULTATION = "consultation"
    DECISION = "decision"
    DRAFTING = "drafting"
    LEGAL_REVIEW = "legal_review"
    NEGOTIATION = "negotiation"
    CLEARANCE = "clearance"
    SIGNATURE = "signature"
    IN_FORCE = "in_force"
    EFFECTIVE = "effective"  #: an amendment that took effect: the case it amends carries it from then on
    STOPPED = "stopped"  #: screening or an exclusion criterion forbids the partnership
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  #: the other side did not answer in time
    ENDED = "ended"  #: was in force and has come to its end
    DISCARDED = "discarded"  #: a draft thrown away before submission


ENDS = frozenset(
    {
        Stage.EFFECTIVE,
        Stage.STOPPED,
        Stage.DECLINED,
        Stage.WITHDRAWN,
        Stage.LAPSED,
        Stage.ENDED,
        Stage.DISCARDED,
    }
)


class Level(StrEnum):
    """The programming level a partnership belongs to (resource mobilization strategy, paragraphs 31–41)."""

    COUNTRY = "country"
    REGIONAL = "regional"
    GLOBAL = "global"


class Funds(StrEnum):
    """Which way money moves."""

    RECEIVING = "receiving"
    GIVING = "giving"
    NONE = "none"


class AgreementForm(StrEnum):
    """Which of its forms of agreement a partner asks for that has several, as the World Bank has."""

    TECHNICAL_ASSISTANCE = "technical_assistance"  #: we give advice
    OUTPUTS = "outputs"  #: we deliver goods, works and services, and hand them over


class Case(SQLModel, table=True):
    """A proposed partnership on its way. What the officer wrote stands in `Proposal`, frozen."""

    __tablename__ = "approval_case"  # "case" is a word of SQL
    __table_args__ = (
        UniqueConstraint("submitted_by", "submission_key"),
        Index("ix_approval_case_stage", "stage"),
        # Two amendments at once would each be judged without the other, and slip under a limit together.
        Index(
            "uq_approval_case_open_amendment",
            "amends",
            unique=True,
            postgresql_where=text("amends IS NOT NULL AND closed_at IS NULL"),
        ),
        CheckConstraint("stage <> 'effective' OR amends IS NOT NULL", name="only_an_amendment_is_effective"),
        CheckConstraint(
            "amends IS NULL OR stage NOT IN ('in_force', 'ended')", name="an_amendment_is_no_partnership"
        ),
    )

    id: int | None = Field(default=None, sa_column=base.number("Number of the case"))
    reference: str = Field(sa_column=base.text("PA-year-number; no gaps, no doubles", unique=True))
    submission_key: str = Field(sa_column=base.text("Chosen by the sender, so that sending twice makes one case"))
    title: str = Field(sa_column=base.text("Title of the partnership"))
    partner_id: int = Field(sa_column=base.reference_to("partner.id", "The partner proposed"))
    office_code: str = Field(sa_column=base.reference_to("office.code", "The office that proposes"))
    submitted_by: int = Field(sa_column=base.reference_to("user_account.id", "Who submitted"))
    requested_by: int | None = Field(
        default=None,
        sa_column=base.reference_to("user_account.id", "Who asked for it, if somebody else", nullable=True),
    )
    amends: int | None = Field(
        default=None,
        sa_column=base.reference_to(
            "approval_case.id", "The case in force this one amends; empty: a new partnership", nullable=True
        ),
    )
    level: Level = Field(sa_column=base.choice(Level, "Country, regional or global"))
    funds: Funds = Field(sa_column=base.choice(Funds, "Which way money moves"))
    currency: str = Field(max_length=3, sa_column_kwargs={"comment": "Currency of `amount`, three letters"})
    amount: Decimal = Field(sa_column=base.money("Cash and in-kind contributions together"))
    amount_usd: Decimal = Field(sa_column=base.money("`amount` at the policy's rate, for limits only"))
    stage: Stage = Field(sa_column=base.choice(Stage, "Where the case is"))
    leg: int = Field(
        default=1,
        sa_column=Column(
            Integer,
            nullable=False,
            comment="Counts entries into stages; tasks of earlier legs no longer count",
        ),
    )
    proposal_version: int = Field(default=1, sa_column_kwargs={"comment": "The proposal version in force"})
    agreement_version: int | None = Field(
        default=None,
        sa_column_kwargs={"comment": "The version of the agreement that stands; empty: none does"},
    )
    policy_hash: str = Field(sa_column=base.reference_to("policy_version.sha256", "The policy it started with"))
    risk: RiskLevel | None = Field(
        default=None, sa_column=base.choice(RiskLevel, "Overall risk level, once known", nullable=True)
    )
    decision_level: str | None = Field(
        default=None,
        sa_column=Column(Text, comment="Role that must decide; rises with an objection or a referral"),
    )
    conditions: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=base.document("Conditions attached by due diligence and decision")
    )
    stage_opened_at: datetime = Field(sa_column=base.moment("When the case entered its stage"))
    submitted_at: datetime = Field(sa_column=base.moment("When the case was submitted"))
    closed_at: datetime | None = Field(
        default=None, sa_column=base.moment("When the case came to an end", nullable=True)
    )
    problem: str | None = Field(
        default=None,
        sa_column=base.text("Why the machine cannot carry the case on, in words; empty when it can", nullable=True),
    )

    @property
    def is_open(self) -> bool:
        """The case has neither come to an end nor entered into force."""
        return self.stage not in ENDS and self.stage is not Stage.IN_FORCE
