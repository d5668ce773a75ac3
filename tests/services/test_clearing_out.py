"""The sweep takes away drafts that nobody touches and what is left of sessions long ended, and nothing younger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from approvals.rehearsal import People
from approvals.services.clearing_out import Keeping
from approvals.services.drafts import begin_draft, my_drafts, write_down
from approvals.services.sweep import sweep
from approvals.store.engine import Store
from models.draft import DraftPurpose
from models.session import DeskSession, SignInMethod

NOW = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)
KEEPING = Keeping(drafts_days=30, sessions_days=10)


def test_a_draft_is_kept_from_when_somebody_last_typed(store: Store, people: People) -> None:
    officer = people.named("rosa.quispe@example.org")
    begin_draft(store, DraftPurpose.PROPOSAL, {"title": "Left"}, by=officer, now=NOW)
    touched = begin_draft(store, DraftPurpose.PROPOSAL, {"title": "Touched"}, by=officer, now=NOW)
    later = NOW + timedelta(days=20)
    write_down(store, touched.id or 0, section=None, rewritten=lambda typed: typed, by=officer, now=later)

    assert sweep(store, now=NOW + timedelta(days=30), keeping=KEEPING).drafts == 0
    assert sweep(store, now=NOW + timedelta(days=31), keeping=KEEPING).drafts == 1
    assert [draft.typed["title"] for draft, _ in my_drafts(store, by=officer)] == ["Touched"]


def test_of_a_session_nothing_is_kept_long_after_its_end(store: Store, people: People) -> None:
    officer = people.named("rosa.quispe@example.org")

    def session(secret: str, **more: datetime) -> DeskSession:
        return DeskSession(
            user_id=officer.id or 0,
            secret_sha256=secret * 64,
            method=SignInMethod.PASSWORD,
            address="",
            program="",
            opened_at=NOW,
            last_seen_at=NOW,
            **more,
        )

    with store.session() as opened:
        opened.add_all(
            [
                session("a", expires_at=NOW + timedelta(days=60)),
                session("b", expires_at=NOW + timedelta(days=1)),
            ]
        )
        opened.commit()

    assert sweep(store, now=NOW + timedelta(days=10), keeping=KEEPING).sessions == 0
    assert sweep(store, now=NOW + timedelta(days=12), keeping=KEEPING).sessions == 1
    with store.session() as looked:
        assert [one.secret_sha256[0] for one in looked.exec(select(DeskSession))] == ["a"]
