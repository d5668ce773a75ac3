"""Guard what must not change: triggers that refuse it even when a program forgets its own rules."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What is written stays as it was written. Decisions may only be marked as superseded.
FOR_EVER = ("event", "proposal", "screening", "finding", "agreement", "stored_file")

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""

GUARD_DECISION = """
CREATE FUNCTION guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
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

    IF NEW.decided_by IS NULL THEN
        IF the_task.kind <> 'consultation' THEN
            RAISE EXCEPTION 'Silence decides nothing but a consultation.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
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

GUARD_POLICY = """
CREATE FUNCTION guard_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> OLD.sha256 OR NEW.content <> OLD.content THEN
        RAISE EXCEPTION 'A published policy is never changed; publish another.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    for function in (REFUSE_CHANGE, GUARD_DECISION, GUARD_POLICY):
        op.execute(function)
    for table in FOR_EVER:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    for table in (*FOR_EVER, "decision", "policy_version"):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in ("decision", "policy_version"):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER decision_is_allowed BEFORE INSERT OR UPDATE ON decision "
        "FOR EACH ROW EXECUTE FUNCTION guard_decision()"
    )
    op.execute(
        "CREATE TRIGGER policy_version_stays BEFORE UPDATE ON policy_version "
        "FOR EACH ROW EXECUTE FUNCTION guard_policy()"
    )
