"""The kinds of fields that forms are made of: text, days, amounts and keys, each read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from approvals.casework.plain_text import is_visible, plain
from approvals.casework.sentences import shown
from approvals.casework.telling import told
from models.base import MAX_AMOUNT

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


def _one_line(value: str) -> str:
    if len(value.splitlines()) > 1 or "\t" in value:
        raise ValueError(told("holds a line break or a tab; write it on one line"))
    return value


def _not_empty(value: str) -> str:
    if not is_visible(value):
        raise ValueError(told("is empty"))
    return value


def _written_as_a_day(value: Any) -> Any:
    """Let a date and the text of one pass; a bare number would be read as seconds since 1970."""
    if isinstance(value, date) or (
        isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip())
    ):
        return value
    raise ValueError(told("«{input}» is not a date of the calendar; write it as 2026-09-30", input=shown(value)))


def _calendar_day(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise ValueError(
            told("{day:date} is not between {first} and {last}", day=value, first=EARLIEST.year, last=LATEST.year)
        )
    return value


def _written_as_an_amount(value: Any) -> Any:
    """Money is read from plain digits, never through binary fractions and never from 1e3, 1_000 or 0x10."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, bool) or (
        isinstance(value, str) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value.strip())
    ):
        raise ValueError(told("«{input}» is not an amount; write digits, such as 125000.50", input=shown(value)))
    return value


def _written_as_a_number(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value.strip())):
        raise ValueError(told("«{input}» is not a whole number", input=shown(value)))
    return value


_COUNTRY, _CURRENCY, _KEY = r"^[A-Z]{2}$", r"^[A-Z]{3}$", r"^[a-z][a-z0-9_]{0,59}$"
_EMAIL, _OFFICE = r"^[^@\s]+@[^@\s]+\.[^@\s]+$", r"^[A-Z][A-Z0-9-]{1,29}$"
_PARTNER_IS = r"^(P-[1-9][0-9]{0,17}|new)$"
_EU_NUMBER, _BANK_PROJECT = r"^[A-Z][A-Z0-9-]+/\d{4}/\d{3}-\d{3}$", r"^P\d{6}$"

SHAPES: Mapping[str, str] = {
    _COUNTRY: "two capital letters, such as SN",
    _CURRENCY: "three capital letters, such as EUR",
    _EMAIL: "an address such as a.diallo@example.org",
    _KEY: "small letters, digits and _, such as textiles",
    _OFFICE: "capital letters, digits and -, such as AO-DAKAR",
    _PARTNER_IS: "a partner of the register such as P-12, or new",
    _EU_NUMBER: "such as NDICI-GEO-NEAR/2026/449-592",
    _BANK_PROJECT: "P and six digits, such as P168530",
}
"""What each pattern asks for, in words."""

Line = Annotated[
    str,
    Field(max_length=300, strict=True),
    AfterValidator(plain),
    AfterValidator(_one_line),
    AfterValidator(_not_empty),
]
"""A text of one line."""
Prose = Annotated[str, Field(max_length=10_000, strict=True), AfterValidator(plain), AfterValidator(_not_empty)]
"""A text of one or more paragraphs."""
Day = Annotated[date, BeforeValidator(_written_as_a_day), AfterValidator(_calendar_day)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_written_as_an_amount),
    Field(ge=0, le=MAX_AMOUNT, decimal_places=2, allow_inf_nan=False),
]
Percent = Annotated[
    Decimal, BeforeValidator(_written_as_an_amount), Field(ge=0, le=100, decimal_places=2, allow_inf_nan=False)
]
Whole = Annotated[int, BeforeValidator(_written_as_a_number)]
Country = Annotated[str, Field(pattern=_COUNTRY)]
Currency = Annotated[str, Field(pattern=_CURRENCY)]
Email = Annotated[str, Field(max_length=254, pattern=_EMAIL)]
Key = Annotated[str, Field(pattern=_KEY)]
OfficeCode = Annotated[str, Field(pattern=_OFFICE)]
PartnerAnswer = Annotated[str, Field(pattern=_PARTNER_IS)]
EuAgreementNumber = Annotated[str, Field(pattern=_EU_NUMBER)]
BankProject = Annotated[str, Field(pattern=_BANK_PROJECT)]


class Form(BaseModel):
    """A part of the proposal: nothing unknown is let in, nothing is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)
