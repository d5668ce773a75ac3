"""How fast the desk is with a hundred thousand cases and a million events, when fifty people are at it.

    python -m benchmarks.desk [CASES] [--home FOLDER] [--users 50] [--pause 5] [--seconds 20]

The desk is the real one, over a PostgreSQL of its own, in a process as `approvals up` has it, without the runs of the
machine. People are signed in, each in a session of their own and with the rights of a duty; each opens a page, waits
between half and one and a half times the pause, and opens another of the same kind. Beside it, the same people do the
same with a bare page of FastAPI and Jinja2 of like size, before and after. Each turnaround page is opened once first,
by one person alone, as by whoever comes first after something was counted. All that runs shares two processors:
database, desk and those who ask. With `--home`, the data are kept there and used again.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, select

from approvals import embedded
from approvals.casework.rights import Right, may
from approvals.casework.sign_in_rules import read_sign_in_rules
from approvals.services.sessions import Browser
from approvals.services.sign_in import sign_in_as_chosen
from approvals.settings import Settings
from approvals.store import desk_queries, schema
from approvals.store.engine import Store, open_store
from approvals.store.wishes import CaseView, CaseWish
from benchmarks.desk_cases import IN_EVERY_CASE, WORDS
from benchmarks.desk_data import fill
from benchmarks.desk_load import Answers, Reader, first_looks, load
from benchmarks.desk_people import at_the_desk, invented_people
from benchmarks.turnaround_data import NOW
from models.case import Case
from models.event import Event
from models.user import User

PROCESSORS = 2
BARE = "bare page"
MIXED = "all of these, mixed"
FIRST_LOOK = "turnaround, first look"
"""By whoever looks first after something was counted: the report is made then, and kept for those who follow."""
PAGES = ("inbox", "case page", "search", "list of cases", "turnaround")
SHARES = {"inbox": 35, "case page": 40, "search": 10, "list of cases": 10, "turnaround": 5}
"""How often a page is opened when all are, of a hundred."""

AIM_MS, AIM_TIMES = 200, 5
CASES_OF_A_READER = 20
SEARCHES = (
    *(WORDS[place] for place in (3, 30, 90, 200, 300, 500)),
    "nordvik",
    "first textiles",
    f"{WORDS[1]} dakar",
    f"{WORDS[40][:6]}",
    "PA-2019",
    IN_EVERY_CASE,
)
"""Words of all kinds: rare, common, two, a name, a beginning, one that stands in every case."""


def main() -> None:
    """Read what is asked for, and measure."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("cases", nargs="?", type=int, default=100_000)
    asked.add_argument("--home", type=Path, help="folder in which the data are kept for the next run")
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--pause", type=float, default=5, help="mean seconds between two pages of a person")
    asked.add_argument("--seconds", type=float, default=20, help="how long each kind of page is measured")
    given = asked.parse_args()
    with ExitStack() as stack:
        home = given.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-", dir="/tmp")))
        measure(home, cases=given.cases, users=given.users, pause=given.pause, seconds=given.seconds)


def measure(home: Path, *, cases: int, users: int, pause: float, seconds: float) -> None:
    """Measure every page and print one table."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])  # what is started from here inherits it
    print(f"before: {os.getloadavg()[0]:.1f} processes want one of {os.cpu_count()} processors", flush=True)
    _prepare(home, cases)
    with embedded.databases(home) as databases, ExitStack() as stack:
        store = open_store(databases.app_url)
        stack.callback(store.close)
        readers = readers_of(store, Settings(home=home), users)
        print(
            f"{_size(store)}; {users} people, {pause:g} s between two pages, {seconds:g} s a kind of page", flush=True
        )
        bare_home = stack.enter_context(_served("bare"))
        desk_home = stack.enter_context(_served("desk", databases.app_url, str(home)))

        def at(address: str, people: Sequence[Reader]) -> Answers:
            return load(address, people, seconds=seconds, pause=pause)

        everywhere = [Reader(reader.cookies, ["/"]) for reader in readers[MIXED]]
        before = at(bare_home, everywhere)
        found = {FIRST_LOOK: first_looks(desk_home, entitled)} if (entitled := readers.get("turnaround")) else {}
        found |= {name: at(desk_home, people) for name, people in readers.items()}
        after = at(bare_home, everywhere)
        _tell({BARE: Answers(sorted(before.times + after.times), before.size), **found})


def _prepare(home: Path, cases: int) -> None:
    """Fill the databases of `home` unless they are, and bring them to the present schema."""
    filled = home / "filled"
    with embedded.databases(home, durable=False) as databases:
        store = open_store(databases.app_url)
        if not filled.exists():
            print(f"inventing {cases:,} cases ...", flush=True)
            fill(store, Settings(home=home), cases=cases)
            filled.touch()
        schema.upgrade(store)
        store.close()


def _size(store: Store) -> str:
    with store.session() as session:
        cases, events = (session.exec(select(func.max(column))).one() for column in (Case.id, Event.seq))
    return f"{cases:,} cases, {events:,} events"


def readers_of(store: Store, settings: Settings, count: int) -> Mapping[str, list[Reader]]:
    """Return who opens each kind of page, and all of them, with the addresses they have there."""
    rules, people = read_sign_in_rules(settings.sign_in_file), invented_people(random.Random(11))
    found: dict[str, list[Reader]] = {name: [] for name in (*PAGES, MIXED)}
    for place, person in enumerate(at_the_desk(people, count)):
        opened = sign_in_as_chosen(store, person.email, browser=Browser("127.0.0.1", "bench"), rules=rules, now=NOW)
        cookies = {"desk": opened.secret}
        pages = _addresses(store, opened.user, random.Random(place))
        for name, addresses in pages.items():
            found[name].append(Reader(cookies, addresses))
        found[MIXED].append(Reader(cookies, _mixed(pages)))
    # Few may see the turnaround page, so that each of them is there several times.
    entitled = found["turnaround"]
    found["turnaround"] = [entitled[place % len(entitled)] for place in range(count)] if entitled else []
    return {name: readers for name, readers in found.items() if readers}


def _addresses(store: Store, user: User, chance: random.Random) -> dict[str, list[str]]:
    with store.session() as session:
        cases = [f"/cases/{reference}" for reference in _cases_of(session, user)]
    pages = {
        "inbox": ["/", "/?view=group", "/?view=all"],
        "case page": chance.sample(cases, min(CASES_OF_A_READER, len(cases))),
        "search": [f"/search?q={words.replace(' ', '+')}" for words in SEARCHES],
        "list of cases": ["/cases", "/cases?view=in_force", "/cases?view=closed", "/cases?page=3"],
    }
    if may(user, Right.SEE_TURNAROUND):
        pages["turnaround"] = ["/turnaround", "/turnaround?case=amendment", "/turnaround?office=AO-LIMA"]
    return pages


def _cases_of(session: Session, user: User) -> Iterator[str]:
    """Yield references of cases the person may see, under way and over."""
    for view in (CaseView.OPEN, CaseView.CLOSED, CaseView.OPEN):
        for case, _ in desk_queries.case_rows(session, user, CaseWish(view)):
            yield case.reference


def _mixed(pages: Mapping[str, Sequence[str]]) -> list[str]:
    """Return addresses of all pages, each as often as its share."""
    return [addresses[place % len(addresses)] for name, addresses in pages.items() for place in range(SHARES[name])]


@contextmanager
def _served(*what: str) -> Iterator[str]:
    """Serve the desk or the bare page in a process of its own, and give its address."""
    command = [sys.executable, "-m", "benchmarks.desk_serving", *what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate()


def _tell(found: Mapping[str, Answers]) -> None:
    bare = found[BARE]
    print(f"\n{'page':22} {'pages':>6} {'kB':>6} {'p50 ms':>8} {'p95 ms':>8}   times the bare page, p50 and p95")
    for name, answers in found.items():
        p50, p95 = answers.share(50), answers.share(95)
        times = "" if name == BARE else f"{p50 / bare.share(50):6.1f} {p95 / bare.share(95):6.1f}"
        late = "  over the aim" if p95 > AIM_MS or (name in PAGES[:2] and p95 > AIM_TIMES * bare.share(95)) else ""
        print(f"{name:22} {len(answers.times):6} {answers.size / 1000:6.1f} {p50:8.1f} {p95:8.1f}   {times}{late}")
    print(f"\nafter: {os.getloadavg()[0]:.1f} processes want a processor, ours among them")


if __name__ == "__main__":
    main()
