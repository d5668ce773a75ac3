"""The two-minute check before any contact: what is known of a partner, held against the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from approvals.casework.flags import StandingFlag, gravest
from approvals.casework.policy import Policy
from approvals.casework.policy.precheck import Acceptability, Ground
from approvals.casework.policy.requirements import DocumentKind
from approvals.casework.policy.routes import Circumstances
from approvals.casework.proposal import partner_reference
from approvals.casework.route import Route, compute_route, share_of_limit
from approvals.casework.timetable import ExpectedStage, timetable
from approvals.errors import PolicyError
from approvals.screening.lists import Identifier, IdentifierKind
from approvals.screening.matching import Band, Match
from approvals.screening.register import KnownPartner, Sought
from approvals.screening.risk import RiskAssessment, RiskFacts, assess_risk
from models.case import AgreementForm, Funds, Level, Stage
from models.flag import FlagState
from models.office import OfficeKind
from models.partner import PartnerKind


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """What an officer knows before talking to anybody. A criterion that is not in `criteria` is not answered."""

    name: str
    kind: PartnerKind
    country: str
    sector: str
    office_code: str
    funds: Funds = Funds.NONE
    level: Level = Level.COUNTRY
    amount_usd: Decimal = Decimal(0)
    criteria: Mapping[str, bool]
    personal_data: bool = False
    emblem: bool = False
    beneficiary_contact: bool = False
    registration_number: str | None = None
    lei: str | None = None

    @property
    def identifiers(self) -> tuple[Identifier, ...]:
        """The numbers as lists are asked for them. Lists give a Legal Entity Identifier under various kinds."""
        given = (
            (IdentifierKind.REGISTRATION, self.registration_number, self.country),
            (IdentifierKind.OTHER, self.lei, ""),
        )
        return tuple(Identifier(kind, value, country) for kind, value, country in given if value)

    @property
    def sought(self) -> Sought:
        """The partner as the register is asked for it."""
        return Sought(
            legal_name=self.name,
            country=self.country,
            registration_number=self.registration_number,
            lei=self.lei,
        )


@dataclass(frozen=True)
class Acquaintance:
    """A partner of our register that is `surely` the one asked about, or may be, with the flags that stand on it."""

    known: KnownPartner
    surely: bool
    flags: tuple[StandingFlag, ...] = ()

    @property
    def title(self) -> str:
        """Number, name and country, as in «P-12 «Nordvik Tekstil» (NO)»."""
        return f"{partner_reference(self.known.number)} «{self.known.legal_name}» ({self.known.country})"


@dataclass(frozen=True)
class Reason:
    """One thing that weighs on the answer: what it means, in words, where it comes from, and what makes it weigh so.

    `source` is that of the criterion, sector or listed name; empty where there is none but the `rule` itself.
    """

    ground: Ground
    answer: Acceptability
    sentence: str
    source: str
    rule: str


@dataclass(frozen=True)
class Outlook:
    """The answer, why, and what lies ahead. `route` and `stages` are empty when the partner is not acceptable or no
    template serves; `risk` is the level on what is known so far.
    """

    answer: Acceptability
    reasons: tuple[Reason, ...]
    risk: RiskAssessment
    stages: tuple[ExpectedStage, ...]
    left_out: Mapping[Stage, str]
    documents: tuple[DocumentKind, ...]

    @property
    def our_days(self) -> int:
        """Working days the organisation's own stages may take together."""
        return sum(stage.our_days for stage in self.stages)

    @property
    def partner_days(self) -> int:
        """Working days the partner may take besides."""
        return sum(stage.partner_days for stage in self.stages)


def outlook(
    enquiry: Enquiry,
    policy: Policy,
    *,
    matches: Sequence[Match],
    unfit_lists: Iterable[str],
    acquaintances: Sequence[Acquaintance] = (),
) -> Outlook:
    """Return what policy makes of `enquiry`.

    `matches` are the listed names like the partner's, `unfit_lists` says which lists are missing or too old, and
    `acquaintances` are the partners of our register that are the one asked about, or may be.
    The answer is the gravest of all reasons; acceptable when there is none.
    """
    risk = _risk(enquiry, policy, matches, acquaintances)
    case = Circumstances(
        kind=enquiry.kind,
        funds=enquiry.funds,
        risk=risk.level,
        level=enquiry.level,
        amount_usd=enquiry.amount_usd,
        personal_data=enquiry.personal_data,
        emblem=enquiry.emblem,
    )
    route, no_route = _route(policy, case, enquiry.office_code)
    grounds = [
        *_criteria(enquiry, policy),
        *_sector(enquiry, policy),
        *_names(matches),
        *_flags(acquaintances),
        *((Ground.LIST_UNFIT, sentence, "") for sentence in unfit_lists),
        *_way(enquiry, policy, route, no_route),
    ]
    reasons = tuple(_weighed(policy, *ground) for ground in grounds)
    answer = max((one.answer for one in reasons), key=lambda one: one.rank, default=Acceptability.ACCEPTABLE)
    if answer is Acceptability.NOT_ACCEPTABLE or route is None:
        return Outlook(answer, reasons, risk, (), {}, ())
    return Outlook(
        answer,
        reasons,
        risk,
        timetable(policy, route, risk.level, case),
        route.passed_over,
        policy.requirements.required_of(enquiry.kind, enquiry.funds),
    )


def _weighed(policy: Policy, ground: Ground, sentence: str, source: str) -> Reason:
    answer, rule = policy.screening.weigh(ground)
    return Reason(ground, answer, sentence, source, rule)


def _risk(
    enquiry: Enquiry, policy: Policy, matches: Sequence[Match], acquaintances: Sequence[Acquaintance]
) -> RiskAssessment:
    facts = RiskFacts(
        kind=enquiry.kind,
        sector=enquiry.sector,
        funds=enquiry.funds,
        emblem_use="case_by_case" if enquiry.emblem else "none",
        personal_data=enquiry.personal_data,
        beneficiary_contact=enquiry.beneficiary_contact,
        has_safeguards=True,  # the policy is among the documents asked for
    )
    return assess_risk(
        facts,
        policy=policy.risk,
        sectors=policy.sectors,
        office_limit_share=share_of_limit(policy, enquiry.amount_usd),
        # A hit sends the case to headquarters anyway; the level shown is that of a partner whose name is cleared.
        later={
            "sanctions_match": "cleared_strong_reason" if matches else "none",
            "partner_flags": gravest(flag for one in acquaintances if one.surely for flag in one.flags) or "none",
        },
    )


def _route(policy: Policy, case: Circumstances, office_code: str) -> tuple[Route | None, str]:
    """Return the route, or why there is none. Which form a partner asks for is not known yet: any one will do."""
    no_route = ""
    for form in (None, *AgreementForm):
        try:
            return compute_route(policy, replace(case, form=form), office_code=office_code), ""
        except PolicyError as exc:
            no_route = no_route or exc.summary
    return None, no_route


_Ground = tuple[Ground, str, str]


def _criteria(enquiry: Enquiry, policy: Policy) -> Iterator[_Ground]:
    for criterion in policy.criteria.criteria:
        if enquiry.criteria.get(criterion.key):
            sentence = f"{criterion.title}: you answered yes to «{criterion.question}»"
            yield Ground.CRITERION_MET, sentence, criterion.source
    for criterion in policy.criteria.asked_of(enquiry.kind):
        if criterion.key not in enquiry.criteria:
            yield Ground.CRITERION_OPEN, f"Find out first: {criterion.question}", criterion.source


def _sector(enquiry: Enquiry, policy: Policy) -> Iterator[_Ground]:
    sector = policy.sectors.find(enquiry.sector)
    if sector is None:
        yield Ground.SECTOR_UNKNOWN, f"The policy knows no sector «{enquiry.sector}»; choose one of its list.", ""
    elif sector.high_risk:
        sentence = f"{sector.title} is a sector of high risk: expect closer questions and a higher level of decision."
        yield Ground.SECTOR_HIGH_RISK, sentence, sector.source


def _names(matches: Sequence[Match]) -> Iterator[_Ground]:
    for match in matches:
        ground = Ground.NAME_STRONG if match.band is Band.STRONG else Ground.NAME_POSSIBLE
        sentence = (
            f"The name is {match.score:.0%} like «{match.name.text}» on list {match.entry.source}; "
            "a screening officer must look before anybody talks to them."
        )
        yield ground, sentence, " ".join(filter(None, (match.entry.programme, match.entry.reference)))


_FLAGS: Mapping[FlagState, Ground] = {
    FlagState.OBSERVATION: Ground.FLAG_OBSERVATION,
    FlagState.RISK: Ground.FLAG_RISK,
    FlagState.ESCALATED: Ground.FLAG_ESCALATED,
    FlagState.RED: Ground.FLAG_RED,
}


def _flags(acquaintances: Sequence[Acquaintance]) -> Iterator[_Ground]:
    for one in acquaintances:
        for flag in one.flags if one.surely else ():
            whose = (
                f", inherited from {partner_reference(flag.partner)} «{flag.legal_name}»" if flag.inherited else ""
            )
            sentence = f"Our register has {one.title} with a flag, {flag.state}{whose}: {flag.subject}. {flag.reason}"
            yield _FLAGS[flag.state], sentence, f"Flag {flag.number} of {flag.since:%d %b %Y}"
        gravest_one = None if one.surely else gravest(one.flags)
        if gravest_one is not None:
            sentence = f"Our register has {one.title}, which has a flag ({gravest_one}); find out whether it is they."
            yield Ground.FLAGGED_NAMESAKE, sentence, "The partner register"


def _way(enquiry: Enquiry, policy: Policy, route: Route | None, no_route: str) -> Iterator[_Ground]:
    elsewhere = policy.requirements.not_a_partnership(enquiry.kind, enquiry.funds)
    if elsewhere is not None:
        yield Ground.NOT_A_PARTNERSHIP, f"This looks like something else: {elsewhere.reason}.", elsewhere.source
    elif route is None:
        yield Ground.NO_TEMPLATE, no_route, ""
    if route is not None:
        [slot] = route.slots[Stage.DECISION]
        if policy.routes.decision_offices[slot.role] is OfficeKind.HEADQUARTERS:
            sentence = f"The decision lies with headquarters ({slot.role.replace('_', ' ')})."
            yield Ground.DECIDED_AT_HEADQUARTERS, sentence, slot.source
