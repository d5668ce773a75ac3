"""What the database refuses by itself, whatever a program or a person with a password tries.

Each test speaks SQL past the services, and reads the sentence the trigger raises.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from approvals.rehearsal import People
from approvals.services.cases import submit
from approvals.store.engine import Store
from approvals.store.trail import verify
from models.user import Role
from tests.journeys.stories import example

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)

Sql = Callable[..., Any]


@pytest.fixture
def sql(store: Store, people: People) -> Sql:
    """Run one statement as the owner of the tables would, in its own transaction, and return its first value.

    There is one case, PA-2026-0001 of the EU, submitted by Jonas Weber and asked for by Rosa Quispe.
    """
    proposal = example("eu-contribution")
    submit(store, proposal, by=people.named("jonas.weber@example.org"), key="k", now=NOW)

    def run(statement: str, **values: Any) -> Any:
        with store.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return result.scalar() if result.returns_rows else None

    return run


@pytest.fixture
def number_of(people: People) -> Callable[[str], int]:
    """Return a person's number by the first part of the address."""
    return lambda name: people.named(f"{name}@example.org").id or 0


Who = Callable[[str], int]


def a_task(sql: Sql, kind: str, *, slot: str = "", role: str, **more: Any) -> int:
    """Enter a task that is just being decided, and return its number."""
    columns = {
        "case_id": 1,
        "leg": 1,
        "slot": slot or kind,
        "kind": kind,
        "stage": "decision",
        "role": role,
        "prompt": "Please.",
        "state": "open",
        "opened_at": NOW,
        **more,
    }
    names = ", ".join(columns)
    given = ", ".join(f":{name}" for name in columns)
    return int(sql(f"INSERT INTO task ({names}) VALUES ({given}) RETURNING id", **columns))


def decide(sql: Sql, task: int, by: int | None, outcome: str = "approve", on_behalf_of: int | None = None) -> int:
    """Enter a decision, and return its number."""
    return int(
        sql(
            "INSERT INTO decision (task_id, outcome, reason, details, decided_by, on_behalf_of, decided_at) "
            "VALUES (:task, :outcome, 'So.', '{}', :by, :absent, :at) RETURNING id",
            task=task,
            outcome=outcome,
            by=by,
            absent=on_behalf_of,
            at=NOW,
        )
    )


def refused(sentence: str) -> Any:
    """Expect the database to refuse with this sentence."""
    return pytest.raises(DBAPIError, match=sentence)


# Separation of duties


def test_whoever_is_asked_may_decide(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive", office_code="HQ")

    assert decide(sql, task, number_of("david.cohen")) > 0


@pytest.mark.parametrize(("name", "why"), [("jonas.weber", "submitted"), ("rosa.quispe", "asked for it")])
def test_nobody_decides_a_case_they_submitted_or_asked_for(sql: Sql, number_of: Who, name: str, why: str) -> None:
    sql("UPDATE user_account SET roles = '{officer,executive}' WHERE id = :id", id=number_of(name))
    task = a_task(sql, "decision", role="executive")

    with refused("Nobody decides a case they submitted or asked for"):
        decide(sql, task, number_of(name))


@pytest.mark.parametrize("name", ["jonas.weber", "rosa.quispe"])
def test_a_substitute_inherits_the_duty_of_those_who_may_not(sql: Sql, number_of: Who, name: str) -> None:
    task = a_task(sql, "decision", role="executive")

    with refused("Nobody decides a case they submitted or asked for"):
        decide(sql, task, number_of("david.cohen"), on_behalf_of=number_of(name))


def test_those_who_submitted_do_not_decide_as_substitutes_of_others(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")

    with refused("Nobody decides a case they submitted or asked for"):
        decide(sql, task, number_of("jonas.weber"), on_behalf_of=number_of("david.cohen"))


def test_the_officer_records_what_the_partner_answers(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "negotiation", role="officer", assigned_to=number_of("jonas.weber"))

    assert decide(sql, task, number_of("jonas.weber"), "agreed") > 0


@pytest.mark.parametrize(
    ("first", "second"), [("screening_review", "legal_review"), ("legal_review", "screening_review")]
)
@pytest.mark.parametrize("as_substitute", [False, True], ids=["oneself", "as a substitute"])
def test_the_screening_officer_is_not_the_legal_reviewer_in_either_order(
    sql: Sql, number_of: Who, first: str, second: str, as_substitute: bool
) -> None:
    both, other = number_of("sara.lindqvist"), number_of("claire.martin")
    for person in (both, other):
        sql("UPDATE user_account SET roles = '{screening_officer,legal_reviewer}' WHERE id = :id", id=person)
    roles = {"screening_review": "screening_officer", "legal_review": "legal_reviewer"}
    decide(sql, a_task(sql, first, role=roles[first]), both, "cleared")
    task = a_task(sql, second, role=roles[second])

    with refused("The screening officer of a case is not its legal reviewer"):
        decide(sql, task, other if as_substitute else both, "cleared", on_behalf_of=both if as_substitute else None)


def test_only_those_who_owe_a_task_decide_it(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")

    with refused("Only those who owe a task decide it"):
        decide(sql, task, number_of("anna.kowalska"))


def test_the_same_duty_in_another_office_is_not_enough(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="regional_director", office_code="RO-ASIA")

    with refused("Only those who owe a task decide it"):
        decide(sql, task, number_of("grace.mensah"))


def test_an_officer_does_not_answer_for_another(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "answer", slot="answer:decision", role="officer", assigned_to=number_of("jonas.weber"))

    with refused("Only those who owe a task decide it"):
        decide(sql, task, number_of("linh.tran"), "answered")


def test_a_closed_account_decides_nothing(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    sql("UPDATE user_account SET is_active = false WHERE id = :id", id=number_of("david.cohen"))

    with refused("A closed account decides nothing"):
        decide(sql, task, number_of("david.cohen"))


# Silence


def test_silence_is_accepted_in_a_consultation(sql: Sql) -> None:
    task = a_task(sql, "consultation", slot="consultation:finance", role="finance")

    assert decide(sql, task, None, "no_view") > 0


@pytest.mark.parametrize("kind", ["decision", "legal_review", "screening_review", "due_diligence", "clearance"])
def test_silence_decides_nothing_else(sql: Sql, kind: str) -> None:
    task = a_task(sql, kind, role=Role.COMMITTEE)

    with refused("Silence decides nothing but a consultation"):
        decide(sql, task, None)


def test_silence_is_nobodys(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "consultation", slot="consultation:finance", role="finance")

    with refused("Silence is nobody's"):
        decide(sql, task, None, "no_view", on_behalf_of=number_of("yuki.tanaka"))


# Side doors


@pytest.mark.parametrize(
    "change",
    [
        "submitted_by = 1",
        "requested_by = NULL",
        "office_code = 'AO-LIMA'",
        "policy_hash = 'x'",
        "reference = 'PA-1999-0001'",
        "submission_key = 'other'",
        "submitted_at = now()",
    ],
)
def test_where_a_case_comes_from_is_never_changed(sql: Sql, change: str) -> None:
    with refused("Who proposed a case, where and under which policy is never changed"):
        sql(f"UPDATE approval_case SET {change}")


@pytest.mark.parametrize(
    "change",
    ["kind = 'negotiation'", "role = 'officer'", "office_code = NULL", "slot = 'x'", "case_id = 2", "leg = 9"],
)
def test_what_a_task_asks_is_never_changed(sql: Sql, change: str) -> None:
    a_task(sql, "decision", role="executive", office_code="HQ")

    with refused("What a task asks, and of which duty, is never changed"):
        sql(f"UPDATE task SET {change}")


@pytest.mark.parametrize(
    ("kind", "slot"),
    [("answer", "decision"), ("negotiation", "decision"), ("partner_signature", "signature:organisation")],
)
def test_a_task_of_the_officers_own_does_not_take_the_place_of_a_decision(sql: Sql, kind: str, slot: str) -> None:
    with refused("has no place in slot"):
        a_task(sql, kind, slot=slot, role="officer")


@pytest.mark.parametrize("state", ["decided", "cancelled"])
def test_a_closed_task_is_never_opened_again(sql: Sql, state: str) -> None:
    task = a_task(sql, "decision", role="executive", state=state)

    with refused("A closed task is never opened again"):
        sql("UPDATE task SET state = 'open' WHERE id = :id", id=task)


def test_a_cancelled_task_is_not_decided(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive", state="cancelled")

    with refused("Nobody owes this task any more"):
        decide(sql, task, number_of("david.cohen"))


def test_a_task_may_be_taken_postponed_and_handed_over(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "answer", slot="answer:decision", role="officer", assigned_to=number_of("jonas.weber"))

    sql(
        "UPDATE task SET state = 'claimed', claimed_by = :who, assigned_to = :who, due_on = '2027-01-01'",
        who=number_of("linh.tran"),
    )

    assert sql("SELECT assigned_to FROM task WHERE id = :id", id=task) == number_of("linh.tran")


# One of each


def test_a_task_has_one_standing_decision(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    decide(sql, task, number_of("david.cohen"))

    with refused("uq_decision_standing"):
        decide(sql, task, number_of("david.cohen"), "decline")


def test_a_slot_has_one_live_task(sql: Sql) -> None:
    a_task(sql, "decision", role="executive")

    with refused("uq_task_live"):
        a_task(sql, "decision", role="executive")


def test_a_case_has_one_agreement_of_a_version(sql: Sql) -> None:
    an_agreement(sql)

    with refused("uq_agreement_case_id_version"):
        an_agreement(sql)


def test_a_key_of_an_officer_makes_one_case(sql: Sql) -> None:
    columns = (
        "title, partner_id, office_code, submitted_by, level, funds, currency, amount, amount_usd, stage, leg, "
        "proposal_version, policy_hash, conditions, stage_opened_at, submitted_at, submission_key"
    )
    with refused("uq_approval_case_submitted_by_submission_key"):
        sql(f"INSERT INTO approval_case (reference, {columns}) SELECT 'PA-2026-0002', {columns} FROM approval_case")


# What is written stays


def an_agreement(sql: Sql) -> None:
    sha256 = "a" * 64
    sql(
        "INSERT INTO stored_file VALUES (:sha256, 'text/plain', 1, 'x', :at) ON CONFLICT DO NOTHING",
        sha256=sha256,
        at=NOW,
    )
    sql(
        "INSERT INTO agreement (case_id, version, leg, origin, family, language, title, template_version, "
        "template_hash, data_hash, file_hash, created_at) "
        "VALUES (1, 1, 1, 'drafted', 'f', 'en', 't', '1', :sha256, :sha256, :sha256, :at)",
        sha256=sha256,
        at=NOW,
    )


def a_screening(sql: Sql) -> None:
    number = sql(
        "INSERT INTO screening (case_id, leg, proposal_version, verdict, risk, algorithm, lists, screened_at) "
        "VALUES (1, 1, 1, 'stop', 'high', 'a', '[]', :at) RETURNING id",
        at=NOW,
    )
    sql(
        "INSERT INTO finding (screening_id, name, verdict, reason, source, detail) "
        "VALUES (:n, 'n', 'stop', 'r', 's', '{}')",
        n=number,
    )


WRITTEN = (
    # table, a change somebody might like
    ("event", "payload = '{}'"),
    ("proposal", "content = '{}'"),
    ("agreement", "file_hash = 'b'"),
    ("stored_file", "content = 'y'"),
    ("screening", "verdict = 'clear'"),
    ("finding", "verdict = 'clear'"),
)


@pytest.mark.parametrize(("table", "change"), WRITTEN, ids=[row[0] for row in WRITTEN])
def test_what_is_written_is_neither_changed_nor_removed_nor_emptied(sql: Sql, table: str, change: str) -> None:
    an_agreement(sql)
    a_screening(sql)

    for attempt in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("are never changed or removed"):
            sql(attempt)


@pytest.mark.parametrize("table", ["decision", "policy_version", "policy_publication", "task", "approval_case"])
def test_records_people_rely_on_are_not_removed(sql: Sql, number_of: Who, table: str) -> None:
    decide(sql, a_task(sql, "decision", role="executive"), number_of("david.cohen"))

    for attempt in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("are never changed or removed"):
            sql(attempt)


@pytest.mark.parametrize("change", ["outcome = 'decline'", "reason = 'x'", "decided_by = NULL", "task_id = 99"])
def test_a_decision_is_never_edited(sql: Sql, number_of: Who, change: str) -> None:
    decide(sql, a_task(sql, "decision", role="executive"), number_of("david.cohen"))

    with refused("A decision is never edited, only superseded once"):
        sql(f"UPDATE decision SET {change}")


def test_a_policy_is_never_edited(sql: Sql) -> None:
    with refused("are never changed or removed"):
        sql("UPDATE policy_version SET content = '{}'")


def a_list_version(sql: Sql) -> None:
    sql(
        "INSERT INTO watchlist_version (source, title, sha256, entry_count, in_force, imported_at) "
        "VALUES ('own', 'Own', :sha256, 1, true, :at)",
        sha256="a" * 64,
        at=NOW,
    )
    sql("INSERT INTO listed_entry (version_id, entry_key, content) SELECT id, 'X-1', '{}' FROM watchlist_version")
    sql("INSERT INTO watchlist_part (version_id, number, content) SELECT id, 1, 'x' FROM watchlist_version")


@pytest.mark.parametrize(
    ("table", "change"),
    [("listed_entry", "content = '[]'"), ("watchlist_part", "content = 'y'"), ("watchlist_version", "sha256 = 'b'"),
     ("watchlist_version", "entry_count = 2")],
)  # fmt: skip
def test_a_list_that_was_imported_stays_as_it_was(sql: Sql, table: str, change: str) -> None:
    a_list_version(sql)

    with refused("never changed"):
        sql(f"UPDATE {table} SET {change}")
    for attempt in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("are never changed or removed"):
            sql(attempt)


def test_a_list_may_be_put_out_of_force_and_confirmed(sql: Sql) -> None:
    a_list_version(sql)

    sql("UPDATE watchlist_version SET in_force = false, confirmed_at = :at, alarmed_at = NULL", at=NOW)

    assert sql("SELECT in_force FROM watchlist_version") is False


def test_only_a_mail_may_be_about_no_case(sql: Sql) -> None:
    message = "INSERT INTO outbox (event_seq, channel, recipient, subject, body, created_at, attempts) VALUES (1, "
    sql(f"{message}'mail', 'a@example.org', '', '', :at, 0)", at=NOW)

    with refused("only_a_case_is_carried_on"):
        sql(f"{message}'advance', '', '', '', :at, 0)", at=NOW)


def proposed_by(sql: Sql, number: int) -> None:
    sql(
        "INSERT INTO policy_publication (policy_hash, reason, proposed_by, proposed_at) "
        f"SELECT sha256, 'because', {number}, now() FROM policy_version"
    )


def test_who_proposed_a_policy_does_not_publish_it(sql: Sql, number_of: Who) -> None:
    proposed_by(sql, number_of("david.cohen"))

    with refused("two_people"):
        sql("UPDATE policy_publication SET published_by = proposed_by, published_at = now() WHERE reason = 'because'")


@pytest.mark.parametrize("change", ["reason = 'x'", "proposed_at = now()", "policy_hash = repeat('0', 64)"])
def test_what_was_proposed_is_only_published(sql: Sql, number_of: Who, change: str) -> None:
    proposed_by(sql, number_of("david.cohen"))

    with refused("A proposed policy is only published, once"):
        sql(f"UPDATE policy_publication SET {change}")


def test_what_was_published_stays_published(sql: Sql) -> None:
    with refused("A proposed policy is only published, once"):
        sql("UPDATE policy_publication SET published_at = NULL")


def test_who_decided_does_not_take_the_second_look(sql: Sql, number_of: Who) -> None:
    role = "due_diligence_officer"
    decide(sql, a_task(sql, "due_diligence", role=role), number_of("ingrid.hansen"))
    second = a_task(sql, "due_diligence", slot="due_diligence:second", role=role)

    with refused("Nobody takes the second look at what they decided themselves"):
        decide(sql, second, number_of("ingrid.hansen"))


# Superseding


def test_a_decision_is_superseded_by_a_later_one_on_the_same_task(sql: Sql, store: Store, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    first = decide(sql, task, number_of("david.cohen"))

    with store.engine.begin() as connection:
        second = connection.execute(text("SELECT nextval('decision_id_seq')")).scalar_one()
        connection.execute(
            text("UPDATE decision SET superseded_by = :second WHERE id = :first"), {"second": second, "first": first}
        )
        connection.execute(
            text(
                "INSERT INTO decision (id, task_id, outcome, reason, details, decided_by, decided_at) "
                "VALUES (:id, :task, 'decline', 'New facts.', '{}', :by, :at)"
            ),
            {"id": second, "task": task, "by": number_of("david.cohen"), "at": NOW},
        )

    assert sql("SELECT outcome FROM decision WHERE superseded_by IS NULL") == "decline"
    with refused("A decision is never edited, only superseded once"):
        sql("UPDATE decision SET superseded_by = NULL WHERE id = :first", first=first)


@pytest.mark.parametrize("by", ["itself", "another task's"])
def test_a_decision_is_not_set_aside_by_one_that_does_not_replace_it(sql: Sql, number_of: Who, by: str) -> None:
    first = decide(sql, a_task(sql, "decision", role="executive"), number_of("david.cohen"))
    other = decide(
        sql,
        a_task(sql, "consultation", slot="consultation:finance", role="finance"),
        number_of("yuki.tanaka"),
        "support",
    )

    with refused("A decision is superseded only by a later one on the same task"):
        sql(
            "UPDATE decision SET superseded_by = :other WHERE id = :first",
            first=first,
            other=first if by == "itself" else other,
        )


def test_a_decision_does_not_come_in_superseded(sql: Sql, number_of: Who) -> None:
    task = a_task(sql, "decision", role="executive")
    first = decide(sql, task, number_of("david.cohen"))

    with refused("A decision stands until a later one takes its place"):
        sql(
            "INSERT INTO decision (task_id, outcome, reason, details, decided_by, decided_at, superseded_by) "
            "VALUES (:task, 'decline', '', '{}', :by, :at, :first)",
            task=task,
            by=number_of("david.cohen"),
            at=NOW,
            first=first,
        )


# Templates

PROPOSED = """
    INSERT INTO template_version (family, language, version, sha256, file_hash, manifest, effective_on, proposed_at,
                                  proposed_by, published_by, published_at)
    SELECT family, language, :version, sha256, file_hash, manifest, effective_on, proposed_at,
           :proposer, :publisher, :published_at FROM template_version WHERE id = 1"""
LAWYER, ADMINISTRATOR = "claire.martin", "anna.kowalska"


def a_proposed_template(sql: Sql, by: int | None, **changes: Any) -> None:
    """Enter version 2 of the first template as somebody's proposal."""
    sql(PROPOSED, **{"version": "2", "proposer": by, "publisher": None, "published_at": None, **changes})


PUBLISH = "UPDATE template_version SET published_by = :by, published_at = now() WHERE version = '2'"


def test_a_template_is_published_once_by_another_person(sql: Sql, number_of: Who) -> None:
    a_proposed_template(sql, number_of(LAWYER))

    sql(PUBLISH, by=number_of(ADMINISTRATOR))

    assert sql("SELECT published_by FROM template_version WHERE version = '2'") == number_of(ADMINISTRATOR)
    with refused("A template is never changed; propose another version"):
        sql(PUBLISH, by=number_of(ADMINISTRATOR))


def test_nobody_publishes_the_template_they_proposed(sql: Sql, number_of: Who) -> None:
    a_proposed_template(sql, number_of(LAWYER))

    with refused("two_people"):
        sql(PUBLISH, by=number_of(LAWYER))


def test_a_closed_account_publishes_no_template(sql: Sql, number_of: Who) -> None:
    a_proposed_template(sql, number_of(LAWYER))
    sql("UPDATE user_account SET is_active = false WHERE id = :id", id=number_of(ADMINISTRATOR))

    with refused("A closed account publishes nothing"):
        sql(PUBLISH, by=number_of(ADMINISTRATOR))


@pytest.mark.parametrize(
    ("proposer", "publisher", "sentence"),
    [
        (LAWYER, ADMINISTRATOR, "A template is proposed first and published after that"),
        (None, None, "Only the first version of a template comes with the installation"),
    ],
)
def test_a_template_does_not_come_in_published(
    sql: Sql, number_of: Who, proposer: str | None, publisher: str | None, sentence: str
) -> None:
    by = {name: number_of(name) for name in (proposer, publisher) if name}

    with refused(sentence):
        a_proposed_template(sql, by.get(proposer or ""), publisher=by.get(publisher or ""), published_at=NOW)


@pytest.mark.parametrize(
    "change",
    ["manifest = '{}'", "file_hash = NULL", "version = '0'", "effective_on = '2020-01-01'", "proposed_by = 1"],
)
def test_what_a_template_says_is_never_changed(sql: Sql, number_of: Who, change: str) -> None:
    a_proposed_template(sql, number_of(LAWYER))

    for version in ("1.0", "2"):
        with refused("A template is never changed; propose another version"):
            sql(f"UPDATE template_version SET {change} WHERE version = :version", version=version)


@pytest.mark.parametrize("attempt", ["DELETE FROM template_version", "TRUNCATE template_version CASCADE"])
def test_no_template_is_taken_away(sql: Sql, attempt: str) -> None:
    with refused("Rows of template_version are never changed or removed"):
        sql(attempt)


# The trail


@pytest.mark.parametrize(
    ("seq", "previous"),
    [("max(seq) + 2", "max(hash)"), ("0", "repeat('0', 64)"), ("max(seq) + 1", "repeat('0', 64)")],
    ids=["a gap", "before the first", "not chained"],
)
def test_an_event_out_of_order_is_refused(sql: Sql, seq: str, previous: str) -> None:
    with refused("An event follows the one before it"):
        sql(
            "INSERT INTO event (seq, at, kind, payload, previous_hash, hash) "
            f"SELECT {seq}, now(), 'Invented', '{{}}', {previous}, repeat('f', 64) FROM event"
        )


def test_nothing_that_was_refused_left_a_trace(sql: Sql, store: Store, number_of: Who) -> None:
    with refused("never changed"):
        sql("UPDATE event SET kind = 'Other'")

    with store.session() as session:
        assert verify(session).first_break is None


# Amendments


@pytest.fixture
def amended(sql: Sql, number_of: Who, store: Store) -> int:
    """Number of an amendment under way of PA-2026-0001, which was put in force by force; it asks for signatures."""
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")
    return an_amendment(sql, number_of)


def an_amendment(sql: Sql, number_of: Who, handling: str = "amendment", **changes: Any) -> int:
    """Enter an amendment of the case as the officer would, with what `changes` says otherwise; return its number."""
    number = int(sql("SELECT max(id) + 1 FROM approval_case"))
    row = {
        "id": number,
        "reference": f"PA-2026-9{number:03}",
        "submission_key": f"amendment {number}",
        "amends": 1,
        "stage": "screening",
        **changes,
    }
    sql(
        "INSERT INTO approval_case SELECT (jsonb_populate_record(c, CAST(:row AS jsonb))).* FROM approval_case c "
        "WHERE id = 1",
        row=json.dumps(row),
    )
    sql(
        "INSERT INTO proposal (case_id, version, content, content_hash, submitted_by, submitted_at) "
        "SELECT :number, 1, content || '{\"title\": \"Longer\"}', repeat('a', 64), submitted_by, submitted_at "
        "FROM proposal WHERE case_id = 1 AND version = 1",
        number=number,
    )
    sql(
        "INSERT INTO amendment (case_id, version, base_version, kind, content, changes, extent, handling, rule) "
        "VALUES (:number, 1, 1, 'no_cost_extension', '{}', '[]', '{}', :handling, '{}')",
        number=number,
        handling=handling,
    )
    return number


TAKES_EFFECT = "UPDATE approval_case SET stage = 'effective', closed_at = now() WHERE id = :number"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE amendment SET handling = 'record_only'", "UPDATE amendment SET changes = '[1]'", "DELETE FROM amendment",
     "TRUNCATE amendment"],
)  # fmt: skip
def test_what_an_amendment_says_and_needs_is_never_changed(sql: Sql, amended: int, statement: str) -> None:
    with refused("Rows of amendment are never changed or removed"):
        sql(statement)


def test_what_a_case_amends_is_never_changed(sql: Sql, amended: int) -> None:
    with refused("is never changed \\(amends\\)"):
        sql("UPDATE approval_case SET amends = NULL WHERE id = :number", number=amended)


def test_one_amendment_is_open_at_a_time(sql: Sql, number_of: Who, amended: int) -> None:
    with refused("uq_approval_case_open_amendment"):
        an_amendment(sql, number_of)

    sql("UPDATE approval_case SET stage = 'withdrawn', closed_at = now() WHERE id = :number", number=amended)
    assert an_amendment(sql, number_of) > amended


def test_only_an_agreement_in_force_is_amended(sql: Sql, number_of: Who) -> None:
    with refused("Only an agreement in force is amended"):
        an_amendment(sql, number_of)


@pytest.mark.parametrize("column", ["submitted_by", "requested_by"])
def test_nobody_else_submits_or_asks_for_an_amendment_and_so_may_decide_it(
    sql: Sql, number_of: Who, column: str
) -> None:
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")

    with refused("An amendment is submitted by whoever submitted the case"):
        an_amendment(sql, number_of, **{column: number_of("linh.tran")})


def test_nothing_takes_effect_that_nobody_approved(sql: Sql, amended: int) -> None:
    with refused("Nobody approved this amendment"):
        sql(TAKES_EFFECT, number=amended)


def test_nothing_takes_effect_that_both_sides_did_not_sign(sql: Sql, number_of: Who, amended: int) -> None:
    task = a_task(sql, "decision", role="executive", case_id=amended)
    decide(sql, task, number_of("david.cohen"))

    with refused("Both sides sign an amendment before it takes effect"):
        sql(TAKES_EFFECT, number=amended)


def test_what_is_only_recorded_takes_effect_at_once(sql: Sql, number_of: Who) -> None:
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")

    number = an_amendment(sql, number_of, "record_only")
    sql(TAKES_EFFECT, number=number)

    assert sql("SELECT stage FROM approval_case WHERE id = :number", number=number) == "effective"


@pytest.mark.parametrize(("stage", "constraint"), [("in_force", "is_no_partnership"), ("ended", "is_no_partnership")])
def test_an_amendment_is_never_a_partnership(sql: Sql, amended: int, stage: str, constraint: str) -> None:
    with refused(constraint):
        sql("UPDATE approval_case SET stage = :stage WHERE id = :number", stage=stage, number=amended)


def test_a_partnership_never_takes_effect_as_an_amendment(sql: Sql) -> None:
    with refused("query returned no rows|only_an_amendment_is_effective"):
        sql(TAKES_EFFECT, number=1)


NEXT_VERSION = (
    "INSERT INTO proposal (case_id, version, content, content_hash, submitted_by, submitted_at, amended_by) "
    "SELECT 1, 2, content, :digest, submitted_by, submitted_at, :by FROM proposal WHERE case_id = :source"
)


def test_an_agreement_in_force_is_changed_by_an_amendment_only(sql: Sql, amended: int) -> None:
    with refused("An agreement in force is changed by an amendment only"):
        sql(NEXT_VERSION, digest="a" * 64, by=None, source=amended)


def test_an_amendment_under_way_changes_nothing(sql: Sql, amended: int) -> None:
    with refused("word for word that of an amendment of this case that took effect"):
        sql(NEXT_VERSION, digest="a" * 64, by=amended, source=amended)


@pytest.mark.parametrize(("source", "digest"), [(1, "a"), (2, "b")], ids=["other words", "another digest"])
def test_an_agreement_becomes_what_the_amendment_says_and_nothing_else(
    sql: Sql, number_of: Who, source: int, digest: str
) -> None:
    sql("UPDATE approval_case SET stage = 'in_force' WHERE id = 1")
    number = an_amendment(sql, number_of, "record_only")
    sql(TAKES_EFFECT, number=number)

    with refused("word for word that of an amendment of this case that took effect"):
        sql(NEXT_VERSION, digest=digest * 64, by=number, source=source)

    sql(NEXT_VERSION, digest="a" * 64, by=number, source=number)
    with refused("uq_proposal_amended_by"):
        sql(NEXT_VERSION.replace("1, 2,", "1, 3,"), digest="a" * 64, by=number, source=number)


# Cleared hits and re-screenings


@pytest.fixture
def cleared_hit(sql: Sql, number_of: Who) -> int:
    """A hit that Sara cleared and Mei agreed to."""
    sql(
        "INSERT INTO screening (case_id, leg, proposal_version, verdict, risk, algorithm, lists, screened_at) "
        "VALUES (1, 1, 1, 'review', 'high', 'a', '[]', :at)",
        at=NOW,
    )
    sql(
        "INSERT INTO finding (screening_id, name, verdict, reason, source, detail) "
        "VALUES (1, 'listed_names', 'review', 'r', 's', '{}')"
    )
    return clear_hit(sql, number_of("sara.lindqvist"), number_of("mei.chen"))


def clear_hit(sql: Sql, by: int, seconded_by: int) -> int:
    """Enter a cleared hit, and return its number."""
    return int(
        sql(
            "INSERT INTO cleared_hit (partner_id, case_id, finding_id, source, asked, entry, entry_digest, partner, "
            "partner_digest, reason, reason_title, remark, cleared_by, seconded_by, cleared_at) "
            "VALUES (1, 1, 1, 'un_sc', 'A', '{}', 'd', '{}', 'd', 'r', 't', '', :by, :second, :at) RETURNING id",
            by=by,
            second=seconded_by,
            at=NOW,
        )
    )


@pytest.mark.parametrize("change", ["UPDATE cleared_hit SET remark = 'x'", "DELETE FROM cleared_hit"])
def test_a_cleared_hit_stays_as_it_was_cleared(sql: Sql, cleared_hit: int, change: str) -> None:
    with refused("Rows of cleared_hit are never changed or removed"):
        sql(change)


def test_nobody_agrees_with_themselves(sql: Sql, cleared_hit: int, number_of: Who) -> None:
    with refused("seconded_by_another"):
        clear_hit(sql, number_of("mei.chen"), number_of("mei.chen"))


@pytest.fixture
def rescreening(sql: Sql) -> int:
    """A re-screening that has not come to its end."""
    version = sql(
        "INSERT INTO watchlist_version (source, title, sha256, entry_count, in_force, imported_at) "
        "VALUES ('own', 'Own', 's', 1, true, :at) RETURNING id",
        at=NOW,
    )
    return int(
        sql(
            "INSERT INTO rescreening (version_id, entries, started_at, last_case, cases, names, hits, found) "
            "VALUES (:version, 1, :at, 0, 0, 0, 0, '[]') RETURNING id",
            version=version,
            at=NOW,
        )
    )


def test_a_finished_rescreening_is_never_changed(sql: Sql, rescreening: int) -> None:
    sql("UPDATE rescreening SET cases = 5, hits = 1, finished_at = :at", at=NOW)

    with refused("A finished re-screening is never changed"):
        sql("UPDATE rescreening SET hits = 0")


def test_a_rescreening_is_not_removed(sql: Sql, rescreening: int) -> None:
    with refused("Rows of rescreening are never changed or removed"):
        sql("DELETE FROM rescreening")


# Substitutes, stops and escalation


def a_substitution(sql: Sql, absent: int, substitute: int, **changes: Any) -> int:
    values = {
        "absent": absent,
        "substitute": substitute,
        "roles": "{executive}",
        "first": "2026-09-21",
        "last": "2026-09-25",
        **changes,
    }
    return int(
        sql(
            "INSERT INTO substitution (absent_id, substitute_id, roles, from_on, until_on, when_overdue, reason, "
            "entered_by, entered_at) VALUES (:absent, :substitute, :roles, :first, :last, false, '', :absent, :at) "
            "RETURNING id",
            **values,
            at=NOW,
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"first": "2026-09-22"}, id="before its first day"),
        pytest.param({"first": "2026-09-01", "last": "2026-09-20"}, id="after its last day"),
        pytest.param({"roles": "{committee}"}, id="for another duty"),
    ],
)
def test_nobody_decides_for_an_absent_person_without_a_rule_for_that_day_and_duty(
    sql: Sql, number_of: Who, changes: dict[str, str]
) -> None:
    david, helen = number_of("david.cohen"), number_of("helen.osei")
    task = a_task(sql, "decision", role="executive")
    with refused("Only a substitute entered for that day and that duty"):
        decide(sql, task, helen, on_behalf_of=david)

    a_substitution(sql, david, helen, **changes)

    with refused("Only a substitute entered for that day and that duty"):
        decide(sql, task, helen, on_behalf_of=david)
    a_substitution(sql, david, helen)
    assert decide(sql, task, helen, on_behalf_of=david) > 0


def test_a_rule_that_was_ended_lets_nobody_decide(sql: Sql, number_of: Who) -> None:
    david, helen = number_of("david.cohen"), number_of("helen.osei")
    a_substitution(sql, david, helen)
    sql("UPDATE substitution SET ended_at = :at", at=NOW)

    with refused("Only a substitute entered for that day and that duty"):
        decide(sql, a_task(sql, "decision", role="executive"), helen, on_behalf_of=david)


@pytest.mark.parametrize("change", ["until_on = '2027-01-01'", "roles = '{finance}'", "substitute_id = absent_id"])
def test_a_substitution_is_never_changed(sql: Sql, number_of: Who, change: str) -> None:
    a_substitution(sql, number_of("david.cohen"), number_of("helen.osei"))

    with refused("A substitution never changes; it only ends, once"):
        sql(f"UPDATE substitution SET {change}")


def test_an_escalated_task_is_decided_by_those_it_was_opened_to_and_stays_open_to_them(
    sql: Sql, number_of: Who
) -> None:
    task = a_task(sql, "decision", role="committee")
    david = number_of("david.cohen")
    with refused("Only those who owe a task decide it"):
        decide(sql, task, david)
    with refused("Only an escalated task is open to others"):
        sql("UPDATE task SET also_role = 'executive'")

    sql("UPDATE task SET escalated_at = :at, also_role = 'executive' WHERE id = :id", at=NOW, id=task)

    with refused("A task is escalated once"):
        sql("UPDATE task SET also_role = 'officer' WHERE id = :id", id=task)
    assert decide(sql, task, david) > 0


def test_a_stop_of_the_clock_only_ends(sql: Sql) -> None:
    sql("INSERT INTO clock_stop (case_id, kind, reason, stopped_at) VALUES (1, 'on_hold', 'Elections.', :at)", at=NOW)

    with refused("A stop of the clock never changes"):
        sql("UPDATE clock_stop SET reason = 'None.'")
    with refused("uq_clock_stop_live"):
        sql("INSERT INTO clock_stop (case_id, kind, reason, stopped_at) VALUES (1, 'on_hold', 'Two.', :at)", at=NOW)
    sql("UPDATE clock_stop SET resumed_at = :at", at=NOW)
    with refused("A stop of the clock never changes"):
        sql("UPDATE clock_stop SET resumed_at = NULL")


# Signing in


OPEN = (
    "INSERT INTO desk_session "
    "(user_id, secret_sha256, method, address, program, opened_at, last_seen_at, expires_at) "
    "VALUES (:who, 's', 'password', '', '', :at, :at, :at) RETURNING id"
)
ISSUE = (
    "INSERT INTO api_token (user_id, name, beginning, secret_sha256, scope, issued_at, expires_at) "
    "VALUES (:who, 'n', 'pa_', 's', 'read', :at, :at) RETURNING id"
)
INVITE = (
    "INSERT INTO invitation (user_id, code_sha256, issued_at, expires_at) VALUES (:who, 's', :at, :at) RETURNING id"
)


@pytest.mark.parametrize("statement", [OPEN, ISSUE, INVITE], ids=["session", "token", "invitation"])
def test_nothing_is_opened_for_a_closed_account(sql: Sql, number_of: Who, statement: str) -> None:
    sql("UPDATE user_account SET is_active = false WHERE id = :id", id=number_of("rosa.quispe"))

    with refused("The account is closed"):
        sql(statement, who=number_of("rosa.quispe"), at=NOW)


@pytest.mark.parametrize(
    ("statement", "change"),
    [
        (OPEN, "UPDATE desk_session SET expires_at = expires_at + interval '1 day'"),
        (OPEN, "UPDATE desk_session SET user_id = user_id + 1"),
        (ISSUE, "UPDATE api_token SET scope = 'act'"),
        (ISSUE, "UPDATE api_token SET expires_at = expires_at + interval '1 day'"),
        (INVITE, "UPDATE invitation SET expires_at = expires_at + interval '1 day'"),
    ],
)
def test_what_was_opened_grows_no_larger(sql: Sql, number_of: Who, statement: str, change: str) -> None:
    sql(statement, who=number_of("rosa.quispe"), at=NOW)

    with refused("are used and ended, not changed"):
        sql(change)


@pytest.mark.parametrize(
    ("statement", "end", "again"),
    [
        (OPEN, "UPDATE desk_session SET ended_at = :at", "UPDATE desk_session SET ended_at = NULL"),
        (ISSUE, "UPDATE api_token SET revoked_at = :at", "UPDATE api_token SET revoked_at = NULL"),
        (INVITE, "UPDATE invitation SET used_at = :at", "UPDATE invitation SET used_at = NULL"),
    ],
)
def test_what_has_ended_does_not_begin_again(sql: Sql, number_of: Who, statement: str, end: str, again: str) -> None:
    sql(statement, who=number_of("rosa.quispe"), at=NOW)
    sql(end, at=NOW)

    with refused("that have come to their end stay as they are"):
        sql(again)


def test_an_identity_does_not_pass_to_somebody_else(sql: Sql, number_of: Who) -> None:
    sql(
        "INSERT INTO identity (user_id, issuer, subject, linked_at) VALUES (:who, 'i', 's', :at)",
        who=number_of("rosa.quispe"),
        at=NOW,
    )

    with refused("Rows of identity are never changed or removed"):
        sql("UPDATE identity SET user_id = :who", who=number_of("mei.chen"))


# Drafts and attachments

DRAFT = (
    "INSERT INTO proposal_draft (owner_id, purpose, typed, started_at, updated_at) "
    "VALUES (:who, 'proposal', '{}', :at, :at) RETURNING id"
)


@pytest.mark.parametrize("change", ["owner_id = owner_id + 1", "purpose = 'amendment'", "case_id = 1"])
def test_a_draft_stays_with_its_owner_and_its_purpose(sql: Sql, number_of: Who, change: str) -> None:
    sql(DRAFT, who=number_of("rosa.quispe"), at=NOW)

    with refused("A draft stays with its owner and its purpose"):
        sql(f"UPDATE proposal_draft SET {change}")


@pytest.mark.parametrize("change", ["UPDATE attachment SET title = 'other'", "DELETE FROM attachment"])
def test_a_file_that_came_with_a_case_stays_with_it(sql: Sql, number_of: Who, change: str) -> None:
    sql(
        "INSERT INTO stored_file (sha256, media_type, size_bytes, content, stored_at) "
        "VALUES ('f', 'application/pdf', 0, '', :at)",
        at=NOW,
    )
    sql(
        "INSERT INTO attachment (case_id, title, file_name, file_hash, added_by, added_at) "
        "VALUES (1, 't', 'n', 'f', :who, :at)",
        who=number_of("rosa.quispe"),
        at=NOW,
    )

    with refused("Rows of attachment are never changed or removed"):
        sql(change)


# Comments

COMMENT = (
    "INSERT INTO case_comment (case_id, text, salt, written_by, written_at) "
    "VALUES (1, 'Said.', 's', :who, :at) RETURNING id"
)


@pytest.mark.parametrize(
    "change",
    [
        "text = 'Unsaid.'",
        "salt = 't'",
        "written_by = written_by + 1",
        "written_at = now()",
        "case_id = 2",
        "clause = 'Budget', agreement_version = 1",
    ],
)
def test_what_was_commented_stays_as_it_was_written(sql: Sql, number_of: Who, change: str) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)

    with refused("A comment never changes"):
        sql(f"UPDATE case_comment SET {change}")


def test_a_comment_is_resolved_and_reopened_but_never_passes_to_somebody_else(sql: Sql, number_of: Who) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)
    sql("UPDATE case_comment SET resolved_by = written_by, resolved_at = :at", at=NOW)

    with refused("A comment never changes"):
        sql("UPDATE case_comment SET resolved_by = :who", who=number_of("claire.martin"))
    sql("UPDATE case_comment SET resolved_by = NULL, resolved_at = NULL")
    assert sql("SELECT resolved_at FROM case_comment") is None


def test_the_words_of_a_comment_go_only_with_an_event_that_tells_of_it(sql: Sql, number_of: Who) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)

    with refused("only erased by an event that tells of it"):
        sql("UPDATE case_comment SET text = NULL, salt = NULL")
    with refused("A comment never changes"):
        sql("UPDATE case_comment SET text = NULL")


@pytest.mark.parametrize("statement", ["DELETE FROM case_comment", "TRUNCATE case_comment CASCADE"])
def test_a_comment_is_never_removed(sql: Sql, number_of: Who, statement: str) -> None:
    sql(COMMENT, who=number_of("rosa.quispe"), at=NOW)

    with refused("Rows of case_comment are never changed or removed"):
        sql(statement)
