"""What an officer has typed and not yet sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from models.draft import Draft, DraftPurpose

_NAME = r"[a-z][a-z_0-9]{0,60}(\[[1-9][0-9]{0,2}\])?"
Path = Annotated[str, Field(pattern=rf"^{_NAME}(\.{_NAME}){{0,4}}$", max_length=200)]
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Typed = Annotated[
    dict[Path, Text],
    Field(
        max_length=3000,
        description="What was typed, by the path of its field; entries of lists count from 1",
        examples=[
            {"title": "Skills for young people", "partner.legal_name": "Fundación Semilla", "money.amount": "120 000"}
        ],
    ),
]


class DraftForm(Given):
    """A draft; `reference` is the case it is about, null for a new proposal."""

    number: int
    purpose: DraftPurpose
    reference: str | None
    typed: dict[str, str]
    started_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, draft: Draft, reference: str | None) -> DraftForm:
        """Return the draft."""
        own = ("purpose", "typed", "started_at", "updated_at")
        return cls(**{name: getattr(draft, name) for name in own}, number=draft.id, reference=reference)


class SentDraft(Sent):
    """Everything the draft is to hold."""

    typed: Typed
