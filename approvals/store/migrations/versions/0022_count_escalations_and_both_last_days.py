"""Count escalations, and lateness by both last days; the next sweep counts everything anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0025"
branch_labels = None
depends_on = None

PROJECTION = ("case_time", "stage_time", "task_time", "counted_up_to")


def upgrade() -> None:
    op.alter_column(
        "task_time",
        "due_on",
        comment="Its last day, moved by what the clock stood still",
        existing_comment="Its last day",
    )
    op.add_column(
        "task_time", sa.Column("first_due_on", sa.Date(), comment="Its last day as fixed when it was opened")
    )
    op.add_column("task_time", _yes_no("let_in", "Standing substitutes were let in"))
    told = "It was opened to others, or told to administrators, as nobody answered"
    op.add_column("task_time", _yes_no("escalated", told))
    for table in PROJECTION:
        op.execute(f"DELETE FROM {table}")  # noqa: S608  # names of ours


def _yes_no(name: str, comment: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment)
