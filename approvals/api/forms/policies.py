"""Versions of the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from approvals.api.forms.base import Given


class KnownPolicyForm(Given):
    """A policy that is, was or may come in force, and the people behind it; null names are the installation."""

    number: int
    policy_hash: str
    reason: str
    proposed_by: str | None
    proposed_at: datetime
    published_by: str | None
    published_at: datetime | None
    in_force: bool


class PolicyForm(Given):
    """Everything a version of the policy says, by the file it stands in."""

    content: dict[str, Any]
