"""Committing so that writers who stand in line for the trail share one wait for the disk.

Whoever adds to the trail holds it until the commit. Were the disk waited for meanwhile, each would wait for everybody
before. So the commit is written into PostgreSQL's log, where its place is final, the next writer goes on, and only
then the wait begins: for the disk to hold the log up to a mark made afterwards. The log reaches the disk in its
order. So a power cut takes back an end of the trail at most, never a piece of it, and nothing anybody was told of.

Meanwhile others may already see what was done. Whoever acts on it outside the database must wait as well.
"""

from __future__ import annotations

from approvals.store.engine import Store

MARK = "SELECT pg_logical_emit_message(true, 'approvals', '')"
"""A transaction of its own that says nothing: once it is kept, so is every one before it, on standbys too."""

COMMIT_AND_WAIT = f"SET LOCAL synchronous_commit = off; COMMIT; {MARK}"
"""Commits, lets the next writer go on, and is done when the disk holds it."""


def wait_for_disk(store: Store) -> None:
    """Return when the disk holds everything that could be seen before the call."""
    with store.session() as session:
        session.connection().exec_driver_sql(MARK)
        session.commit()
