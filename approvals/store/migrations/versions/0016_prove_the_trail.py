"""Let the trail say more and prove more: changes by hash, personal parts apart, anchors, restricted cases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# One trip to the server takes the lock and reads the head. Each statement of a volatile function sees what was
# committed before it began, so the second sees the head that whoever held the lock has left.
LOCK_TRAIL = """
CREATE FUNCTION lock_trail(OUT seq bigint, OUT hash varchar) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1885434992);
    SELECT e.seq, e.hash INTO seq, hash FROM event e ORDER BY e.seq DESC LIMIT 1;
END $$
"""

# A personal part is erased whole and once, by an event that says so, and otherwise never changed.
GUARD_PERSONAL_PART = """
CREATE FUNCTION guard_event_personal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_by IS NOT NULL OR NEW.event_seq <> OLD.event_seq
       OR NEW.erased_by IS NULL OR NEW.salt IS NOT NULL OR NEW.content IS NOT NULL
       OR NOT EXISTS (SELECT FROM event WHERE seq = NEW.erased_by AND kind = 'PersonalDataErased') THEN
        RAISE EXCEPTION 'What an event says of persons is never changed, only erased.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_ANCHOR = """
CREATE FUNCTION guard_anchor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.filed_at IS NOT NULL OR to_jsonb(NEW) - 'filed_at' <> to_jsonb(OLD) - 'filed_at' THEN
        RAISE EXCEPTION 'An anchor is never changed; it is only filed, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _column(name: str, kind: Any, comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{target.partition('.')[0]}"))
        for column, target in targets.items()
    ]


def upgrade() -> None:
    _let_events_say_more()
    _keep_personal_parts_apart()
    _keep_anchors()
    _restrict_cases()
    # It locks a row that nobody may change, which asks for the right to change it: the owner's, not the caller's.
    op.execute("ALTER FUNCTION guard_flag_step() SECURITY DEFINER SET search_path = public, pg_temp")


def _let_events_say_more() -> None:
    policy = "The policy the case stands under, if it is about one"
    changes = "Rows entered or changed with it: table, key, digest before and after"
    personal = "Salted digest of what the event says of persons, kept apart"
    op.execute(LOCK_TRAIL)
    op.add_column("event", _column("policy_hash", sa.String(64), policy, nullable=True))
    op.add_column("event", _column("changes", JSONB(), changes, nullable=True))
    op.add_column("event", _column("personal_digest", sa.String(64), personal, nullable=True))
    content = "Digest of the columns before; empty: an old event, hashed in one step"
    op.add_column("event", _column("content_digest", sa.String(64), content, nullable=True))
    op.alter_column("event", "payload", comment="What happened, without what is said of persons")
    op.alter_column("event", "hash", comment="Digest of the hash before and of what this row says")


def _keep_personal_parts_apart() -> None:
    erased = "The event that tells of the erasure; empty: not erased"
    op.create_table(
        "event_personal",
        sa.Column("event_seq", sa.BigInteger(), autoincrement=False, nullable=False, comment="The event"),
        _column("salt", sa.String(64), "Random; empty: erased", nullable=True),
        _column("content", JSONB(), "What is said of persons; empty: erased", nullable=True),
        _column("erased_by", sa.BigInteger(), erased, nullable=True),
        *_links("event_personal", event_seq="event.seq", erased_by="event.seq"),
        sa.PrimaryKeyConstraint("event_seq", name=op.f("pk_event_personal")),
    )
    op.create_index(op.f("ix_event_personal_erased_by"), "event_personal", ["erased_by"])
    op.execute(GUARD_PERSONAL_PART)
    op.execute(
        "CREATE TRIGGER event_personal_is_only_erased BEFORE UPDATE ON event_personal "
        "FOR EACH ROW EXECUTE FUNCTION guard_event_personal()"
    )
    _is_not_removed("event_personal")


def _keep_anchors() -> None:
    filed = "When it was written into the anchor file; empty: not yet"
    op.create_table(
        "anchor",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the anchor"),
        _column("event_seq", sa.BigInteger(), "The last event it covers"),
        _column("event_hash", sa.String(64), "Hash of that event"),
        _column("noted_at", sa.DateTime(timezone=True), "When it was noted"),
        _column("filed_at", sa.DateTime(timezone=True), filed, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
        sa.UniqueConstraint("event_seq", name=op.f("uq_anchor_event_seq")),
    )
    op.execute(GUARD_ANCHOR)
    op.execute(
        "CREATE TRIGGER anchor_is_only_filed BEFORE UPDATE ON anchor FOR EACH ROW EXECUTE FUNCTION guard_anchor()"
    )
    _is_not_removed("anchor")


def _restrict_cases() -> None:
    op.create_table(
        "case_restriction",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number; the highest counts"),
        _column("case_id", sa.BigInteger(), "The case"),
        _column("restricted", sa.Boolean(), "True: who reads it is noted; false: no longer"),
        _column("reason", sa.Text(), "Why"),
        _column(
            "set_by", sa.BigInteger(), "Who set it; empty: the machine, because of a confirmed hit", nullable=True
        ),
        _column("set_at", sa.DateTime(timezone=True), "When"),
        *_links("case_restriction", case_id="approval_case.id", set_by="user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_restriction")),
    )
    op.create_table(
        "case_reading",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the reading"),
        _column("case_id", sa.BigInteger(), "The restricted case"),
        _column("read_by", sa.BigInteger(), "Who read it"),
        _column("read_on", sa.Date(), "On which day; noted once a day"),
        *_links("case_reading", case_id="approval_case.id", read_by="user_account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reading")),
        sa.UniqueConstraint("case_id", "read_by", "read_on", name=op.f("uq_case_reading_case_id_read_by_read_on")),
    )
    for table, columns in {"case_restriction": ("case_id", "set_by"), "case_reading": ("case_id", "read_by")}.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        _is_not_emptied(table)


def _is_not_removed(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    _is_not_emptied(table)


def _is_not_emptied(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
