"""Who calls: what every operation is given before it does anything. Only a token says who it is, no cookie does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from approvals.casework.sign_in_rules import SignInRules
from approvals.errors import TokenRefused
from approvals.services.pace import Pace
from approvals.services.tokens import Bearer, bearer_of, require_scope
from approvals.store.engine import Store
from approvals.wiring import Parts
from models.token import TokenScope
from models.user import User

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LOOKING = frozenset({"precheck"})
"""Operations that take a body and yet only look, so that a token for looking will do."""

TOO_MANY_CALLS = "There were too many calls."
PACES = {"search": "There were too many searches.", "export": "There were too many exports."}
WITHOUT = "Send a token of yours as `Authorization: Bearer pa_…`; your account page issues one."


@dataclass(frozen=True)
class Api:
    """What the API was built of."""

    parts: Parts
    rules: SignInRules
    pace: Pace
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Call:
    """A call by a person's program: whose, with which token, and when."""

    api: Api
    request: Request
    bearer: Bearer
    now: datetime

    @property
    def by(self) -> User:
        """The person on whose behalf the program calls, as they are now."""
        return self.bearer.user

    @property
    def store(self) -> Store:
        """The way to the database."""
        return self.api.parts.store

    @property
    def today(self) -> date:
        """The day it is here."""
        return self.now.astimezone().date()

    def require_act(self) -> None:
        """Raise `NotAllowed` if the token is only for looking."""
        require_scope(self.bearer, TokenScope.ACT)


_token = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token issued on the account page or with `approvals token issue`; it may no more than its owner.",
)


def caller(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_token)]) -> Call:
    """Return the call. Raises `TokenRefused` without a token of use, `NotAllowed` if it is only for looking and the
    operation changes something, `TooManyAttempts` if there were too many calls.
    """
    api: Api = request.app.state.api
    now = api.clock()
    bearer = _bearer(api, request, given.credentials if given else "", now)
    api.pace.keep("call", str(bearer.user.id), api.rules.limits.call, said=TOO_MANY_CALLS)
    call = Call(api, request, bearer, now)
    if request.method not in SAFE_METHODS and request.scope["route"].name not in LOOKING:
        call.require_act()
    return call


def _bearer(api: Api, request: Request, secret: str, now: datetime) -> Bearer:
    try:
        if not secret:
            raise TokenRefused(WITHOUT)
        return bearer_of(api.parts.store, secret, now=now)
    except TokenRefused:
        address = request.client.host if request.client else "unknown"
        api.pace.keep("refused", address, api.rules.limits.call, said=TOO_MANY_CALLS)
        raise


Calling = Annotated[Call, Depends(caller)]
"""For handlers: the call, by somebody whose token allows it."""


def paced(what: Literal["search", "export"]) -> Any:
    """Return the dependency of an operation that costs much; it raises `TooManyAttempts` beyond the limit."""

    def keep_pace(call: Calling) -> None:
        limit = getattr(call.api.rules.limits, what)
        call.api.pace.keep(what, str(call.by.id), limit, said=PACES[what])

    return Depends(keep_pace)
