"""What an agreement says, field by field.

A template receives plain text, lists and true or false, never a form or a database row: what it can print is what
this file lists. Every number and date is written here, in the language of the agreement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.casework.proposal import EuForm, MoneyForm, ProposalForm, Side, UnForm, WorldBankForm
from approvals.documents import words
from approvals.documents.words import Language
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
    trail_anchor: str = ""  #: proves what had happened before it was drafted; empty before the first anchor


def agreement_data(proposal: ProposalForm, facts: CaseFacts) -> dict[str, Any]:
    """Return everything a template may print, written in the proposal's language.

    Values are text, lists of such groups, true or false; a group that does not apply (`money`, `eu`,
    `world_bank`, `un`) is `None` and a text that was not given is empty, so that templates can ask for it.
    """
    language: Language = proposal.language
    currency = proposal.currency
    sides = side_names(proposal, facts)
    return {
        "agreement": _agreement(proposal, facts),
        "organisation": _organisation(facts),
        "partner": _partner(proposal, language),
        "contacts": _contacts(proposal, facts),
        "project": _project(proposal, language),
        "activities": _activities(proposal, sides),
        **_money(proposal.money, language),
        "in_kind": _in_kind(proposal, sides),
        "in_kind_total": words.amount(sum((i.value for i in proposal.in_kind), Decimal(0)), currency, language),
        "conditions": _conditions(facts, language),
        "emblem": {use: proposal.emblem_use == use for use in ("none", "case_by_case", "schedule")},
        "intellectual_property": {owner: proposal.ip_owner == owner for owner in ("organisation", "joint", "each")},
        "personal_data": proposal.personal_data,
        "beneficiary_contact": proposal.beneficiary_contact,
        "eu": _eu(proposal.eu, currency, language),
        "world_bank": _world_bank(proposal.world_bank, language),
        "outputs": _outputs(proposal.world_bank, language),
        **_un(proposal, facts),
    }


_BOTH = {"en": "Both Parties", "fr": "Les deux Parties", "es": "Ambas Partes"}


def side_names(proposal: ProposalForm, facts: CaseFacts) -> Mapping[Side, str]:
    """Return what each side is called in a table of the agreement."""
    return {
        Side.ORGANISATION: facts.organisation.short_name,
        Side.PARTNER: proposal.partner.short_name,
        Side.BOTH: _BOTH[proposal.language],
    }


def _in_one_line(text: str) -> str:
    """Return an address as it runs in a sentence."""
    return ", ".join(line.strip().rstrip(",") for line in text.splitlines() if line.strip())


def _agreement(proposal: ProposalForm, facts: CaseFacts) -> dict[str, Any]:
    return {
        "reference": facts.reference,
        "version": str(facts.version),
        "title": proposal.title,
        "generated_on": words.day(facts.generated_on, proposal.language),
        "dated": facts.generated_on.isoformat(),  # for the file's properties, never printed
        # The same, and left out where there is none: what was drafted before anchors keeps its digest.
        **({"trail_anchor": facts.trail_anchor} if facts.trail_anchor else {}),
    }


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


def _activities(proposal: ProposalForm, sides: Mapping[Side, str]) -> list[dict[str, Any]]:
    return [
        {
            "number": str(number),
            "title": activity.title,
            "responsible": sides[activity.responsible],
            "due_on": words.day(activity.due_on, proposal.language),
            "deliverable": activity.deliverable or "–",
        }
        for number, activity in enumerate(proposal.activities, 1)
    ]


def _in_kind(proposal: ProposalForm, sides: Mapping[Side, str]) -> list[dict[str, Any]]:
    return [
        {
            "number": str(number),
            "item": item.item,
            "quantity": item.quantity,
            "provided_by": sides[item.provided_by],
            "value": words.amount(item.value, proposal.currency, proposal.language),
            "valuation_basis": item.valuation_basis,
            "deliver_on": words.day(item.deliver_on, proposal.language),
        }
        for number, item in enumerate(proposal.in_kind, 1)
    ]


def _conditions(facts: CaseFacts, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "number": str(number),
            "text": condition.text,
            "owner": condition.owner,
            "due_on": words.day(condition.due_on, language),
        }
        for number, condition in enumerate(facts.conditions, 1)
    ]


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
        "no_objection_on": words.day(form.no_objection_on, language) if form.no_objection_on else "",
        "includes_works": form.includes_works,
        "defects_months": str(form.defects_months),
    }


def _outputs(form: WorldBankForm | None, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "number": str(number),
            "title": output.title,
            "quantity": output.quantity,
            "specification": output.specification,
            "acceptance": output.acceptance,
            "place": output.place,
            "due_on": words.day(output.due_on, language),
        }
        for number, output in enumerate(form.outputs if form else (), 1)
    ]


def _un(proposal: ProposalForm, facts: CaseFacts) -> dict[str, Any]:
    """Return the terms of a transfer and its two parties: which of them we are follows from the way of the money."""
    form, money = proposal.un, proposal.money
    if form is None or money is None:
        return {"un": None, "contributor": None, "recipient": None}
    sides = _ourselves_as_party(facts), _partner_as_party(proposal)
    contributor, recipient = sides if proposal.funds is Funds.GIVING else reversed(sides)
    return {
        "un": _un_terms(form, money, proposal.language),
        "contributor": contributor,
        "recipient": recipient,
    }


def _un_terms(form: UnForm, money: MoneyForm, language: Language) -> dict[str, Any]:
    return {
        "donor": form.donor or "",
        "in_instalments": len(money.instalments) > 1,
        "next_after_spent_percent": words.percent(form.next_after_spent_percent, language),
        "balance_returned_above": words.amount(form.balance_returned_above_usd, "USD", language),
        "report_every_months": str(form.report_every_months),
        "final_report_within_months": str(form.final_report_within_months),
        "sub_recipients": form.sub_recipients,
        "equipment_to_recipient": form.equipment_goes_to == "recipient",
        "equipment_to_contributor": form.equipment_goes_to == "contributor",
        "equipment_to_beneficiaries": form.equipment_goes_to == "beneficiaries",
    }


def _ourselves_as_party(facts: CaseFacts) -> dict[str, Any]:
    ours = _organisation(facts)
    shared = (
        "name",
        "name_with_article",
        "short_name",
        "legal_basis",
        "address",
        "office",
        "signatory_name",
        "signatory_title",
    )
    return {name: ours[name] for name in shared}


def _partner_as_party(proposal: ProposalForm) -> dict[str, Any]:
    partner = proposal.partner
    return {
        "name": partner.legal_name,
        "name_with_article": partner.legal_name,
        "short_name": partner.short_name,
        "legal_basis": partner.legal_form,
        "address": _in_one_line(partner.address),
        "office": "",
        "signatory_name": partner.representative.name,
        "signatory_title": partner.representative.function,
    }
