"""Versions of the policy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from approvals.api.forms.base import Given, Sent
from approvals.casework.fields import Prose
from approvals.casework.policy import Policy


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


File = Annotated[str, Field(pattern=rf"^({'|'.join(Policy.model_fields)})$")]
"""A file of the policy, by its name without ending."""


class NewPolicy(Sent):
    """A policy to be proposed: files in place of those in force, by name, and why."""

    reason: Prose
    content: Annotated[
        dict[File, dict[str, Any]],
        Field(min_length=1, description="Files by name, each whole, as `GET /policies/in-force` has them"),
    ]


class ConsequenceForm(Given):
    """A case that would have gone another way."""

    reference: str
    changes: list[str]


class ReplayForm(Given):
    """How many cases were looked at, and those a policy would change, oldest first."""

    looked_at: int
    affected: list[ConsequenceForm]
