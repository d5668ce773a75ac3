"""Minutes of people, machine and random deaths at once. The seed is printed; APPROVALS_SOAK_SEED plays one again.

What each child is told is the same for the same seed; how the children interleave is not.
"""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from approvals.store.engine import Store
from models.base import now_utc
from models.case import ENDS, Case, Stage
from tests.faults.house import EXAMPLES, House, example_file
from tests.faults.invariants import Acknowledged, broken_invariants
from tests.faults.warm import Ended, Warm

MINUTES = float(os.environ.get("APPROVALS_SOAK_MINUTES", "5"))
AT_ONCE = 4
MOST_CASES = 40


@pytest.mark.soak
def test_promises_hold_through_minutes_of_random_deaths(house: House, warm: Warm, tmp_path: Path) -> None:
    seed = int(os.environ.get("APPROVALS_SOAK_SEED", str(time.time_ns() % 1_000_000)))
    print(f"APPROVALS_SOAK_SEED={seed} APPROVALS_SOAK_MINUTES={MINUTES}")
    chance, kept, deaths, rounds = random.Random(seed), Acknowledged(), 0, 0
    deadline = time.monotonic() + MINUTES * 60

    while time.monotonic() < deadline:
        rounds += 1
        children = [warm.start(**_an_act(house, chance, tmp_path, rounds)) for _ in range(AT_ONCE)]
        if chance.random() < 0.2:
            _cut_connections(house.store)
        for child in children:
            ended = warm.wait(child)
            deaths += ended.killed
            _note(ended, kept)
        assert broken_invariants(house.store, kept) == [], f"round {rounds} of seed {seed}"

    house.mend(now=now_utc() + timedelta(hours=1))
    assert broken_invariants(house.store, kept, at_rest=True) == [], f"seed {seed}"
    for case in _open_cases(house.store):
        assert house.carry_to_the_end(case.reference, now=now_utc()) in {*ENDS, Stage.IN_FORCE}
    assert broken_invariants(house.store, kept, at_rest=True) == [], f"seed {seed}"
    print(f"{rounds} rounds, {deaths} deaths, {len(kept.cases)} cases, {len(kept.decisions)} decisions acknowledged")


def _an_act(house: House, chance: random.Random, mailbox: Path, turn: int) -> dict[str, Any]:
    """Return what a child is to do: mostly deciding and carrying on, in half of the turns with a death in it."""
    order = {
        "url": house.url,
        "now": now_utc().isoformat(),
        "die_at": chance.choice([0, chance.randint(1, 60)]),
    }
    cases = _open_cases(house.store)
    name = chance.choice(["submit", "decide", "decide", "decide", "relay_once", "relay_once", "sweep", "deliver"])
    if name == "submit" and len(cases) >= MOST_CASES:
        name = "relay_once"
    owed = house.owed(chance.choice(cases).reference) if name == "decide" and cases else []
    if owed:
        task = chance.choice(owed)
        answer = house.usual_answer(task)
        order |= {
            "task": task.id,
            "by": house.people.who_may_decide(task).email,
            "answer": {"outcome": answer.outcome, "reason": answer.reason, **_given(answer.risk, answer.file_hash)},
        }
    elif name == "decide":
        name = "submit"
    if name == "submit":
        example = chance.choice(sorted(file.stem for file in EXAMPLES.glob("*.yaml")))
        order |= {"file": str(example_file(example)), "key": f"{turn}:{chance.random()}"}
    if name == "deliver":
        order |= {"mailbox": str(mailbox)}
    if name == "sweep":
        order["now"] = (now_utc() + timedelta(minutes=5)).isoformat()
    return {"act": f"tests.faults.acts:{name}", **order}


def _given(risk: str | None, file_hash: str | None) -> dict[str, str]:
    return {name: value for name, value in (("risk", risk), ("file_hash", file_hash)) if value is not None}


def _note(ended: Ended, kept: Acknowledged) -> None:
    """Note what the child was told; what it was refused must have been refused in words."""
    refusals = {None, "AlreadyDecided", "WrongStage", "SourceUnavailable", "NotAllowed", "Faulty"}
    assert ended.raised in refusals, f"{ended.raised}: {ended.message}"
    if ended.returned and "reference" in ended.returned:
        kept.cases.add(ended.returned["reference"])
    if ended.returned and "decision" in ended.returned:
        kept.decisions.add(ended.returned["decision"])


def _open_cases(store: Store) -> list[Case]:
    with store.session() as session:
        query = select(Case).where(col(Case.stage).not_in([*ENDS, Stage.IN_FORCE])).order_by(col(Case.id))
        return list(session.exec(query))


def _cut_connections(store: Store) -> None:
    """Cut every other connection to the database, as a failing network does."""
    with store.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
