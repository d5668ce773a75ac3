"""Find words by the index alone, however many proposals have them."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0023"
branch_labels = None
depends_on = None

# As the index has it: ix_proposal_words.
_TEXT = r"""regexp_replace(content::text, '"[a-z_]+": |\\[bfnrt]', ' ', 'g')"""
_BARE = rf"regexp_replace(normalize({_TEXT}, NFKD), '[\u0300-\u036f]', '', 'g')"
_WORDS = f"to_tsvector('simple'::regconfig, left(lower(translate({_BARE}, 'ĐđØøŁłı', 'DdOoLli')), 200000))"

# To find the words of a proposal takes a millisecond or two, which PostgreSQL cannot know: where it expects that many
# have the words asked for, it reads one proposal after the other until it has enough. In this function it may not.
FIND = f"""
CREATE FUNCTION proposals_with_words(asked tsquery, most integer)
RETURNS TABLE (case_id bigint, version integer) LANGUAGE sql STABLE ROWS 200
SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0
AS $$ SELECT case_id, version FROM proposal WHERE {_WORDS} @@ asked ORDER BY case_id DESC LIMIT most $$
"""  # noqa: S608  # words of ours


def upgrade() -> None:
    """Add the function that asks the index, and put long proposals beside their rows."""
    op.execute(FIND)
    # What stands in it on average is asked no more, and took PostgreSQL a minute to find out, each time it looked.
    op.execute("ALTER INDEX ix_proposal_words ALTER COLUMN 1 SET STATISTICS 0")
    # A word that stands everywhere leads to every row; without the text in them that is quickly done. Rows that are
    # there already stay as they are.
    op.execute("ALTER TABLE proposal SET (toast_tuple_target = 128)")


def downgrade() -> None:
    """Take the function away, and leave long proposals in their rows."""
    op.execute("ALTER TABLE proposal RESET (toast_tuple_target)")
    op.execute("ALTER INDEX ix_proposal_words ALTER COLUMN 1 SET STATISTICS -1")
    op.execute("DROP FUNCTION proposals_with_words(tsquery, integer)")
