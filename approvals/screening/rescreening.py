"""Comparing a partner with what a list added or changed.

The names that are new to a list make an index of their own, searched as any other: a re-screening finds what a
screening would find of them, by the same rules. It costs little, because a list changes by hundreds of names at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals.casework.proposal import PartnerForm
from approvals.screening.asked import AskedName, names_to_ask
from approvals.screening.matching import Match, NameIndex


@dataclass(frozen=True)
class NewHit:
    """A name of a partner that resembles an entry the list added or changed."""

    name: AskedName
    match: Match


def compare_partner(partner: PartnerForm, changed: NameIndex) -> tuple[list[NewHit], int]:
    """Return what of `changed` the partner's names resemble, best first for each, and how many were compared."""
    names = names_to_ask(partner)
    return [NewHit(name, match) for name in names for match in name.found_in(changed)], len(names)
