"""Proposals to test with. All names are invented; the offices and sectors are those of `policy/`.

`a_proposal()` is a company that pays for a small project in Senegal. Name only what the test is about, by its path:
`a_proposal(**{"partner.country": "NO", "activities.0.due_on": "2027-01-01"})`; `GONE` takes a field away.
"""

from __future__ import annotations

import copy
from typing import Any

GONE = object()
"""Given as a value: the field is left out."""

_COMPANY: dict[str, Any] = {
    "title": "Apprenticeships in the garment workshops of Thiès",
    "language": "en",
    "office": "AO-DAKAR",
    "level": "country",
    "funds": "receiving",
    "partner": {
        "legal_name": "Baobab Textiles SA",
        "short_name": "Baobab",
        "kind": "company",
        "legal_form": "public limited company under Senegalese law",
        "country": "SN",
        "address": "12 rue des Manguiers\nThiès, Senegal",
        "registration_number": "SN-THS-2011-B-0427",
        "website": "https://baobab-textiles.example",
        "parent": "Kapok Holding",
        "aliases": ["Baobab Textiles"],
        "sector": "textiles",
        "representative": {"name": "Aïssatou Ndoye", "function": "Managing Director", "nationality": "SN"},
        "contact": {"name": "Moussa Sarr", "function": "Head of training", "email": "m.sarr@baobab-textiles.example"},
        "people": [{"name": "Ibrahima Faye", "function": "Chair of the board", "birth_year": 1961}],
    },
    "project": {
        "title": "Skills for the garment sector",
        "code": "SEN/26/01/BBT",
        "objective": "Young people find decent work in the garment workshops of the region.",
        "strategy_link": "Outcome 5: skills and lifelong learning",
        "countries": ["SN"],
        "start_on": "2026-09-01",
        "end_on": "2027-08-31",
    },
    "activities": [
        {
            "title": "Train forty apprentices",
            "responsible": "organisation",
            "due_on": "2027-03-31",
            "deliverable": "Training report",
        },
        {"title": "Open the workshops to apprentices", "responsible": "partner", "due_on": "2026-10-15"},
    ],
    "money": {
        "currency": "USD",
        "contribution": "22600.00",
        "support_rate": "13",
        "budget": [{"heading": "Trainers", "amount": "15000"}, {"heading": "Tools", "amount": "5000"}],
        "instalments": [
            {"due_on": "2026-09-15", "trigger": "Signature", "amount": "12600"},
            {"due_on": "2027-03-31", "trigger": "Training report accepted", "amount": "10000"},
        ],
    },
    "in_kind": [
        {
            "item": "Sewing machines",
            "quantity": "20",
            "provided_by": "partner",
            "value": "4000",
            "valuation_basis": "Purchase price of 2025",
            "deliver_on": "2026-09-30",
        }
    ],
    "focal_point": {"name": "Fatou Gomis", "function": "Programme officer", "email": "gomis@dakar.example"},
    "criteria": {"child_labour": False, "forced_labour": False},
    "risk_factors": {"image": "low"},
    "documents": [{"kind": "statutes", "title": "Statutes of the company", "dated_on": "2011-05-04"}],
}

_EU = {
    "agreement_number": "NDICI-GEO-NEAR/2026/449-592",
    "financing_instrument": "NDICI",
    "financing_decision": "Annual action plan 2026, part 2",
}
_WORLD_BANK = {
    "borrower_country": "SN",
    "implementing_agency": "Agency for Apprenticeship",
    "financing_kind": "credit",
    "financing_number": "IDA-6512-SN",
    "financing_signed_on": "2026-03-02",
    "closing_on": "2029-12-31",
    "bank_project_id": "P168530",
    "bank_project_name": "Skills for Jobs",
    "form": "technical_assistance",
}


def a_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal without faults, as plain values, with `changes` by dotted path; list items count from 0."""
    proposal = copy.deepcopy(_COMPANY)
    for path, value in changes.items():
        _change(proposal, path.split("."), value)
    return proposal


def an_ngo_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal by which an NGO is paid to carry out the work."""
    ngo = {
        "funds": "giving",
        "partner.kind": "ngo",
        "partner.legal_name": "Les Ateliers Solidaires",
        "partner.short_name": "Ateliers",
        "partner.legal_form": "association under Senegalese law",
        "partner.sector": "education",
        "money.support_rate": "0",
        "money.contribution": "20000",
        "money.instalments.0.amount": "10000",
    }
    return a_proposal(**{**ngo, **changes})


def an_in_kind_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal in which no money moves."""
    return a_proposal(**{"funds": "none", "money": GONE, **changes})


def an_eu_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal financed by the European Union, in euros."""
    union = {
        "partner.kind": "european_union",
        "partner.legal_name": "European Union, represented by the European Commission",
        "partner.short_name": "EU",
        "partner.country": "BE",
        "money.currency": "EUR",
        "money.support_rate": "7",
        "money.contribution": "21400",
        "money.instalments.0.amount": "11400",
        "eu": copy.deepcopy(_EU),
    }
    return a_proposal(**{**union, **changes})


def a_world_bank_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal financed by a World Bank credit, in US dollars."""
    bank = {
        "partner.kind": "world_bank",
        "partner.legal_name": "International Development Association",
        "partner.short_name": "IDA",
        "partner.country": "US",
        "world_bank": copy.deepcopy(_WORLD_BANK),
    }
    return a_proposal(**{**bank, **changes})


def an_outputs_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal by which goods are delivered and paid for from World Bank financing."""
    output = {
        "title": "Sewing machines",
        "quantity": "40 units",
        "specification": "New, with guards",
        "acceptance": "Count and trial run",
        "place": "Thiès",
        "due_on": "2027-06-30",
    }
    return a_world_bank_proposal(**{"world_bank.form": "outputs", "world_bank.outputs": [output], **changes})


def a_un_proposal(**changes: Any) -> dict[str, Any]:
    """Return a proposal by which another agency of the United Nations passes money on to us."""
    agency = {
        "partner.kind": "un_agency",
        "partner.legal_name": "United Nations Agency for Rural Skills",
        "partner.short_name": "UNARS",
        "money.support_rate": "7",
        "money.contribution": "21400",
        "money.instalments.0.amount": "11400",
        "un": {"donor": "Nordic Partnership for Decent Work"},
    }
    return a_proposal(**{**agency, **changes})


def _change(whole: Any, path: list[str], value: Any) -> None:
    *parents, last = (int(part) if part.isdigit() else part for part in path)
    for part in parents:
        whole = whole[part]
    if value is GONE:
        del whole[last]
    elif isinstance(whole, list) and last == len(whole):
        whole.append(value)
    else:
        whole[last] = value
