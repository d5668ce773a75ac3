"""Flags on partners: from which state to which, and who may bring them there. What is not in the table is refused.

Whoever meets a partner may say what was seen, and escalate it. Only headquarters settles: it confirms (red), defers
back to a risk, or lifts; and never the person who escalated or confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from approvals.casework.rights import Right, require
from approvals.casework.telling import told
from approvals.errors import DutiesConflict, Fault, Faulty, NotAllowed
from models.flag import FlagState, FlagStep
from models.office import OfficeKind
from models.user import User

_F = FlagState

STEPS: Mapping[tuple[FlagState | None, FlagState], Right] = {
    (None, _F.OBSERVATION): Right.RAISE_FLAG,
    (None, _F.RISK): Right.RAISE_FLAG,
    (_F.OBSERVATION, _F.RISK): Right.RAISE_FLAG,
    (_F.OBSERVATION, _F.ESCALATED): Right.RAISE_FLAG,
    (_F.RISK, _F.ESCALATED): Right.RAISE_FLAG,
    (_F.OBSERVATION, _F.LIFTED): Right.SETTLE_FLAG,
    (_F.RISK, _F.LIFTED): Right.SETTLE_FLAG,
    (_F.ESCALATED, _F.RED): Right.SETTLE_FLAG,
    (_F.ESCALATED, _F.RISK): Right.SETTLE_FLAG,
    (_F.RED, _F.RISK): Right.SETTLE_FLAG,
    (_F.RED, _F.LIFTED): Right.SETTLE_FLAG,
}
"""From which state to which, and the right it takes."""

SOMEBODY_ELSE_SETTLES = frozenset({_F.ESCALATED, _F.RED})
"""States that the person who brought a flag there does not settle."""


@dataclass(frozen=True)
class StandingFlag:
    """A flag that was not lifted: whose it is, where it stands since when and why, and whether it is inherited."""

    number: int
    partner: int
    legal_name: str
    subject: str
    state: FlagState
    reason: str
    since: datetime
    inherited: bool


def gravest(flags: Iterable[StandingFlag]) -> FlagState | None:
    """Return the gravest state among `flags`, None if there are none."""
    return max((flag.state for flag in flags), key=lambda state: state.rank, default=None)


def _ways_on(at: FlagState | None, ways: Sequence[FlagState]) -> str:
    if at is None:
        return told("a new flag is raised; from there it can become: {ways:codes}", ways=ways)
    if not ways:
        return told("the flag is «{state:code}»; from there it can become: nothing else", state=at)
    return told("the flag is «{state:code}»; from there it can become: {ways:codes}", state=at, ways=ways)


def require_step(last: FlagStep | None, to: FlagState, *, by: User, office_kind: OfficeKind) -> None:
    """Raise unless `by`, of an office of this kind, may bring a flag whose newest step is `last` to `to`.

    `last` is None for a flag that is raised now. Raises `Faulty` if no way leads there, `NotAllowed` if the person
    may not go it, `DutiesConflict` if it was they who brought the flag where it has to be settled.
    """
    at = last.state if last else None
    right = STEPS.get((at, to))
    if right is None:
        ways = [end for start, end in STEPS if start is at]
        raise Faulty(told("Nothing was changed."), [Fault("state", _ways_on(at, ways))])
    require(by, right)
    if right is Right.SETTLE_FLAG and office_kind is not OfficeKind.HEADQUARTERS:
        raise NotAllowed(told("Only headquarters may {right:words}; escalate it, with what you know.", right=right))
    if last and last.state in SOMEBODY_ELSE_SETTLES and last.taken_by == by.id:
        raise DutiesConflict(
            told(
                "You brought the flag to «{state:code}»; somebody else at headquarters must settle it.",
                state=last.state,
            )
        )
