"""What a command is given when it begins: the parts of the house, the person who acts, and common options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from approvals import wiring
from approvals.errors import Fault, Faulty, NotAllowed, NotFound
from approvals.services.users import the_user
from approvals.settings import Settings
from approvals.store.engine import Store
from approvals.wiring import Parts
from models.base import now_utc
from models.user import User

As = Annotated[
    str | None,
    typer.Option("--as", metavar="EMAIL", help="Who you are; needed only if APPROVALS_USER does not say it."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Reference = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="The case, such as PA-2026-0001.", show_default=False)
]
PartnerReference = Annotated[
    str, typer.Argument(metavar="PARTNER", help="The partner, such as P-12.", show_default=False)
]
TaskId = Annotated[int, typer.Argument(metavar="TASK", min=1, help="Number of the task, from `approvals task list`.")]


@dataclass(frozen=True)
class Visit:
    """A command at work: the parts it uses, who acts, and when."""

    parts: Parts
    by: User
    now: datetime

    @property
    def store(self) -> Store:
        return self.parts.store

    @property
    def today(self) -> date:
        """The day it is for the person at the terminal."""
        return self.now.astimezone().date()


@contextmanager
def house() -> Iterator[Parts]:
    """Give the parts that the settings name. Raises `SourceUnavailable` if the database cannot be had."""
    with wiring.parts(Settings()) as parts:
        yield parts


@contextmanager
def visit(email: str | None) -> Iterator[Visit]:
    """Give the parts and the person with this address, or the one APPROVALS_USER names.

    Raises `Faulty` if nobody is named, `NotAllowed` if the person is unknown or the account closed.
    """
    settings = Settings()
    address = email or settings.user
    if not address:
        example = "approvals task list --as you@example.org"
        raise Faulty(
            "Nothing was done.", [Fault("--as", f"say who you are, as in `{example}`, or set APPROVALS_USER")]
        )
    with wiring.parts(settings) as parts:
        yield Visit(parts, _active(parts.store, address), now_utc())


def _active(store: Store, address: str) -> User:
    try:
        user = the_user(store, address)
    except NotFound as exc:
        raise NotAllowed(str(exc)) from exc
    if not user.is_active:
        raise NotAllowed(f"The account of {user.name} is closed; an administrator can open it with `user add`.")
    return user


def date_of(option: str, written: str) -> date:
    """Return the day that `2026-12-21` names. Raises `Faulty` if it names none."""
    try:
        return date.fromisoformat(written)
    except ValueError as exc:
        fault = Fault(option, f"«{written}» is not a date of the calendar; write it as 2026-12-21")
        raise Faulty("Nothing was done.", [fault]) from exc


def partner_of(reference: str) -> int:
    """Return the number of the partner written as P-12. Raises `Faulty` if it is not written so."""
    digits = reference.strip().upper().removeprefix("P-")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 10**18):
        raise Faulty("Nothing was done.", [Fault("PARTNER", f"«{reference}» is no partner; write it as P-12")])
    return int(digits)


def content_of(file: Path, *, at_most: int, called: str) -> bytes:
    """Return the bytes of a file a person named; one byte more than `at_most` if it is larger.

    Raises `Faulty` if it cannot be read. Nobody reads 50 MB to learn that they are too many.
    """
    try:
        with file.open("rb") as stream:
            return stream.read(at_most + 1)
    except OSError as exc:
        raise Faulty("Nothing was done.", [Fault(called, f"{file} cannot be read: {exc.strerror}")]) from exc
