"""Run by Alembic: migrations go through the connection `approvals.store.schema` hands over, in its transaction."""

from alembic import context
from sqlalchemy import text

import models

# Two programs starting at once must not migrate at once.
MIGRATION_LOCK = 0x70617071


def run() -> None:
    connection = context.config.attributes["connection"]
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    context.configure(connection=connection, target_metadata=models.metadata, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


run()
