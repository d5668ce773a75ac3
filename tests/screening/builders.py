"""What the tests of screening build: proposals, lists and registers that name only what a test is about.

All names are invented.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from approvals.casework.policy import Policy, read_policy
from approvals.casework.policy.screening import MatchingRule
from approvals.casework.proposal import ProposalForm
from approvals.screening.checks import ListInForce, Subject
from approvals.screening.lists import Listed, ListedKind, ListedName, NameKind, NameQuality
from approvals.screening.matching import NameIndex
from approvals.screening.register import KnownPartner

TODAY = date(2026, 6, 15)
POLICY: Policy = read_policy(Path(__file__).parents[2] / "policy")
RULE = POLICY.screening.matching

COMPANY_DOCUMENTS = (
    "registration",
    "ownership_chart",
    "board_list",
    "accounts",
    "code_of_conduct",
    "human_rights_policy",
    "sanctions_self_certificate",
    "source_of_funds",
)


def a_proposal(*, partner: dict[str, Any] | None = None, **changes: Any) -> ProposalForm:
    """A complete, harmless proposal of a company that pays; `partner` and `changes` say what is different."""
    values: dict[str, Any] = {
        "title": "Safer workshops",
        "office": "AO-HANOI",
        "level": "country",
        "funds": "receiving",
        "partner": _a_partner() | (partner or {}),
        "project": {
            "title": "Safer workshops",
            "objective": "Fewer accidents",
            "strategy_link": "Outcome 7",
            "countries": ["VN"],
            "start_on": date(2026, 9, 1),
            "end_on": date(2027, 8, 31),
        },
        "activities": [{"title": "Training", "responsible": "both", "due_on": date(2027, 1, 15)}],
        "money": {
            "currency": "USD",
            "contribution": 1000,
            "budget": [{"heading": "Training", "amount": 1000}],
            "instalments": [{"due_on": date(2026, 9, 1), "trigger": "signature", "amount": 1000}],
        },
        "focal_point": {"name": "Mirela Okonjo-Dahl", "function": "Programme officer"},
        "criteria": {criterion.key: False for criterion in POLICY.criteria.criteria},
        "risk_factors": {factor.key: "low" for factor in POLICY.risk.factors if not factor.derived},
        "documents": [{"kind": kind, "title": kind, "dated_on": date(2026, 3, 1)} for kind in COMPANY_DOCUMENTS],
        "un": {} if (partner or {}).get("kind") == "un_agency" else None,
    }
    return ProposalForm.model_validate(values | changes)


def _a_partner() -> dict[str, Any]:
    person = {"name": "Tuomasina Verrakoski", "function": "Managing director"}
    return {
        "legal_name": "Lumivaara Looms Ltd",
        "short_name": "Lumivaara",
        "kind": "company",
        "legal_form": "limited company under Finnish law",
        "country": "FI",
        "address": "Kutojankatu 1, Lumivaara",
        "sector": "technology",
        "representative": person,
        "contact": person,
    }


def a_listed(
    name: str,
    *aliases: str,
    key: str = "1",
    kind: ListedKind = ListedKind.PERSON,
    weak: tuple[str, ...] = (),
    source: str = "un_sc",
    **changes: Any,
) -> Listed:
    """A listed person, or what `kind` says, with good `aliases` and `weak` ones of low quality."""
    names = (
        ListedName(name),
        *(ListedName(alias, kind=NameKind.ALIAS) for alias in aliases),
        *(ListedName(alias, NameQuality.LOW, NameKind.ALIAS) for alias in weak),
    )
    return Listed(key=key, source=source, kind=kind, names=names, **changes)


STRANGER = a_listed("Quillon Abernatto Zeferreti", key="stranger")
"""Somebody on the list whom no test asks about."""


def an_index(*entries: Listed, rule: MatchingRule = RULE) -> NameIndex:
    """An index of `entries`, and of a stranger, so that the list is never empty."""
    return NameIndex([STRANGER, *entries], rule)


def a_list_in_force(
    source: str = "un_sc", *, dated_on: date | None = date(2026, 6, 1), **changes: Any
) -> ListInForce:
    values = {
        "source": source,
        "title": f"List {source}",
        "dated_on": dated_on,
        "imported_on": date(2026, 6, 10),
        "sha256": "0" * 64,
        "entry_count": 1,
    }
    return ListInForce(**(values | changes))


def a_known_partner(legal_name: str, *, country: str = "FI", **changes: Any) -> KnownPartner:
    return KnownPartner(number=changes.pop("number", 7), legal_name=legal_name, country=country, **changes)


def a_subject(proposal: ProposalForm | None = None, **changes: Any) -> Subject:
    """What checks look at: a harmless proposal, one list in force, an empty register."""
    values: dict[str, Any] = {
        "proposal": proposal or a_proposal(),
        "policy": POLICY,
        "index": an_index(),
        "lists": (a_list_in_force(),),
        "register": (),
        "today": TODAY,
    }
    return Subject(**(values | changes))
