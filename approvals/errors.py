"""The family of our errors.

    ApprovalError
    ├── NotAllowed            the person may not do this
    │   └── DutiesConflict    allowed by role, but not on this case (separation of duties)
    ├── NotFound              no such thing, or none this person may see
    ├── SignInRefused         who this is was not proven
    ├── TokenRefused          the token is unknown, revoked or has expired
    ├── TooManyAttempts       the same was tried too often; it may be tried again after a while
    ├── WrongStage            the case is elsewhere in its life
    │   └── AlreadyDecided    somebody decided this task before
    ├── StaleForm             the thing changed since the person looked at it
    ├── Faulty                something written has faults; every one of them is listed
    │   ├── InvalidProposal   a proposal
    │   ├── PolicyError       policy/*.yaml
    │   └── ProofFailed       a produced document, which must not leave the house
    ├── TemplateError         an agreement template cannot be used as it is
    │   └── FaultyTemplate    Faulty as well: every fault of its Word file and its manifest is listed
    ├── RefusedFile           an incoming file was stopped at the gate
    ├── CopyRefused           a copy of an agreement for reading cannot be made of this version
    └── SourceUnavailable     a database, server or list cannot be reached or is unusable
        └── PdfUnavailable    LibreOffice is not there, or gave no PDF

A message says what happened, to what, and the next thing to try. Catch `ApprovalError` at a border, where it
becomes a sentence for a person; catch one of its children only where you can act on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


class ApprovalError(Exception):
    """Something a person should be told, in words."""

    @property
    def sentence(self) -> str:
        """What is told, in English; a sentence made by `casework.telling` can be said in other languages too."""
        return str(self) if not self.args or not isinstance(self.args[0], str) else self.args[0]


class NotAllowed(ApprovalError):
    """The person may not do this."""


class DutiesConflict(NotAllowed):
    """The person's role allows the act, but an earlier act of theirs on this case forbids it."""


class NotFound(ApprovalError):
    """There is no such thing, or none this person may see."""


class SignInRefused(ApprovalError):
    """Who this is was not proven."""


class TokenRefused(ApprovalError):
    """The token is unknown, revoked or has expired."""


class TooManyAttempts(ApprovalError):
    """The same was tried too often; it may be tried again after `retry_after`."""

    def __init__(self, sentence: str, retry_after: timedelta) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class WrongStage(ApprovalError):
    """The case is at another point of its life."""


class AlreadyDecided(WrongStage):
    """Somebody decided this task before."""


class StaleForm(ApprovalError):
    """The thing changed since the person looked at it."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what a person gave us: where it is, and what is wrong in their words."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Faulty(ApprovalError):
    """Something a person wrote has faults; `faults` holds every one of them, in reading order."""

    def __init__(self, summary: str, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join([summary, *(f"  {fault}" for fault in faults)]))
        self.summary = summary
        self.faults = tuple(faults)


class InvalidProposal(Faulty):
    """A proposal cannot be accepted as it is."""


class PolicyError(Faulty):
    """The policy files cannot be used as they are."""


class ProofFailed(Faulty):
    """A produced document did not survive being read again, and must not leave the house."""


class TemplateError(ApprovalError):
    """An agreement template, or the data meant for it, cannot be used as it is."""


class FaultyTemplate(TemplateError, Faulty):
    """The Word file of a template or its manifest has faults."""


class RefusedFile(ApprovalError):
    """An incoming file was stopped before anything opened it."""


class CopyRefused(ApprovalError):
    """A copy of an agreement for reading cannot be made of this version."""


class SourceUnavailable(ApprovalError):
    """A database, server or list cannot be reached, or what it gave cannot be used."""


class PdfUnavailable(SourceUnavailable):
    """LibreOffice is not there or gave no PDF; the Word file can be had all the same."""
