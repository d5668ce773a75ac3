"""What every part of a manifest shares."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PATH = r"^[a-z_]+(\[\])?(\.[a-z_]+(\[\])?)*$"
IDENTIFIER = r"^[a-z][a-z0-9_]{0,59}$"

FieldPath = Annotated[str, Field(pattern=PATH)]
Sentence = Annotated[str, Field(pattern=r"\S.*\.$")]

SHAPES = {
    PATH: "small letters with dots, such as partner.legal_name or budget[].amount",
    IDENTIFIER: "small letters, digits and _, such as private_partnership",
    r"\S.*\.$": "a sentence with its full stop",
    r"^\d+(\.\d+)*$": "numbers with dots, such as 1.2",
}
"""What each pattern asks for, in words."""


class ManifestPart(BaseModel):
    """A part of the manifest: nothing unknown is let in, nothing is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)
