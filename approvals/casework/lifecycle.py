"""The life of a case as a table one can read from the top.

A case moves only by a line of `LIFECYCLE`; anything not in it is refused. A stage for which a case's route has no
work is *passed over*, so every case walks the same table and its history says why a stage took no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from approvals.casework.telling import told
from approvals.errors import WrongStage
from models.case import ENDS, Stage


class Act(StrEnum):
    """What moves a case from one stage to another."""

    SUBMIT = "submit"
    DISCARD = "discard"
    FIND_CLEAR = "find_clear"
    FIND_DOUBT = "find_doubt"
    FIND_FORBIDDEN = "find_forbidden"
    CLEAR_FINDINGS = "clear_findings"
    CONFIRM_HIT = "confirm_hit"
    ASSESS = "assess"
    PASS_OVER = "pass_over"
    CLOSE_CONSULTATION = "close_consultation"
    APPROVE = "approve"
    REFER_UP = "refer_up"
    DECLINE = "decline"
    DRAFT = "draft"
    CLEAR_TEXT = "clear_text"
    SEND_BACK = "send_back"
    ACCEPT_CHANGES = "accept_changes"
    REFUSE_TEXT = "refuse_text"
    AGREE = "agree"
    PROPOSE_CHANGES = "propose_changes"
    CLEAR_FOR_SIGNATURE = "clear_for_signature"
    SIGN = "sign"
    QUESTION = "question"
    LIFT = "lift"
    TAKE_EFFECT = "take_effect"
    END = "end"
    RESTART = "restart"
    REDRAFT = "redraft"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


@dataclass(frozen=True)
class Move:
    """One line of the table: from where, by which act, to where, who makes it, and what it needs."""

    stage: Stage
    act: Act
    to: Stage
    who: str
    needs: str


_S, _A = Stage, Act

LIFECYCLE: tuple[Move, ...] = (
    Move(_S.DRAFT, _A.SUBMIT, _S.SCREENING, "officer", "a proposal without faults"),
    Move(_S.DRAFT, _A.DISCARD, _S.DISCARDED, "officer", "nothing"),
    Move(_S.SCREENING, _A.FIND_CLEAR, _S.DUE_DILIGENCE, "machine", "every check clear"),
    Move(_S.SCREENING, _A.FIND_DOUBT, _S.SCREENING_REVIEW, "machine", "a finding a person must judge"),
    Move(_S.SCREENING, _A.FIND_FORBIDDEN, _S.STOPPED, "machine", "an exclusion criterion that applies"),
    Move(_S.SCREENING, _A.PASS_OVER, _S.DUE_DILIGENCE, "machine", "an amendment of nothing that was screened"),
    Move(_S.SCREENING, _A.TAKE_EFFECT, _S.EFFECTIVE, "machine", "an amendment that is only recorded"),
    Move(_S.SCREENING_REVIEW, _A.CLEAR_FINDINGS, _S.DUE_DILIGENCE, "screening officer", "a reason"),
    Move(_S.SCREENING_REVIEW, _A.CONFIRM_HIT, _S.STOPPED, "screening officer", "a reason"),
    Move(_S.SCREENING_REVIEW, _A.PASS_OVER, _S.DUE_DILIGENCE, "machine", "a route without the stage"),
    Move(_S.DUE_DILIGENCE, _A.ASSESS, _S.CONSULTATION, "due diligence officer", "a risk level and a reason"),
    Move(_S.DUE_DILIGENCE, _A.PASS_OVER, _S.CONSULTATION, "machine", "a route without the stage"),
    Move(_S.CONSULTATION, _A.CLOSE_CONSULTATION, _S.DECISION, "consulted units", "every view, or silence"),
    Move(_S.CONSULTATION, _A.PASS_OVER, _S.DECISION, "machine", "a route without the stage"),
    Move(_S.DECISION, _A.APPROVE, _S.DRAFTING, "director or committee", "a reason; conditions if any"),
    Move(_S.DECISION, _A.REFER_UP, _S.DECISION, "director or committee", "a reason and a higher level"),
    Move(_S.DECISION, _A.DECLINE, _S.DECLINED, "director or committee", "a reason"),
    Move(_S.DRAFTING, _A.DRAFT, _S.LEGAL_REVIEW, "machine", "a template and a document that passes its proof"),
    Move(_S.DRAFTING, _A.TAKE_EFFECT, _S.EFFECTIVE, "machine", "an approved amendment that needs no document"),
    Move(_S.LEGAL_REVIEW, _A.CLEAR_TEXT, _S.NEGOTIATION, "legal reviewer", "a text the partner has not seen"),
    Move(_S.LEGAL_REVIEW, _A.ACCEPT_CHANGES, _S.CLEARANCE, "legal reviewer", "the partner's own text"),
    Move(_S.LEGAL_REVIEW, _A.SEND_BACK, _S.NEGOTIATION, "legal reviewer", "refused changes: our text stands"),
    Move(_S.LEGAL_REVIEW, _A.REFUSE_TEXT, _S.DECLINED, "legal reviewer", "a reason"),
    Move(_S.LEGAL_REVIEW, _A.PASS_OVER, _S.NEGOTIATION, "machine", "the standard text and a rule that allows it"),
    Move(_S.NEGOTIATION, _A.AGREE, _S.CLEARANCE, "officer", "the text as sent"),
    Move(_S.NEGOTIATION, _A.PROPOSE_CHANGES, _S.LEGAL_REVIEW, "officer", "the returned file, compared"),
    Move(_S.CLEARANCE, _A.CLEAR_FOR_SIGNATURE, _S.SIGNATURE, "finance and signing authority", "every clearance"),
    Move(_S.SIGNATURE, _A.SIGN, _S.IN_FORCE, "signatory and officer", "both signatures on one version"),
    Move(_S.IN_FORCE, _A.QUESTION, _S.IN_FORCE, "machine", "a new hit on a list that changed"),
    Move(_S.IN_FORCE, _A.LIFT, _S.IN_FORCE, "screening officer", "every new hit cleared"),
    Move(_S.IN_FORCE, _A.CONFIRM_HIT, _S.ENDED, "screening officer", "a reason"),
    Move(_S.SIGNATURE, _A.TAKE_EFFECT, _S.EFFECTIVE, "signatory and officer", "both signatures on an amendment"),
    Move(_S.IN_FORCE, _A.END, _S.ENDED, "officer", "a reason"),
)

MACHINE_STAGES = frozenset({Stage.SCREENING, Stage.DRAFTING})
"""Stages where the machine works by itself, unless it passes over them; in the others it asks people."""

UNDER_WAY = frozenset(Stage) - ENDS - {Stage.DRAFT, Stage.IN_FORCE}
"""Stages between submission and signature."""

APPROVED = frozenset({Stage.DRAFTING, Stage.LEGAL_REVIEW, Stage.NEGOTIATION, Stage.CLEARANCE, Stage.SIGNATURE})
"""Stages under way that lie behind the decision. Only here may an agreement be drafted anew: a case that started
again at screening still has its old agreement, but no longer an approval."""

_FROM_ANYWHERE = {
    Act.WITHDRAW: (UNDER_WAY, Stage.WITHDRAWN),  # by the officer, with a reason
    Act.LAPSE: (UNDER_WAY, Stage.LAPSED),  # by the machine, when an answer did not come in time
    Act.RESTART: (
        UNDER_WAY,
        Stage.SCREENING,
    ),  # by the machine, when an answer or a list changed what the route rests on
    Act.REDRAFT: (APPROVED, Stage.DRAFTING),  # by the machine, when an answer changed the proposal behind a text
}

_TABLE = {(move.stage, move.act): move.to for move in LIFECYCLE}


def destination(stage: Stage, act: Act) -> Stage:
    """Return where `act` takes a case that is in `stage`. Raises `WrongStage` if the table has no such line."""
    stages, to = _FROM_ANYWHERE.get(act, (frozenset(), stage))
    if stage in stages:
        return to
    try:
        return _TABLE[stage, act]
    except KeyError:
        raise WrongStage(
            told(
                "A case in stage «{stage:code}» cannot be moved by «{act}»; look at the case again.",
                stage=stage,
                act=act,
            )
        ) from None
