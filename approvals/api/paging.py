"""Pages of lists: the links to the neighbours stand in the Link header (RFC 8288)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

LINKS: Mapping[str, Any] = {
    "Link": {"description": "Addresses of the next and the previous page, if any", "schema": {"type": "string"}}
}
"""How the description of an operation tells of them."""


def link_neighbours(request: Request, answer: Response, *, page: int, has_next: bool) -> None:
    """Name the addresses of the pages beside this one, relative to it, with the same wishes."""
    pages = {"prev": page - 1 if page > 1 else None, "next": page + 1 if has_next else None}
    links = [f'<{_address(request, number)}>; rel="{name}"' for name, number in pages.items() if number]
    if links:
        answer.headers["link"] = ", ".join(links)


def _address(request: Request, page: int) -> str:
    url = request.url.include_query_params(page=page)
    return f"{url.path}?{url.query}"
