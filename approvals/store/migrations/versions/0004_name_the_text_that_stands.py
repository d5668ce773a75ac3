"""Name the text that stands: the newest version is the partner's, when legal review refused its changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "approval_case",
        sa.Column(
            "agreement_version",
            sa.Integer(),
            nullable=True,
            comment="The version of the agreement that stands; empty: none does",
        ),
    )
    op.execute(
        "UPDATE approval_case SET agreement_version = "
        "(SELECT max(version) FROM agreement WHERE agreement.case_id = approval_case.id)"
    )
    # Both sides may owe the same thing on the same day.
    op.drop_constraint(op.f("uq_obligation_case_id_title_due_on"), "obligation", type_="unique")
    op.create_unique_constraint(
        op.f("uq_obligation_case_id_title_owed_by_due_on"), "obligation", ["case_id", "title", "owed_by", "due_on"]
    )
    op.alter_column(
        "obligation",
        "owed_by",
        comment="organisation, partner or both",
        existing_type=sa.Text(),
        existing_nullable=False,
        existing_comment="organisation or partner",
    )
