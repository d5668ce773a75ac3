"""The small things of which requests are made: numbers the database can hold, texts with an end, no unseen signs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import Field

from approvals.services.worklist import LAST_PAGE

LARGEST_NUMBER = 2**63 - 1
SHA256 = r"^[0-9a-f]{64}$"
SEEN = r"^[^\x00-\x1f\x7f-\x9f]*$"
"""Texts without control characters."""

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="Its number", examples=[17])]
Reference = Annotated[
    str, Path(pattern=r"^PA-[0-9]{4}-[0-9]{4,9}$", description="Reference of the case", examples=["PA-2026-0001"])
]
PartnerReference = Annotated[
    str, Path(pattern=r"^P-[1-9][0-9]{0,17}$", description="The partner as people write it", examples=["P-12"])
]
Version = Annotated[int, Path(ge=1, le=10_000, description="Version of the agreement, from 1", examples=[1])]
Page = Annotated[int, Query(ge=1, le=LAST_PAGE, description="Which page, from 1")]
Words = Annotated[str, Query(max_length=200, pattern=SEEN, description="Words all of which must be found")]
OfficeCode = Annotated[
    str, Query(max_length=30, pattern=r"^[A-Z0-9-]*$", description="Code of an office", examples=["AO-LIMA"])
]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="Your own name for this submission, such as a UUID; the same key makes one case, however often",
        examples=["3f1c9a52-7a3e-4a55-9d8e-6b1f0d1c2b3a"],
    ),
]
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=400,
        description="The ETag of the task as you saw it; `*` decides whatever it is now",
        examples=['"0f3a…"'],
    ),
]
Sha256 = Annotated[str, Field(pattern=SHA256, description="SHA-256 of a file, in small hexadecimal digits")]
