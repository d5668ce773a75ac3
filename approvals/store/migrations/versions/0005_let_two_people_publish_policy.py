"""Let two people publish a policy: one proposes a version, another puts it in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARD = """
CREATE FUNCTION guard_policy_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL
       OR to_jsonb(NEW) - '{published_by,published_at}'::text[]
          <> to_jsonb(OLD) - '{published_by,published_at}'::text[] THEN
        RAISE EXCEPTION 'A proposed policy is only published, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "policy_publication",
        sa.Column(
            "id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the proposal to publish"
        ),
        sa.Column("policy_hash", sa.String(64), nullable=False, comment="The policy"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why it is proposed"),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True, comment="Who proposed it; empty: at installation"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was proposed"),
        sa.Column("published_by", sa.BigInteger(), nullable=True, comment="Who put it in force; empty: not yet"),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it came in force; empty: not yet",
        ),
        sa.CheckConstraint("published_by <> proposed_by", name=op.f("ck_policy_publication_two_people")),
        sa.CheckConstraint(
            "published_at IS NOT NULL OR proposed_by IS NOT NULL",
            name=op.f("ck_policy_publication_proposed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["policy_hash"],
            ["policy_version.sha256"],
            name=op.f("fk_policy_publication_policy_hash_policy_version"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_policy_publication_proposed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_policy_publication_published_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_publication")),
    )
    for column in ("policy_hash", "proposed_by", "published_by", "published_at"):
        op.create_index(op.f(f"ix_policy_publication_{column}"), "policy_publication", [column])
    # What is in force stays so. Until now one person published alone, which is nobody's second pair of eyes.
    op.execute(
        "INSERT INTO policy_publication (policy_hash, reason, proposed_by, proposed_at, published_at) "
        "SELECT sha256, 'published before two people were needed', published_by, published_at, published_at "
        "FROM policy_version ORDER BY published_at"
    )
    op.execute("DROP TRIGGER policy_version_stays ON policy_version")
    op.execute("DROP FUNCTION guard_policy()")
    op.drop_column("policy_version", "published_at")
    op.drop_column("policy_version", "published_by")
    op.execute(
        "CREATE TRIGGER policy_version_stays BEFORE UPDATE ON policy_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(GUARD)
    op.execute(
        "CREATE TRIGGER policy_publication_stays BEFORE UPDATE ON policy_publication "
        "FOR EACH ROW EXECUTE FUNCTION guard_policy_publication()"
    )
    op.execute(
        "CREATE TRIGGER policy_publication_is_not_removed BEFORE DELETE ON policy_publication "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER policy_publication_is_not_emptied BEFORE TRUNCATE ON policy_publication "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
