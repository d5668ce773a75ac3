"""How long one name takes against all listed names and what the index costs, beside rapidfuzz's WRatio and
token_set_ratio over the same names in the same run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil
from rapidfuzz import fuzz, process, utils

from approvals.casework.policy import read_policy
from approvals.screening.lists import Listed, ListedKind
from approvals.screening.matching import NameIndex
from benchmarks.invented_companies import invented_companies
from benchmarks.screening_data import (
    converted_entries,
    data_folder,
    invented_entries,
    official_entries,
    table,
)

INVENTED = 20_000
COMPANIES = 400
ONE_OF = 20
"""Rivals are asked one name in so many, as they take long."""
RIVALS: dict[str, Callable[..., float]] = {"WRatio": fuzz.WRatio, "token_set_ratio": fuzz.token_set_ratio}
Search = Callable[[str], object]


def main() -> None:
    entries, people = _lists_and_people()
    index = _built(entries)
    names = [utils.default_process(name.text) for entry in entries for name in entry.names]
    ours = _print_times("people", lambda name: index.search(name, kind=ListedKind.PERSON), people)
    companies = invented_companies(COMPANIES)
    _print_times("companies", lambda name: index.search(name, kind=ListedKind.ORGANISATION), companies)
    for rival, scorer in RIVALS.items():
        theirs = _print_times(rival, _searching_with(scorer, names), people[::ONE_OF])
        print(f"{rival} takes {theirs / ours:.1f} times as long.")


def _lists_and_people() -> tuple[list[Listed], list[str]]:
    folder = data_folder()
    if folder:
        people = [row["full_name"] for row in table(folder / "names/negatives_global.csv")]
        return [*official_entries(folder), *converted_entries(folder)], people
    print("APPROVALS_SCREENING_DATA names no folder of lists: invented names are used.")
    return invented_entries(INVENTED), [entry.caption for entry in invented_entries(600)]


def _built(entries: Sequence[Listed]) -> NameIndex:
    """Return the index, having said how long it took and how much memory it holds beside the entries."""
    process_here = psutil.Process()
    before, began = process_here.memory_info().rss, time.perf_counter()
    index = NameIndex(entries, read_policy(Path(__file__).parents[1] / "policy").screening.matching)
    taken, held = time.perf_counter() - began, process_here.memory_info().rss - before
    count = sum(len(entry.names) for entry in entries)
    print(f"{len(entries)} entries, {count} names, {len(index)} different; index: {taken:.1f} s, {held / 1e6:.0f} MB")
    return index


def _searching_with(scorer: Callable[..., float], names: Sequence[str]) -> Search:
    def search(name: str) -> object:
        return process.extract(utils.default_process(name), names, scorer=scorer, limit=50, processor=None)

    return search


def _print_times(title: str, search: Search, names: Sequence[str]) -> float:
    """Print median and 95th percentile of one search in milliseconds, and return the median by the clock.

    The time of the processor is printed as well: on a shared machine the clock measures the others too.
    """
    both = [_milliseconds(search, name) for name in names]
    clock, processor = (sorted(taken) for taken in zip(*both, strict=True))
    half, most = len(names) // 2, int(len(names) * 0.95)
    print(
        f"{title:18} p50 {clock[half]:6.1f} ms   p95 {clock[most]:6.1f} ms   "
        f"of the processor {processor[half]:6.1f} and {processor[most]:6.1f} ms   ({len(names)} names)"
    )
    return clock[half]


def _milliseconds(search: Search, name: str) -> tuple[float, float]:
    """Return how long one search takes, by the clock and by the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    search(name)
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


if __name__ == "__main__":
    main()
