"""Fetching a file from its publisher: over https, within limits of time and size, and only if it has changed.

What is wrong is told without the query of the address, where some publishers want a key of the reader's own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from approvals.errors import SourceUnavailable
from approvals.settings import is_loopback, is_safe_address

MOST_REDIRECTS = 5
QUIET_SECONDS = 30.0
"""A publisher that says nothing for that long has gone away."""


@dataclass(frozen=True)
class Limits:
    """How long fetching one file may take, and how large it may be, unpacked."""

    seconds: float
    size_bytes: int


@dataclass(frozen=True)
class Marks:
    """By what a publisher knows one state of a file; empty if it says nothing of it."""

    etag: str = ""
    last_modified: str = ""

    def as_question(self) -> Mapping[str, str]:
        """Return the headers that ask for the file only if it has changed since."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


def fetch(address: str, into: Path, *, limits: Limits, known: Marks = Marks()) -> Marks | None:  # frozen
    """Fetch the file at `address` to `into` and return its marks; None if it is still the one `known` by them.

    Raises `SourceUnavailable` if the address is not safe, does not answer, or answers with an error, and if the file
    breaks off, takes too long or is too large; what was written until then is worth nothing.
    """
    ends_at = time.monotonic() + limits.seconds
    timeout = httpx.Timeout(min(QUIET_SECONDS, limits.seconds))
    try:
        for _ in range(MOST_REDIRECTS + 1):
            _refuse_unless_safe(address)
            with (
                httpx.Client(timeout=timeout, trust_env=not is_loopback(address)) as client,
                client.stream("GET", address, headers={**AGENT, **known.as_question()}) as answer,
            ):
                if answer.has_redirect_location:
                    address = str(answer.url.join(answer.headers["location"]))
                elif answer.status_code == httpx.codes.NOT_MODIFIED and known.as_question():
                    return None
                else:
                    _write(answer, into, limits, ends_at)
                    return Marks(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
    except httpx.TimeoutException as exc:
        raise SourceUnavailable(f"{shown(address)} did not answer in time; try again later.") from exc
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
        raise SourceUnavailable(f"{shown(address)} cannot be fetched ({_reason(exc, address)}).") from exc
    raise SourceUnavailable(f"{shown(address)} leads on more than {MOST_REDIRECTS} times; correct the address.")


AGENT = {"User-Agent": "partnership-approvals (list import)"}


def shown(address: str) -> str:
    """Return the address without its query and password, as it may be written down."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _reason(exc: Exception, address: str) -> str:
    query = urlsplit(address).query
    said = str(exc) or type(exc).__name__
    return said.replace(query, "…") if query else said


def _refuse_unless_safe(address: str) -> None:
    if not is_safe_address(address):
        raise SourceUnavailable(f"{shown(address)} is not fetched: only https is, as others may change what we get.")


def _write(answer: httpx.Response, into: Path, limits: Limits, ends_at: float) -> None:
    where = shown(str(answer.url))
    if answer.status_code != httpx.codes.OK:
        raise SourceUnavailable(f"{where} answered {answer.status_code} {answer.reason_phrase}; has it moved?")
    size = 0
    with into.open("wb") as file:
        for piece in answer.iter_bytes():
            size += len(piece)
            if size > limits.size_bytes:
                raise SourceUnavailable(f"{where} is larger than the {limits.size_bytes // 1_000_000} MB we take.")
            if time.monotonic() > ends_at:
                raise SourceUnavailable(f"{where} took longer than {limits.seconds:g} seconds; try again later.")
            file.write(piece)
