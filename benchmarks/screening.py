"""How long one name takes against all listed names, beside rapidfuzz's WRatio over the same names in the same
run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rapidfuzz import fuzz, process, utils

from approvals.casework.policy import read_policy
from approvals.screening.lists import ListedKind
from approvals.screening.matching import NameIndex
from benchmarks.screening_data import (
    converted_entries,
    data_folder,
    invented_entries,
    official_entries,
    table,
)

INVENTED = 20_000


def main() -> None:
    folder = data_folder()
    if folder:
        entries = [*official_entries(folder), *converted_entries(folder)]
        asked = [row["full_name"] for row in table(folder / "names/negatives_global.csv")]
    else:
        print("APPROVALS_SCREENING_DATA names no folder of lists: invented names are used.")
        entries = invented_entries(INVENTED)
        asked = [entry.caption for entry in invented_entries(600)]
    began = time.perf_counter()
    index = NameIndex(entries, read_policy(Path(__file__).parents[1] / "policy").screening.matching)
    taken = time.perf_counter() - began
    print(f"{len(entries)} entries, {len(index)} different names; index built in {taken:.1f} s")
    names = [utils.default_process(name.text) for entry in entries for name in entry.names]

    def rival_search(name: str) -> object:
        asked = utils.default_process(name)
        return process.extract(asked, names, scorer=fuzz.WRatio, limit=50, processor=None)

    ours = _milliseconds(lambda name: index.search(name, kind=ListedKind.PERSON), asked)
    rival = _milliseconds(rival_search, asked[::20])
    print(f"ours    p50 {ours[0]:6.1f} ms   p95 {ours[1]:6.1f} ms   ({len(asked)} names)")
    print(f"WRatio  p50 {rival[0]:6.1f} ms   p95 {rival[1]:6.1f} ms   ({len(asked[::20])} names)")
    print(f"WRatio takes {rival[0] / ours[0]:.1f} times as long.")


def _milliseconds(search: Callable[[str], object], names: Sequence[str]) -> tuple[float, float]:
    """Return median and 95th percentile of one search."""
    taken = []
    for name in names:
        began = time.perf_counter()
        search(name)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.95)]


if __name__ == "__main__":
    main()
