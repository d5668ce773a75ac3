"""`policy/requirements.yaml`: documents a proposal must bring, by kind of partner and direction of funds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from approvals.casework.policy.keys import repeated
from approvals.casework.policy.rule import PolicyFile, Rule
from models.case import Funds
from models.partner import PartnerKind


class DocumentKind(Rule):
    """A kind of supporting document."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    maximum_age_months: Annotated[int, Field(ge=1, le=120)] | None = Field(
        default=None, description="Older ones do not count; null means it does not age"
    )


class Requirement(Rule):
    """What partners of these kinds bring when funds move this way."""

    kinds: tuple[PartnerKind, ...] = Field(min_length=1)
    funds: tuple[Funds, ...] = Field(min_length=1)
    documents: tuple[str, ...]


class NotAPartnership(Rule):
    """Money moving this way to partners of these kinds belongs to another procedure."""

    kinds: tuple[PartnerKind, ...] = Field(min_length=1)
    funds: tuple[Funds, ...] = Field(min_length=1)
    reason: str = Field(description="Completes the sentence «This looks like something else: …»")


class Requirements(PolicyFile):
    """All documents, who brings them, and what is no partnership at all."""

    documents: tuple[DocumentKind, ...] = Field(min_length=1)
    requirements: tuple[Requirement, ...] = Field(min_length=1)
    not_partnerships: tuple[NotAPartnership, ...] = ()

    def faults(self) -> Iterable[str]:
        """Yield what does not fit together across rules, as sentences."""
        yield from repeated("documents", (document.key for document in self.documents))
        known = {document.key for document in self.documents}
        for key in sorted({key for rule in self.requirements for key in rule.documents} - known):
            yield f"requirements: «{key}» is not one of documents"

    def required_of(self, kind: PartnerKind, funds: Funds) -> tuple[DocumentKind, ...]:
        """Return the documents a partner of `kind` brings when `funds` move that way, in reading order."""
        keys = {
            key for rule in self.requirements if kind in rule.kinds and funds in rule.funds for key in rule.documents
        }
        return tuple(document for document in self.documents if document.key in keys)

    def not_a_partnership(self, kind: PartnerKind, funds: Funds) -> NotAPartnership | None:
        """Return the rule that sends such a proposal elsewhere; None if there is none."""
        return next((r for r in self.not_partnerships if kind in r.kinds and funds in r.funds), None)
