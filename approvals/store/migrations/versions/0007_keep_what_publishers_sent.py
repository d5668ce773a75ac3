"""Keep what publishers sent: the raw file in pieces, a digest of each entry, and when a list was last confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# An imported version is evidence: screenings name it by its digest. It may be put in and out of force, confirmed and
# complained about. What is counted while its entries are read is written once, when they are all there.
GUARD_WATCHLIST = """
CREATE FUNCTION guard_watchlist_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_to_change text[] := ARRAY['in_force', 'imported_at', 'confirmed_at', 'alarmed_at'];
BEGIN
    IF OLD.entry_count = 0 THEN
        open_to_change := open_to_change || ARRAY['entry_count', 'name_count', 'dated_on'];
    END IF;
    IF to_jsonb(NEW) - open_to_change <> to_jsonb(OLD) - open_to_change THEN
        RAISE EXCEPTION 'A version of a list is never changed; import another.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

FOR_EVER = ("listed_entry", "watchlist_part")


def upgrade() -> None:
    _widen_the_version()
    _add_parts_and_fetches()
    _let_a_mail_be_about_no_case()
    _guard()


def _widen_the_version() -> None:
    moment = sa.DateTime(timezone=True)
    for column in (
        sa.Column("list_format", sa.Text(), nullable=True, comment="Format it was read from"),
        sa.Column("name_count", sa.Integer(), nullable=True, comment="Names of all entries together"),
        sa.Column(
            "confirmed_at",
            moment,
            nullable=True,
            comment="When somebody last looked and the list had not changed since",
        ),
        sa.Column("alarmed_at", moment, nullable=True, comment="When administrators were last told it is too old"),
    ):
        op.add_column("watchlist_version", column)
    comment = "Digest of what the entry says; empty: kept before digests were"
    op.add_column("listed_entry", sa.Column("digest", sa.String(length=64), nullable=True, comment=comment))


def _add_parts_and_fetches() -> None:
    op.create_table(
        "watchlist_part",
        sa.Column("version_id", sa.BigInteger(), nullable=False, comment="The list version"),
        sa.Column(
            "number", sa.Integer(), autoincrement=False, nullable=False, comment="1, 2, … in the order of the file"
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="A megabyte of the file, compressed (zlib)"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["watchlist_version.id"], name=op.f("fk_watchlist_part_version_id_watchlist_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "number", name=op.f("pk_watchlist_part")),
    )
    op.create_table(
        "watchlist_fetch",
        sa.Column("source", sa.Text(), nullable=False, comment="Short name of the list"),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last tried"),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True, comment="When it last succeeded"),
        sa.Column(
            "outcome",
            sa.Enum(
                "imported",
                "confirmed",
                "failed",
                name="fetchoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
            comment="How it ended",
        ),
        sa.Column("problem", sa.Text(), nullable=True, comment="Why it failed, in words"),
        sa.Column("version_id", sa.BigInteger(), nullable=True, comment="The version the publisher last had"),
        sa.Column("address", sa.Text(), nullable=True, comment="From where, without what might be a password"),
        sa.Column("etag", sa.Text(), nullable=True, comment="The publisher's mark of that file"),
        sa.Column("last_modified", sa.Text(), nullable=True, comment="The publisher's time of that file"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["watchlist_version.id"], name=op.f("fk_watchlist_fetch_version_id_watchlist_version")
        ),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_watchlist_fetch")),
    )
    op.create_index(op.f("ix_watchlist_fetch_version_id"), "watchlist_fetch", ["version_id"], unique=False)


def _let_a_mail_be_about_no_case() -> None:
    op.alter_column(
        "outbox",
        "case_id",
        nullable=True,
        comment="The case it is about, if it is about one",
        existing_type=sa.BigInteger(),
        existing_comment="The case it is about",
    )
    op.create_check_constraint(
        op.f("ck_outbox_only_a_case_is_carried_on"), "outbox", "channel = 'mail' OR case_id IS NOT NULL"
    )


def _guard() -> None:
    op.execute(GUARD_WATCHLIST)
    op.execute(
        "CREATE TRIGGER watchlist_version_stays BEFORE UPDATE ON watchlist_version "
        "FOR EACH ROW EXECUTE FUNCTION guard_watchlist_version()"
    )
    for table in FOR_EVER:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER watchlist_version_is_not_removed BEFORE DELETE ON watchlist_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("watchlist_version", *FOR_EVER):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
