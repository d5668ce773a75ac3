"""Reports that write themselves: the administrators' of each week, and that of the partnerships of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from approvals.casework.rights import Right, require
from approvals.documents.report import Report, report_document
from approvals.errors import Fault, Faulty
from approvals.reporting.keys import Period
from approvals.reporting.measuring import Asked, behind
from approvals.reporting.turnaround import turnaround
from approvals.reporting.weeks import week_of
from approvals.services.files import keep_file
from approvals.services.funds import approved_in_sight
from approvals.services.policies import policy_in_force
from approvals.services.report_chapters import Counted, weekly_chapters, yearly_chapters
from approvals.services.transaction import Letter, transaction
from approvals.services.turnaround import in_sight
from approvals.store import list_queries, queries
from approvals.store.engine import Store
from approvals.store.report_queries import REPORT_WRITTEN, reports_written
from models.user import User

A_YEAR = timedelta(days=364)


class ReportKind(StrEnum):
    """A report that writes itself."""

    WEEKLY = "weekly"
    YEARLY = "yearly"


@dataclass(frozen=True)
class Written:
    """A report: its kind, the week or year it is of, and its Word file."""

    kind: ReportKind
    of: str
    content: bytes

    @property
    def name(self) -> str:
        """Name of the file."""
        return f"{self.kind}-report-{self.of}.docx"


def write_report(store: Store, kind: ReportKind, *, of: str | None, by: User, now: datetime) -> Written:
    """Return the report of the week or year `of`, by default of the last that is over, on the cases `by` may see.

    Raises `NotAllowed` if `by` may not see turnaround times, `Faulty` if `of` is no week or year.
    """
    require(by, Right.SEE_TURNAROUND)
    with store.session() as session:
        return _written(session, kind, of or last_over(kind, now.date()), offices=in_sight(session, by), now=now)


def write_due_reports(store: Store, *, now: datetime) -> list[str]:
    """Write the reports of the last week and year that are over and not written yet; return the names of their files.

    Each is kept under its digest, and administrators are told of it. A week or year without a case has no report.
    """
    made = []
    with transaction(store, now=now) as act:
        queries.lock_key(act.session, "reports")
        before = reports_written(act.session)
        administrators = [one.email for one in list_queries.administrators(act.session)]
        for kind in ReportKind:
            of = last_over(kind, now.date())
            if (kind, of) in before or not _anything_happened(act.session, kind, of, now):
                continue
            written = _written(act.session, kind, of, offices=None, now=now)
            payload = {"report": kind, "of": of, "file": keep_file(act, written.content)}
            letters = [Letter(email, "report_ready", {"kind": kind, "of": of}) for email in administrators]
            act.record(REPORT_WRITTEN, payload=payload, letters=letters)
            made.append(written.name)
    return made


def last_over(kind: ReportKind, today: date) -> str:
    """Return the last week or year that is over, as 2026-W09 or 2025."""
    return week_of(today - timedelta(days=7)) if kind is ReportKind.WEEKLY else str(today.year - 1)


def _days_of(kind: ReportKind, of: str) -> Period:
    """Return the days of a week or year. Raises `Faulty` if it is none."""
    try:
        if kind is ReportKind.YEARLY:
            return Period(date(int(of), 1, 1), date(int(of), 12, 31))
        year, _, week = of.partition("-W")
        monday = date.fromisocalendar(int(year), int(week), 1)
        return Period(monday, monday + timedelta(days=6))
    except ValueError as exc:
        example = "2026-W09" if kind is ReportKind.WEEKLY else "2025"
        raise Faulty("No report was written.", [Fault("--of", f"«{of}» is none; write it as {example}")]) from exc


def _anything_happened(session: Session, kind: ReportKind, of: str, now: datetime) -> bool:
    asked = Asked(now.date(), _days_of(kind, of))
    return any(len(behind(session, asked, asked.key(name)).rows) for name in ("arrived", "ended", "stage"))


def _written(
    session: Session, kind: ReportKind, of: str, *, offices: tuple[str, ...] | None, now: datetime
) -> Written:
    days = _days_of(kind, of)
    assert days.until is not None
    today = min(now.date(), days.until)
    year = Period(days.until - A_YEAR, days.until) if kind is ReportKind.WEEKLY else days
    _, policy = policy_in_force(session)
    smallest = policy.figures.smallest_group.rows
    asked = Asked(today, days, offices=offices)
    of_the_year = turnaround(session, Asked(today, year, offices=offices), smallest_group=smallest)
    now_asked = Asked(now.date(), offices=offices)
    counted = Counted(
        report=turnaround(session, asked, smallest_group=smallest) if kind is ReportKind.WEEKLY else of_the_year,
        year=of_the_year,
        overdue=behind(session, now_asked, now_asked.key("overdue")),
        approved=approved_in_sight(session, policy, offices=offices),
        policy=policy,
    )
    chapters = weekly_chapters(counted) if kind is ReportKind.WEEKLY else yearly_chapters(counted, year=int(of))
    up_to = of_the_year.counted_up_to
    basis = f"Counted from the trail of events up to event {up_to.seq:,}." if up_to else "Nothing was counted yet."
    report = Report(
        organisation=policy.organisation.identity.name["en"],
        title="Weekly report on approvals" if kind is ReportKind.WEEKLY else "Yearly report on partnerships",
        subtitle=f"{days.since:%d %B %Y} to {days.until:%d %B %Y}",
        made_at=now,
        basis=f"{basis} What each figure means stands in docs/turnaround.md.",
        chapters=chapters,
    )
    return Written(kind, of, report_document(report))
