"""Keep what officers have typed and not yet sent, and the files that come with cases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0018"
down_revision = "0017"
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
    _drafts()
    _attachments()


def _attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the attachment"),
        _column("case_id", sa.BigInteger(), "The case"),
        _column("kind", sa.Text(), "Kind of document, as in the requirements; empty: another", nullable=True),
        _column("title", sa.Text(), "What the document is called"),
        _column("file_name", sa.Text(), "What its sender called the file"),
        _column("file_hash", sa.String(64), "The file"),
        _column("added_by", sa.BigInteger(), "Who added it"),
        _column("added_at", sa.DateTime(timezone=True), "When it was added"),
        sa.ForeignKeyConstraint(["case_id"], ["approval_case.id"], name=op.f("fk_attachment_case_id_approval_case")),
        sa.ForeignKeyConstraint(
            ["file_hash"], ["stored_file.sha256"], name=op.f("fk_attachment_file_hash_stored_file")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_attachment_added_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    for column in ("case_id", "file_hash"):
        op.create_index(op.f(f"ix_attachment_{column}"), "attachment", [column])
    op.execute(
        "CREATE TRIGGER attachment_stays BEFORE UPDATE OR DELETE ON attachment "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER attachment_is_not_emptied BEFORE TRUNCATE ON attachment "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _drafts() -> None:
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
