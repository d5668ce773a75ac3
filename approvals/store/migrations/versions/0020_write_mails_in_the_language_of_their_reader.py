"""Write mails in the language of their reader: the outbox keeps what is said, and what went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WENT_OUT = {"subject": "Subject of the mail", "body": "Text of the mail"}


def upgrade() -> None:
    op.add_column("outbox", _text("message", "The message of templates/messages it is"))
    op.add_column(
        "outbox",
        sa.Column(
            "facts",
            JSONB(),
            nullable=False,
            server_default=sa.text("'{}'"),
            comment="What the message says, without its words",
        ),
    )
    op.add_column("outbox", _text("html", "The same as a page; empty before"))
    for column, before in WENT_OUT.items():
        op.alter_column("outbox", column, comment=f"{before} as it went out; empty before", existing_comment=before)


def _text(name: str, comment: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="", comment=comment)
