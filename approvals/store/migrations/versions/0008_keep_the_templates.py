"""Keep the templates: each version as it was proposed, published by another person, and never changed after that."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TWO_PEOPLE = (
    "(proposed_by IS NULL AND published_by IS NULL AND published_at IS NOT NULL) OR "
    "(proposed_by IS NOT NULL AND (published_by IS NULL) = (published_at IS NULL) "
    "AND published_by IS DISTINCT FROM proposed_by)"
)

GUARD_TEMPLATE = """
CREATE FUNCTION guard_template() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_to_change text[] := ARRAY['published_by', 'published_at'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by IS NOT NULL AND NEW.published_at IS NOT NULL THEN
            RAISE EXCEPTION 'A template is proposed first and published after that.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        -- Otherwise whoever writes past the services could call anything a part of the installation.
        IF NEW.proposed_by IS NULL
           AND EXISTS (SELECT FROM template_version WHERE family = NEW.family AND language = NEW.language) THEN
            RAISE EXCEPTION 'Only the first version of a template comes with the installation.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.published_at IS NOT NULL OR to_jsonb(NEW) - open_to_change <> to_jsonb(OLD) - open_to_change THEN
        RAISE EXCEPTION 'A template is never changed; propose another version.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM user_account WHERE id = NEW.published_by AND is_active) THEN
        RAISE EXCEPTION 'A closed account publishes nothing.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "template_version",
        sa.Column(
            "id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the template version"
        ),
        sa.Column("family", sa.Text(), nullable=False, comment="Template family, such as eu_contribution"),
        sa.Column(
            "language",
            sqlmodel.sql.sqltypes.AutoString(length=2),
            nullable=False,
            comment="Language of the Word file",
        ),
        sa.Column("version", sa.Text(), nullable=False, comment="Version as the legal office counts, such as 1.2"),
        sa.Column(
            "sha256",
            sa.String(length=64),
            nullable=False,
            comment="Digest over language, manifest and digest of the Word file",
        ),
        sa.Column("file_hash", sa.String(length=64), nullable=False, comment="The Word file"),
        sa.Column(
            "manifest",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=False,
            comment="The manifest: title, fields, rules",
        ),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="First day on which it is used"),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True, comment="Who brought it; empty: the installation"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was brought"),
        sa.Column("published_by", sa.BigInteger(), nullable=True, comment="Who put it in force, another person"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was published; empty: it was not yet",
        ),
        sa.CheckConstraint(TWO_PEOPLE, name=op.f("ck_template_version_two_people")),
        sa.ForeignKeyConstraint(
            ["file_hash"], ["stored_file.sha256"], name=op.f("fk_template_version_file_hash_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_template_version_proposed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_template_version_published_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_version")),
        sa.UniqueConstraint(
            "family", "language", "version", name=op.f("uq_template_version_family_language_version")
        ),
    )
    for column in ("file_hash", "proposed_by", "published_by"):
        op.create_index(op.f(f"ix_template_version_{column}"), "template_version", [column], unique=False)
    op.execute(GUARD_TEMPLATE)
    op.execute(
        "CREATE TRIGGER template_version_stays BEFORE INSERT OR UPDATE ON template_version "
        "FOR EACH ROW EXECUTE FUNCTION guard_template()"
    )
    op.execute(
        "CREATE TRIGGER template_version_is_not_removed BEFORE DELETE ON template_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER template_version_is_not_emptied BEFORE TRUNCATE ON template_version "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
