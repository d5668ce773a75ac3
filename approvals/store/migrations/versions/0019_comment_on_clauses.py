"""Comment on cases and on the clauses of their agreements."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

RESOLUTION = "'{resolved_by,resolved_at}'"

GUARD = f"""
CREATE FUNCTION guard_case_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.resolved_at IS NOT NULL
       OR to_jsonb(NEW) - {RESOLUTION}::text[] <> to_jsonb(OLD) - {RESOLUTION}::text[]
    THEN
        RAISE EXCEPTION 'A comment never changes; it is only resolved, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER case_comment_is_only_resolved BEFORE UPDATE ON case_comment "
    "FOR EACH ROW EXECUTE FUNCTION guard_case_comment()",
    "CREATE TRIGGER case_comment_is_not_removed BEFORE DELETE ON case_comment "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER case_comment_is_not_emptied BEFORE TRUNCATE ON case_comment "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)
TARGETS = {
    "case_id": "approval_case.id",
    "answers": "case_comment.id",
    "written_by": "user_account.id",
    "resolved_by": "user_account.id",
}


def upgrade() -> None:
    op.create_table(
        "case_comment",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=True,
            nullable=False,
            comment="Number of the comment; a later one is higher",
        ),
        _column("case_id", sa.BigInteger(), "The case"),
        _column("answers", sa.BigInteger(), "The comment it answers; empty: it is no answer", nullable=True),
        _column("clause", sa.Text(), "Heading of the clause it is about; empty: the case", nullable=True),
        _column(
            "agreement_version",
            sa.Integer(),
            "Version of the agreement in which the clause was read",
            nullable=True,
        ),
        _column("text", sa.Text(), "What it says"),
        _column("written_by", sa.BigInteger(), "Who wrote it"),
        _column("written_at", sa.DateTime(timezone=True), "When"),
        _column("resolved_by", sa.BigInteger(), "Who resolved it", nullable=True),
        _column("resolved_at", sa.DateTime(timezone=True), "When it was resolved; empty: it is open", nullable=True),
        sa.CheckConstraint(
            "num_nulls(clause, agreement_version) IN (0, 2)", name=op.f("ck_case_comment_clause_of_a_version")
        ),
        sa.CheckConstraint(
            "num_nulls(resolved_by, resolved_at) IN (0, 2)", name=op.f("ck_case_comment_resolved_by_somebody")
        ),
        sa.CheckConstraint(
            "answers IS NULL OR num_nulls(clause, resolved_at) = 2",
            name=op.f("ck_case_comment_answers_follow_their_comment"),
        ),
        *_foreign_keys(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_comment")),
    )
    for column in ("case_id", "answers"):
        op.create_index(op.f(f"ix_case_comment_{column}"), "case_comment", [column])
    for statement in (GUARD, *TRIGGERS):
        op.execute(statement)


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _foreign_keys() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_case_comment_{column}_{target.partition('.')[0]}"))
        for column, target in TARGETS.items()
    ]
