"""Comparing partners with what a list added or changed.

The names that are new to a list make an index of their own, searched as any other: a re-screening finds what a
screening would find of them, by the same rules. It costs little, because a list changes by hundreds of names at once.
Many partners are compared on all processors, as nothing but the processor is needed for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any, NamedTuple

from approvals.casework.policy.screening import MatchingRule
from approvals.casework.proposal import PartnerForm
from approvals.screening.asked import AskedName, names_to_ask
from approvals.screening.lists import Listed
from approvals.screening.matching import Match, NameIndex

FEW = 2_000
"""So many partners are compared sooner than processes start."""
AT_ONCE = 50
"""Partners handed to a process together."""


@dataclass(frozen=True)
class NewHit:
    """A name of a partner that resembles an entry the list added or changed."""

    name: AskedName
    match: Match


class Compared(NamedTuple):
    """How many names of a partner were compared, and whether any resembles what is new."""

    names: int
    is_hit: bool


Compare = Callable[[Iterable[Mapping[str, Any]]], Iterator[Compared]]
"""Compares partners, given as plain values; yields what came of each, in their order."""


def compare_partner(partner: PartnerForm, changed: NameIndex) -> tuple[list[NewHit], int]:
    """Return what of `changed` the partner's names resemble, best first for each, and how many were compared."""
    names = names_to_ask(partner)
    return [NewHit(name, match) for name in names for match in name.found_in(changed)], len(names)


@contextmanager
def comparing(changed: NameIndex, *, partners: int, processes: int | None = None) -> Iterator[Compare]:
    """Give what compares about so many `partners` with `changed`: here if they are few, else in `processes`.

    None is as many as there are processors. The processes end with the block.
    """
    processes = processes or os.cpu_count() or 1
    if partners <= FEW or processes < 2:
        yield lambda many: (_compared(partner, changed) for partner in many)
        return
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_get_ready,
        initargs=(changed.entries, changed.rule),
    )
    try:
        yield lambda many: pool.map(_compared_apart, many, chunksize=AT_ONCE)
    finally:
        pool.shutdown(cancel_futures=True)


def _compared(partner: Mapping[str, Any], changed: NameIndex) -> Compared:
    hits, names = compare_partner(PartnerForm.model_validate(partner), changed)
    return Compared(names, bool(hits))


# In a process of its own ------------------------------------------------------------------------------------

_changed: NameIndex
"""What this process compares with; set when it starts."""


def _get_ready(entries: Sequence[Listed], rule: MatchingRule) -> None:
    global _changed  # a process serves one re-screening
    _changed = NameIndex(entries, rule)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    """End this process when the one that started it is gone, even if that one was killed and could not say so."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _compared_apart(partner: Mapping[str, Any]) -> Compared:
    return _compared(partner, _changed)
