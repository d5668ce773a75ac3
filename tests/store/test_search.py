"""A search asks the index of words, whatever the planner expects of it."""

from __future__ import annotations

from sqlalchemy import text

from approvals.rehearsal import People
from approvals.store import desk_queries
from approvals.store.engine import Store
from models.user import Role

ASKED_OF_THE_INDEX = text("SELECT pg_stat_get_xact_numscans(CAST('ix_proposal_words' AS regclass))")


def test_no_proposal_is_read_anew(store: Store, people: People) -> None:
    with store.session() as session:
        desk_queries.found_cases(session, people.with_role(Role.AUDITOR), "textiles dakar")

        assert session.connection().execute(ASKED_OF_THE_INDEX).scalar_one() > 0
