"""Let comments be reopened and erased so that the trail still holds, and keep for a while what the API answered."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

CHANGING = "'{text,salt,resolved_by,resolved_at}'::text[]"

GUARD = f"""
CREATE OR REPLACE FUNCTION guard_case_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - {CHANGING} <> to_jsonb(OLD) - {CHANGING}
       OR num_nulls(NEW.text, NEW.salt) < 2 AND (NEW.text, NEW.salt) IS DISTINCT FROM (OLD.text, OLD.salt)
       OR OLD.resolved_at IS NOT NULL AND NEW.resolved_at IS NOT NULL
          AND (NEW.resolved_at, NEW.resolved_by) IS DISTINCT FROM (OLD.resolved_at, OLD.resolved_by)
    THEN
        RAISE EXCEPTION 'A comment never changes; it is only resolved or reopened, and its words erased.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
# The event is appended after the row is written, so whether it is there can be asked only at the end.
ERASURE = """
CREATE FUNCTION guard_comment_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM event WHERE case_id = NEW.case_id AND kind = 'PersonalDataErased'
                   AND payload ->> 'comment' = NEW.id::text) THEN
        RAISE EXCEPTION 'The words of a comment are only erased by an event that tells of it.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$
"""
TRIGGER = (
    "CREATE CONSTRAINT TRIGGER case_comment_erasure_is_told AFTER UPDATE ON case_comment "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.text IS NOT NULL AND NEW.text IS NULL) "
    "EXECUTE FUNCTION guard_comment_erasure()"
)
SALT = "Random, so that the digest of the row tells nothing once erased; empty: erased, or older than salts"


def upgrade() -> None:
    op.add_column("case_comment", sa.Column("salt", sa.Text(), nullable=True, comment=SALT))
    op.alter_column(
        "case_comment", "text", nullable=True, comment="What it says; empty: erased", existing_comment="What it says"
    )
    op.create_check_constraint(
        op.f("ck_case_comment_erased_whole"), "case_comment", "text IS NOT NULL OR salt IS NULL"
    )
    for statement in (GUARD, ERASURE, TRIGGER):
        op.execute(statement)
    op.create_table(
        "api_answer",
        _column("user_id", sa.BigInteger(), "Who sent it"),
        _column("key", sa.Text(), "What the sender called it"),
        _column("request_sha256", sa.String(64), "Digest of what was sent, and where to"),
        _column("begun_at", sa.DateTime(timezone=True), "When it came"),
        _column(
            "status", sa.Integer(), "Status of the answer; empty: being done, or its end is unknown", nullable=True
        ),
        _column("content", JSONB(none_as_null=True), "What was answered", nullable=True),
        _column("location", sa.Text(), "Address of what was made; empty: none was given", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_answer_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "key", name=op.f("pk_api_answer")),
    )


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)
