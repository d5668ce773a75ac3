"""What every rule of the policy carries: where it comes from, since when, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Value = TypeVar("Value", bound=StrEnum)

OneOf = Annotated[frozenset[Value], PlainSerializer(sorted, when_used="json")]
"""Values of which any will do. Written out in the order of the alphabet: a set has no order of its own, and the hash
of a published policy must not depend on the process that wrote it."""


class PolicyPart(BaseModel):
    """A part of the policy: nothing unknown is let in, nothing is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(PolicyPart):
    """One rule. `owner` and `effective_on` default to those of its file."""

    source: str = Field(min_length=3, description="Where the rule comes from, so that it can be looked up")
    effective_on: date | None = None
    owner: str | None = None


class PolicyFile(PolicyPart):
    """One file of the policy."""

    owner: str = Field(min_length=2, description="The unit that answers for these rules")
    effective_on: date
    purpose: str = Field(min_length=10, description="What the file decides, for people")

    def faults(self) -> Iterable[str]:
        """Return what does not fit together across the rules of the file, as sentences; nothing by default."""
        return ()
