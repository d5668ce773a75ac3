"""What every request passes before any operation sees it, and what every answer takes along."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.api.problems import fault_of_ours, problem
from approvals.casework.sign_in_rules import BodyRules

WITH_A_FILE = re.compile(r"/(decision|evidence|attachments|templates|lists|policies)$")
"""Addresses to which a file may be sent, so that the body may be large."""

NOT_JSON = "Send the body as JSON in UTF-8, with `Content-Type: application/json`."
TOO_LARGE = "What was sent is too large, so nothing was done."

HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
HTTPS_ONLY = "max-age=31536000"

log = logging.getLogger(__name__)


class Gate:
    """Lets in JSON that is not too large; whatever leaves has the headers of safety, faults of ours included."""

    def __init__(self, app: ASGIApp, *, bodies: BodyRules, is_https: bool) -> None:
        self.app = app
        self._bodies = bodies
        self._headers = {**HEADERS, **({"strict-transport-security": HTTPS_ONLY} if is_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it before anything is read or looked up."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._let_in(scope, receive, with_headers)
        except Exception:
            number = secrets.token_hex(4)
            log.exception("Fault %s at the API, %s %s", number, scope["method"], scope["path"])
            if not begun:
                await fault_of_ours(number)(scope, receive, with_headers)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, at_most = Headers(scope=scope), self._at_most(scope["path"])
        if has_body(headers) and not is_json(headers.get("content-type", "")):
            await problem(415, NOT_JSON, headers={"accept": "application/json"})(scope, receive, send)
        elif not 0 <= announced(headers) <= at_most:
            await problem(413, TOO_LARGE)(scope, receive, send)
        else:
            await self.app(scope, _limited(receive, at_most), send)

    def _at_most(self, path: str) -> int:
        return self._bodies.upload_bytes if WITH_A_FILE.search(path) else self._bodies.form_bytes


def has_body(headers: Headers) -> bool:
    """Tell whether the request says that it brings something."""
    return announced(headers) != 0 or "transfer-encoding" in headers


def announced(headers: Headers) -> int:
    """Return the announced length of the body, 0 if none is, -1 if it is no number."""
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 19 else -1


def is_json(content_type: str) -> bool:
    """Tell whether this is the media type of JSON, in the one encoding JSON has."""
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    return media_type.strip() == "application/json" and charset in ("", "charset=utf-8")


def _limited(receive: Receive, at_most: int) -> Receive:
    """Read on only as long as what came is not too large, whatever was announced."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > at_most:
            raise HTTPException(413, TOO_LARGE)
        return message

    return counted
