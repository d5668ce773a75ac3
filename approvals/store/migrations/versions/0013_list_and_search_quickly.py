"""List and search a hundred thousand cases quickly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LIVE = "state IN ('open', 'claimed')"


def _words_of(text: str) -> str:
    bare = rf"regexp_replace(normalize({text}, NFKD), '[\u0300-\u036f]', '', 'g')"
    return f"to_tsvector('simple'::regconfig, left(lower(translate({bare}, 'ĐđØøŁłı', 'DdOoLli')), 200000))"


def upgrade() -> None:
    """Add the indexes."""
    values = r"""regexp_replace(content::text, '"[a-z_]+": |\\[bfnrt]', ' ', 'g')"""
    op.create_index("ix_proposal_words", "proposal", [sa.text(_words_of(values))], postgresql_using="gin")
    op.create_index("ix_partner_words", "partner", [sa.text(_words_of("legal_name"))], postgresql_using="gin")
    op.create_index("ix_task_due", "task", ["due_on", "id"], postgresql_where=sa.text(LIVE))
    op.create_index("ix_decision_by", "decision", ["decided_by", "decided_at"])


def downgrade() -> None:
    """Take the indexes away."""
    op.drop_index("ix_decision_by", table_name="decision")
    op.drop_index("ix_task_due", table_name="task")
    op.drop_index("ix_partner_words", table_name="partner")
    op.drop_index("ix_proposal_words", table_name="proposal")
