"""What an agreement says, field by field, and the rules its figures and dates must keep.

A template receives plain text, lists and true or false, never a form or a database row: what it can print is what
this file lists. Every number and date is written here, in the language of the agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.casework.proposal import EuForm, MoneyForm, ProposalForm, Side, WorldBankForm
from approvals.documents import words
from approvals.documents.words import Language
from approvals.errors import Fault, InvalidProposal
from models.case import Funds
from models.partner import PartnerKind


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """The organisation that concludes the agreement, as it stands in the clause on the parties."""

    name: str
    short_name: str
    legal_basis: str  #: such as «a specialised agency of the United Nations»
    address: str
    signatory_name: str
    signatory_title: str
    name_with_article: str = ""  #: the name as it runs in a sentence, such as «the International …»; empty: the name


@dataclass(frozen=True, kw_only=True)
class ApprovalCondition:
    """A condition of the approval that the agreement carries."""

    text: str
    owner: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What an agreement needs to know beside the proposal."""

    reference: str
    version: int  #: version of the agreement, from 1
    organisation: Organisation
    office_name: str
    generated_on: date
    conditions: Sequence[ApprovalCondition] = field(default=())


@dataclass(frozen=True, kw_only=True)
class AgreementLimits:
    """Rates and periods that policy sets; `None` leaves the rule unused."""

    eu_indirect_rate_max: Decimal | None = None  #: per cent of direct costs
    support_rate: Decimal | None = None  #: per cent of direct costs due on private contributions
    outputs_months_before_closing: int | None = None


def agreement_data(proposal: ProposalForm, facts: CaseFacts) -> dict[str, Any]:
    """Return everything a template may print, written in the proposal's language.

    Values are text, lists of such groups, true or false; a group that does not apply (`money`, `eu`,
    `world_bank`) is `None` and a text that was not given is empty, so that templates can ask for it.
    """
    language: Language = proposal.language
    currency = proposal.currency
    sides = _side_names(proposal, facts)
    return {
        "agreement": {
            "reference": facts.reference,
            "version": str(facts.version),
            "title": proposal.title,
            "generated_on": words.day(facts.generated_on, language),
            "dated": facts.generated_on.isoformat(),  # for the file's properties, never printed
        },
        "organisation": _organisation(facts),
        "partner": _partner(proposal, language),
        "contacts": _contacts(proposal, facts),
        "project": _project(proposal, language),
        "activities": [
            {
                "number": str(number),
                "title": activity.title,
                "responsible": sides[activity.responsible],
                "due_on": words.day(activity.due_on, language),
                "deliverable": activity.deliverable or "–",
            }
            for number, activity in enumerate(proposal.activities, 1)
        ],
        **_money(proposal.money, language),
        "in_kind": [
            {
                "number": str(number),
                "item": item.item,
                "quantity": item.quantity,
                "provided_by": sides[item.provided_by],
                "value": words.amount(item.value, currency, language),
                "valuation_basis": item.valuation_basis,
                "deliver_on": words.day(item.deliver_on, language),
            }
            for number, item in enumerate(proposal.in_kind, 1)
        ],
        "in_kind_total": words.amount(sum((i.value for i in proposal.in_kind), Decimal(0)), currency, language),
        "conditions": [
            {
                "number": str(number),
                "text": condition.text,
                "owner": condition.owner,
                "due_on": words.day(condition.due_on, language),
            }
            for number, condition in enumerate(facts.conditions, 1)
        ],
        "emblem": {use: proposal.emblem_use == use for use in ("none", "case_by_case", "schedule")},
        "intellectual_property": {owner: proposal.ip_owner == owner for owner in ("organisation", "joint", "each")},
        "personal_data": proposal.personal_data,
        "beneficiary_contact": proposal.beneficiary_contact,
        "eu": _eu(proposal.eu, currency, language),
        "world_bank": _world_bank(proposal.world_bank, language),
    }


_BOTH = {"en": "Both Parties", "fr": "Les deux Parties", "es": "Ambas Partes"}


def _side_names(proposal: ProposalForm, facts: CaseFacts) -> Mapping[Side, str]:
    return {
        Side.ORGANISATION: facts.organisation.short_name,
        Side.PARTNER: proposal.partner.short_name,
        Side.BOTH: _BOTH[proposal.language],
    }


def _in_one_line(text: str) -> str:
    """Return an address as it runs in a sentence."""
    return ", ".join(line.strip().rstrip(",") for line in text.splitlines() if line.strip())


def _organisation(facts: CaseFacts) -> dict[str, Any]:
    organisation = facts.organisation
    return {
        "name": organisation.name,
        "name_with_article": organisation.name_with_article or organisation.name,
        "short_name": organisation.short_name,
        "legal_basis": organisation.legal_basis,
        "address": _in_one_line(organisation.address),
        "signatory_name": organisation.signatory_name,
        "signatory_title": organisation.signatory_title,
        "office": facts.office_name,
    }


_ENTERPRISES = (PartnerKind.COMPANY, PartnerKind.STATE_OWNED_COMPANY)


def _partner(proposal: ProposalForm, language: Language) -> dict[str, Any]:
    partner = proposal.partner
    return {
        "legal_name": partner.legal_name,
        "short_name": partner.short_name,
        "legal_form": partner.legal_form,
        "country": words.country(partner.country, language),
        "address": _in_one_line(partner.address),
        "registration_number": partner.registration_number or "",
        "parent": partner.parent or "",
        "representative_name": partner.representative.name,
        "representative_function": partner.representative.function,
        "is_enterprise": partner.kind in _ENTERPRISES,
    }


def _contacts(proposal: ProposalForm, facts: CaseFacts) -> list[dict[str, Any]]:
    sides = (
        (facts.organisation.short_name, proposal.focal_point),
        (proposal.partner.short_name, proposal.partner.contact),
    )
    return [
        {"party": party, "name": person.name, "function": person.function, "email": person.email or "–"}
        for party, person in sides
    ]


def _project(proposal: ProposalForm, language: Language) -> dict[str, Any]:
    project = proposal.project
    return {
        "title": project.title,
        "code": project.code or "",
        "objective": project.objective,
        "strategy_link": project.strategy_link.rstrip("."),
        "countries": words.listed([words.country(code, language) for code in project.countries], language),
        "start_on": words.day(project.start_on, language),
        "end_on": words.day(project.end_on, language),
        "duration": words.duration(project.start_on, project.end_on, language),
    }


def _money(money: MoneyForm | None, language: Language) -> dict[str, Any]:
    if money is None:
        return {"money": None, "budget": [], "instalments": []}

    def written(value: Decimal) -> str:
        return words.amount(value, money.currency, language)

    total = money.total_cost or money.contribution
    return {
        "money": {
            "currency": money.currency,
            "contribution": written(money.contribution),
            "contribution_in_words": words.amount_in_words(money.contribution, money.currency, language),
            "direct_costs": written(money.direct_costs),
            "has_support_costs": money.support_costs > 0,
            "support_rate": words.percent(money.support_rate, language),
            "support_costs": written(money.support_costs),
            "co_financed": total > money.contribution,
            "total_cost": written(total),
            "other_funding": written(total - money.contribution),
        },
        "budget": [
            {"number": str(number), "heading": line.heading, "amount": written(line.amount)}
            for number, line in enumerate(money.budget, 1)
        ],
        "instalments": [
            {
                "number": str(number),
                "due_on": words.day(part.due_on, language),
                "trigger": part.trigger,
                "amount": written(part.amount),
            }
            for number, part in enumerate(money.instalments, 1)
        ],
    }


_OTHER_INSTRUMENT = {
    "en": "an external financing instrument of the European Union",
    "fr": "un instrument de financement extérieur de l’Union européenne",
    "es": "un instrumento de financiación exterior de la Unión Europea",
}


def _eu(eu: EuForm | None, currency: str, language: Language) -> dict[str, Any] | None:
    if eu is None:
        return None
    other = eu.financing_instrument == "other"
    most = eu.grants_per_recipient
    return {
        "agreement_number": eu.agreement_number,
        "instrument": _OTHER_INSTRUMENT[language] if other else eu.financing_instrument,
        "financing_decision": eu.financing_decision,
        "under_framework": eu.under_framework,
        "retroactive_reason": (eu.retroactive_reason or "").rstrip("."),
        "grants_per_recipient": words.amount(most, currency, language) if most else "",
        "report_every_months": str(eu.report_every_months),
        "final_report_within_months": str(eu.final_report_within_months),
        "results": [result.model_dump() for result in eu.results],
    }


_FINANCING = {
    "en": {"loan": "a loan", "credit": "a credit", "grant": "a grant", "trust_fund": "a trust fund grant"},
    "fr": {
        "loan": "un prêt",
        "credit": "un crédit",
        "grant": "un don",
        "trust_fund": "un don d’un fonds fiduciaire",
    },
    "es": {
        "loan": "un préstamo",
        "credit": "un crédito",
        "grant": "una donación",
        "trust_fund": "una donación de un fondo fiduciario",
    },
}


def _world_bank(form: WorldBankForm | None, language: Language) -> dict[str, Any] | None:
    if form is None:
        return None
    return {
        "borrower_country": words.country(form.borrower_country, language),
        "implementing_agency": form.implementing_agency,
        "financing_kind": _FINANCING[language][form.financing_kind],
        "financing_number": form.financing_number,
        "financing_signed_on": words.day(form.financing_signed_on, language),
        "closing_on": words.day(form.closing_on, language),
        "project_id": form.bank_project_id,
        "project_name": form.bank_project_name,
        "outputs": form.form == "outputs",
    }


@dataclass(frozen=True, kw_only=True)
class AgreementRule:
    """A rule across fields: where it looks, when it is broken, what it says and where it comes from.

    A rule that does not bind leaves room for a decision: it is shown as advice and stops nothing.
    """

    path: str
    sentence: str
    source: str
    is_broken: Callable[[ProposalForm, AgreementLimits], bool]
    binds: bool = True


def _closes_before_completion(proposal: ProposalForm, _: AgreementLimits) -> bool:
    return proposal.world_bank is not None and proposal.project.end_on > proposal.world_bank.closing_on


def _outputs_too_close_to_closing(proposal: ProposalForm, limits: AgreementLimits) -> bool:
    bank, months = proposal.world_bank, limits.outputs_months_before_closing
    if bank is None or bank.form != "outputs" or months is None:
        return False
    return words.months_later(proposal.project.end_on, months) > bank.closing_on


def _signed_after_start(proposal: ProposalForm, _: AgreementLimits) -> bool:
    return proposal.world_bank is not None and proposal.world_bank.financing_signed_on > proposal.project.start_on


def _eu_rate_too_high(proposal: ProposalForm, limits: AgreementLimits) -> bool:
    most, money = limits.eu_indirect_rate_max, proposal.money
    return bool(proposal.eu and money and most is not None and money.support_rate > most)


def _support_rate_too_low(proposal: ProposalForm, limits: AgreementLimits) -> bool:
    rate, money = limits.support_rate, proposal.money
    is_private = proposal.funds is Funds.RECEIVING and proposal.eu is None and proposal.world_bank is None
    return bool(is_private and money and rate is not None and money.support_rate < rate)


def _paid_after_the_end(proposal: ProposalForm, _: AgreementLimits) -> bool:
    bank, money = proposal.world_bank, proposal.money
    return bool(bank and money and any(part.due_on > bank.closing_on for part in money.instalments))


AGREEMENT_RULES: tuple[AgreementRule, ...] = (
    AgreementRule(
        path="project.end_on",
        sentence="The activities must be completed by the closing date of the World Bank's financing.",
        source="World Bank form of agreement for technical assistance by United Nations agencies",
        is_broken=_closes_before_completion,
    ),
    AgreementRule(
        path="project.end_on",
        sentence="Outputs must be completed {outputs_months_before_closing} months before the closing date.",
        source="World Bank form of agreement for the delivery of outputs by United Nations agencies",
        is_broken=_outputs_too_close_to_closing,
    ),
    AgreementRule(
        path="world_bank.financing_signed_on",
        sentence="The financing must be signed before the activities start.",
        source="World Bank form of agreement: recital on the financing",
        is_broken=_signed_after_start,
    ),
    AgreementRule(
        path="money.instalments",
        sentence="No instalment may fall due after the closing date of the World Bank's financing.",
        source="World Bank form of agreement: payments",
        is_broken=_paid_after_the_end,
    ),
    AgreementRule(
        path="money.support_rate",
        sentence="The European Union pays at most {eu_indirect_rate_max} per cent for indirect costs.",
        source="EU Financial Regulation and contribution agreement: remuneration of indirect costs",
        is_broken=_eu_rate_too_high,
    ),
    AgreementRule(
        path="money.support_rate",
        sentence="Support costs are below the standard rate of {support_rate} per cent of direct costs.",
        source="Standard annex for contributions received, article on support costs",
        is_broken=_support_rate_too_low,
        binds=False,
    ),
)


def check_agreement(proposal: ProposalForm, limits: AgreementLimits) -> list[Fault]:
    """Return the advice on `proposal`: rules it breaks that leave room for a decision.

    Raises `InvalidProposal` with every binding rule that it breaks, each with its source.
    """
    broken = [rule for rule in AGREEMENT_RULES if rule.is_broken(proposal, limits)]
    faults = [_as_fault(rule, limits) for rule in broken if rule.binds]
    if faults:
        raise InvalidProposal(f"No agreement can be drawn up for «{proposal.title}» as it is.", faults)
    return [_as_fault(rule, limits) for rule in broken]


def _as_fault(rule: AgreementRule, limits: AgreementLimits) -> Fault:
    return Fault(rule.path, f"{rule.sentence.format_map(vars(limits))} ({rule.source})")
