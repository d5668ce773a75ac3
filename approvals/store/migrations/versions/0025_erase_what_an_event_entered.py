"""Let erasing reach the rows an event entered: file names, titles and reasons, which nothing else may ever change."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ERASED = {"attachment": ("title", "file_name"), "case_restriction": ("reason",), "flag_step": ("reason",)}

# Such a row is emptied in these columns, all of them at once, and nothing else of it is changed …
GUARD = """
CREATE FUNCTION only_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    IF to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) ->> name <> '' THEN
            RAISE EXCEPTION 'Rows of % are never changed or removed, only erased.', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$
"""
# … and only together with the personal part of the event that entered it, which a later event tells of. The event is
# the last thing written in a transaction, so this is looked at when it is committed.
TOLD = """
CREATE FUNCTION erased_by_an_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM event_personal p JOIN event e ON e.seq = p.event_seq
        WHERE p.erased_by IS NOT NULL
          AND e.changes @> jsonb_build_array(jsonb_build_object('table', TG_TABLE_NAME, 'key', NEW.id::text))
    ) THEN
        RAISE EXCEPTION 'Rows of % are never changed or removed, only erased with their event.', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute(GUARD)
    op.execute(TOLD)
    for table, columns in ERASED.items():
        names = ", ".join(f"'{column}'" for column in columns)
        op.execute(f"DROP TRIGGER {table}_stays ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_only_emptied BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION only_emptied({names})"
        )
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_is_erased_by_an_event AFTER UPDATE ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erased_by_an_event()"
        )
