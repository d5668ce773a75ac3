"""The two-minute check, before any contact."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling, paced
from approvals.api.forms.precheck import EnquiryForm, PrecheckForm
from approvals.services import precheck

router = APIRouter(tags=["precheck"])


@router.post("/precheck", name="precheck", responses=refusals(body=True), dependencies=[paced("search")])
def check(call: Calling, enquiry: EnquiryForm) -> PrecheckForm:
    """Tell whether a partner is acceptable, by which rules, and which way a case would take.

    A token for looking will do, unless the question is to be kept.
    """
    if enquiry.keep:
        call.require_act()
    asked = enquiry.as_enquiry(office=call.by.office_code)
    found = precheck.precheck(call.store, asked, by=call.by, now=call.now, keep=enquiry.keep)
    return PrecheckForm.of(found, call.today)
