"""The sentences of a policy that people read at the desk, for those who translate them."""

from __future__ import annotations

from collections.abc import Iterator

from approvals.casework.policy import Policy
from approvals.casework.wording import in_words


def policy_texts(policy: Policy) -> list[str]:
    """Return every title and question a page may show, each once, in the order of the alphabet.

    Sources and owners are left out: they name documents and units, which have the same name everywhere.
    """
    return sorted({*_criteria(policy), *_papers(policy), *_risk(policy), *_screening(policy)})


def _criteria(policy: Policy) -> Iterator[str]:
    for criterion in policy.criteria.criteria:
        yield criterion.title
        yield criterion.question
    yield from (sector.title for sector in policy.sectors.sectors)


def _papers(policy: Policy) -> Iterator[str]:
    for kind in policy.requirements.documents:
        yield kind.title
        yield in_words(kind.key)


def _risk(policy: Policy) -> Iterator[str]:
    for factor in policy.risk.factors:
        yield factor.title
        yield from factor.levels.values()


def _screening(policy: Policy) -> Iterator[str]:
    if policy.screening.clearing is not None:
        yield from policy.screening.clearing.titles.values()
    yield from (one.title for one in policy.screening.lists)
