"""Templates of agreements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Base64Bytes, Field

from approvals.api.forms.base import Given, Sent
from approvals.api.forms.tasks import MOST_BASE64
from approvals.documents.words import Language
from models.template import TemplateState


class TemplateForm(Given):
    """A version of a template and where it stands today; null names are the installation."""

    family: str
    language: str
    version: str
    title: str
    owner: str
    state: TemplateState
    effective_on: date
    sha256: str
    proposed_by: str | None
    proposed_at: datetime
    published_by: str | None
    published_at: datetime | None


class NewTemplate(Sent):
    """A version to be proposed: the Word file in base64, and its manifest as YAML."""

    language: Language
    manifest: Annotated[str, Field(max_length=1_000_000, pattern=r"^[^\x00]*$")]
    file: Annotated[Base64Bytes, Field(max_length=MOST_BASE64, description="The Word file, in base64")]


class OlderAgreementForm(Given):
    """A live agreement drafted from a version no longer in force; `in_force` null: none is."""

    reference: str
    title: str
    family: str
    language: str
    version: str
    in_force: str | None
