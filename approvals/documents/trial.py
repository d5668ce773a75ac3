"""A trial of a template before anybody relies on it: filled from the examples of its manifest, and proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from approvals.documents.fill import fill
from approvals.documents.known_fields import known_fields
from approvals.documents.lint import faults_in_template
from approvals.documents.manifest import TemplateField
from approvals.documents.proof import prove
from approvals.documents.template import Template
from approvals.errors import Fault, FaultyTemplate, ProofFailed, TemplateError

TRIALS = {"every field given": False, "only the required fields given": True}
"""What is tried, in words, and whether it is the least an agreement may say."""


def admit_template(template: Template) -> None:
    """Let `template` pass if people may rely on it.

    Raises `FaultyTemplate` with every fault of its fields and its Word file or, if there is none, of the documents it
    made on trial.
    """
    faults = [*_unknown_to_cases(template.fields), *faults_in_template(template.content, template.fields)]
    faults = faults or _faults_on_trial(template)
    if faults:
        raise FaultyTemplate(f"{template.path} cannot be used as a template.", faults)


def _unknown_to_cases(fields: Sequence[TemplateField]) -> Iterator[Fault]:
    known = known_fields()
    for field in fields:
        if field.path not in known:
            near = get_close_matches(field.path, known, n=1, cutoff=0.7)
            meant = f"did you mean «{near[0]}»?" if near else "correct the path, or ask a developer to provide it"
            yield Fault(f"fields: {field.path}", f"no case gives this field; {meant}")


def _faults_on_trial(template: Template) -> list[Fault]:
    faults: list[Fault] = []
    for called, least in TRIALS.items():
        data = sample_data(template.fields, least=least)
        try:
            prove(fill(template, data).content, template, data)
        except ProofFailed as exc:
            faults += [Fault(fault.path, f"{fault.message} (tried with {called})") for fault in exc.faults]
        except TemplateError as exc:
            faults.append(Fault("the whole file", f"{exc} (tried with {called})"))
    return list(dict.fromkeys(faults))


def sample_data(fields: Sequence[TemplateField], *, least: bool) -> dict[str, Any]:
    """Return the examples of `fields` as the data of an agreement; with `least`, only what every agreement gives.

    What is then left out is empty as it is in real data: text is «», a flag is no, a list has no lines, and a group
    of which nothing is required is None, unless it holds nothing but flags.
    """
    given: dict[str, Any] = {}
    for field in fields:
        group = field.path.rpartition(".")[0]
        if least and group and _may_be_left_out(fields, group):
            _put(given, group, [] if group.endswith("[]") else None)
        elif least and not field.required:
            _put(given, field.path, False if field.type == "flag" else "")
        else:
            _put(given, field.path, [field.example] if field.path.endswith("[]") else field.example)
    return given


def _may_be_left_out(fields: Sequence[TemplateField], group: str) -> bool:
    inside = [field for field in fields if field.path.startswith(f"{group}.")]
    only_flags = all(field.type == "flag" for field in inside)
    return not any(field.required for field in inside) and (group.endswith("[]") or not only_flags)


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    """Put `value` at `path`; a list on the way has one line, and what was left out stays left out."""
    *groups, name = path.split(".")
    for group in groups:
        inner = data.setdefault(group.removesuffix("[]"), [{}] if group.endswith("[]") else {})
        if inner is None or inner == []:
            return
        data = inner[0] if isinstance(inner, list) else inner
    data[name.removesuffix("[]")] = value
