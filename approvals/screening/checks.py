"""The checks of a screening: one small function each, in the order officers read them.

Every check says something, also when all is well, so that the record shows what was looked at. Their docstrings
are shown to officers beside the findings.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from approvals.casework.flags import StandingFlag
from approvals.casework.policy.criteria import Criteria
from approvals.casework.policy.requirements import DocumentKind, Requirements
from approvals.casework.policy.risk import RiskPolicy
from approvals.casework.policy.screening import ScreeningRules
from approvals.casework.policy.sectors import Sectors
from approvals.casework.proposal import NEW_PARTNER, Document, ProposalForm, partner_reference
from approvals.screening.asked import AskedName, names_to_ask
from approvals.screening.matching import Band, Match, NameIndex
from approvals.screening.register import KnownPartner, is_the_same, likeness
from approvals.screening.remembering import ClearedBefore, Memory, partner_facts, recall
from models.screening import Verdict


@dataclass(frozen=True)
class Result:
    """What one check found: the sentence an officer reads, the rule or list behind it, and what was compared."""

    name: str
    verdict: Verdict
    reason: str
    source: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ListInForce:
    """The version of a list that this screening used. `dated_on` is the authority's date, None if it gives none;
    `confirmed_on` the day somebody last looked and it had not changed, None if nobody did."""

    source: str
    title: str
    dated_on: date | None
    imported_on: date
    sha256: str
    entry_count: int
    confirmed_on: date | None = None

    @property
    def as_of(self) -> date:
        """The day the list was last surely current: when it was confirmed, or else the earlier of the authority's
        date and the import.
        """
        return self.confirmed_on or min(self.dated_on or self.imported_on, self.imported_on)

    def as_dict(self) -> dict[str, Any]:
        """Return the version as plain values, for the record."""
        return {
            "source": self.source,
            "title": self.title,
            "dated_on": self.dated_on.isoformat() if self.dated_on else None,
            "imported_on": self.imported_on.isoformat(),
            "confirmed_on": self.confirmed_on.isoformat() if self.confirmed_on else None,
            "sha256": self.sha256,
            "entries": self.entry_count,
        }


class ScreeningPolicy(Protocol):
    """The parts of the policy that a screening uses."""

    @property
    def criteria(self) -> Criteria: ...
    @property
    def sectors(self) -> Sectors: ...
    @property
    def requirements(self) -> Requirements: ...
    @property
    def risk(self) -> RiskPolicy: ...
    @property
    def screening(self) -> ScreeningRules: ...


@dataclass(frozen=True)
class Subject:
    """Everything a check may look at."""

    proposal: ProposalForm
    policy: ScreeningPolicy
    index: NameIndex
    lists: Sequence[ListInForce]
    register: Sequence[KnownPartner]
    today: date
    cleared: Sequence[ClearedBefore] = ()
    """Hits that people cleared for this partner before, the newest last."""
    flags: Sequence[StandingFlag] = ()


Check = Callable[[Subject], Iterator[Result]]


# What the partner does ----------------------------------------------------------------------------------------


def exclusion_criteria(subject: Subject) -> Iterator[Result]:
    """Some conduct rules a partnership out, whatever its benefits. A yes to any of these questions stops the case;
    only headquarters can look at it again.
    """
    criteria = subject.policy.criteria
    met = [criterion for criterion in criteria.criteria if subject.proposal.criteria.get(criterion.key)]
    for criterion in met:
        yield Result(
            "exclusion_criteria",
            Verdict.STOP,
            f"Policy forbids this partnership: {criterion.title}. You answered yes to: {criterion.question}",
            criterion.source,
            {"criterion": criterion.key},
        )
    if not met:
        reason = "No exclusion criterion is answered with yes."
        yield Result("exclusion_criteria", Verdict.CLEAR, reason, _file_source("criteria", criteria.owner))


def criteria_answered(subject: Subject) -> Iterator[Result]:
    """Every exclusion question that applies to this kind of partner needs an answer. A question left open is not
    a no: find out, or ask the partner, and submit the answer.
    """
    criteria, proposal = subject.policy.criteria, subject.proposal
    asked = criteria.asked_of(proposal.partner.kind)
    open_ones = [criterion for criterion in asked if criterion.key not in proposal.criteria]
    strange = sorted(set(proposal.criteria) - {criterion.key for criterion in criteria.criteria})
    detail = {"unanswered": [criterion.key for criterion in open_ones], "unknown": strange}
    source = _file_source("criteria", criteria.owner)
    if open_ones:
        titles = "; ".join(criterion.title for criterion in open_ones)
        yield Result("criteria_answered", Verdict.REVIEW, f"Not answered yet: {titles}.", source, detail)
    if strange:
        reason = f"The policy knows no criterion called {', '.join(strange)}; correct the key in the proposal."
        yield Result("criteria_answered", Verdict.REVIEW, reason, source, detail)
    if not open_ones and not strange:
        reason = f"Answered: {_counted(len(asked), 'exclusion question')}."
        if not asked:
            reason, source = "This kind of partner is not asked exclusion questions.", criteria.not_asked_source
        yield Result("criteria_answered", Verdict.CLEAR, reason, source)


def sector(subject: Subject) -> Iterator[Result]:
    """Some sectors are known for harm. They never exclude a partner, but they raise the risk level and bring in
    a more senior decision.
    """
    sectors, key = subject.policy.sectors, subject.proposal.partner.sector
    found, detail = sectors.find(key), {"sector": key}
    if found is None:
        reason = f"The policy knows no sector called {key}; choose one of its sectors."
        yield Result("sector", Verdict.REVIEW, reason, _file_source("sectors", sectors.owner), detail)
    elif found.high_risk:
        reason = f"{found.title} is a high-risk sector: the risk level rises, the partnership is not excluded."
        yield Result("sector", Verdict.CLEAR, reason, found.source, detail)
    else:
        reason = f"{found.title} is not a high-risk sector."
        yield Result("sector", Verdict.CLEAR, reason, found.source, detail)


def is_a_partnership(subject: Subject) -> Iterator[Result]:
    """Paying a company for goods or services is procurement and has its own rules. This check tells you before you
    spend time on the wrong procedure.
    """
    requirements, proposal = subject.policy.requirements, subject.proposal
    rule = requirements.not_a_partnership(proposal.partner.kind, proposal.funds)
    if rule:
        reason = f"This looks like something else: {rule.reason}."
        yield Result("is_a_partnership", Verdict.REVIEW, reason, rule.source)
    else:
        reason = "Kind of partner and direction of funds fit a partnership."
        yield Result("is_a_partnership", Verdict.CLEAR, reason, _file_source("requirements", requirements.owner))


# What the proposal brings -------------------------------------------------------------------------------------


def documents_complete(subject: Subject) -> Iterator[Result]:
    """The documents a partner must bring depend on its kind and on which way the money moves. One that is
    missing, too old or dated in the future is named, so that you can ask for all of them at once.
    """
    requirements, proposal = subject.policy.requirements, subject.proposal
    required = requirements.required_of(proposal.partner.kind, proposal.funds)
    lacking = {kind.key: why for kind in required if (why := _what_is_wrong(kind, proposal.documents, subject.today))}
    source = _file_source("requirements", requirements.owner)
    if lacking:
        titles = {kind.key: kind.title for kind in required}
        listed = "; ".join(f"{titles[key]} ({why})" for key, why in lacking.items())
        yield Result("documents_complete", Verdict.REVIEW, f"Still needed: {listed}.", source, {"lacking": lacking})
    elif required:
        yield Result(
            "documents_complete",
            Verdict.CLEAR,
            f"There and in date: {_counted(len(required), 'document')}.",
            source,
        )
    else:
        reason = "No documents are asked of this kind of partner."
        yield Result("documents_complete", Verdict.CLEAR, reason, source)


def _what_is_wrong(kind: DocumentKind, documents: Sequence[Document], today: date) -> str:
    """Return why no document of `kind` counts; empty if one does."""
    dates = [document.dated_on for document in documents if document.kind == kind.key]
    if not dates:
        return "missing"
    past = [day for day in dates if day <= today]
    if not past:
        return f"dated {min(dates).isoformat()}, in the future"
    if kind.maximum_age_months and max(past) < _months_before(today, kind.maximum_age_months):
        return f"of {max(past).isoformat()}, older than {kind.maximum_age_months} months"
    return ""


def _months_before(day: date, months: int) -> date:
    """Return the day `months` before, at most the 28th, so that it exists in every month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def risk_factors_assessed(subject: Subject) -> Iterator[Result]:
    """Some risk factors only a person can judge, such as past controversies. Those that apply to this kind of
    partner need your assessment; the machine sets the others itself.
    """
    policy, proposal = subject.policy.risk, subject.proposal
    asked = policy.asked_of(proposal.partner.kind)
    open_ones = [factor for factor in asked if factor.key not in proposal.risk_factors]
    strange = sorted(key for key in proposal.risk_factors if policy.find(key) is None)
    source = _file_source("risk", policy.owner)
    if open_ones:
        titles = "; ".join(factor.title for factor in open_ones)
        detail = {"unassessed": [factor.key for factor in open_ones]}
        yield Result("risk_factors_assessed", Verdict.REVIEW, f"Not assessed yet: {titles}.", source, detail)
    if strange:
        reason = f"The policy knows no risk factor called {', '.join(strange)}; correct the key in the proposal."
        yield Result("risk_factors_assessed", Verdict.REVIEW, reason, source, {"unknown": strange})
    if not open_ones and not strange:
        reason = f"Assessed by you: {_counted(len(asked), 'risk factor')}."
        yield Result("risk_factors_assessed", Verdict.CLEAR, reason, source)


# What we know already -----------------------------------------------------------------------------------------


def known_partner(subject: Subject) -> Iterator[Result]:
    """The register may know this organisation already, perhaps in another spelling. If it is the same, use its
    entry, so that its history is not lost; if not, say so in the review.
    """
    rule = subject.policy.screening.duplicates
    likely = sorted(
        ((alike, known.number, known) for known in subject.register if (alike := _likeness(subject, known))),
        key=lambda row: (-row[0], row[1]),
    )
    for alike, number, known in likely[:5]:
        verdict, reason = _acquaintance(subject.proposal, known)
        detail = {"partner": number, "likeness": round(alike, 3), "officer_says": subject.proposal.partner_is}
        yield Result("known_partner", verdict, reason, rule.source, detail)
    if not likely:
        reason = "No similar name among the partners of other cases."
        yield Result("known_partner", Verdict.CLEAR, reason, rule.source)


def _acquaintance(proposal: ProposalForm, known: KnownPartner) -> tuple[Verdict, str]:
    """Return what to make of a partner of the register whose name or number is like the proposed one's."""
    reference, name = partner_reference(known.number), f"«{known.legal_name}» ({known.country})"
    if proposal.partner_is == reference:
        return Verdict.CLEAR, f"The officer says that it is {reference} of the register, {name}."
    if proposal.partner_is == NEW_PARTNER:
        return (
            Verdict.REVIEW,
            f"The officer says that it is not {reference} of the register, {name}; look whether so.",
        )
    if is_the_same(proposal.partner, known):
        return Verdict.CLEAR, f"Already in the register as {reference}: {name}."
    return Verdict.REVIEW, f"Perhaps the same as {reference} of the register, {name}; look whether it is."


def approached_elsewhere(subject: Subject) -> Iterator[Result]:
    """Two offices that court one partner without knowing of each other send contradictory signals. Talk to the
    other office before you go on.
    """
    rule = subject.policy.screening.duplicates
    elsewhere = [
        (known, approach)
        for known in subject.register
        for approach in known.open_cases
        if approach.office != subject.proposal.office and _likeness(subject, known)
    ]
    for known, approach in elsewhere:
        reason = (
            f"Office {approach.office} has case {approach.reference} open with «{known.legal_name}»: "
            f"{approach.title}. Talk to them first."
        )
        detail = {"partner": known.number, "case": approach.reference, "office": approach.office}
        yield Result("approached_elsewhere", Verdict.REVIEW, reason, rule.source, detail)
    if not elsewhere:
        reason = "No other office has a case open with this partner."
        yield Result("approached_elsewhere", Verdict.CLEAR, reason, rule.source)


def partner_flags(subject: Subject) -> Iterator[Result]:
    """Colleagues may have put a flag on this partner, or on the organisation above it. A red one ends the proposal;
    one that is escalated waits for headquarters; the others are shown to everybody who decides.
    """
    for flag in subject.flags:
        verdict, source = subject.policy.screening.of_flag(flag.state)
        whose = f", inherited from {partner_reference(flag.partner)} «{flag.legal_name}»" if flag.inherited else ""
        reason = f"Flag {flag.number}, {flag.state}{whose}: {flag.subject}. {flag.reason}"
        detail = {"flag": flag.number, "state": flag.state, "partner": flag.partner, "inherited": flag.inherited}
        yield Result("partner_flags", verdict, reason, source, detail)
    if not subject.flags:
        reason = "No flag stands on this partner, nor on one above it."
        yield Result("partner_flags", Verdict.CLEAR, reason, "The partner register")


def _likeness(subject: Subject, known: KnownPartner) -> float:
    rule = subject.policy.screening.duplicates
    return likeness(subject.proposal.partner, known, similar_from=rule.similar_from)


# What the lists say -------------------------------------------------------------------------------------------


def listed_names(subject: Subject) -> Iterator[Result]:
    """The names of the partner, its other names, its parent and its people are compared with every list in
    force, in all scripts. A hit is a question, not an answer: compare dates, countries and functions, then say
    whether it is the same. One that was cleared before is not asked again until the list or the partner changes.
    """
    asked = names_to_ask(subject.proposal.partner)
    titles = {version.source: version for version in subject.lists}
    found = 0
    for name in asked:
        for match in name.found_in(subject.index):
            found += 1
            yield hit_result(name, match, titles.get(match.entry.source), _memory_of(subject, match))
    if not found:
        compared = f"{_counted(len(subject.index), 'name')} on {_counted(len(titles), 'list')}"
        reason = f"No match: {_counted(len(asked), 'name')} compared with {compared}."
        detail = {"asked": [name.text for name in asked]}
        yield Result("listed_names", Verdict.CLEAR, reason, _titles(subject.lists), detail)


def _memory_of(subject: Subject, match: Match) -> Memory | None:
    rule = subject.policy.screening.clearing
    two = rule is not None and rule.strong_hits_need_two
    return recall(match, partner_facts(subject.proposal.partner), subject.cleared, strong_needs_two=two)


def hit_result(name: AskedName, match: Match, version: ListInForce | None, memory: Memory | None) -> Result:
    """Return the finding that `match` on the list `version` makes; clear if what is remembered of it still counts."""
    title = version.title if version else match.entry.source
    detail = match.as_dict() | {"role": name.role, "list": version.as_dict() if version else None}
    if memory is not None:
        detail["cleared_hit"] = memory.cleared.number
    is_quiet = memory is not None and memory.is_quiet
    verdict = Verdict.CLEAR if is_quiet else Verdict.REVIEW
    return Result(
        "listed_names", verdict, f"{_hit_in_words(name, match, title)} {_what_to_do(memory)}", title, detail
    )


def _what_to_do(memory: Memory | None) -> str:
    if memory is None:
        return "Look whether it is the same."
    said = memory.cleared.sentence
    if memory.is_quiet:
        return f"It was {said}; neither side has changed since."
    return f"It was {said}. Look again: {memory.but}."


def _hit_in_words(name: AskedName, match: Match, title: str) -> str:
    strength = "A strong hit" if match.band is Band.STRONG else "A possible hit"
    number = f", number {match.entry.reference}" if match.entry.reference else ""
    return (
        f"{strength} ({match.score:.2f}): «{name.text}», {name.role}, resembles «{match.name.text}» on the list "
        f"«{title}»{number}."
    )


def lists_current(subject: Subject) -> Iterator[Result]:
    """A comparison is worth as much as its lists. A required list that is missing, and any list older than the
    policy allows, must be imported again before a screening can be clear.
    """
    rules = {rule.key: rule for rule in subject.policy.screening.lists}
    versions = {version.source: version for version in subject.lists}
    faults = list[tuple[str, str]]()
    for rule in rules.values():
        if rule.required and rule.key not in versions:
            faults.append((f"The list «{rule.title}» is required and not imported.", rule.source))
    for version in subject.lists:
        age = (subject.today - version.as_of).days
        found = rules.get(version.source)
        if found and age > found.maximum_age_days:
            reason = f"The list «{version.title}» is {age} days old; {found.maximum_age_days} are allowed."
            faults.append((reason, found.source))
        if version.source not in subject.index.sources:
            faults.append((f"The list «{version.title}» is in force, but was not compared with.", version.title))
    for reason, source in faults:
        yield Result("lists_current", Verdict.REVIEW, f"{reason} Import it, then screen again.", source)
    if not faults:
        dates = "; ".join(f"{version.title} ({version.as_of.isoformat()})" for version in subject.lists)
        reason = f"Lists in force: {dates}." if dates else "The policy requires no list, and none is in force."
        yield Result("lists_current", Verdict.CLEAR, reason, _titles(subject.lists))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _titles(lists: Sequence[ListInForce]) -> str:
    return "; ".join(version.title for version in lists) or "No list in force"


def _file_source(file: str, owner: str) -> str:
    return f"policy/{file}.yaml ({owner})"


ON_PAPER: tuple[Check, ...] = (
    exclusion_criteria,
    criteria_answered,
    sector,
    is_a_partnership,
    documents_complete,
    risk_factors_assessed,
)
"""Checks that rest on the proposal and the policy alone: no list, no register."""

CHECKS: tuple[Check, ...] = (
    *ON_PAPER,
    known_partner,
    approached_elsewhere,
    partner_flags,
    listed_names,
    lists_current,
)
"""All checks, in the order officers read their findings."""


def explanation(check: Check) -> str:
    """Return what `check` does, in the words shown to officers, as one paragraph."""
    return " ".join((inspect.getdoc(check) or "").split())
