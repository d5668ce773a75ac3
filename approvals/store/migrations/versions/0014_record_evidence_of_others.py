"""Record what other agencies found about a partner."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = "'due_diligence', 'verification', 'capacity', 'financial', 'safeguarding', 'pillar', 'other'"
LEVELS = "'low', 'moderate', 'substantial', 'high'"
WITHDRAWAL = "'{withdrawn_by,withdrawn_at,withdrawn_because}'"

GUARD = f"""
CREATE FUNCTION guard_partner_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL
       OR to_jsonb(NEW) - {WITHDRAWAL}::text[] <> to_jsonb(OLD) - {WITHDRAWAL}::text[]
    THEN
        RAISE EXCEPTION 'Evidence never changes; it is only withdrawn, once.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGERS = (
    "CREATE TRIGGER partner_evidence_is_only_withdrawn BEFORE UPDATE ON partner_evidence "
    "FOR EACH ROW EXECUTE FUNCTION guard_partner_evidence()",
    "CREATE TRIGGER partner_evidence_is_not_removed BEFORE DELETE ON partner_evidence "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER partner_evidence_is_not_emptied BEFORE TRUNCATE ON partner_evidence "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.create_table(
        "partner_evidence",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the evidence"),
        _column("partner_id", sa.BigInteger(), "The partner assessed"),
        _column("agency", sa.Text(), "The agency that assessed it"),
        _column("kind", sa.String(40), "What sort of assessment it was"),
        _column("made_on", sa.Date(), "Day of the assessment"),
        _column(
            "valid_until",
            sa.Date(),
            "Last day it counts: the agency's own, or the last policy allows if earlier",
        ),
        _column("outcome", sa.Text(), "What the agency found, in its own words"),
        _column("level", sa.String(40), "The nearest risk level of ours; empty: none compares", nullable=True),
        sa.Column(
            "conditions",
            ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Conditions the agency attached",
        ),
        _column("reference", sa.Text(), "Where to find it: a document number or an address"),
        _column("file_hash", sa.String(64), "Its file; empty: none was given", nullable=True),
        _column("why_believed", sa.Text(), "Why whoever recorded it believes it"),
        _column("recorded_by", sa.BigInteger(), "Who recorded it"),
        _column("recorded_at", sa.DateTime(timezone=True), "When it was recorded"),
        _column("withdrawn_by", sa.BigInteger(), "Who withdrew it", nullable=True),
        _column("withdrawn_at", sa.DateTime(timezone=True), "When it was withdrawn", nullable=True),
        _column("withdrawn_because", sa.Text(), "Why it was withdrawn", nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_partner_evidence_evidencekind")),
        sa.CheckConstraint(f"level IN ({LEVELS})", name=op.f("ck_partner_evidence_risklevel")),
        sa.CheckConstraint("valid_until >= made_on", name=op.f("ck_partner_evidence_lapses_after_it_was_made")),
        sa.CheckConstraint(
            "num_nulls(withdrawn_by, withdrawn_at, withdrawn_because) IN (0, 3)",
            name=op.f("ck_partner_evidence_withdrawn_by_somebody"),
        ),
        *_foreign_keys(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_evidence")),
    )
    for column in ("partner_id", "file_hash"):
        op.create_index(op.f(f"ix_partner_evidence_{column}"), "partner_evidence", [column])
    for statement in (GUARD, *TRIGGERS):
        op.execute(statement)


def _column(name: str, kind: sa.types.TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _foreign_keys() -> list[sa.ForeignKeyConstraint]:
    targets = {
        "partner_id": "partner.id",
        "file_hash": "stored_file.sha256",
        "recorded_by": "user_account.id",
        "withdrawn_by": "user_account.id",
    }
    return [
        sa.ForeignKeyConstraint(
            [column], [target], name=op.f(f"fk_partner_evidence_{column}_{target.partition('.')[0]}")
        )
        for column, target in targets.items()
    ]
