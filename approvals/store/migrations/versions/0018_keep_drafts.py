"""Keep what officers have typed and not yet sent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0018"
down_revision = "0011"
branch_labels = None
depends_on = None

GUARD = """
CREATE FUNCTION guard_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{typed,seen,updated_at}'::text[] <> to_jsonb(OLD) - '{typed,seen,updated_at}'::text[] THEN
        RAISE EXCEPTION 'A draft stays with its owner and its purpose.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def upgrade() -> None:
    refers_to = {"owner_id": "user_account", "case_id": "approval_case", "task_id": "task"}
    op.create_table(
        "proposal_draft",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=True,
            nullable=False,
            comment="Number of the draft; never given twice",
        ),
        _column("owner_id", sa.BigInteger(), "Who fills it, and alone sees it"),
        _column("purpose", sa.String(40), "What becomes of it when it is sent"),
        _column(
            "case_id",
            sa.BigInteger(),
            "The case it answers for, amends or was begun from; empty: none",
            nullable=True,
        ),
        _column("task_id", sa.BigInteger(), "The answer it is to become; empty: it is none", nullable=True),
        _column("typed", JSONB(), "What was typed, as text, by the path of its field"),
        sa.Column(
            "seen",
            ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Sections filled, or left on purpose",
        ),
        _column("started_at", sa.DateTime(timezone=True), "When it was begun"),
        _column("updated_at", sa.DateTime(timezone=True), "When something was last typed"),
        sa.CheckConstraint(
            "purpose IN ('proposal', 'revision', 'amendment')", name=op.f("ck_proposal_draft_draftpurpose")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_proposal_draft_{column}_{table}"))
            for column, table in refers_to.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_draft")),
    )
    for column in refers_to:
        op.create_index(op.f(f"ix_proposal_draft_{column}"), "proposal_draft", [column])
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER draft_stays_with_its_owner BEFORE UPDATE ON proposal_draft "
        "FOR EACH ROW EXECUTE FUNCTION guard_draft()"
    )
