"""What a command prints: tables and sentences for people, JSON for programs.

Everything a person typed is printed as plain text: a partner's name with square brackets is no markup.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 100
"""Columns where no terminal says how many it has, as in a file or a pipe."""


NOBODY_READS = 141
"""Exit code when whoever read our output went away, as `head` does."""


class _Quiet(Console):
    """A console that ends without a word when nobody reads it."""

    def on_broken_pipe(self) -> None:
        leave_unread()


def leave_unread() -> NoReturn:
    """End because nobody reads what we print."""
    # Python flushes once more when it ends, and would complain then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(NOBODY_READS)


def console() -> Console:
    """Return the console on standard output. Made anew each time, because tests replace the stream."""
    return _console(stderr=False)


def error_console() -> Console:
    """Return the console on standard error."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width, height = (None, None) if stream.isatty() else (PLAIN_WIDTH, 50)
    return _Quiet(
        stderr=stderr, width=width, height=height, highlight=False, markup=False, emoji=False, soft_wrap=False
    )


def say(sentence: RenderableType = "") -> None:
    """Print a sentence, or anything rich can print."""
    console().print(sentence)


def complaint(message: RenderableType) -> None:
    """Print `message` on standard error."""
    error_console().print(message, soft_wrap=True)


def heading(title: str, *, beside: str = "") -> None:
    """Print a heading with an empty line before it."""
    console().print()
    console().print(Text.assemble((title, "bold"), f"  {beside}" if beside else ""))


def facts(pairs: Iterable[tuple[str, Any]]) -> None:
    """Print names and values below each other; a value of None is left out."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None and value != "":
            table.add_row(name, text(value))
    console().print(table)


def rows(columns: Sequence[str], lines: Iterable[Sequence[Any]], *, right: Sequence[str] = ()) -> None:
    """Print a table; the columns named in `right` are flush right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for line in lines:
        table.add_row(*(text(value) for value in line))
    console().print(table)


def text(value: Any) -> Text:
    """Return a value as people read it."""
    if isinstance(value, Text):
        return value
    if value is None:
        return Text("–", style="dim")
    if isinstance(value, datetime):
        return Text(moment(value))
    if isinstance(value, date):
        return Text(day(value))
    return Text(str(value))


def day(value: date) -> str:
    """Return a date as "2 Mar 2026"."""
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """Return a time in the reader's own zone as "2 Mar 2026 09:05"."""
    local = value.astimezone()
    return f"{day(local.date())} {local:%H:%M}"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount as "EUR 1,250,000.00"."""
    return f"{currency} {amount:,.2f}"


def working_days(count: float) -> str:
    """Return "1 working day" or "3 working days"."""
    return f"{count:g} working day{'' if count == 1 else 's'}"


def due(due_on: date | None, days_left: float | None) -> Text:
    """Return when something is due and how many working days are left."""
    if due_on is None or days_left is None:
        return Text("no date", style="dim")
    if days_left < 0:
        return Text(f"{day(due_on)}, {working_days(-days_left)} overdue", style="bold red")
    left = "today" if days_left == 0 else f"in {working_days(days_left)}"
    return Text(f"{day(due_on)}, {left}", style="yellow" if days_left <= 1 else "")


def print_json(value: Any) -> None:
    """Print `value` as JSON, names and times as programs expect them."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """Return `value` as what JSON can hold: times in ISO 8601, amounts as text with their digits, tables by name."""
    if isinstance(value, BaseModel):
        return {name: plain(part) for name, part in value.model_dump(mode="json").items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    return value
