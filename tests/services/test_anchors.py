"""The head of the trail leaves the house once a day, and what was kept elsewhere proves the trail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from approvals.errors import Faulty, NotAllowed, SourceUnavailable
from approvals.notify.mail import SmtpSender
from approvals.rehearsal import People, Rehearsal, advance
from approvals.services.agreements import agreement_file
from approvals.services.anchors import (
    anchors_in,
    file_anchors,
    line_of,
    note_anchor,
    note_daily_anchor,
    read_witness,
    verify_trail,
)
from approvals.services.cases import submit
from approvals.services.copies import bilingual_copy
from approvals.store.engine import Store
from approvals.store.trail import Head, head_of
from models.case import Stage
from models.user import Role
from tests.journeys.stories import example
from tests.postman import mails_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_auditors_get_the_head_by_mail(store: Store, people: People) -> None:
    with store.session() as session:
        head = head_of(session)

    anchor = note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW)

    [mail] = mails_of(store, now=NOW)
    assert (anchor.event_seq, anchor.event_hash) == head
    assert mail.to == people.with_role(Role.AUDITOR).email
    assert anchors_in(mail.text.encode()) == [head]
    saved = SmtpSender("", 25, "approvals@example.org").message_of(mail).as_bytes()
    assert anchors_in(saved) == [head]


def test_noting_it_again_adds_nothing(store: Store, people: People) -> None:
    by = people.with_role(Role.ADMINISTRATOR)
    first = note_anchor(store, by=by, now=NOW)

    again = note_anchor(store, by=by, now=NOW + DAY)

    assert again.id == first.id


def test_an_auditor_changes_nothing_not_even_by_noting(store: Store, people: People) -> None:
    with pytest.raises(NotAllowed):
        note_anchor(store, by=people.with_role(Role.AUDITOR), now=NOW)


def test_once_a_day_however_often_the_sweep_comes(store: Store, people: People) -> None:
    proposal = example("foundation")
    officer = people.named("rosa.quispe@example.org")

    first = note_daily_anchor(store, now=NOW, every=DAY)
    submit(store, proposal, by=officer, key="k", now=NOW)
    soon = note_daily_anchor(store, now=NOW + timedelta(hours=23), every=DAY)
    next_day = note_daily_anchor(store, now=NOW + DAY, every=DAY)
    quiet = note_daily_anchor(store, now=NOW + 9 * DAY, every=DAY)

    assert first is not None
    assert soon is None
    assert next_day is not None
    assert next_day.event_seq > first.event_seq
    assert quiet is None


def test_the_file_gets_each_anchor_once_and_is_read_back(store: Store, people: People, tmp_path: Path) -> None:
    anchor = note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    file = tmp_path / "elsewhere" / "anchors.txt"

    filed, again = file_anchors(store, file, now=NOW), file_anchors(store, file, now=NOW)

    assert (filed, again) == (1, 0)
    assert file.read_text() == f"{line_of(anchor)} 2026-03-02T09:00:00Z\n"
    assert read_witness(file) == [Head(anchor.event_seq, anchor.event_hash)]


def test_a_file_that_cannot_be_written_is_written_later(store: Store, people: People, tmp_path: Path) -> None:
    note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    (tmp_path / "taken").write_text("")

    with pytest.raises(SourceUnavailable, match="not anchored outside"):
        file_anchors(store, tmp_path / "taken" / "anchors.txt", now=NOW)

    assert file_anchors(store, tmp_path / "anchors.txt", now=NOW) == 1


@pytest.mark.parametrize("content", [b"", b"anchor 12 abc", b"PK\x03\x04 no zip", b"\xff\xfe"])
def test_a_file_without_an_anchor_is_refused_not_taken_for_proof(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    with pytest.raises(Faulty, match="holds no anchor"):
        read_witness(tmp_path / "file")


def test_an_agreement_carries_the_anchor_and_proves_the_trail(store: Store, people: People, tmp_path: Path) -> None:
    anchor = note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    officer = people.named("rosa.quispe@example.org")
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    drafted(store, people, reference)
    note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW + DAY)

    _, content = agreement_file(store, reference, by=officer)
    (tmp_path / "agreement.docx").write_bytes(content)

    witness = read_witness(tmp_path / "agreement.docx")
    assert witness == [Head(anchor.event_seq, anchor.event_hash)]
    auditor = people.with_role(Role.AUDITOR)
    assert verify_trail(store, by=auditor, anchors=witness).first_break is None
    forge(store, anchor.event_seq)
    assert verify_trail(store, by=auditor, anchors=witness).first_break is not None


def test_a_draft_with_an_anchor_is_made_again_byte_for_byte(store: Store, people: People) -> None:
    note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW)
    officer = people.named("rosa.quispe@example.org")
    reference = submit(store, example("foundation"), by=officer, key="k", now=NOW).reference
    drafted(store, people, reference)
    note_anchor(store, by=people.with_role(Role.ADMINISTRATOR), now=NOW + DAY)

    agreement, _ = bilingual_copy(store, reference, beside="fr", by=officer)

    assert agreement.version == 1


def drafted(store: Store, people: People, reference: str) -> None:
    """Let the cast carry the case until its agreement is drafted."""
    cast = Rehearsal(store, people)
    while advance(store, reference, now=NOW) not in (Stage.LEGAL_REVIEW, Stage.NEGOTIATION, Stage.CLEARANCE):
        cast.answer(cast.owed(reference)[0], now=NOW)


def forge(store: Store, seq: int) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"UPDATE event SET kind = 'Other' WHERE seq = {seq}"))
