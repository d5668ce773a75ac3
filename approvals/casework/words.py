"""Codes as people write them, and the saying of a text in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_AS_PEOPLE_WRITE_IT: Mapping[str, str] = {
    "employers_bureau": "employers' bureau",
    "employers_organisation": "employers' organisation",
    "eu_contribution": "EU contribution",
    "european_union": "European Union",
    "ngo": "NGO",
    "ngo_implementing": "NGO implementation",
    "no_cost_extension": "no-cost extension",
    "other_non_state": "other non-state actor",
    "state_owned_company": "state-owned company",
    "un_agency": "UN agency",
    "un_transfer": "UN transfer",
    "workers_bureau": "workers' bureau",
    "workers_organisation": "workers' organisation",
    "world_bank": "World Bank",
    "world_bank_outputs": "World Bank outputs",
    "world_bank_ta": "World Bank advice",
}


def in_words(code: str) -> str:
    """Return a stage, role, kind or outcome as people write it: `legal_review` as "legal review"."""
    return _AS_PEOPLE_WRITE_IT.get(code) or code.replace("_", " ")


Say = Callable[[str], str]
"""Says an English text in the reader's language."""


def in_english(text: str) -> str:
    """Return `text` as it is written here."""
    return text
