"""How the engine is: a page for people, and one answer for programs that watch the desk."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from approvals.desk.rendering import page
from approvals.desk.visitor import SignedIn, Visit, desk_of
from approvals.services.health import answers, engine_health

router = APIRouter()


@router.get("/healthz")
def for_programs(request: Request) -> Response:
    """Say whether the desk can do its work, and nothing else: anybody may ask."""
    well = answers(desk_of(request).parts.store)
    return JSONResponse({"status": "ok" if well else "no database"}, status_code=200 if well else 503)


@router.get("/health-of-the-engine", name="health")
def show(visit: SignedIn) -> Response:
    """Show how every part is, and what to mend."""
    health = engine_health(visit.store, by=visit.by, now=visit.now)
    return page(visit, "health.html.jinja", health=health, dashboard=_dashboard(visit))


def _dashboard(visit: Visit) -> str:
    """Return the address of Prefect's own pages; empty if the settings name none that people can open."""
    settings = visit.parts.settings
    address = settings.prefect_api_url or (
        f"http://127.0.0.1:{settings.prefect_port}" if settings.prefect_port else ""
    )
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    # Without whatever name and password the address may hold.
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.scheme in ("http", "https") else ""
