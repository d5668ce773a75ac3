"""How long 100,000 partners take against 500 entries a list has changed, beside rapidfuzz's token_set_ratio over a
sample of the same names in the same run."""

from __future__ import annotations

import itertools
import os
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from rapidfuzz import fuzz, process, utils

from approvals.casework.policy import read_policy
from approvals.casework.proposal import PartnerForm
from approvals.screening.asked import names_to_ask
from approvals.screening.lists import Listed, ListedKind, ListedName, NameKind
from approvals.screening.matching import NameIndex
from approvals.screening.rescreening import comparing

PARTNERS, ENTRIES, ALIASES = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, 500, 2
PROCESSES = os.cpu_count() or 1
BATCH = 1_000
"""As in `approvals.services.rescreening`."""
KNOWN_WORDS = 20_000
RIVALS_SAMPLE = 1_000
"""Names the rival is asked for; its time for all is scaled from these."""
RIVALS_LINE = 85


def main() -> None:
    names = Names(random.Random(2026))
    entries = [names.entry(number) for number in range(ENTRIES)]
    rule = read_policy(Path(__file__).parents[1] / "policy").screening.matching
    changed = NameIndex(entries, rule)
    asked = hits = 0
    clock, processor = time.perf_counter(), _processor_seconds()
    with comparing(changed, partners=PARTNERS, processes=PROCESSES) as compare:
        for batch in names.batches(PARTNERS, entries):
            for count, is_hit in compare(batch):
                asked, hits = asked + count, hits + is_hit
    taken, worked = time.perf_counter() - clock, _processor_seconds() - processor
    invention = _seconds_of_invention(entries)
    print(f"{PARTNERS:,} partners with {asked:,} names against {ENTRIES} entries with {len(changed):,} names")
    print(
        f"ours            {taken:7.1f} s  {asked / taken:9,.0f} names/s   {hits:,} partners hit; "
        f"{worked:.1f} s of the processors, at most {_most_memory():.0f} MB in {1 + PROCESSES} processes"
    )
    print(f"of which inventing the partners took about {invention:.1f} s")
    sample = [
        name.text
        for partner in itertools.islice(Names(random.Random(1)).partners(RIVALS_SAMPLE, entries), RIVALS_SAMPLE // 3)
        for name in names_to_ask(PartnerForm.model_validate(partner))
    ]
    processor = _processor_seconds()
    seconds, alarms = _rival(sample, entries)
    processor = (_processor_seconds() - processor) * asked / len(sample)
    scaled = seconds * asked / len(sample)
    print(
        f"token_set_ratio {scaled:7.1f} s  {len(sample) / seconds:9,.0f} names/s   {alarms * asked // len(sample):,} "
        f"hits at {RIVALS_LINE}; {processor:.1f} s of the processor (scaled from {len(sample):,} names, one process)"
    )


def _processor_seconds() -> float:
    """Return how long processors have worked for this process and those of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _most_memory() -> float:
    """Return in MB the most that this process held, and for each child the most that one of them held."""
    here, child = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return here + PROCESSES * child


def _seconds_of_invention(entries: Sequence[Listed]) -> float:
    """Return how long this process takes to invent the partners: the comparing processes wait for them, or not."""
    began = time.process_time()
    for _ in Names(random.Random(2)).partners(PARTNERS // 10, entries):
        pass
    return 10 * (time.process_time() - began)


def _rival(sample: Sequence[str], entries: Sequence[Listed]) -> tuple[float, int]:
    """Return how long the brute force took over `sample`, in seconds, and how often it raised an alarm."""
    listed = [utils.default_process(name.text) for entry in entries for name in entry.names]
    began = time.perf_counter()
    alarms = sum(
        len(
            process.extract(
                utils.default_process(name),
                listed,
                scorer=fuzz.token_set_ratio,
                processor=None,
                limit=None,
                score_cutoff=RIVALS_LINE,
            )
        )
        for name in sample
    )
    return time.perf_counter() - began, alarms


class Names:
    """Invented names, some words as frequent as in real ones: the same in every run."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        syllables = [
            "".join(pair) for pair in itertools.product("bdfgklmnprstvz", ("a", "e", "i", "o", "u", "an", "el"))
        ]
        words = {"".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))) for _ in range(KNOWN_WORDS)}
        self._words = sorted(words)
        chance.shuffle(self._words)
        self._often = list(itertools.accumulate(1 / (place + 20) for place in range(len(self._words))))

    def name(self, *, firm: bool = False) -> str:
        words = self._chance.choices(self._words, cum_weights=self._often, k=self._chance.choice((2, 2, 3, 4)))
        if firm:
            words.append(self._chance.choice(("Ltd", "GmbH", "S.A.", "LLC", "Foundation")))
        return " ".join(words).title()

    def entry(self, number: int) -> Listed:
        firm = number % 3 == 0
        kind = ListedKind.ORGANISATION if firm else ListedKind.PERSON
        aliases = (ListedName(self.name(firm=firm), kind=NameKind.ALIAS) for _ in range(ALIASES))
        return Listed(str(number), "invented", kind, (ListedName(self.name(firm=firm)), *aliases))

    def batches(self, count: int, entries: Sequence[Listed]) -> Iterator[list[dict[str, Any]]]:
        """Yield the same partners as a re-screening reads them from the database: so many at once."""
        partners = self.partners(count, entries)
        while batch := list(itertools.islice(partners, BATCH)):
            yield batch

    def partners(self, count: int, entries: Sequence[Listed]) -> Iterator[dict[str, Any]]:
        """Yield partners as the database keeps them; every second names three people besides its representative,
        every 500th a listed name.
        """
        for number in range(count):
            listed = entries[number // 500 % len(entries)].caption if number % 500 == 0 else None
            person = {"name": self.name(), "function": "Director"}
            people = [{"name": self.name(), "function": "Board"} for _ in range(3 if number % 2 else 0)]
            yield {
                "legal_name": listed or self.name(firm=True),
                "short_name": "Short",
                "kind": "company",
                "legal_form": "company",
                "country": "FI",
                "address": "Somewhere",
                "sector": "technology",
                "representative": person,
                "contact": person,
                "people": people,
            }


if __name__ == "__main__":
    main()
