"""The policy in force, and every version before and proposed; proposed by one person, published by another."""

from __future__ import annotations

import json

from fastapi import APIRouter

from approvals.api.answers import refusals
from approvals.api.caller import Call, Calling, paced
from approvals.api.fields import Number
from approvals.api.forms.policies import ConsequenceForm, KnownPolicyForm, NewPolicy, PolicyForm, ReplayForm
from approvals.casework.policy.drafting import drafted
from approvals.casework.rights import Right, require
from approvals.services.policies import numbered_policy, policies_known, propose_policy, publish_policy
from approvals.services.what_if import what_if

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


@router.post("", name="propose_policy", status_code=201, responses=refusals(409, body=True))
def propose(call: Calling, sent: NewPolicy) -> KnownPolicyForm:
    """Keep a proposal for another person to publish; files that are not sent stay as they are in force."""
    require(call.by, Right.PUBLISH_POLICY)
    files = {str(name): json.dumps(content).encode() for name, content in sent.content.items()}
    draft = drafted(numbered_policy(call.store, None, by=call.by), files)
    entry = propose_policy(call.store, draft, reason=sent.reason, by=call.by, now=call.now)
    return _known(call, entry.id)


@router.get(
    "/{number}/consequences",
    name="read_consequences",
    responses=refusals(404),
    dependencies=[paced("export")],
)
def consequences(call: Calling, number: Number) -> ReplayForm:
    """Tell which past and open cases would have gone another way. Nothing is written."""
    replay = what_if(call.store, numbered_policy(call.store, number, by=call.by), by=call.by)
    affected = [
        ConsequenceForm(reference=one.reference, changes=[str(what.what) for what in one.consequences])
        for one in replay.affected
    ]
    return ReplayForm(looked_at=replay.looked_at, affected=affected)


@router.post("/{number}/publication", name="publish_policy", responses=refusals(404, 409))
def publish(call: Calling, number: Number) -> KnownPolicyForm:
    """Put a proposal of somebody else in force for cases submitted from now on. Twice changes nothing."""
    return _known(call, publish_policy(call.store, number, by=call.by, now=call.now).id)


def _known(call: Call, number: int | None) -> KnownPolicyForm:
    found = next(one for one in policies_known(call.store, by=call.by) if one.number == number)
    return KnownPolicyForm.model_validate(found)
