"""Remember what was cleared, and what partners were compared with when a list changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A re-screening that has come to its end is evidence; until then its counts grow.
GUARD_RESCREENING = """
CREATE FUNCTION guard_rescreening() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    growing text[] := ARRAY['finished_at', 'last_case', 'cases', 'names', 'hits', 'found'];
BEGIN
    IF OLD.finished_at IS NOT NULL OR to_jsonb(NEW) - growing <> to_jsonb(OLD) - growing THEN
        RAISE EXCEPTION 'A finished re-screening is never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    _add_cleared_hits()
    _add_rescreenings()
    _let_a_partnership_be_suspended()
    _guard()


def _add_cleared_hits() -> None:
    references = {
        "partner_id": ("partner", "The partner it is no longer held against"),
        "case_id": ("approval_case", "The case on which it was cleared"),
        "finding_id": ("finding", "The finding that was judged"),
        "cleared_by": ("user_account", "Who cleared it"),
        "seconded_by": ("user_account", "Who agreed, where two were needed"),
    }
    words = {
        "source": "Short name of the list",
        "asked": "The partner's name, or that of its people, that was compared",
        "reason": "Key of the reason, from the policy of the case",
        "reason_title": "The reason in words, as the policy then had it",
        "remark": "What the officer added; may be empty",
    }
    op.create_table(
        "cleared_hit",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the cleared hit"),
        *_links(references, may_be_empty={"seconded_by"}),
        *(sa.Column(name, sa.Text(), nullable=False, comment=comment) for name, comment in words.items()),
        sa.Column(
            "known_keys",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="The entry's key and all former ones",
        ),
        _document("entry", "What the list said of the entry"),
        sa.Column(
            "entry_digest",
            sa.String(length=64),
            nullable=False,
            comment="Digest of what the list said, without its keys",
        ),
        _document("partner", "What was known of the partner and its people"),
        sa.Column(
            "partner_digest", sa.String(length=64), nullable=False, comment="Digest of what was known of the partner"
        ),
        _moment("cleared_at", "When the review was concluded", nullable=False),
        sa.CheckConstraint("seconded_by <> cleared_by", name=op.f("ck_cleared_hit_seconded_by_another")),
        *_foreign_keys("cleared_hit", references),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleared_hit")),
    )
    _index("cleared_hit", references)


def _add_rescreenings() -> None:
    references = {
        "version_id": ("watchlist_version", "The version compared with"),
        "since_id": ("watchlist_version", "The version compared with before; empty: none was, all entries are new"),
    }
    counts = {
        "entries": "Entries added or changed since",
        "last_case": "Number of the last case looked at",
        "cases": "Live cases whose partner was looked at",
        "names": "Names compared",
        "hits": "New hits",
    }
    op.create_table(
        "rescreening",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False, comment="Number of the re-screening"),
        *_links(references, may_be_empty={"since_id"}),
        *(sa.Column(name, sa.Integer(), nullable=False, comment=comment) for name, comment in counts.items()),
        _moment("started_at", "When it began", nullable=False),
        _moment("finished_at", "When every partner had been compared; empty: not yet", nullable=True),
        _document("found", "The new hits: case, name, listed name, score, what followed"),
        *_foreign_keys("rescreening", references),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescreening")),
    )
    _index("rescreening", references)


def _let_a_partnership_be_suspended() -> None:
    op.add_column(
        "approval_case", _moment("suspended_at", "When the partnership in force was suspended", nullable=True)
    )
    comment = "Why it is suspended, in words; empty when it is not"
    op.add_column("approval_case", sa.Column("suspended_because", sa.Text(), nullable=True, comment=comment))


def _guard() -> None:
    op.execute(GUARD_RESCREENING)
    op.execute(
        "CREATE TRIGGER rescreening_stays BEFORE UPDATE ON rescreening "
        "FOR EACH ROW EXECUTE FUNCTION guard_rescreening()"
    )
    op.execute(
        "CREATE TRIGGER cleared_hit_stays BEFORE UPDATE ON cleared_hit FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in ("cleared_hit", "rescreening"):
        op.execute(
            f"CREATE TRIGGER {table}_is_not_removed BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


References = dict[str, tuple[str, str]]


def _links(references: References, *, may_be_empty: set[str]) -> list[sa.Column[int]]:
    return [
        sa.Column(name, sa.BigInteger(), nullable=name in may_be_empty, comment=comment)
        for name, (_, comment) in references.items()
    ]


def _foreign_keys(table: str, references: References) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}_{target}"))
        for name, (target, _) in references.items()
    ]


def _index(table: str, references: References) -> None:
    for name in references:
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)


def _document(name: str, comment: str) -> sa.Column[object]:
    kind = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
    return sa.Column(name, kind, nullable=False, comment=comment)


def _moment(name: str, comment: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)
