"""Ask somebody else for a second look: who decided in a slot does not decide in its second."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUARD = """
CREATE FUNCTION guard_second_look() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_task task;
BEGIN
    SELECT * INTO STRICT the_task FROM task WHERE id = NEW.task_id;
    IF the_task.slot ~ '[:]second$' AND EXISTS (
        SELECT FROM decision d JOIN task t ON t.id = d.task_id
        WHERE t.case_id = the_task.case_id AND t.leg = the_task.leg
          AND t.slot = regexp_replace(the_task.slot, '[:]second$', '')
          AND (d.decided_by IN (NEW.decided_by, NEW.on_behalf_of)
               OR d.on_behalf_of IN (NEW.decided_by, NEW.on_behalf_of))
    ) THEN
        RAISE EXCEPTION 'Nobody takes the second look at what they decided themselves.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER decision_is_a_second_look BEFORE INSERT ON decision "
        "FOR EACH ROW EXECUTE FUNCTION guard_second_look()"
    )
