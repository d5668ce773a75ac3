"""Invented cases with a million events, the same in every run, written straight into the tables."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from approvals.store.engine import Store

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BEGAN = datetime(2022, 1, 3, 8, 0, tzinfo=UTC)
OFFICES = ("AO-DAKAR", "AO-HANOI", "AO-LIMA", "RO-AFRICA", "RO-ASIA", "RO-AMERICAS", "HQ")
KINDS = ("company", "foundation", "ngo", "academic", "european_union", "world_bank", "un_agency", "government")
FAMILIES = {
    "european_union": "eu_contribution",
    "world_bank": "world_bank_ta",
    "un_agency": "un_transfer",
    "ngo": "ngo_implementing",
    "academic": "ngo_implementing",
}
LEVELS = ("country", "country", "country", "regional", "global")

# Stage, and whom it asks: role, headquarters or the case's office, median hours of waiting and of work.
WAY: Sequence[tuple[str, Sequence[tuple[str, str, str, float, float]]]] = (
    ("screening", ()),
    ("due_diligence", (("due_diligence", "due_diligence_officer", "own", 30, 6),)),
    (
        "consultation",
        (
            ("consultation", "employers_bureau", "HQ", 60, 2),
            ("consultation", "workers_bureau", "HQ", 70, 2),
            ("consultation", "technical_unit", "HQ", 40, 3),
            ("consultation", "country_office", "own", 30, 2),
        ),
    ),
    ("decision", (("decision", "area_director", "own", 40, 1),)),
    ("drafting", ()),
    ("legal_review", (("legal_review", "legal_reviewer", "HQ", 55, 9),)),
    ("negotiation", (("negotiation", "officer", "own", 1, 150),)),
    ("clearance", (("clearance", "finance", "HQ", 20, 1), ("clearance", "signatory", "HQ", 25, 1))),
    ("signature", (("signature", "signatory", "HQ", 20, 1), ("partner_signature", "officer", "own", 1, 90))),
)
ENDS = {"due_diligence": "withdrawn", "decision": "declined", "negotiation": "lapsed", "screening": "stopped"}


@dataclass
class Tables:
    """Rows as they are copied into the database."""

    cases: list[tuple[Any, ...]] = field(default_factory=list)
    proposals: list[tuple[Any, ...]] = field(default_factory=list)
    agreements: list[tuple[Any, ...]] = field(default_factory=list)
    tasks: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[datetime, str, int, int | None, int | None, dict[str, Any]]] = field(default_factory=list)


def invented(
    events: int, *, seed: int = 2026, kinds: Sequence[str] = KINDS, levels: Sequence[str] = LEVELS
) -> Tables:
    """Return cases of partners of these `kinds` at these `levels`, with about that many events."""
    chance, tables, number = random.Random(seed), Tables(), 0
    cases = max(events // 40, 1)
    step = (NOW - BEGAN) / cases
    while len(tables.events) < events:
        number += 1
        live(
            tables, number, BEGAN + step * min(number, cases - 1), chance, chance.choice(kinds), chance.choice(levels)
        )
    return tables


def live(tables: Tables, number: int, at: datetime, chance: random.Random, kind: str, level: str) -> None:
    """Let case `number` go its way from its submission until now."""
    office = chance.choice(OFFICES[:3] if chance.random() < 0.7 else OFFICES)
    amendment = chance.random() < 0.2
    submitted, leg, stage, ended = at, 1, "screening", None
    family = FAMILIES.get(kind, "private_partnership")
    say = _Teller(tables, number)
    say("ProposalSubmitted", at, stage="screening")
    for here, asked in WAY:
        if here == "due_diligence" and amendment:
            continue
        if leg > 1 or here != "screening":
            leg, stage = leg + 1, here
            say("StagePassed", at, **{"from": "before", "to": here, "leg": leg})
        at = _ask(tables, say, number, leg, here, asked, office, at, chance) + timedelta(seconds=chance.random() * 20)
        if at > NOW:
            break
        if here == "drafting":
            tables.agreements.append((number, 1, family))
        if here in ENDS and chance.random() < 0.04:
            leg, stage, ended = leg + 1, ENDS[here], at
            say("CaseWithdrawn", at, **{"from": here, "to": stage, "leg": leg})
            break
    else:
        leg, stage, ended = leg + 1, "effective" if amendment else "in_force", at
        say("StagePassed", at, **{"from": "signature", "to": stage, "leg": leg})
    content = {"office": office, "level": level, "funds": "receiving", "partner": {"kind": kind}}
    tables.proposals.append((number, json.dumps(content), submitted))
    tables.cases.append((number, office, content["level"], stage, leg, submitted, ended, 1 if amendment else None))


class _Teller:
    """Writes down what happens to one case."""

    def __init__(self, tables: Tables, number: int) -> None:
        self._events, self._number = tables.events, number

    def __call__(self, kind: str, at: datetime, *, for_whom: int | None = None, **payload: Any) -> None:
        if at <= NOW:
            self._events.append((at, kind, self._number, 1, for_whom, payload))


def _ask(
    tables: Tables,
    say: _Teller,
    number: int,
    leg: int,
    stage: str,
    asked: Iterable[tuple[str, str, str, float, float]],
    office: str,
    at: datetime,
    chance: random.Random,
) -> datetime:
    """Let everybody asked answer, side by side, and return when the last has."""
    done = at
    for place, (kind, role, where, wait, touch) in enumerate(asked):
        begun = at
        while True:
            task = len(tables.tasks) + 1
            slot = f"{kind}:{role}" if kind in ("consultation", "clearance") else kind
            due = (begun + timedelta(days=7)).date()
            owed_by = "HQ" if where == "HQ" else office
            row = (task, number, leg, f"{slot}:{place}", kind, stage, role, owed_by, begun, due)
            tables.tasks.append(row)
            say("TaskOpened", begun, task=task, slot=slot, due_on=due.isoformat())
            taken = begun + timedelta(hours=wait * chance.lognormvariate(0, 0.8))
            answered = taken + timedelta(hours=touch * chance.lognormvariate(0, 0.7))
            outcome = "return" if kind in ("due_diligence", "legal_review") and chance.random() < 0.08 else "support"
            if answered.date() > due:
                say("TaskOverdue", datetime(due.year, due.month, due.day, 23, tzinfo=UTC), task=task, slot=slot)
            if chance.random() < 0.03:
                say("TaskClaimed", taken - (taken - begun) / 2, task=task, slot=slot)
                say("TaskReleased", taken, task=task, slot=slot)
            if chance.random() < 0.9:
                say("TaskClaimed", taken, task=task, slot=slot)
            absent = 2 if chance.random() < 0.02 else None
            say("DecisionTaken", answered, for_whom=absent, task=task, slot=slot, outcome=outcome, decision=task)
            begun = answered
            if outcome != "return":
                break
        done = max(done, answered)
    return done


def write(store: Store, tables: Tables) -> None:
    """Copy `tables` into the database, whose triggers and references are not asked."""
    connection = store.engine.raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            (last,) = cursor.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
            for statement, rows in _copies(tables, first=last + 1):
                with cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute("SET session_replication_role = DEFAULT")
        connection.commit()
        connection.driver_connection.autocommit = True
        connection.driver_connection.execute("VACUUM ANALYZE")
    finally:
        connection.close()


def _copies(tables: Tables, *, first: int) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    nothing = "0" * 64
    yield (
        "COPY event (seq, at, kind, case_id, actor_id, on_behalf_of, payload, previous_hash, hash) FROM STDIN",
        (
            (seq, at, kind, case, actor, for_whom, json.dumps(payload), nothing, nothing)
            for seq, (at, kind, case, actor, for_whom, payload) in enumerate(in_order(tables), start=first)
        ),
    )
    yield (
        "COPY approval_case (id, reference, submission_key, title, partner_id, office_code, submitted_by, amends,"
        " level, funds, currency, amount, amount_usd, stage, leg, proposal_version, policy_hash, conditions,"
        " stage_opened_at, submitted_at, closed_at) FROM STDIN",
        (
            (number, f"PA-{at.year}-{number:05d}", str(number), "Invented", 1, office, 1, amends, level, "receiving",
             "USD", 1000 * (number % 900), 1000 * (number % 900), stage, leg, 1, nothing, "[]", at, at, ended)
            for number, office, level, stage, leg, at, ended, amends in tables.cases
        ),
    )  # fmt: skip
    yield (
        "COPY proposal (case_id, version, content, content_hash, submitted_by, submitted_at) FROM STDIN",
        ((number, 1, content, nothing, 1, at) for number, content, at in tables.proposals),
    )
    yield (
        "COPY task (id, case_id, leg, slot, kind, stage, role, office_code, prompt, state, opened_at, due_on)"
        " FROM STDIN",
        ((*row[:8], "Invented", "decided", *row[8:]) for row in tables.tasks if row[8] <= NOW),
    )
    yield (
        "COPY agreement (case_id, version, leg, origin, family, language, title, template_version, template_hash,"
        " data_hash, file_hash, created_at) FROM STDIN",
        (
            (number, version, 1, "drafted", family, "en", "Invented", "1", nothing, nothing, nothing, NOW)
            for number, version, family in tables.agreements
        ),
    )


def in_order(tables: Tables) -> list[tuple[datetime, str, int, int | None, int | None, dict[str, Any]]]:
    """Return the events as they would stand in the trail: by time, and of one case in the order told."""
    return sorted(tables.events, key=lambda event: event[0])
