"""The register of deviations."""

from __future__ import annotations

from datetime import datetime

from approvals.api.forms.base import Given
from approvals.services.deviation_register import Reply
from models.agreement import Grade
from models.partner import PartnerKind


class RegisteredDeviationForm(Given):
    """A clause a partner changed in one returned text, and what legal review said."""

    clause: str
    title: str
    family: str
    language: str
    partner_kind: PartnerKind
    grade: Grade
    paragraphs: int
    fallback: int | None
    case: str
    version: int
    returned_at: datetime
    reply: Reply
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


class DeviationPage(Given):
    """A page of deviations, the newest first."""

    page: int
    has_next: bool
    deviations: list[RegisteredDeviationForm]
