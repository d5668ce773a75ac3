"""Close the side doors: rows a guard relies on cannot be changed first, so that the guard lets something pass."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Whoever changes who submitted a case could then decide it.
GUARD_CASE = """
CREATE FUNCTION guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    fixed text[] := ARRAY['id', 'reference', 'submission_key', 'office_code', 'submitted_by', 'requested_by',
                          'submitted_at', 'policy_hash'];
    name text;
BEGIN
    FOREACH name IN ARRAY fixed LOOP
        IF to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION 'Who proposed a case, where and under which policy is never changed (%).', name
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$
"""

# Whoever changes what a task is could decide it as something else. A task may still be handed over or postponed.
GUARD_TASK = """
CREATE FUNCTION guard_task() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_to_change text[] := ARRAY['state', 'assigned_to', 'due_on', 'claimed_by', 'claimed_at', 'reminded_at',
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
    IF OLD.state IN ('decided', 'cancelled') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'A closed task is never opened again.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
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
        WHERE u.id IN (NEW.decided_by, NEW.on_behalf_of) AND the_task.role = ANY (u.roles)
          AND CASE WHEN the_task.assigned_to IS NOT NULL THEN u.id = the_task.assigned_to
                   ELSE the_task.office_code IS NULL OR the_task.office_code = u.office_code END
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

# Marked as superseded by any odd decision, one could be set aside without anything in its place. Looked at when the
# transaction ends, because the old one must step back before the new one can stand.
GUARD_SUCCESSION = """
CREATE FUNCTION guard_succession() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM decision WHERE id = NEW.superseded_by AND id > NEW.id AND task_id = NEW.task_id) THEN
        RAISE EXCEPTION 'A decision is superseded only by a later one on the same task.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""

GUARD_EVENT = """
CREATE FUNCTION guard_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last event;
BEGIN
    SELECT * INTO last FROM event ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.previous_hash <> coalesce(last.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION 'An event follows the one before it, and nothing stands between.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    for function in (GUARD_CASE, GUARD_TASK, GUARD_DECISION, GUARD_SUCCESSION, GUARD_EVENT):
        op.execute(function)
    op.execute(
        "CREATE TRIGGER approval_case_keeps_its_origin BEFORE UPDATE ON approval_case "
        "FOR EACH ROW EXECUTE FUNCTION guard_case()"
    )
    op.execute(
        "CREATE TRIGGER task_keeps_its_question BEFORE INSERT OR UPDATE ON task "
        "FOR EACH ROW EXECUTE FUNCTION guard_task()"
    )
    op.execute(
        "CREATE TRIGGER event_follows_in_order BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION guard_event()"
    )
    for table in ("approval_case", "task"):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    name = op.f("fk_decision_superseded_by_decision")
    op.drop_constraint(name, "decision", type_="foreignkey")
    op.create_foreign_key(
        name, "decision", "decision", ["superseded_by"], ["id"], deferrable=True, initially="DEFERRED"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER decision_has_a_successor AFTER UPDATE OF superseded_by ON decision "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_succession()"
    )
