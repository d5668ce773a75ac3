"""What every request passes before any room sees it: is it meant for us, from a page of ours, and not too large?

And what every answer takes along: headers that tell browsers to allow nothing we do not need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from approvals.casework.sign_in_rules import BodyRules
from approvals.casework.telling import told
from approvals.desk.security import Security
from approvals.errors import ApprovalError, NotAllowed

REPORTS = "/csp-report"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

NOT_FOR_US = told(
    "This desk is not known by the name in the address. Administrators enter it as APPROVALS_DESK_URL; "
    "otherwise use the address they gave you."
)
FROM_ELSEWHERE = told("Another site sent this form, so nothing was done. Open the desk itself and repeat the step.")
TOO_LARGE = told("What was sent is too large, so nothing was done. Send a smaller file.")

CONTENT_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "report-uri": REPORTS,
    "report-to": "desk",
}

HEADERS: Mapping[str, str] = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in CONTENT_POLICY.items()),
    "reporting-endpoints": f'desk="{REPORTS}"',
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # without any, browsers would not say where a form comes from
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
"""On every answer that does not say otherwise itself."""

HTTPS_ONLY = "max-age=31536000"

Refuse = Callable[[Request, ApprovalError, int], Response]
"""Makes the page that tells a person why not, under a status."""


class SecureHeaders:
    """Adds the headers of safety to whatever leaves the desk, faults included."""

    def __init__(self, app: ASGIApp, security: Security) -> None:
        self.app = app
        self._headers = dict(HEADERS)
        if security.is_https:
            self._headers["strict-transport-security"] = HTTPS_ONLY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)


class Gate:
    """Lets in what is meant for us, from a page of ours, and not too large."""

    def __init__(self, app: ASGIApp, security: Security, refuse: Refuse) -> None:
        self.app = app
        self._security = security
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or refuse it before anything is read or looked up."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        refused = self._why_not(request)
        if refused is not None:
            await self._refuse(request, *refused)(scope, receive, send)
            return
        await self.app(scope, _limited(receive, at_most(request.headers, self._security.rules.bodies)), send)

    def _why_not(self, request: Request) -> tuple[ApprovalError, int] | None:
        if _host_name(request.headers.get("host", "")) not in self._security.hosts:
            return ApprovalError(NOT_FOR_US), 400
        if request.method not in SAFE_METHODS and is_from_elsewhere(request, self._security):
            return NotAllowed(FROM_ELSEWHERE), 403
        size = request.headers.get("content-length", "0")
        if not size.isdecimal() or int(size) > at_most(request.headers, self._security.rules.bodies):
            return ApprovalError(TOO_LARGE), 413
        return None


def is_from_elsewhere(request: Request, security: Security) -> bool:
    """Tell whether the browser says that a page of another site sent this.

    A browser that says nothing is not held up here: there is the token of the form besides.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return True
    return origin is not None and not security.is_own_origin(origin, request.headers.get("host", ""))


def at_most(headers: Headers, rules: BodyRules) -> int:
    """Return how many bytes the body may have: only forms with files may be large."""
    is_upload = headers.get("content-type", "").lower().startswith("multipart/form-data")
    return rules.upload_bytes if is_upload else rules.form_bytes


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


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
