"""The rules of signing in, as `policy/sign_in.yaml` has them: they concern the installation, not a case."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from approvals.casework.plain_yaml import UnreadableYaml, read_yaml
from approvals.casework.sentences import faults_in
from approvals.casework.telling import told
from approvals.errors import Fault, PolicyError


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limit(_Part):
    """How often something may be tried within some minutes."""

    at_most: int = Field(gt=0)
    within_minutes: int = Field(gt=0)

    @property
    def span(self) -> timedelta:
        """The time within which attempts are counted together."""
        return timedelta(minutes=self.within_minutes)


class SessionRules(_Part):
    """How long a session lasts."""

    idle_minutes: int = Field(gt=0)
    longest_hours: int = Field(gt=0)
    noted_every_minutes: int = Field(gt=0)

    @property
    def idle(self) -> timedelta:
        """A session not used for so long has ended."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """A session ends then, however much it is used."""
        return timedelta(hours=self.longest_hours)

    @property
    def noted_every(self) -> timedelta:
        """How exactly the last use is kept."""
        return timedelta(minutes=self.noted_every_minutes)


class PasswordRules(_Part):
    """What is asked of passwords: length, and that they are not the first ones anybody would try."""

    shortest: int = Field(ge=8)
    longest: int = Field(ge=64, le=4096)
    invitation_hours: int = Field(gt=0)
    hashes_at_once: int = Field(gt=0)
    wait_seconds: float = Field(gt=0)
    blocked: tuple[str, ...]

    def faults(self, password: str, *, about: Iterable[str] = ()) -> Iterator[str]:
        """Yield a sentence for everything wrong with `password`; `about` are name and address of the person."""
        if len(password) < self.shortest:
            yield told("is too short; use {count} characters or more, such as a few words", count=self.shortest)
        elif len(password) > self.longest:
            yield told("is too long; use no more than {count} characters", count=self.longest)
        elif len(self._what_is_left(password, about)) < self.shortest // 2:
            yield told(
                "is among the first that others would try; use words that have nothing to do with each other or you"
            )

    def _what_is_left(self, password: str, about: Iterable[str]) -> set[int]:
        """Return the places in `password` that no blocked word covers and that do not repeat what stands before."""
        folded = _folded(password)
        words = {_folded(word) for word in (*self.blocked, *_parts(about))}
        covered = {
            place for word in words if word for at in _finds(folded, word) for place in range(at, at + len(word))
        }
        repeats = {place for place, letter in enumerate(folded) if letter in folded[max(0, place - 2) : place]}
        return set(range(len(folded))) - covered - repeats


class TokenRules(_Part):
    """How long tokens last and how many a person has."""

    usual_days: int = Field(gt=0)
    longest_days: int = Field(gt=0)
    most: int = Field(gt=0)


class Limits(_Part):
    """How often things may be tried."""

    account_from_address: Limit
    account: Limit
    address: Limit
    code_from_address: Limit
    kept_refusals: Limit
    search: Limit
    export: Limit
    report: Limit
    call: Limit = Limit(at_most=600, within_minutes=1)
    """Of the API; files written before there was one do not name it."""


class BodyRules(_Part):
    """How large a request may be."""

    form_bytes: int = Field(gt=0)
    upload_bytes: int = Field(gt=0)


class SignInRules(_Part):
    """Everything `policy/sign_in.yaml` says."""

    sessions: SessionRules
    passwords: PasswordRules
    tokens: TokenRules
    limits: Limits
    address_known_for_days: int = Field(ge=0)
    bodies: BodyRules


def read_sign_in_rules(file: Path) -> SignInRules:
    """Return the rules written in `file`. Raises `PolicyError` with everything wrong with it."""
    summary = f"The rules of signing in, {file}, cannot be used."
    try:
        return SignInRules.model_validate(read_yaml(file.read_text(encoding="utf-8-sig")))
    except ValidationError as exc:
        raise PolicyError(summary, list(faults_in(exc))) from exc
    except OSError as exc:
        raise PolicyError(summary, [Fault(file.name, f"cannot be read: {exc.strerror}")]) from exc
    except (UnreadableYaml, UnicodeDecodeError) as exc:
        raise PolicyError(summary, [Fault(file.name, f"is not readable YAML in UTF-8: {exc}")]) from exc


def too_often(what: str, wait: timedelta) -> str:
    """Return the sentence that `what` happened, and after how long it may be tried again."""
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    if minutes == 1:
        return told("{what} Try again in 1 minute.", what=what)
    return told("{what} Try again in {minutes} minutes.", what=what, minutes=minutes)


def same_password(typed: str) -> str:
    """Return `typed` in the one spelling that is hashed: keyboards spell the same letter in different ways."""
    return unicodedata.normalize("NFKC", typed)


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _parts(about: Iterable[str]) -> Iterator[str]:
    """Yield the words of names and addresses that are long enough to count."""
    for text in about:
        for word in "".join(letter if letter.isalnum() else " " for letter in text).split():
            if len(word) > 2:
                yield word


def _finds(text: str, word: str) -> Iterator[int]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
