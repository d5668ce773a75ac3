"""What the decisions of a completed stage make of the case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from approvals.casework.lifecycle import Act
from models.agreement import Origin
from models.case import Stage
from models.decision import Decision, Outcome


@dataclass(frozen=True)
class Conclusion:
    """The act that moves the case on, and what it changes besides the stage."""

    act: Act
    raises_decision: bool = False
    """The decision lies one level higher than it would otherwise."""


Decisions = Iterable[Decision]


def conclude(
    stage: Stage, decisions: Decisions, *, text_from: Origin | None, takes_effect: bool = False
) -> Conclusion:
    """Return what follows from the `decisions` that fill every slot of `stage`.

    `text_from` says who wrote the present text of the agreement, None before there is one. A stage without slots
    (no decisions) is passed over. The last stage of an amendment `takes_effect`.
    """
    outcomes = [decision.outcome for decision in decisions]
    if Outcome.WITHDRAWN in outcomes:
        return Conclusion(Act.WITHDRAW)
    if takes_effect:
        return Conclusion(Act.TAKE_EFFECT)
    if not outcomes:
        return Conclusion(Act.PASS_OVER)
    return _RULES[stage](outcomes, text_from)


def _first(table: Mapping[Outcome, Act]) -> Callable[[list[Outcome], Origin | None], Conclusion]:
    return lambda outcomes, _: Conclusion(table[outcomes[0]])


def _consultation(outcomes: list[Outcome], _: Origin | None) -> Conclusion:
    """An objection forces the decision one level up."""
    return Conclusion(Act.CLOSE_CONSULTATION, raises_decision=Outcome.OBJECTION in outcomes)


def _decision(outcomes: list[Outcome], _: Origin | None) -> Conclusion:
    act = {Outcome.DECLINE: Act.DECLINE, Outcome.REFER_UP: Act.REFER_UP}.get(outcomes[0], Act.APPROVE)
    return Conclusion(act, raises_decision=act is Act.REFER_UP)


def _legal_review(outcomes: list[Outcome], text_from: Origin | None) -> Conclusion:
    from_partner = text_from is Origin.RETURNED
    acts = {
        Outcome.CLEARED: Act.ACCEPT_CHANGES if from_partner else Act.CLEAR_TEXT,
        Outcome.CLEAR_WITH_EDITS: Act.CLEAR_TEXT,  # the partner must see the edits
        Outcome.REFUSE: Act.SEND_BACK if from_partner else Act.REFUSE_TEXT,
    }
    return Conclusion(acts[outcomes[0]])


_RULES: Mapping[Stage, Callable[[list[Outcome], Origin | None], Conclusion]] = {
    Stage.SCREENING_REVIEW: _first({Outcome.CLEARED: Act.CLEAR_FINDINGS, Outcome.CONFIRMED_HIT: Act.CONFIRM_HIT}),
    Stage.DUE_DILIGENCE: _first({Outcome.ASSESSED: Act.ASSESS}),
    Stage.CONSULTATION: _consultation,
    Stage.DECISION: _decision,
    Stage.LEGAL_REVIEW: _legal_review,
    Stage.NEGOTIATION: _first({Outcome.AGREED: Act.AGREE, Outcome.CHANGED: Act.PROPOSE_CHANGES}),
    Stage.CLEARANCE: lambda *_: Conclusion(Act.CLEAR_FOR_SIGNATURE),
    Stage.SIGNATURE: lambda *_: Conclusion(Act.SIGN),
}
