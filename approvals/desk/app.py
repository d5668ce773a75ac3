"""The desk as an application: rooms, refusals, pages, style."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import datetime

from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

from approvals.casework.sign_in_rules import SignInRules, read_sign_in_rules
from approvals.desk import refusals, routes
from approvals.desk.assets import read_assets
from approvals.desk.downloads import LongWork
from approvals.desk.gate import Gate, SecureHeaders
from approvals.desk.languages import Languages, read_languages
from approvals.desk.rendering import read_pages
from approvals.desk.security import Security, secured
from approvals.desk.visitor import Desk
from approvals.services.password_hashing import PasswordHashing
from approvals.wiring import Parts
from models.base import now_utc

A_YEAR = "public, max-age=31536000, immutable"


def build_app(
    parts: Parts,
    *,
    clock: Callable[[], datetime] = now_utc,
    languages: Languages | None = None,
    rules: SignInRules | None = None,
    hashing: PasswordHashing | None = None,
) -> FastAPI:
    """Return the desk over `parts`, ready to be served. `clock` says what time it is.

    The rules of signing in are those of the file the settings name, and passwords are hashed by them, unless others
    are given. Raises `PolicyError` if the file cannot be used.
    """
    app = FastAPI(title="Partnership Approvals", openapi_url=None, docs_url=None, redoc_url=None)
    spoken = languages or read_languages(parts.settings.translation_folder)
    assets = read_assets()
    security = _security(parts, rules, hashing, clock)
    app.state.desk = Desk(parts, security, spoken, clock)
    app.state.pages = read_pages(parts.settings.page_folder, spoken, assets)
    app.state.long_work = LongWork()
    app.add_middleware(Gate, security=security, refuse=refusals.refused_at_the_gate)
    refusals.install(app)
    app.add_middleware(SecureHeaders, security=security)  # the outermost: faults of ours get the headers as well
    for room in rooms():
        app.include_router(room)
    for asset in assets.values():
        app.add_api_route(asset.address, _served(asset.content, asset.media_type), methods=["GET", "HEAD"])
    return app


def _security(
    parts: Parts, rules: SignInRules | None, hashing: PasswordHashing | None, clock: Callable[[], datetime]
) -> Security:
    kept = rules or read_sign_in_rules(parts.settings.sign_in_file)
    return secured(parts.settings, kept, hashing or PasswordHashing(kept.passwords), clock)


def rooms() -> Iterator[APIRouter]:
    """Yield the router of every module in `routes`, in order of name."""
    for module in pkgutil.iter_modules(routes.__path__):
        room: APIRouter = importlib.import_module(f"{routes.__name__}.{module.name}").router
        yield room


def _served(content: bytes, media_type: str) -> Callable[[], Response]:
    return lambda: Response(content, media_type=media_type, headers={"cache-control": A_YEAR})
