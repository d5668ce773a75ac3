"""List and search a hundred thousand cases quickly."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LIVE = "state IN ('open', 'claimed')"


def _folded(text: str) -> str:
    marked = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    plain = [unicodedata.normalize("NFKD", letter)[0] for letter in marked]
    pairs = [(letter, base) for letter, base in zip(marked, plain, strict=True) if base.isascii() and base.isalpha()]
    pairs += zip("ĐđØøŁłı", "DdOoLli", strict=True)
    letters, plain_letters = "".join(one for one, _ in pairs), "".join(one for _, one in pairs)
    return f"to_tsvector('simple'::regconfig, left(lower(translate({text}, '{letters}', '{plain_letters}')), 200000))"


def upgrade() -> None:
    """Add the indexes."""
    values = r"""regexp_replace(content::text, '"[a-z_]+": |\\[bfnrt]', ' ', 'g')"""
    op.create_index("ix_proposal_words", "proposal", [sa.text(_folded(values))], postgresql_using="gin")
    op.create_index("ix_partner_words", "partner", [sa.text(_folded("legal_name"))], postgresql_using="gin")
    op.create_index("ix_task_due", "task", ["due_on", "id"], postgresql_where=sa.text(LIVE))
    op.create_index("ix_decision_by", "decision", ["decided_by", "decided_at"])


def downgrade() -> None:
    """Take the indexes away."""
    op.drop_index("ix_decision_by", table_name="decision")
    op.drop_index("ix_task_due", table_name="task")
    op.drop_index("ix_partner_words", table_name="partner")
    op.drop_index("ix_proposal_words", table_name="proposal")
