"""The words in which people read stages, outcomes and events. Every door uses these, so that all say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from approvals.casework.outcomes import NEEDS_HASH, NOT_OF_AMENDMENTS, OUTCOMES, Answer, faults_of
from approvals.casework.words import Say, in_english, in_words
from models.decision import Outcome
from models.task import TaskKind

__all__ = [
    "ANSWER_TO", "MEANINGS", "OF_A_UNIT", "SENTENCES", "Say", "choices", "happening", "in_english", "in_words",
    "needs", "slot_in_words",
]  # fmt: skip

_O = Outcome

MEANINGS: Mapping[Outcome, str] = {
    _O.CLEARED: "nothing stands against it; the case goes on",
    _O.CONFIRMED_HIT: "the finding stands; the case is stopped",
    _O.ASSESSED: "the partner's risk level is set; the case goes on",
    _O.SUPPORT: "your unit supports it",
    _O.NO_VIEW: "your unit has nothing to say to it",
    _O.RESERVATION: "your unit has doubts, which the decision maker will read",
    _O.OBJECTION: "your unit is against it; the decision then lies one level higher",
    _O.APPROVE: "approved; the case goes on",
    _O.APPROVE_WITH_CONDITIONS: "approved, if the conditions are met; they are written into the agreement",
    _O.LIMITED_SCOPE: "approved, but for less than was proposed",
    _O.REFER_UP: "the next higher level decides",
    _O.DECLINE: "decided against; the case ends, and what is in force stays as it is",
    _O.CLEAR_WITH_EDITS: "cleared with the changes in the Word file; the partner gets the new text",
    _O.REFUSE: "this text cannot stand: our own ends the case, the partner's changes go back to the partner",
    _O.AGREED: "the partner agrees to the text as sent",
    _O.CHANGED: "the partner sent the Word file back with changes; it goes to legal review",
    _O.WITHDRAWN: "given up; the case ends, and what is in force stays as it is",
    _O.SIGNED: "the agreement was signed",
    _O.ANSWERED: "the answer goes to those who asked; the case resumes at the same stage",
    _O.REDRAFT: "the template was mended; the agreement is drafted again",
    _O.RETURN: "the officer must first answer your question; then it comes back to you",
}
"""What each outcome says and does."""

_GIVEN_AS = {
    "reason": "a reason",
    "risk": "the risk level",
    "conditions": "at least one condition",
    "file": "the Word file",
}


def slot_in_words(slot: str, say: Say = in_english) -> str:
    """Return the name of a slot as people write it: `answer:consultation:finance` as "answer to finance"."""
    first, _, rest = slot.partition(":")
    if first == "answer":
        return say(ANSWER_TO).format(say(in_words(rest.rpartition(":")[2])))
    named = say(in_words(first))
    return say(OF_A_UNIT).format(named, say(in_words(rest))) if rest else named


ANSWER_TO, OF_A_UNIT = "answer to {}", "{}, {}"
"""How the words of a slot are put together."""


def needs(kind: TaskKind, outcome: Outcome) -> list[str]:
    """Return what must be given with `outcome` for a task of this kind, as people say it; empty if nothing must."""
    missing = [_GIVEN_AS[fault.path] for fault in faults_of(kind, Answer(outcome))]
    if kind in NEEDS_HASH and outcome is Outcome.SIGNED:
        missing.append("the digest of the signed version")
    return missing


def choices(kind: TaskKind, *, of_an_amendment: bool = False) -> list[tuple[Outcome, str, list[str]]]:
    """Return every outcome a task of this kind allows, with its meaning and what must be given with it."""
    refused = NOT_OF_AMENDMENTS if of_an_amendment else frozenset()
    return [
        (outcome, MEANINGS[outcome], needs(kind, outcome)) for outcome in OUTCOMES[kind] if outcome not in refused
    ]


SENTENCES: Mapping[str, str] = {
    "ProposalSubmitted": "submitted the proposal",
    "ProposalRevised": "submitted version {version} of the proposal",
    "CaseScreened": "screened: {verdict}, risk {risk}; now {to}",
    "TaskOpened": "asks for {slot}, by {due_on}",
    "TaskClaimed": "took {slot}",
    "TaskReleased": "gave {slot} back",
    "TaskHandedOver": "handed {slot} over to {colleague}: {reason}",
    "TaskEscalated": "opened {slot} to {opened_to}, as nobody had answered",
    "SubstitutesLetIn": "let standing substitutes take {slot}, as it is overdue",
    "DueDateRecounted": "counted the last day of {slot} anew: {to_day} instead of {from_day}; {because}",
    "ClockStopped": "stopped the clock ({why}) until {until_on}: {reason}",
    "ClockResumed": "let the clock run again: {reason}",
    "CalendarSeeded": "entered the public holidays of {country} for {office}",
    "CalendarDaySet": "entered {day} for {office}: {kind}, {name}",
    "WeekendSet": "changed the weekend of {office}",
    "TimeZoneSet": "changed the time zone of {office} to {zone}",
    "DigestChosen": "chose how to be reminded",
    "DigestWritten": "wrote a digest of {tasks} tasks",
    "SubstituteNamed": "named {substitute} as substitute for {absent}, {from_on} to {until_on}",
    "SubstitutionEnded": "ended the substitution of {absent} by {substitute}",
    "TaskOverdue": "reminds of {slot}, due {due_on}",
    "DecisionTaken": "{slot}: {outcome}",
    "SilenceAccepted": "nobody answered {slot} in time: {outcome}",
    "StagePassed": "{from} done; now {to}",
    "AgreementDrafted": "drafted version {version} of the agreement; now {to}",
    "AgreementReceived": "sent version {version} of the agreement",
    "FileRefused": "sent a file that was stopped at the gate ({size_bytes} bytes, digest {sha256:.12}): {reason}",
    "DocumentAttached": "added the document {title} ({file_name})",
    "Amended": "amended by {amendment} ({kind}, {handling}); version {version} of the proposal is in force",
    "ObligationsRegistered": "entered {count} obligations into the register",
    "CaseRestarted": "the new proposal changes what the case rests on; it starts again at {to}",
    "RedraftStarted": "the new proposal changes the agreement; it is drafted again",
    "HitOnChangedList": "a new hit on {source}, a list that changed; it starts again at {to}",
    "PartnershipQuestioned": "a new hit on {source}, a list that changed; a screening officer must look",
    "HitsLifted": "the new hits were cleared; the partnership goes on",
    "PartnershipStopped": "the partnership has come to an end: a new hit on a list stands, or the officer gave it up",
    "RescreeningStarted": "began to compare live partners with {entries} new entries of {source}",
    "PartnersRescreened": "compared the partners of {cases} live cases with {source}: {hits} new hits",
    "CaseWithdrawn": "withdrew the proposal: {reason}",
    "PartnershipEnded": "ended the partnership: {reason}",
    "CaseLapsed": "{slot} was not answered in time; the case lapsed",
    "ProblemFound": "cannot go on: {problem}",
    "UserSaved": "entered a person",
    "AccountClosed": "closed an account",
    "PartnerNameAdded": "entered the name {name} of {partner}",
    "PartnerIdentifierAdded": "entered the number {value} ({identifier}) of {partner}",
    "PartnerPersonAdded": "entered {name}, {function} of {partner}",
    "PartnerParentSet": "put {partner} under {to}",
    "EvidenceRecorded": "recorded evidence {evidence} on {partner}: {agency}, {evidence_kind} of {made_on}",
    "EvidenceWithdrawn": "withdrew evidence {evidence} on {partner}: {reason}",
    "PartnerExported": "exported the record of {partner} with {people} people ({scope})",
    "FlagRaised": "put flag {flag} ({to}) on {partner}: {subject}",
    "FlagMoved": "brought flag {flag} on {partner} from {from} to {to}: {reason}",
    "PartnerPrechecked": "asked whether {name} is acceptable: {answer}",
    "PolicyProposed": "proposed the policy {policy_hash:.12}: {reason}",
    "PolicyPublished": "published the policy {policy_hash:.12}",
    "TemplateProposed": "proposed version {version} of the template {family} ({language})",
    "TemplatePublished": "published version {version} of the template {family} ({language})",
    "AnchorNoted": "noted the head of the trail: event {event}, digest {digest:.12}",
    "PersonalDataErased": "erased what event {event} said of persons: {reason}",
    "CaseRestricted": "restricted the case: {reason}",
    "RestrictionLifted": "lifted the restriction of the case: {reason}",
    "CaseBundled": "wrote the bundle of {reference}",
    "EventsExported": "exported events as {format}",
    "CaseRead": "read the case, which is restricted",
    "ListGrewTooOld": "told administrators that the list {source} is {age_days} days old",
    "ListMissing": "told administrators that the required list {source} was never imported",
    "ListImported": "imported the list {source}, {entries} entries",
    "CommentWritten": "commented on the clause «{clause}»",
    "CommentResolved": "resolved a comment",
    "CommentReopened": "reopened a comment",
    "CommentsNoted": "took note of the comments",
    "(on the case)": "commented on the case",
    "(answer)": "answered a comment",
    "(passed over)": "{from} passed over ({passed_over_by})",
    "(takes effect)": "the amendment takes effect",
    "(nobody above)": "told the administrators that nobody answers {slot}",
    "(amendment)": "submitted the amendment of {amends}: {kind}",
}


def happening(kind: str, payload: Mapping[str, Any], say: Say = in_english) -> str:
    """Return what an event of this kind says, without who did it; an unknown kind is shown by its name."""
    said = {name: _said(name, value, say) for name, value in payload.items()}
    sentence = next((text for fits, text in _SPECIAL if fits(kind, payload)), SENTENCES.get(kind, kind))
    return say(sentence).format_map(_Given(said))


_Fits = Callable[[str, Mapping[str, Any]], bool]
_SPECIAL: Sequence[tuple[_Fits, str]] = (
    (lambda kind, told: kind == "StagePassed" and bool(told.get("passed_over_by")), SENTENCES["(passed over)"]),
    (lambda kind, told: kind == "StagePassed" and told.get("act") == "take_effect", SENTENCES["(takes effect)"]),
    (lambda kind, told: kind == "TaskEscalated" and not told.get("opened_to"), SENTENCES["(nobody above)"]),
    (lambda kind, told: kind == "CommentWritten" and bool(told.get("answers")), SENTENCES["(answer)"]),
    (lambda kind, told: kind == "CommentWritten" and not told.get("clause"), SENTENCES["(on the case)"]),
    (lambda kind, told: kind == "ProposalSubmitted" and bool(told.get("amends")), SENTENCES["(amendment)"]),
)
"""Events that say something else when they hold a certain value."""


def _said(name: str, value: Any, say: Say) -> Any:
    if name == "slot":
        return slot_in_words(value, say)
    return say(in_words(value)) if name in _CODES and isinstance(value, str) else value


_CODES = ("from", "to", "outcome", "verdict", "answer", "kind", "handling", "evidence_kind", "why", "opened_to")
"""What events keep as a code."""


class _Given(dict[str, Any]):
    """An event of an older version may lack a value; then there is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"
