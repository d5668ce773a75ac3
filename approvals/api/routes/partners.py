"""The partner register: looked through, and kept right."""

from __future__ import annotations

import importlib.metadata
from typing import Annotated, Any

from fastapi import APIRouter, Query

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling, paced
from approvals.api.fields import SEEN, PartnerReference
from approvals.api.forms.partners import (
    DocumentKindForm,
    FlagStepForm,
    FoundForm,
    IdentifierForm,
    NameForm,
    NewFlag,
    NewIdentifier,
    NewName,
    NewParent,
    NewPerson,
    PartnerPersonForm,
    RecordWish,
    RegisteredPartner,
)
from approvals.casework.proposal import partner_number
from approvals.services import flags, partners
from approvals.services.partner_records import export_record
from models.case import Funds

router = APIRouter(prefix="/partners", tags=["partners"])

SOFTWARE = f"partnership-approvals {importlib.metadata.version('partnership-approvals')}"

Name = Annotated[str, Query(min_length=1, max_length=300, pattern=SEEN, description="A name, in any script")]


@router.get("", name="find_partners", responses=refusals(), dependencies=[paced("search")])
def find(call: Calling, name: Name) -> list[FoundForm]:
    """Find partners with a name like this one, the most alike first."""
    return [FoundForm.model_validate(one) for one in partners.find_partners(call.store, name, by=call.by)]


@router.get("/{partner}", name="read_partner", responses=refusals(404))
def read(call: Calling, partner: PartnerReference) -> RegisteredPartner:
    """Give all that the register knows of the partner."""
    return RegisteredPartner.of(partners.partner_file(call.store, partner_number(partner), by=call.by), call.today)


@router.get("/{partner}/documents", name="list_required_documents", responses=refusals(404))
def required_documents(call: Calling, partner: PartnerReference, funds: Funds = Funds.NONE) -> list[DocumentKindForm]:
    """List the documents policy asks of the partner when money moves this way."""
    _, kinds = partners.documents_for(call.store, partner_number(partner), funds, by=call.by)
    return [DocumentKindForm.model_validate(kind) for kind in kinds]


@router.post("/{partner}/names", name="add_name", status_code=201, responses=refusals(404, body=True))
def add_name(call: Calling, partner: PartnerReference, sent: NewName) -> NameForm:
    """Enter another or a former name."""
    added = partners.add_name(
        call.store, partner_number(partner), sent.name, sent.kind, until=sent.until, by=call.by, now=call.now
    )
    return NameForm.model_validate(added)


@router.post("/{partner}/identifiers", name="add_identifier", status_code=201, responses=refusals(404, body=True))
def add_identifier(call: Calling, partner: PartnerReference, sent: NewIdentifier) -> IdentifierForm:
    """Enter a number by which an authority knows the partner."""
    added = partners.add_identifier(
        call.store, partner_number(partner), sent.kind, sent.value, country=sent.country, by=call.by, now=call.now
    )
    return IdentifierForm.model_validate(added)


@router.post("/{partner}/people", name="add_person", status_code=201, responses=refusals(404, body=True))
def add_person(call: Calling, partner: PartnerReference, sent: NewPerson) -> PartnerPersonForm:
    """Enter a person of the partner."""
    added = partners.add_person(
        call.store,
        partner_number(partner),
        sent.name,
        function=sent.function,
        birth_year=sent.birth_year,
        by=call.by,
        now=call.now,
    )
    return PartnerPersonForm.model_validate(added)


@router.put("/{partner}/parent", name="set_parent", responses=refusals(404, body=True))
def set_parent(call: Calling, partner: PartnerReference, sent: NewParent) -> RegisteredPartner:
    """Put the partner under another one, or under none; its branches come along."""
    parent = partner_number(sent.parent) if sent.parent else None
    partners.set_parent(call.store, partner_number(partner), parent, by=call.by, now=call.now)
    return read(call, partner)


@router.post("/{partner}/flags", name="raise_flag", status_code=201, responses=refusals(404, body=True))
def raise_flag(call: Calling, partner: PartnerReference, sent: NewFlag) -> FlagStepForm:
    """Put a flag on the partner; its branches inherit it."""
    step = flags.raise_flag(
        call.store,
        partner_number(partner),
        sent.state,
        subject=sent.subject,
        reason=sent.reason,
        by=call.by,
        now=call.now,
    )
    return FlagStepForm.model_validate(step)


@router.post(
    "/{partner}/record",
    name="export_record",
    responses=refusals(404, body=True),
    dependencies=[paced("export")],
)
def export(call: Calling, partner: PartnerReference, wish: RecordWish) -> dict[str, Any]:
    """Give the partner's record for another agency, by `docs/schemas/partner-record-1.json`; the trail notes it."""
    return _record(call, partner_number(partner), wish)


def _record(call: Call, number: int, wish: RecordWish) -> dict[str, Any]:
    return export_record(
        call.store,
        number,
        scope=wish.scope,
        with_people=wish.with_people,
        software=SOFTWARE,
        by=call.by,
        now=call.now,
    )
