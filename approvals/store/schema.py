"""Bringing a database to the present schema, by numbered migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from approvals.store.engine import Store, translated_outages

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(store: Store) -> str:
    """Bring the database to the newest schema and return its number. Safe to run again at any time."""
    config = _config()
    with translated_outages(), store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest()


def current(store: Store) -> str | None:
    """Return the number of the database's schema, None if it has none yet."""
    with translated_outages(), store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the number of the schema this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
