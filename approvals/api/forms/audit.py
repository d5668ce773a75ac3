"""The trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Day, Prose
from approvals.services.anchors import line_of
from approvals.services.process_export import LogFormat
from models.anchor import Anchor


class AnchorForm(Given):
    """Number and digest of an event; `line` is how it is written everywhere."""

    event: int
    line: str
    noted_at: datetime

    @classmethod
    def of(cls, anchor: Anchor) -> AnchorForm:
        """Return the anchor."""
        return cls(event=anchor.event_seq, line=line_of(anchor), noted_at=anchor.noted_at)


class TrailForm(Given):
    """How far the trail goes, and its anchors, the newest first."""

    head: int
    anchors: list[AnchorForm]


class VerificationForm(Given):
    """What a walk over the whole trail found; `broken_at` null: it holds."""

    events: int
    erased: int
    broken_at: int | None
    said: str | None


class Erasure(Sent):
    """Which event's words on persons are to be erased for good, and why."""

    event: Annotated[int, Field(ge=1, le=2**63 - 1)]
    reason: Prose


class EventsWish(Sent):
    """Which events, in which format; people by number unless names are asked for."""

    format: LogFormat = LogFormat.OCEL
    since: Day | None = None
    named: bool = False
