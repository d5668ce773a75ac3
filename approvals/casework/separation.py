"""Separation of duties: what an earlier act on a case forbids. The database refuses the same by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from approvals.casework.second_look import SECOND
from approvals.casework.telling import told
from models.case import Case
from models.task import TaskKind

OFFICERS_OWN = frozenset({TaskKind.ANSWER, TaskKind.NEGOTIATION, TaskKind.PARTNER_SIGNATURE})
"""Tasks the officer who submitted owes: they record facts and decide nothing about the partnership."""

_EXCLUDES: Mapping[TaskKind, TaskKind] = {
    TaskKind.LEGAL_REVIEW: TaskKind.SCREENING_REVIEW,
    TaskKind.SCREENING_REVIEW: TaskKind.LEGAL_REVIEW,
}


class Place(NamedTuple):
    """Where a task stands in the life of its case: the leg and the slot."""

    leg: int
    slot: str


NOWHERE = Place(0, "")


@dataclass(frozen=True)
class EarlierAct:
    """A decision somebody took on the case before; `people` are the decider and whoever they substituted for."""

    kind: TaskKind
    people: frozenset[int]
    place: Place = NOWHERE


def conflict(
    case: Case,
    kind: TaskKind,
    people: Iterable[int],
    history: Iterable[EarlierAct],
    *,
    place: Place = NOWHERE,
) -> str | None:
    """Return why none of `people` may decide a task of this kind on `case`, or None if nothing forbids it.

    `people` are the decider and, with a substitute, the absent person: the rule holds for both. `place` is where the
    task stands.
    """
    deciders = set(people)
    if kind not in OFFICERS_OWN and deciders & {case.submitted_by, case.requested_by}:
        return told("nobody decides a case they submitted or asked for ({case})", case=case.reference)
    history = list(history)
    first = Place(place.leg, place.slot.removesuffix(SECOND))
    if place != first and any(act.place == first and deciders & act.people for act in history):
        return told("nobody takes the second look at what they decided themselves ({case})", case=case.reference)
    other = _EXCLUDES.get(kind)
    if any(act.kind is other and deciders & act.people for act in history):
        return told("the screening officer of a case is not its legal reviewer ({case})", case=case.reference)
    return None
