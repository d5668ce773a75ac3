"""The policy: what is in force, what was, what a proposal would change, and publishing by a second person."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from approvals.casework.policy import Policy
from approvals.casework.policy.differences import differences
from approvals.casework.policy.drafting import drafted
from approvals.casework.rights import Right, may, require
from approvals.casework.sentences import with_its_place
from approvals.casework.telling import told
from approvals.desk.addresses import Number
from approvals.desk.forms import Form, SentForm
from approvals.desk.refusals import status_of
from approvals.desk.rendering import page
from approvals.desk.visitor import Sent, SignedIn, Visit, paced
from approvals.errors import ApprovalError, Fault, Faulty, NotAllowed, NotFound, WrongStage
from approvals.reporting.policy_page import policy_page
from approvals.services.policies import KnownPolicy, numbered_policy, policies_known, propose_policy, publish_policy
from approvals.services.what_if import what_if

router = APIRouter(prefix="/policy")

LARGEST_FILE = 1_000_000


@router.get("", name="policy")
def show(visit: SignedIn) -> Response:
    """Show every policy that is or was in force or waits, and the form to propose one."""
    return _list_page(visit, Form())


@router.post("")
def propose(visit: SignedIn, sent: Sent) -> Response:
    """Keep a proposal for another person to publish; files that are not sent stay as they are in force."""
    require(visit.by, Right.PUBLISH_POLICY)
    files = {name: content for name in Policy.model_fields if (content := sent.content(name, at_most=LARGEST_FILE))}
    faults = _missing(visit, sent, files)
    try:
        if not faults:
            draft = drafted(numbered_policy(visit.store, None, by=visit.by), files)
            entry = propose_policy(visit.store, draft, reason=sent.text("reason"), by=visit.by, now=visit.now)
            return RedirectResponse(f"/policy/{entry.id}", status_code=303)
    except Faulty as refused:
        faults = [Fault(_field_of(fault), with_its_place(fault)) for fault in refused.faults]
    return _list_page(visit, sent.with_faults(faults), status=422)


@router.get("/{number}", name="policy_version")
def version(visit: SignedIn, number: Number) -> Response:
    """Show what a policy changes against the one in force, value by value."""
    return _version_page(visit, number)


@router.get("/{number}/page")
def as_page(visit: SignedIn, number: Number) -> Response:
    """Show the policy as people read it, every rule with its source."""
    policy = numbered_policy(visit.store, number, by=visit.by)
    text = policy_page(policy, visit.parts.settings.guide_folder)
    return page(visit, "policy_page.html.jinja", number=number, text=text)


@router.get("/{number}/consequences", dependencies=[paced("export")])
def consequences(visit: SignedIn, number: Number) -> Response:
    """Show which past and open cases would have gone another way. Nothing is written."""
    replay = what_if(visit.store, numbered_policy(visit.store, number, by=visit.by), by=visit.by)
    return page(visit, "consequences.html.jinja", number=number, replay=replay)


@router.post("/{number}/publish")
def publish(visit: SignedIn, number: Number, sent: Sent) -> Response:
    """Put a proposal of somebody else in force for cases submitted from now on."""
    try:
        publish_policy(visit.store, number, by=visit.by, now=visit.now)
    except (Faulty, NotAllowed, WrongStage) as refusal:
        if not may(visit.by, Right.PUBLISH_POLICY):
            raise
        return _version_page(visit, number, refusal)
    return RedirectResponse(f"/policy/{number}", status_code=303)


def _missing(visit: Visit, sent: SentForm, files: dict[str, bytes]) -> list[Fault]:
    say = visit.language.texts.gettext
    faults = [] if sent.text("reason") else [Fault("reason", say("Say why; whoever publishes it reads this."))]
    faults += [] if files else [Fault(next(iter(Policy.model_fields)), say("Choose at least one file."))]
    too_large = say("The file is too large for a policy.")
    return faults + [Fault(name, too_large) for name, content in files.items() if len(content) > LARGEST_FILE]


def _field_of(fault: Fault) -> str:
    """Return the field of the form for a fault of a file, whose path begins with the file's name."""
    name = fault.path.partition(".yaml")[0]
    return name if name in Policy.model_fields else "reason"


def _list_page(visit: Visit, form: Form, *, status: int = 200) -> Response:
    return page(
        visit,
        "policy.html.jinja",
        status=status,
        known=policies_known(visit.store, by=visit.by),
        files=list(Policy.model_fields),
        form=form,
        faulty=bool(form.faults),
        may_publish=may(visit.by, Right.PUBLISH_POLICY),
    )


def _version_page(visit: Visit, number: int, refusal: ApprovalError | None = None) -> Response:
    known = _known(visit, number)
    shown = numbered_policy(visit.store, number, by=visit.by)
    changes = differences(numbered_policy(visit.store, None, by=visit.by), shown)
    return page(
        visit,
        "policy_version.html.jinja",
        status=status_of(refusal) if refusal else 200,
        known=known,
        changes=changes,
        refusal=refusal,
        may_publish=may(visit.by, Right.PUBLISH_POLICY),
    )


def _known(visit: Visit, number: int) -> KnownPolicy:
    found = next((one for one in policies_known(visit.store, by=visit.by) if one.number == number), None)
    if found is None:
        raise NotFound(told("There is no policy of that number."))
    return found
