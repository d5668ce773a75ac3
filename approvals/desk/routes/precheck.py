"""The two-minute check: may we work with them? Nothing is kept unless the officer asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError

from approvals.casework.fields import Amount
from approvals.casework.policy import Policy
from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.desk.forms import Form, filled
from approvals.desk.languages import marked as _
from approvals.desk.proposing.choices import Choices
from approvals.desk.proposing.questions import Control, Question
from approvals.desk.proposing.sections import (
    COUNTRY_OF_PARTNER,
    CRITERIA,
    KIND_OF_PARTNER,
    NAME_OF_PARTNER,
    NUMBER_OF_PARTNER,
)
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit, paced
from approvals.errors import Fault, Faulty
from approvals.screening.enquiry import Enquiry
from approvals.services.policies import numbered_policy
from approvals.services.precheck import Precheck, precheck
from models.case import Funds, Level
from models.partner import PartnerKind

router = APIRouter()

ASKED: Mapping[str, Question] = {
    "name": NAME_OF_PARTNER,
    "kind": KIND_OF_PARTNER,
    "country": COUNTRY_OF_PARTNER,
    "registration_number": NUMBER_OF_PARTNER,
    "lei": Question("lei", _("Legal Entity Identifier"), _("Twenty letters and digits, if you know it.")),
    "sector": Question("partner.sector", _("Sector of activity"), control=Control.PICK, options="sectors"),
    "funds": Question("funds", _("Which way would money move?"), control=Control.RADIOS),
    "amount_usd": Question("amount_usd", _("About how much, in US dollars"), control=Control.AMOUNT),
    "level": Question("level", _("Level"), control=Control.RADIOS),
    "personal_data": Question("personal_data", _("Would personal data be shared?"), control=Control.YES_NO),
    "emblem": Question("emblem", _("Would they use our name or emblem?"), control=Control.YES_NO),
    "beneficiary_contact": Question(
        "beneficiary_contact", _("Would they be in contact with beneficiaries?"), control=Control.YES_NO
    ),
}
"""How each part of an enquiry is asked. The same paths as in a proposal, so that one is begun from the other."""

NOT_ASKED = frozenset({"office_code", "criteria"})
"""The office is the officer's own; the criteria are asked as the policy words them."""


@router.get("/precheck", dependencies=[paced("search")])
def ask(visit: SignedIn) -> Response:
    """Ask what is known of a partner; with answers in the address, say whether we may work with them."""
    require(visit.by, Right.SCREEN_NAME)
    said = {name: text.strip() for name, text in visit.request.query_params.items()}
    form = filled(**({"funds": "none", "level": "country"} | said))
    if NAME_OF_PARTNER.path not in said or "change" in said:
        return _form(visit, form)
    try:
        found = precheck(visit.store, enquiry_of(said, visit), by=visit.by, now=visit.now)
    except Faulty as faulty:
        return _form(visit, form.with_faults(faulty.faults, _FIELDS))
    policy = numbered_policy(visit.store, None, by=visit.by)
    return page(
        visit,
        "precheck/answer.html.jinja",
        found=found,
        said=said,
        start=_of_a_proposal(said, found),
        choices=Choices(policy, visit.language),
        questions=[one for one in _questions(policy) if said.get(one.path)],
        kept=said.get("kept") == "yes",
    )


@router.post("/precheck")
def keep(visit: SignedIn, sent: Sent) -> Response:
    """Keep enquiry and answer in the trail, because the officer wants it, and show them again."""
    require(visit.by, Right.SCREEN_NAME)
    said = {name: sent.text(name) for name in sent.values if name != "csrf"}
    precheck(visit.store, enquiry_of(said, visit), by=visit.by, now=visit.now, keep=True)
    again = visit.request.url.include_query_params(**said, kept="yes")
    return RedirectResponse(f"{again.path}?{again.query}", status_code=303)


def enquiry_of(said: Mapping[str, str], visit: Visit) -> Enquiry:
    """Return what was said as an enquiry. Raises `Faulty` with everything that is missing or cannot be read."""
    values: dict[str, Any] = {"office_code": visit.by.office_code, "criteria": _criteria(said)}
    faults = []
    for part in fields(Enquiry):
        if part.name in NOT_ASKED:
            continue
        question = _question(part)
        text = said.get(question.path, "")
        try:
            if text:
                values[part.name] = _READ.get(part.name, _as_said)(text)
            elif part.default is MISSING:
                faults.append(Fault(question.path, told("is missing")))
        except (ValueError, ValidationError):
            faults.append(Fault(question.path, told("cannot be read; choose or write another answer")))
    if faults:
        raise Faulty(told("Nothing was checked."), faults)
    return Enquiry(**values)


def _as_said(text: str) -> Any:
    return {"yes": True, "no": False}.get(text, text)


_READ: Mapping[str, Callable[[str], Any]] = {
    "kind": PartnerKind,
    "funds": Funds,
    "level": Level,
    "country": str.upper,
    "amount_usd": lambda text: TypeAdapter(Amount).validate_python("".join(text.split())),
}
_FIELDS = {"name": NAME_OF_PARTNER.path, "office": "", "criteria": ""}


def _question(part: Field[Any]) -> Question:
    """Return how a part of an enquiry is asked; one this page does not know yet is asked by its own name."""
    words = part.name.replace("_", " ")
    return ASKED.get(part.name, Question(part.name, words[:1].upper() + words[1:], from_policy=True))


def _questions(policy: Policy) -> list[Question]:
    asked = [_question(part) for part in fields(Enquiry) if part.name not in NOT_ASKED]
    criteria = CRITERIA.by_policy(policy, {})
    return [*asked, *(one for one in criteria if isinstance(one, Question))]


def _criteria(said: Mapping[str, str]) -> dict[str, bool]:
    answers = {name.removeprefix("criteria."): text for name, text in said.items() if name.startswith("criteria.")}
    return {key: text == "yes" for key, text in answers.items() if text in ("yes", "no")}


def _form(visit: Visit, form: Form) -> Response:
    policy = numbered_policy(visit.store, None, by=visit.by)
    asked = [_question(part) for part in fields(Enquiry) if part.name not in NOT_ASKED]
    return page(
        visit,
        "precheck/ask.html.jinja",
        status=422 if form.faults else 200,
        form=form,
        questions=asked,
        criteria=[one for one in CRITERIA.by_policy(policy, {}) if isinstance(one, Question)],
        choices=Choices(policy, visit.language),
        faulty=bool(form.faults),
    )


def _of_a_proposal(said: Mapping[str, str], found: Precheck) -> dict[str, str]:
    """Return what was said as it stands in a proposal, to begin one from it."""
    known = {
        name: text for name, text in said.items() if text and name not in ("amount_usd", "emblem", "lei", "kept")
    }
    return known | ({"emblem_use": "case_by_case"} if found.enquiry.emblem else {})
