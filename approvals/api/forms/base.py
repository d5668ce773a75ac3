"""What all forms of the API share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from approvals.casework.fields import Prose


class Given(BaseModel):
    """Something the API gives: read off the values of the services by name."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Sent(BaseModel):
    """Something sent to the API: nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Why(Sent):
    """Why something is done."""

    reason: Prose
