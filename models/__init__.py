"""The facts: tables and their words, one noun a file. Nothing here writes."""

from models.account import Identity, Invitation, Password
from models.agreement import Agreement, Origin, StoredFile
from models.amendment import Amendment, AmendmentKind, Handling
from models.anchor import Anchor
from models.answer import ApiAnswer
from models.assessment import Ending, EntityAssessment
from models.attachment import Attachment
from models.attempt import AttemptCount
from models.base import metadata
from models.calendar import CalendarDay, DayKind
from models.case import ENDS, AgreementForm, Case, Funds, Level, Stage
from models.clearing import ClearedHit
from models.clock_stop import BY_PEOPLE, ClockStop, StopKind
from models.comment import CaseComment
from models.decision import Decision, Outcome
from models.digest import Digest
from models.draft import Draft, DraftPurpose
from models.event import Event, PersonalPart
from models.evidence import EvidenceKind, PartnerEvidence
from models.flag import FlagState, FlagStep, PartnerFlag
from models.forecast import Forecast, ForecastBasis
from models.obligation import Obligation
from models.office import Office, OfficeKind, Weekday
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
from models.restriction import CaseReading, CaseRestriction
from models.risk import RiskLevel
from models.screening import Finding, Screening, Verdict
from models.session import DeskSession, SessionEnding, SignInMethod
from models.substitution import Substitution
from models.task import LIVE, Task, TaskKind, TaskState
from models.template import TemplateState, TemplateVersion
from models.times import CaseTime, CountedUpTo, OfficeDay, StageTime, TaskEnd, TaskTime
from models.token import ApiToken, TokenScope
from models.user import Language, Role, User
from models.watchlist import FetchOutcome, ListedEntry, WatchlistFetch, WatchlistPart, WatchlistVersion

__all__ = [
    "BY_PEOPLE",
    "ENDS",
    "LIVE",
    "Agreement",
    "AgreementForm",
    "Amendment",
    "AmendmentKind",
    "Anchor",
    "ApiAnswer",
    "ApiToken",
    "Attachment",
    "AttemptCount",
    "CalendarDay",
    "Case",
    "CaseComment",
    "CaseReading",
    "CaseRestriction",
    "CaseTime",
    "Channel",
    "ClearedHit",
    "ClockStop",
    "CountedUpTo",
    "DayKind",
    "Decision",
    "DeskSession",
    "Digest",
    "Draft",
    "DraftPurpose",
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
    "PersonalPart",
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
    "StopKind",
    "StoredFile",
    "Substitution",
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
    "Weekday",
    "metadata",
]
