"""Reading a proposal, and what an officer is told when it is not right.

The form is pydantic's; the sentences are ours. Every fault is found at once and named by the path of its field,
as in `money.instalments[2].amount`, so that one reading mends the whole file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from approvals.casework.proposal import ProposalForm
from approvals.errors import Fault, InvalidProposal

MAX_PROPOSAL_BYTES = 1_000_000
"""A proposal is a page or two of text; a larger file is not one."""


def read_proposal(content: bytes, *, name: str) -> ProposalForm:
    """Return the proposal written in `content`, YAML or JSON; `name` is the file's, for messages.

    Raises `InvalidProposal` with every fault when the file is too large, unreadable or does not fit the form.
    """
    return check_proposal(read_mapping(content, name=name), name=name)


def check_proposal(values: Mapping[str, Any], *, name: str) -> ProposalForm:
    """Return the proposal in `values`. Raises `InvalidProposal` with every fault, in the order of the form."""
    try:
        return ProposalForm.model_validate(values)
    except ValidationError as exc:
        faults = [Fault(_path(error), _sentence(error)) for error in exc.errors()]
        plural = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise InvalidProposal(f"{name} was not submitted: {plural} to mend.", faults) from exc


def read_mapping(content: bytes, *, name: str) -> Mapping[str, Any]:
    """Return the fields written in `content`, not yet checked. Raises `InvalidProposal` if it is unreadable."""

    def refuse(why: str) -> InvalidProposal:
        return InvalidProposal(f"{name} was not submitted.", [Fault("", why)])

    if len(content) > MAX_PROPOSAL_BYTES:
        size = f"{len(content) / 1_000_000:.1f} MB"
        raise refuse(f"The file is {size}; a proposal has at most 1 MB. Is it the right file?")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise refuse("The file is not text in UTF-8; save it as UTF-8 and try again.") from exc
    try:
        values = json.loads(text) if text.lstrip().startswith("{") else _read_yaml(text)
    except yaml.MarkedYAMLError as exc:
        line = f" near line {exc.problem_mark.line + 1}" if exc.problem_mark else ""
        raise refuse(f"The file is not readable YAML{line}: {exc.problem}.") from exc
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        raise refuse(f"The file is not readable as YAML or JSON: {exc}.") from exc
    if not isinstance(values, dict):
        raise refuse("The file holds no proposal: it should be fields such as `title:` and `partner:`.")
    return values


def _read_yaml(text: str) -> Any:
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506  # it is a SafeLoader, made narrower


class _PlainLoader(yaml.SafeLoader):
    """YAML without its surprises: `NO` is Norway, amounts keep their digits, keys come once, no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # Aliases let nine short lines unfold into gigabytes, and no proposal needs them.
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise yaml.composer.ComposerError(None, None, "references (*name) are not allowed here", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"«{key_node.value}» is no field name", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"field «{key}» is given twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in (
        "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float", "tag:yaml.org,2002:int",
    )]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # fmt: skip
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
# Numbers stay text here; the form reads amounts, years and months from their digits.


def _path(error: ErrorDetails) -> str:
    """Return `money.instalments[2].amount` for the error's location; list items count from 1, as people do."""
    path = ""
    for part in error["loc"]:
        if isinstance(part, int):
            path += f"[{part + 1}]"
        elif part != "[key]":
            path += f".{part}" if path else str(part)
    return path


_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of a proposal; check its spelling or remove it",
    "string_type": "should be text; put it in quotation marks",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_pattern_mismatch": "«{input}» does not have the expected form",
    "enum": "«{input}» is not one of: {expected}",
    "literal_error": "«{input}» is not one of: {expected}",
    "bool_parsing": "should be true or false, not «{input}»",
    "bool_type": "should be true or false, not «{input}»",
    "decimal_parsing": "«{input}» is not an amount; write digits, such as 125000.50",
    "decimal_type": "«{input}» is not an amount; write digits, such as 125000.50",
    "decimal_max_places": "«{input}» has more than {decimal_places} decimals",
    "finite_number": "«{input}» is not an amount; write digits, such as 125000.50",
    "int_parsing": "«{input}» is not a whole number",
    "greater_than_equal": "«{input}» must be {ge} or more",
    "less_than_equal": "«{input}» must be {le} or less",
    "too_short": "needs at least {min_length}",
    "too_long": "has more than {max_length}",
    "model_type": "should be a group of fields, not «{input}»",
    "dict_type": "should be a group of fields, not «{input}»",
    "tuple_type": "should be a list, not «{input}»",
}
_DATE = "«{input}» is not a date of the calendar; write it as 2026-09-30"


def _sentence(error: ErrorDetails) -> str:
    """Return what is wrong, in words an officer understands."""
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    template = _DATE if kind.startswith("date") else _SENTENCES.get(kind, error["msg"])
    return template.format(**{**error.get("ctx", {}), "input": _shortened(error["input"])})


def _shortened(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
