"""What every table shares. Imported before any table, because constraint names are fixed on first reading."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Enum, ForeignKey, LargeBinary, Numeric, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = SQLModel.metadata

MAX_AMOUNT = Decimal("9999999999999.99")
"""Largest amount of money a column holds, in any currency."""


def now_utc() -> datetime:
    """Return the present moment with its zone (UTC)."""
    return datetime.now(UTC)


# SQLAlchemy columns cannot be shared between tables, so each of these makes a new one.


def moment(comment: str, *, nullable: bool = False, index: bool = False) -> Any:
    """Return a column for a point in time, stored with its zone."""
    return Column(DateTime(timezone=True), nullable=nullable, index=index, comment=comment)


def money(comment: str, *, nullable: bool = False) -> Any:
    """Return a column for an amount with two decimals; its currency stands in a column beside it."""
    return Column(Numeric(15, 2), nullable=nullable, comment=comment)


def choice(
    kind: type[StrEnum],
    comment: str,
    *,
    nullable: bool = False,
    index: bool = False,
    server_default: StrEnum | None = None,
) -> Any:
    """Return a text column that holds one value of `kind` and nothing else."""
    column_type = Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
    return Column(column_type, nullable=nullable, index=index, comment=comment, server_default=server_default)


def text(comment: str, *, nullable: bool = False, unique: bool = False) -> Any:
    """Return a column for text of any length."""
    return Column(Text, nullable=nullable, unique=unique, comment=comment)


def sha256(comment: str, *, nullable: bool = False) -> Any:
    """Return a column for a SHA-256 digest as 64 hexadecimal characters."""
    return Column(String(64), nullable=nullable, comment=comment)


def document(comment: str, *, nullable: bool = False) -> Any:
    """Return a column for a JSON document."""
    return Column(JSONB(none_as_null=True), nullable=nullable, comment=comment)


def texts(comment: str) -> Any:
    """Return a column for a list of short texts."""
    return Column(ARRAY(Text), nullable=False, server_default="{}", comment=comment)


def content(comment: str) -> Any:
    """Return a column for the bytes of a file."""
    return Column(LargeBinary, nullable=False, comment=comment)


def number(comment: str) -> Any:
    """Return a column for a row's own number, given by the database."""
    return Column(BigInteger, primary_key=True, autoincrement=True, comment=comment)


def reference_to(target: str, comment: str, *, nullable: bool = False, index: bool = True) -> Any:
    """Return a column that points to another table's row."""
    kind = BigInteger if target.endswith((".id", ".seq")) else Text
    if target.endswith(".sha256"):
        kind = String(64)  # type: ignore[assignment]  # an instance, where the others are classes
    return Column(kind, ForeignKey(target), nullable=nullable, index=index, comment=comment)
