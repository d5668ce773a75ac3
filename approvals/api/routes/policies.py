"""The policy in force, and every version before and proposed."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Calling
from approvals.api.fields import Number
from approvals.api.forms.policies import KnownPolicyForm, PolicyForm
from approvals.services.policies import numbered_policy, policies_known

router = APIRouter(prefix="/policies", tags=["policy"])


@router.get("", name="list_policies", responses=refusals())
def list_policies(call: Calling) -> list[KnownPolicyForm]:
    """List every policy proposed or published, the newest first."""
    return [KnownPolicyForm.model_validate(one) for one in policies_known(call.store, by=call.by)]


@router.get("/in-force", name="read_policy_in_force", responses=refusals())
def in_force(call: Calling) -> PolicyForm:
    """Give the policy in force."""
    return PolicyForm(content=numbered_policy(call.store, None, by=call.by).as_document())


@router.get("/{number}", name="read_policy", responses=refusals(404))
def read(call: Calling, number: Number) -> PolicyForm:
    """Give the policy proposed or published under this number."""
    return PolicyForm(content=numbered_policy(call.store, number, by=call.by).as_document())
