"""The published description of the API (OpenAPI 3.1), made of routes and forms, with every answer they may give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from approvals.api.answers import MEANINGS
from approvals.api.once import OF_THEIR_OWN
from approvals.api.problems import MEDIA_TYPE, Problem
from approvals.casework.proposal_file import read_proposal

ABOUT = """\
Everything a person does at the desk, for programs. A token stands for its owner: what they may see and do is what it
may see and do. Every refusal has one form, `application/problem+json`. The guide is `docs/api.md`.
"""
REFERS_TO = "#/components/schemas/{model}"
SUBMITTED = "ProposalForm"
KEY_AS_DESCRIBED = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own name for this sending; the same again under it within a week is done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": r"^[\x21-\x7e]+$"},
}


def described(app: FastAPI, *, examples: Path) -> dict[str, Any]:
    """Return the description of `app`, made once; the example of a proposal is the foundation's in `examples`."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        _describe_refusals(made)
        _give_an_example(made, examples / "foundation.yaml")
        _tell_of_keys(made)
        app.openapi_schema = made
    return app.openapi_schema


def _tell_of_keys(made: dict[str, Any]) -> None:
    """Tell that whatever is sent may bear a key. What the gate itself reads stands in no route."""
    for path, operations in made["paths"].items():
        if "post" in operations and not OF_THEIR_OWN.search(path):
            post = operations["post"]
            post.setdefault("parameters", []).append(KEY_AS_DESCRIBED)
            post["responses"].setdefault("409", post["responses"]["422"] | {"description": MEANINGS[409]})


def _describe_refusals(made: dict[str, Any]) -> None:
    schema = Problem.model_json_schema(ref_template=REFERS_TO, mode="serialization")
    schemas = made["components"]["schemas"]
    schemas |= schema.pop("$defs", {})
    schemas["Problem"] = schema
    told = {MEDIA_TYPE: {"schema": {"$ref": REFERS_TO.format(model="Problem")}}}
    for operation in _operations(made):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                answer["content"] = told


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in made["paths"].values():
        yield from path.values()


def _give_an_example(made: dict[str, Any], file: Path) -> None:
    """Show a whole proposal that the form accepts. An installation may have taken the examples away."""
    schemas = made["components"]["schemas"]
    name = next((name for name in (f"{SUBMITTED}-Input", SUBMITTED) if name in schemas), None)
    if name and file.is_file():
        proposal = read_proposal(file.read_bytes(), name=file.name)
        schemas[name]["examples"] = [proposal.model_dump(mode="json", exclude_none=True)]
