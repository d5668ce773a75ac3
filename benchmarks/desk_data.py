"""An organisation at work, written straight into the tables: people, partners, and cases with everything on them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from approvals.casework.policy import read_policy
from approvals.services.policies import install_policy
from approvals.services.turnaround import count_up
from approvals.settings import Settings
from approvals.store import schema
from approvals.store.engine import Store
from benchmarks.desk_cases import LIVED_SINCE, Holders, InventedCases, invented_cases, proposals
from benchmarks.desk_people import Person, invented_people, invented_substitutes
from benchmarks.turnaround_data import NOW, in_order
from models.task import TaskKind

NOTHING = "0" * 64
SLOW_TO_KEEP = ("ix_proposal_words", "ix_partner_words")
"""Made at the end, over everything at once."""

RISKS = ("low", "low", "moderate", "substantial")
CHECKS = [
    "sanctions",
    "exclusion_criteria",
    "sector",
    "duplicates",
    "completeness",
    "identity",
    "people",
    "country",
    "interests",
    "past",
    "risk",
    "evidence",
]
COMPARED = {
    "asked": "the legal name, three other names and six people",
    "nearest": [{"name": "Nordvik Trading Ltd", "likeness": 0.61, "list": "example", "why": "two of three words"}],
    "entries": 31_204,
}

Row = tuple[Any, ...]
Copies = Iterator[tuple[str, Iterator[Row]]]


def fill(store: Store, settings: Settings, *, cases: int) -> None:
    """Fill an empty database with so many cases and about ten times as many events, and count the times."""
    schema.upgrade(store)
    policy = install_policy(store, read_policy(settings.policy_folder), now=LIVED_SINCE - timedelta(days=3000))
    assert policy is not None
    _write(store, _Organisation(invented_cases(cases), settings.example_folder, policy))
    count_up(store, now=NOW)
    _tidy(store)


@dataclass
class _Standing:
    """How far a task has come, by what the trail says."""

    claimed_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: str = ""


@dataclass
class _Organisation:
    cases: InventedCases
    examples: Path
    policy: str
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    def __post_init__(self) -> None:
        self.people: list[Person] = invented_people(self.chance)
        tables, holders = self.cases.tables, Holders(self.people)
        self.tasks = [row for row in tables.tasks if row[8] <= NOW]
        self.submitters = [holders.one_of("officer", case[1], self.chance) for case in tables.cases]
        self.takers = {
            row[0]: self.submitters[row[1] - 1] if row[6] == "officer" else holders.one_of(*row[6:8], self.chance)
            for row in self.tasks
        }
        self.standings = self._standings()
        self.has_agreement = {row[0] for row in tables.agreements}

    def _standings(self) -> dict[int, _Standing]:
        standings = {row[0]: _Standing() for row in self.tasks}
        for at, kind, _, _, _, told in self.cases.tables.events:
            if kind == "TaskClaimed":
                standings[told["task"]].claimed_at = at
            elif kind == "TaskReleased":
                standings[told["task"]].claimed_at = None
            elif kind == "DecisionTaken":
                standings[told["task"]].decided_at, standings[told["task"]].outcome = at, told["outcome"]
        return standings

    def copies(self, *, first_event: int) -> Copies:
        """Yield each table's statement with its rows."""
        yield (
            "COPY user_account (id, email, name, office_code, roles, is_active, created_at) FROM STDIN",
            (
                (one.number, one.email, one.name, one.office, [str(role) for role in one.roles], True, LIVED_SINCE)
                for one in self.people
            ),
        )
        yield (
            "COPY partner (id, legal_name, name_key, kind, country, created_at) FROM STDIN",
            ((one.number, one.name, one.name.lower(), one.kind, "CH", LIVED_SINCE) for one in self.cases.partners),
        )
        yield (
            "COPY substitution (absent_id, substitute_id, roles, from_on, until_on, when_overdue, reason, entered_by,"
            " entered_at) FROM STDIN",
            (
                (absent.number, acting.number, [str(role) for role in absent.roles], begins, ends, False, "leave",
                 absent.number, LIVED_SINCE)
                for absent, acting, begins, ends in invented_substitutes(self.people, NOW.date(), self.chance)
            ),
        )  # fmt: skip
        yield (
            "COPY proposal (case_id, version, content, content_hash, submitted_by, submitted_at) FROM STDIN",
            self._proposals(),
        )
        yield (
            "COPY approval_case (id, reference, submission_key, title, partner_id, office_code, submitted_by, amends,"
            " level, funds, currency, amount, amount_usd, stage, leg, proposal_version, agreement_version,"
            " policy_hash, risk, conditions, stage_opened_at, submitted_at, closed_at) FROM STDIN",
            self._cases(),
        )
        yield (
            "COPY task (id, case_id, leg, slot, kind, stage, role, office_code, assigned_to, prompt, state,"
            " opened_at, first_due_on, due_on, claimed_by, claimed_at, closed_at) FROM STDIN",
            map(self._task, self.tasks),
        )
        yield (
            "COPY decision (id, task_id, outcome, reason, details, decided_by, decided_at) FROM STDIN",
            (
                (number, number, stood.outcome, "Read with the file; nothing speaks against it.", "{}",
                 self.takers[number], stood.decided_at)
                for number, stood in self.standings.items()
                if stood.decided_at is not None
            ),
        )  # fmt: skip
        yield (
            "COPY event (seq, at, kind, case_id, actor_id, on_behalf_of, payload, previous_hash, hash) FROM STDIN",
            self._events(first_event),
        )
        yield (
            "COPY agreement (case_id, version, leg, origin, family, language, title, template_version, template_hash,"
            " data_hash, file_hash, created_at) FROM STDIN",
            (
                (case, version, 1, "drafted", family, "en", f"Agreement {case}", "1", *[NOTHING] * 3, NOW)
                for case, version, family in self.cases.tables.agreements
            ),
        )
        yield (
            "COPY screening (id, case_id, leg, proposal_version, verdict, risk, algorithm, lists, screened_at)"
            " FROM STDIN",
            ((case[0], case[0], 1, 1, "clear", "low", "v1", "[]", case[5]) for case in self._screened()),
        )
        yield (
            "COPY finding (screening_id, name, verdict, reason, source, detail) FROM STDIN",
            (
                (case[0], check, "clear", f"Nothing was found by the check of {check}.", f"policy, {check}",
                 json.dumps(COMPARED))
                for case in self._screened()
                for check in CHECKS
            ),
        )  # fmt: skip

    def _screened(self) -> Iterator[Row]:
        return (case for case in self.cases.tables.cases if case[5] >= LIVED_SINCE)

    def _proposals(self) -> Iterator[Row]:
        self.titles: list[tuple[str, str, str]] = []
        told = zip(self.cases.tables.proposals, self.submitters, proposals(self.examples, self.cases), strict=True)
        for (number, _, at), submitter, form in told:
            money = form["money"] or {"currency": "USD", "contribution": "0"}
            self.titles.append((form["title"], money["currency"], money["contribution"]))
            content = json.dumps(form)
            yield number, 1, content, sha256(content.encode()).hexdigest(), submitter, at

    def _cases(self) -> Iterator[Row]:
        older = sum(1 for case in self.cases.tables.cases if case[5] < LIVED_SINCE)
        told = zip(self.cases.tables.cases, self.cases.partner_of, self.submitters, self.titles, strict=True)
        for case, partner, submitter, (title, currency, amount) in told:
            number, office, level, stage, leg, at, ended, amends = case
            agreement = 1 if number in self.has_agreement else None
            ended = None if stage == "in_force" else ended
            amends = number - older if amends else None
            yield (
                number, f"PA-{at.year}-{number:05d}", str(number), title, partner.number, office, submitter, amends,
                level, "receiving", currency, amount, amount, stage, leg, 1, agreement, self.policy,
                self.chance.choice(RISKS), "[]", at, at, ended,
            )  # fmt: skip

    def _task(self, row: Row) -> Row:
        number, case, leg, slot, kind, stage, role, office, opened_at, due_on = row
        stood, taker = self.standings[number], self.takers[number]
        alone = taker if kind in (TaskKind.NEGOTIATION, TaskKind.PARTNER_SIGNATURE) else None
        state = "decided" if stood.decided_at else "claimed" if stood.claimed_at else "open"
        claimed_by = taker if stood.claimed_at else None
        return (
            number, case, leg, slot, kind, stage, role, office, alone, "Look at the case and answer.", state,
            opened_at, due_on, due_on, claimed_by, stood.claimed_at, stood.decided_at,
        )  # fmt: skip

    def _events(self, first: int) -> Iterator[Row]:
        for seq, (at, kind, case, actor, for_whom, told) in enumerate(in_order(self.cases.tables), start=first):
            by = self.takers.get(told.get("task", 0), self.submitters[case - 1]) if actor else None
            by_machine = kind in ("StagePassed", "TaskOpened", "TaskOverdue")
            yield seq, at, kind, case, None if by_machine else by, for_whom, json.dumps(told), NOTHING, NOTHING


def _write(store: Store, organisation: _Organisation) -> None:
    """Copy everything into the database, whose triggers and references are not asked."""
    connection = store.engine.raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
            made_again = [_dropped(cursor, name) for name in SLOW_TO_KEEP]
            (last,) = cursor.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
            for statement, rows in organisation.copies(first_event=last + 1):
                with cursor.copy(statement) as copy:
                    for row in rows:
                        copy.write_row(row)
            for definition in made_again:
                cursor.execute(definition)
            cursor.execute(f"ALTER INDEX {SLOW_TO_KEEP[0]} ALTER COLUMN 1 SET STATISTICS 0")  # as it was
            cursor.execute("SET session_replication_role = DEFAULT")
        connection.commit()
    finally:
        connection.close()


def _dropped(cursor: Any, index: str) -> str:
    """Drop the index and return how it is made again."""
    (definition,) = cursor.execute("SELECT pg_get_indexdef(%s::regclass)", (index,)).fetchone()
    cursor.execute(f"DROP INDEX {index}")
    return str(definition)


def _tidy(store: Store) -> None:
    """Let the database learn what stands in it, as it does by itself within minutes."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
