"""The short route of an amendment: that of a new case which says the same, without the stages it can spare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from approvals.casework.lifecycle import MACHINE_STAGES
from approvals.casework.policy.amendments import AmendmentRule
from approvals.casework.route import Route, Slot
from approvals.casework.telling import told
from models.amendment import Handling
from models.case import Stage
from models.task import TaskKind

_S, _H = Stage, Handling

ALWAYS: Mapping[Handling, frozenset[Stage]] = {
    _H.RECORD_ONLY: frozenset(),
    _H.APPROVAL_ONLY: frozenset({_S.DECISION}),
    _H.AMENDMENT: frozenset({_S.DECISION, _S.DRAFTING, _S.NEGOTIATION, _S.CLEARANCE, _S.SIGNATURE}),
}
"""The stages each handling goes through in any case; those a rule of the policy asks for come on top."""

LAST: Mapping[Handling, Stage] = {
    _H.RECORD_ONLY: _S.SCREENING,
    _H.APPROVAL_ONLY: _S.DRAFTING,
    _H.AMENDMENT: _S.SIGNATURE,
}
"""The stage at whose end an amendment takes effect. Where there is nothing to do in it, it is passed at once."""

_QUESTIONS: Mapping[TaskKind, str] = {
    TaskKind.CONSULTATION: told("Give your unit's view of the proposed amendment."),
    TaskKind.DECISION: told("Decide whether the agreement is amended as proposed."),
    TaskKind.LEGAL_REVIEW: told("Review the text of the amendment."),
    TaskKind.NEGOTIATION: told(
        "Send the amendment to the partner and record the answer: agreed as sent, or changed with the returned file."
    ),
}
"""What is asked differently about an amendment."""


def short_route(route: Route, rule: AmendmentRule, *, family: str, text_is_standard: bool = True) -> Route:
    """Return `route`, that of the agreement as amended, with the stages `rule` spares passed over for its reason.

    A text that is no longer the standard one goes to legal review whatever the rule says.
    """
    goes_through = ALWAYS[rule.handling] | rule.stages
    if _S.SCREENING in goes_through:
        goes_through |= {_S.SCREENING_REVIEW}
    if not text_is_standard:
        goes_through |= {_S.LEGAL_REVIEW}
    slots = {
        stage: tuple(_asked(slot) for slot in asked) if stage in goes_through else ()
        for stage, asked in route.slots.items()
    }
    why = f"not asked of this amendment: {rule.source}"
    spared = {stage: why for stage in (*route.slots, *MACHINE_STAGES) if stage not in goes_through}
    return replace(
        route,
        slots=slots,
        passed_over={**spared, **route.passed_over},
        family=family,
        takes_effect_in=LAST[rule.handling],
    )


def _asked(slot: Slot) -> Slot:
    return replace(slot, prompt=_QUESTIONS.get(slot.kind, slot.prompt))
