"""What was approved, and on which version of the proposal."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True)
class ApprovedProposal:
    """A new partnership that was approved, with the proposal as it stood then."""

    reference: str
    office_code: str
    policy_hash: str
    decided_at: datetime
    content: dict[str, Any]


def approved_proposals(session: Session, *, offices: Collection[str] | None) -> list[ApprovedProposal]:
    """Return the new partnerships approved, of these `offices` or of all, in the order of their decisions.

    A case approved twice, because it was begun anew, counts by its last approval.
    """
    query = """
        SELECT reference, office_code, policy_hash, decided_at, content FROM (
            SELECT DISTINCT ON (c.id) c.reference, c.office_code, c.policy_hash, d.decided_at, p.content
            FROM approval_case c
            JOIN task t ON t.case_id = c.id AND t.kind = 'decision'
            JOIN decision d ON d.task_id = t.id AND d.superseded_by IS NULL
             AND d.outcome IN ('approve', 'approve_with_conditions', 'limited_scope')
            JOIN proposal p ON p.case_id = c.id AND p.submitted_at <= d.decided_at AND p.amended_by IS NULL
            WHERE c.amends IS NULL
              AND (CAST(:offices AS text[]) IS NULL OR c.office_code = ANY(CAST(:offices AS text[])))
            ORDER BY c.id, d.decided_at DESC, p.version DESC
        ) approved ORDER BY decided_at, reference
    """
    values = {"offices": None if offices is None else list(offices)}
    return [ApprovedProposal(*row) for row in session.connection().execute(text(query), values)]
