"""The facts: tables and their words, one noun a file. Nothing here writes."""

from models.account import Identity, Invitation, Password
from models.agreement import Agreement, Origin, StoredFile
from models.amendment import Amendment, AmendmentKind, Handling
from models.assessment import Ending, EntityAssessment
from models.attempt import AttemptCount
from models.base import metadata
from models.case import ENDS, AgreementForm, Case, Funds, Level, Stage
from models.clearing import ClearedHit
from models.decision import Decision, Outcome
from models.event import Event
from models.evidence import EvidenceKind, PartnerEvidence
from models.flag import FlagState, FlagStep, PartnerFlag
from models.forecast import Forecast, ForecastBasis
from models.obligation import Obligation
from models.office import Office, OfficeKind
from models.outbox import Channel, OutboxMessage
from models.partner import (
    IdentifierKind,
    Partner,
    PartnerIdentifier,
    PartnerKind,
    PartnerName,
    PartnerNameKind,
    PartnerPerson,
)
from models.policy import PolicyPublication, PolicyVersion
from models.proposal import Proposal
from models.reference import ReferenceCounter
from models.rescreening import Rescreening
from models.risk import RiskLevel
from models.screening import Finding, Screening, Verdict
from models.session import DeskSession, SessionEnding, SignInMethod
from models.task import LIVE, Task, TaskKind, TaskState
from models.template import TemplateState, TemplateVersion
from models.times import CaseTime, CountedUpTo, OfficeDay, StageTime, TaskEnd, TaskTime
from models.token import ApiToken, TokenScope
from models.user import Language, Role, User
from models.watchlist import FetchOutcome, ListedEntry, WatchlistFetch, WatchlistPart, WatchlistVersion

__all__ = [
    "ENDS",
    "LIVE",
    "Agreement",
    "AgreementForm",
    "Amendment",
    "AmendmentKind",
    "ApiToken",
    "AttemptCount",
    "Case",
    "CaseTime",
    "Channel",
    "ClearedHit",
    "CountedUpTo",
    "Decision",
    "DeskSession",
    "Ending",
    "EntityAssessment",
    "Event",
    "EvidenceKind",
    "FetchOutcome",
    "Finding",
    "FlagState",
    "FlagStep",
    "Forecast",
    "ForecastBasis",
    "Funds",
    "Handling",
    "IdentifierKind",
    "Identity",
    "Invitation",
    "Language",
    "Level",
    "ListedEntry",
    "Obligation",
    "Office",
    "OfficeDay",
    "OfficeKind",
    "Origin",
    "OutboxMessage",
    "Outcome",
    "Partner",
    "PartnerEvidence",
    "PartnerFlag",
    "PartnerIdentifier",
    "PartnerKind",
    "PartnerName",
    "PartnerNameKind",
    "PartnerPerson",
    "Password",
    "PolicyPublication",
    "PolicyVersion",
    "Proposal",
    "ReferenceCounter",
    "Rescreening",
    "RiskLevel",
    "Role",
    "Screening",
    "SessionEnding",
    "SignInMethod",
    "Stage",
    "StageTime",
    "StoredFile",
    "Task",
    "TaskEnd",
    "TaskKind",
    "TaskState",
    "TaskTime",
    "TemplateState",
    "TemplateVersion",
    "TokenScope",
    "User",
    "Verdict",
    "WatchlistFetch",
    "WatchlistPart",
    "WatchlistVersion",
    "metadata",
]
