"""The API as an application: resources, refusals, and the description of both."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime

from fastapi import APIRouter, Depends, FastAPI

from approvals.api import problems, routes
from approvals.api.caller import Api, caller
from approvals.api.description import ABOUT, described
from approvals.api.gate import Gate
from approvals.api.once import Once
from approvals.casework.sign_in_rules import SignInRules, read_sign_in_rules
from approvals.services.pace import Pace
from approvals.wiring import Parts
from models.base import now_utc

ROOT = "/api/v1"
"""Where every address of the API begins. What an older program could not use will be another number."""


def build_api(parts: Parts, *, clock: Callable[[], datetime] = now_utc, rules: SignInRules | None = None) -> FastAPI:
    """Return the API over `parts`, ready to be served; its addresses begin with `ROOT`. `clock` says what time it is.

    Limits are those of the rules of signing in, from the file the settings name unless others are given. Raises
    `PolicyError` if the file cannot be used.
    """
    kept = rules or read_sign_in_rules(parts.settings.sign_in_file)
    app = FastAPI(
        title="Partnership Approvals",
        version="1",
        description=ABOUT,
        openapi_url=f"{ROOT}/openapi.json",
        docs_url=None,  # those pages bring scripts of others
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=True,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.api = Api(parts, kept, Pace(clock), clock)
    for noun in nouns():
        # Whoever adds an operation and forgets who calls still gets nobody in without a token.
        app.include_router(noun, prefix=ROOT, dependencies=[Depends(caller)])
    problems.install(app)
    app.add_middleware(Once, api=app.state.api)
    is_https = (parts.settings.desk_url or "").startswith("https://")
    app.add_middleware(Gate, bodies=kept.bodies, is_https=is_https)
    app.openapi = lambda: described(app, examples=parts.settings.example_folder)  # type: ignore[method-assign]  # as FastAPI wants it
    return app


def nouns() -> Iterator[APIRouter]:
    """Yield the router of every module in `routes`, in order of name."""
    for module in pkgutil.iter_modules(routes.__path__):
        noun: APIRouter = importlib.import_module(f"{routes.__name__}.{module.name}").router
        yield noun
