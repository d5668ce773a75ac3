"""Builders for tests of agreements: name only what the test is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from approvals.casework.admission import family_of
from approvals.casework.policy import read_policy
from approvals.casework.proposal import ProposalForm
from approvals.casework.proposal_file import check_proposal, read_proposal
from approvals.documents.fields import ApprovalCondition, CaseFacts, Organisation, agreement_data
from approvals.documents.fill import FilledDocument, fill
from approvals.documents.manifest import TemplateField
from approvals.documents.template import Template, load_template
from approvals.settings import CHECKOUT, Settings

TEMPLATES = CHECKOUT / "templates" / "agreements"
POLICY = read_policy(Settings().policy_folder)
EXAMPLES = sorted(path.stem for path in (CHECKOUT / "examples").glob("*.yaml"))
COMPANY, FOUNDATION = "company-cash-in-kind", "foundation"
OUTPUTS, TRANSFER = "world-bank-outputs", "un-transfer-giving"

ORGANISATION = Organisation(
    name="International Organisation for Decent Work",
    short_name="IODW",
    legal_basis="a specialised agency of the United Nations established by its Constitution",
    address="12 chemin des Tilleuls\n1202 Geneva\nSwitzerland",
    signatory_name="Ingrid Solberg-Haidara",
    signatory_title="Director, Partnerships Department",
    name_with_article="the International Organisation for Decent Work",
)


def an_example(name: str, **changes: Any) -> ProposalForm:
    """Return an example proposal; `changes` replace fields at the top and are checked like any proposal."""
    path = CHECKOUT / "examples" / f"{name}.yaml"
    proposal = read_proposal(path.read_bytes(), name=path.name)
    return check_proposal({**proposal.model_dump(), **changes}, name=name) if changes else proposal


def some_facts(**changes: Any) -> CaseFacts:
    facts: dict[str, Any] = {
        "reference": "PA-2026-0042",
        "version": 1,
        "organisation": ORGANISATION,
        "office_name": "its Area Office",
        "generated_on": date(2026, 11, 2),
    }
    return CaseFacts(**{**facts, **changes})


def a_condition() -> ApprovalCondition:
    return ApprovalCondition(
        text="The Partner publishes the summary of its latest social audit.",
        owner="The Partner",
        due_on=date(2027, 3, 31),
    )


@cache
def a_template(family: str, language: str = "en") -> Template:
    return load_template(TEMPLATES, family, language)


def template_for(proposal: ProposalForm) -> Template:
    return a_template(family_of(proposal, POLICY), proposal.language)


def an_agreement(name: str = FOUNDATION, *, facts: CaseFacts | None = None, **changes: Any) -> FilledDocument:
    """Return the agreement of an example proposal, filled."""
    proposal = an_example(name, **changes)
    return fill(template_for(proposal), agreement_data(proposal, facts or some_facts()))


def copy_of(family: str, folder: Path) -> Path:
    """Return a folder of templates that holds a copy of one family, to be spoiled by a test."""
    target = folder / family
    target.mkdir()
    for source in (TEMPLATES / family).iterdir():
        (target / source.name).write_bytes(source.read_bytes())
    return folder


def sample_data(template: Template, *, text: Callable[[TemplateField], Any], rows: int = 2) -> dict[str, Any]:
    """Return data for every field of the manifest, whatever the family: `text` says what stands in a field.

    A list has as many groups as `rows` says.
    """
    data: dict[str, Any] = {}
    for field in template.fields:
        _put(data, field.path.split("."), lambda field=field: text(field), rows)
    return data


def _put(group: dict[str, Any], steps: list[str], value: Callable[[], Any], rows: int) -> None:
    name, *rest = steps
    if not rest:
        group[name] = value()
    elif name.endswith("[]"):
        listed = group.setdefault(name.removesuffix("[]"), [{} for _ in range(rows)])
        for inner in listed:
            _put(inner, rest, value, rows)
    else:
        _put(group.setdefault(name, {}), rest, value, rows)


def the_example(field: TemplateField) -> str | bool:
    return field.example
