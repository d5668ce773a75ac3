"""What the desk needs to let people in and keep others out, read once when it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from approvals.casework.sign_in_rules import SignInRules
from approvals.desk.provider import Provider
from approvals.services.pace import Pace
from approvals.services.password_hashing import PasswordHashing
from approvals.services.sessions import Browser
from approvals.settings import Settings, is_loopback

LOOPBACK = ("127.0.0.1", "localhost", "::1")
UNBOUND = ("0.0.0.0", "::")  # noqa: S104  # compared with, not bound to


@dataclass(frozen=True)
class Security:
    """Rules, hashing, provider, paces, and how cookies of this desk are made."""

    settings: Settings
    rules: SignInRules
    hashing: PasswordHashing
    provider: Provider | None
    pace: Pace = field(default_factory=Pace)

    @property
    def is_https(self) -> bool:
        """People open the desk over https, so cookies and headers may insist on it."""
        return (self.settings.desk_url or "").startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the desk may be asked for; this machine's own are always among them."""
        given = {urlsplit(self.settings.desk_url or "").hostname, self.settings.desk_host}
        return frozenset(LOOPBACK).union(name for name in given if name and name not in UNBOUND)

    @property
    def offers_choosing(self) -> bool:
        """Everybody may choose who to be: wished so, on this machine alone, and without a provider."""
        settings = self.settings
        is_at_home = settings.desk_host in LOOPBACK and is_loopback(settings.desk_url or "http://localhost")
        return settings.development_sign_in and is_at_home and settings.oidc_issuer is None

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Tell whether a page of this origin is ours; `host` is where the request went, which was checked before."""
        if self.settings.desk_url and urlsplit(self.settings.desk_url).netloc == host:
            ours = urlsplit(self.settings.desk_url)
            return urlsplit(origin)[:2] == ours[:2]
        return urlsplit(origin).netloc == host

    def cookie_name(self, name: str) -> str:
        """Return the name of a cookie; over https one that browsers give to this host alone."""
        return f"__Host-{name}" if self.is_https else name

    def set_cookie(self, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Give the browser a cookie no script can read and no other site can send along with a form."""
        answer.set_cookie(
            self.cookie_name(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )

    def delete_cookie(self, answer: Response, name: str) -> None:
        """Take a cookie back."""
        answer.delete_cookie(self.cookie_name(name), path="/", secure=self.is_https, httponly=True, samesite="lax")

    def cookie(self, request: Request, name: str) -> str:
        """Return what the browser holds under this name; empty if nothing."""
        return request.cookies.get(self.cookie_name(name), "")


def secured(
    settings: Settings, rules: SignInRules, hashing: PasswordHashing, clock: Callable[[], datetime]
) -> Security:
    """Return the security of a desk with these settings."""
    return Security(settings, rules, hashing, Provider.of(settings), Pace(clock))


def browser_of(request: Request) -> Browser:
    """Return from where the request came. What the request says about that itself is not believed."""
    address = request.client.host if request.client else "unknown"
    return Browser(address, request.headers.get("user-agent", ""))
