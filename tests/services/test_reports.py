"""Reports write themselves: once for each week and year, as Word files people can read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from approvals.errors import Faulty, NotAllowed
from approvals.services.files import kept_file
from approvals.services.reports import ReportKind, write_due_reports, write_report
from approvals.services.turnaround import count_up
from models.case import Stage
from models.event import Event
from models.user import Role
from tests.journeys.conftest import At, at, databases_by_stage
from tests.postman import mails_of
from tests.word import LEFTOVER, header_and_footer_of, schema_faults, text_of

__all__ = ["at", "databases_by_stage"]


def test_the_report_of_a_week_that_is_over_writes_itself_once(at: At) -> None:
    story = at(Stage.CLEARANCE)
    a_week_later = story.now + timedelta(days=7)
    count_up(story.store, now=a_week_later)

    first, second = (write_due_reports(story.store, now=a_week_later) for _ in range(2))

    assert (first, second) == (["weekly-report-2026-W39.docx"], [])
    with story.store.session() as session:
        (written,) = session.exec(select(Event).where(col(Event.kind) == "ReportWritten")).all()
        text = text_of(kept_file(session, written.payload["file"]))
    mails = [mail for mail in mails_of(story.store, now=a_week_later) if mail.key == f"event-{written.seq}"]
    assert mails
    assert "approvals report weekly --of 2026-W39" in mails[0].text
    assert "Where our cases lose time" in text


def test_a_week_without_a_case_has_no_report(at: At) -> None:
    story = at(Stage.CLEARANCE)
    count_up(story.store, now=story.now)

    assert write_due_reports(story.store, now=story.now + timedelta(days=60)) == []


@pytest.mark.parametrize("kind", ReportKind)
def test_a_report_is_a_sound_word_file(at: At, kind: ReportKind, tmp_path: Path) -> None:
    story = at(Stage.CLEARANCE)
    count_up(story.store, now=story.now)
    of = "2026-W39" if kind is ReportKind.WEEKLY else "2026"

    auditor = story.people.with_role(Role.AUDITOR)
    written = write_report(story.store, kind, of=of, by=auditor, now=story.now)

    text = text_of(written.content)
    assert "consultation" in text
    assert LEFTOVER.search(text) is None
    assert "International Labour Organization" in header_and_footer_of(written.content)
    assert schema_faults(written.content, tmp_path) == []


def test_what_is_no_week_is_refused_and_an_officer_gets_no_report(at: At) -> None:
    story = at(Stage.CLEARANCE)
    auditor = story.people.with_role(Role.AUDITOR)

    with pytest.raises(Faulty, match=r"2026-W09"):
        write_report(story.store, ReportKind.WEEKLY, of="next week", by=auditor, now=story.now)
    with pytest.raises(NotAllowed):
        write_report(story.store, ReportKind.WEEKLY, of=None, by=story.officer, now=story.now)
