"""The facts: tables and their words, one noun a file. Nothing here writes."""

from models.agreement import Agreement, Origin, StoredFile
from models.amendment import Amendment, AmendmentKind, Handling
from models.assessment import Ending, EntityAssessment
from models.base import metadata
from models.case import ENDS, AgreementForm, Case, Funds, Level, Stage
from models.clearing import ClearedHit
from models.decision import Decision, Outcome
from models.event import Event
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
from models.task import LIVE, Task, TaskKind, TaskState
from models.template import TemplateState, TemplateVersion
from models.times import CaseTime, CountedUpTo, OfficeDay, StageTime, TaskEnd, TaskTime
from models.user import Role, User
from models.watchlist import FetchOutcome, ListedEntry, WatchlistFetch, WatchlistPart, WatchlistVersion

__all__ = [
    "ENDS",
    "LIVE",
    "Agreement",
    "AgreementForm",
    "Amendment",
    "AmendmentKind",
    "Case",
    "CaseTime",
    "Channel",
    "ClearedHit",
    "CountedUpTo",
    "Decision",
    "Ending",
    "EntityAssessment",
    "Event",
    "FetchOutcome",
    "Finding",
    "FlagState",
    "FlagStep",
    "Forecast",
    "ForecastBasis",
    "Funds",
    "Handling",
    "IdentifierKind",
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
    "PartnerFlag",
    "PartnerIdentifier",
    "PartnerKind",
    "PartnerName",
    "PartnerNameKind",
    "PartnerPerson",
    "PolicyPublication",
    "PolicyVersion",
    "Proposal",
    "ReferenceCounter",
    "Rescreening",
    "RiskLevel",
    "Role",
    "Screening",
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
    "User",
    "Verdict",
    "WatchlistFetch",
    "WatchlistPart",
    "WatchlistVersion",
    "metadata",
]
