"""Keep calendars, stops of the clock, substitutes and digests; let a task be open to more than one duty."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# A task may still be handed over, postponed and opened to more people; what it asks stays.
GUARD_TASK = """
CREATE OR REPLACE FUNCTION guard_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_to_change text[] := ARRAY['state', 'assigned_to', 'due_on', 'claimed_by', 'claimed_at', 'reminded_at',
                                   'reminders', 'substitutes_at', 'escalated_at', 'also_role', 'also_office',
                                   'closed_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.kind = 'partner_signature') <> (NEW.slot = 'signature:partner')
           OR (NEW.kind <> 'partner_signature' AND split_part(NEW.slot, ':', 1) <> NEW.kind) THEN
            RAISE EXCEPTION 'A task of kind % has no place in slot %.', NEW.kind, NEW.slot
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - open_to_change <> to_jsonb(OLD) - open_to_change THEN
        RAISE EXCEPTION 'What a task asks, and of which duty, is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.escalated_at IS NOT NULL
       AND (NEW.escalated_at, NEW.also_role, NEW.also_office)
           IS DISTINCT FROM (OLD.escalated_at, OLD.also_role, OLD.also_office) THEN
        RAISE EXCEPTION 'A task is escalated once, and stays open to those it was opened to.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.escalated_at IS NULL AND (NEW.also_role IS NOT NULL OR NEW.also_office IS NOT NULL) THEN
        RAISE EXCEPTION 'Only an escalated task is open to others.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('decided', 'cancelled') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'A closed task is never opened again.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# The roles by which a person owes a task: the one that was asked, and the one it was escalated to.
DUTIES = """
CREATE FUNCTION duties(the_task task, the_person user_account) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN the_task.role = ANY (the_person.roles)
              AND CASE WHEN the_task.assigned_to IS NOT NULL THEN the_person.id = the_task.assigned_to
                       ELSE the_task.office_code IS NULL OR the_task.office_code = the_person.office_code END
             THEN the_task.role END,
        CASE WHEN the_task.escalated_at IS NOT NULL AND the_task.also_role = ANY (the_person.roles)
              AND (the_task.also_office IS NULL OR the_task.also_office = the_person.office_code)
             THEN the_task.also_role END
    ]::text[], NULL)
$$
"""

GUARD_DECISION = """
CREATE OR REPLACE FUNCTION guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_task task;
    the_case approval_case;
    excluded text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.superseded_by IS NOT NULL
           OR to_jsonb(NEW) - 'superseded_by' <> to_jsonb(OLD) - 'superseded_by' THEN
            RAISE EXCEPTION 'A decision is never edited, only superseded once.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;

    SELECT * INTO STRICT the_task FROM task WHERE id = NEW.task_id;
    SELECT * INTO STRICT the_case FROM approval_case WHERE id = the_task.case_id;

    IF NEW.superseded_by IS NOT NULL THEN
        RAISE EXCEPTION 'A decision stands until a later one takes its place.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF the_task.state = 'cancelled' THEN
        RAISE EXCEPTION 'Nobody owes this task any more.' USING ERRCODE = 'restrict_violation';
    END IF;

    IF NEW.decided_by IS NULL THEN
        IF the_task.kind <> 'consultation' THEN
            RAISE EXCEPTION 'Silence decides nothing but a consultation.' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.on_behalf_of IS NOT NULL THEN
            RAISE EXCEPTION 'Silence is nobody''s, not even an absent person''s.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;

    IF NOT EXISTS (SELECT FROM user_account WHERE id = NEW.decided_by AND is_active) THEN
        RAISE EXCEPTION 'A closed account decides nothing.' USING ERRCODE = 'restrict_violation';
    END IF;
    -- The duty is the decider's own, or that of the absent person they substitute for.
    IF NOT EXISTS (
        SELECT FROM user_account u
        WHERE u.id IN (NEW.decided_by, NEW.on_behalf_of) AND cardinality(duties(the_task, u)) > 0
    ) THEN
        RAISE EXCEPTION 'Only those who owe a task decide it.' USING ERRCODE = 'restrict_violation';
    END IF;

    IF the_task.kind NOT IN ('answer', 'negotiation', 'partner_signature')
       AND (NEW.decided_by IN (the_case.submitted_by, the_case.requested_by)
            OR NEW.on_behalf_of IN (the_case.submitted_by, the_case.requested_by)) THEN
        RAISE EXCEPTION 'Nobody decides a case they submitted or asked for.' USING ERRCODE = 'restrict_violation';
    END IF;

    excluded := CASE the_task.kind WHEN 'legal_review' THEN 'screening_review'
                                   WHEN 'screening_review' THEN 'legal_review' END;
    IF EXISTS (
        SELECT FROM decision d JOIN task t ON t.id = d.task_id
        WHERE t.case_id = the_case.id AND t.kind = excluded
          AND (d.decided_by IN (NEW.decided_by, NEW.on_behalf_of)
               OR d.on_behalf_of IN (NEW.decided_by, NEW.on_behalf_of))
    ) THEN
        RAISE EXCEPTION 'The screening officer of a case is not its legal reviewer.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Whoever names an absent person must be their substitute on that day, for that duty.
GUARD_SUBSTITUTE = """
CREATE FUNCTION guard_substitute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by IS NOT NULL AND NEW.on_behalf_of IS NOT NULL AND NOT EXISTS (
        SELECT FROM substitution s
        JOIN user_account absent ON absent.id = s.absent_id
        JOIN office o ON o.code = absent.office_code
        JOIN task t ON t.id = NEW.task_id
        WHERE s.absent_id = NEW.on_behalf_of AND s.substitute_id = NEW.decided_by AND absent.is_active
          AND (s.ended_at IS NULL OR s.ended_at > NEW.decided_at)
          AND (NEW.decided_at AT TIME ZONE coalesce(o.time_zone, 'UTC'))::date BETWEEN s.from_on AND s.until_on
          AND s.roles && duties(t, absent)
          AND (NOT s.when_overdue OR t.substitutes_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'Only a substitute entered for that day and that duty decides for an absent person.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Past rules are what past decisions rest on.
GUARD_SUBSTITUTION = """
CREATE FUNCTION guard_substitution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       OR to_jsonb(NEW) - '{ended_at,ended_by}'::text[] <> to_jsonb(OLD) - '{ended_at,ended_by}'::text[] THEN
        RAISE EXCEPTION 'A substitution never changes; it only ends, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_CLOCK_STOP = """
CREATE FUNCTION guard_clock_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.resumed_at IS NOT NULL
       OR to_jsonb(NEW) - '{resumed_at,resumed_by}'::text[] <> to_jsonb(OLD) - '{resumed_at,resumed_by}'::text[] THEN
        RAISE EXCEPTION 'A stop of the clock never changes; it only ends, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _offices()
    _tasks()
    _substitutions()
    _clock_stops()
    _digests()
    for function in (GUARD_TASK, DUTIES, GUARD_DECISION, GUARD_SUBSTITUTE, GUARD_SUBSTITUTION, GUARD_CLOCK_STOP):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER decision_names_a_real_absence BEFORE INSERT ON decision "
        "FOR EACH ROW EXECUTE FUNCTION guard_substitute()"
    )
    for table in ("substitution", "clock_stop"):
        op.execute(
            f"CREATE TRIGGER {table}_only_ends BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}()"
        )
    op.execute("CREATE TRIGGER digest_stays BEFORE UPDATE ON digest FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    for table in ("substitution", "clock_stop", "digest"):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _moment(name: str, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), comment, nullable=nullable)


def _refers(table: str, column: str, to: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}"))


def _offices() -> None:
    comment = "Time zone, such as Africa/Dakar; empty: UTC"
    op.add_column("office", _column("time_zone", sa.Text(), comment, nullable=True))
    weekend: sa.Column[Any] = sa.Column(
        "weekend",
        ARRAY(sa.Text()),
        server_default="{saturday,sunday}",
        nullable=False,
        comment="Values of Weekday on which it does not work",
    )
    op.add_column("office", weekend)
    op.create_table(
        "calendar_day",
        _column("office_code", sa.Text(), "The office"),
        _column("day", sa.Date(), "The day"),
        _column("kind", sa.String(40), "Closed, half or open"),
        _column("name", sa.Text(), "What the day is, such as a holiday's name"),
        _column("source", sa.Text(), "Where it comes from: a public calendar, or a person's entry"),
        _column("entered_by", sa.BigInteger(), "Who entered it", nullable=True),
        _moment("entered_at", "When it was entered"),
        sa.CheckConstraint("kind IN ('closed', 'half', 'open')", name=op.f("ck_calendar_day_daykind")),
        _refers("calendar_day", "office_code", "office", "code"),
        _refers("calendar_day", "entered_by", "user_account", "id"),
        sa.PrimaryKeyConstraint("office_code", "day", name=op.f("pk_calendar_day")),
    )
    op.create_index(op.f("ix_calendar_day_entered_by"), "calendar_day", ["entered_by"])


def _tasks() -> None:
    comment = "The office by whose calendar its days are counted; empty: the case's"
    op.add_column("task", _column("counted_in", sa.Text(), comment, nullable=True))
    comment = "Last day as fixed when it was opened; never moved"
    op.add_column("task", _column("first_due_on", sa.Date(), comment, nullable=True))
    op.alter_column(
        "task",
        "due_on",
        existing_type=sa.Date(),
        existing_nullable=True,
        comment="Last day; moved by stops of the clock, and on request",
        existing_comment="Last day, from the service level in force when opened",
    )
    reminders = sa.Column(
        "reminders",
        sa.Integer(),
        server_default="0",
        nullable=False,
        comment="Reminders of the policy that were due so far",
    )
    op.add_column("task", reminders)
    comment = "When standing substitutes were let in, as it was overdue"
    op.add_column("task", _moment("substitutes_at", comment, nullable=True))
    op.add_column("task", _moment("escalated_at", "When it was escalated, as nobody had answered", nullable=True))
    comment = "Role of those who may take it besides, since then"
    op.add_column("task", _column("also_role", sa.Text(), comment, nullable=True))
    comment = "The office of those who may take it besides; empty: any"
    op.add_column("task", _column("also_office", sa.Text(), comment, nullable=True))
    for column in ("counted_in", "also_office"):
        op.create_foreign_key(op.f(f"fk_task_{column}_office"), "task", "office", [column], ["code"])
        op.create_index(op.f(f"ix_task_{column}"), "task", [column])
    # What was open before keeps its date, and a task somebody was reminded of is not reminded of anew.
    op.execute("ALTER TABLE task DISABLE TRIGGER task_keeps_its_question")
    op.execute("UPDATE task SET first_due_on = due_on, reminders = CASE WHEN reminded_at IS NULL THEN 0 ELSE 1 END")
    op.execute("ALTER TABLE task ENABLE TRIGGER task_keeps_its_question")
    op.create_index(
        "ix_task_also",
        "task",
        ["also_role", "also_office"],
        postgresql_where=sa.text("also_role IS NOT NULL AND state IN ('open', 'claimed')"),
    )


def _substitutions() -> None:
    op.create_table(
        "substitution",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the rule"),
        _column("absent_id", sa.BigInteger(), "The absent person"),
        _column("substitute_id", sa.BigInteger(), "Who may act for them"),
        sa.Column(
            "roles",
            ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Values of Role it is for",
        ),
        _column("from_on", sa.Date(), "First day, in the zone of the absent person's office"),
        _column("until_on", sa.Date(), "Last day, in the same zone"),
        _column(
            "when_overdue",
            sa.Boolean(),
            "True: a standing substitute, only for tasks the sweep let substitutes into",
        ),
        _column("reason", sa.Text(), "Why, such as mission or leave; may be empty"),
        _column("entered_by", sa.BigInteger(), "Who entered it"),
        _moment("entered_at", "When it was entered"),
        _moment("ended_at", "When it was ended before its last day", nullable=True),
        _column("ended_by", sa.BigInteger(), "Who ended it", nullable=True),
        sa.CheckConstraint(
            "absent_id <> substitute_id", name=op.f("ck_substitution_nobody_substitutes_for_themselves")
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_substitution_the_first_day_is_not_after_the_last")),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("ck_substitution_it_is_for_some_duty")),
        *(
            _refers("substitution", column, "user_account", "id")
            for column in ("absent_id", "substitute_id", "entered_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    for column in ("absent_id", "substitute_id", "entered_by", "ended_by"):
        op.create_index(op.f(f"ix_substitution_{column}"), "substitution", [column])
    op.create_index(
        "ix_substitution_live",
        "substitution",
        ["substitute_id", "from_on"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _clock_stops() -> None:
    op.create_table(
        "clock_stop",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the stop"),
        _column("case_id", sa.BigInteger(), "The case"),
        _column("kind", sa.String(40), "For whom the case waits"),
        _column("reason", sa.Text(), "Why, in a sentence"),
        _moment("stopped_at", "When the clock stopped"),
        _column("stopped_by", sa.BigInteger(), "Who stopped it; empty: the machine", nullable=True),
        _column("until_on", sa.Date(), "Last day of the stop; after it the sweep lets the clock run", nullable=True),
        _moment("resumed_at", "When the clock ran again; empty: it stands", nullable=True),
        _column("resumed_by", sa.BigInteger(), "Who let it run; empty: the machine", nullable=True),
        sa.CheckConstraint(
            "kind IN ('with_partner', 'partner_asked', 'on_hold')", name=op.f("ck_clock_stop_stopkind")
        ),
        _refers("clock_stop", "case_id", "approval_case", "id"),
        _refers("clock_stop", "stopped_by", "user_account", "id"),
        _refers("clock_stop", "resumed_by", "user_account", "id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stop")),
    )
    for column in ("case_id", "stopped_by", "resumed_by"):
        op.create_index(op.f(f"ix_clock_stop_{column}"), "clock_stop", [column])
    op.create_index(
        "uq_clock_stop_live",
        "clock_stop",
        ["case_id", "kind"],
        unique=True,
        postgresql_where=sa.text("resumed_at IS NULL"),
    )


def _digests() -> None:
    comment = "One mail a day instead of reminders; empty: as the installation has it"
    op.add_column("user_account", _column("digest", sa.Boolean(), comment, nullable=True))
    op.create_table(
        "digest",
        _column("person_id", sa.BigInteger(), "Whose it is"),
        _column("day", sa.Date(), "The day at the person's office"),
        _column("tasks", sa.Integer(), "How many tasks it names"),
        _moment("written_at", "When it was written"),
        _refers("digest", "person_id", "user_account", "id"),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_digest")),
    )
