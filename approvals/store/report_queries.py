"""Which reports were written already."""

from __future__ import annotations

from sqlmodel import Session, col, select

from models.event import Event

REPORT_WRITTEN = "ReportWritten"


def reports_written(session: Session) -> set[tuple[str, str]]:
    """Return kind and week or year of every report that wrote itself."""
    found = session.exec(select(Event.payload).where(col(Event.kind) == REPORT_WRITTEN))
    return {(payload["report"], payload["of"]) for payload in found}
